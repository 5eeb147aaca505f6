// Signing in by an account elsewhere: bound by oneself, once; what is bound to nobody opens nothing, whatever it calls itself.
import { expect, test, type Page } from "@playwright/test";
import { program, startApp, type App } from "../harness/app.ts";
import { startProvider, type Provider } from "../harness/provider.ts";
import { checkPage } from "../harness/index.ts";

let provider: Provider;
let app: App;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  provider = await startProvider("vienkopus", "noslepums");
  app = await startApp(program(), {
    log: "elsewhere.log",
    args: ["--oidc-name", "Valsts konts", "--oidc-issuer", provider.address, "--oidc-client", "vienkopus", "--allow-private", "127.0.0.1"],
    env: { VIENKOPUS_OIDC_SECRET: "noslepums" },
  });
});

test.afterAll(async () => {
  await app.stop();
  await provider.close();
});

/** Says at the provider who she is, and comes back. */
async function says(page: Page, who: string): Promise<void> {
  await page.waitForURL(`${provider.address}/**`);
  await page.getByLabel("Kas jūs esat?").fill(who);
  await page.getByRole("button", { name: "Esmu" }).click();
  await page.waitForURL(`${app.demo.address}/**`);
}

test("somebody binds an account elsewhere and signs in by it", async ({ browser }) => {
  test.setTimeout(120_000);
  const janis = app.demo.sign_ins.find((one) => one.user === "janis");
  const context = await browser.newContext({ baseURL: app.demo.address, locale: "lv-LV", timezoneId: "Europe/Riga" });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await checkPage(page);

  // Not bound yet: it opens nothing.
  await page.getByRole("button", { name: "Ieiet ar Valsts konts" }).click();
  await says(page, "janis@valsts");
  await expect(page.getByText(/nav saistīts ne ar vienu darbinieku/)).toBeVisible();
  await checkPage(page);

  const form = page.locator('form:has(input[autocomplete="current-password"])');
  await form.locator('input[autocomplete="username"]').fill("janis");
  await form.locator('input[autocomplete="current-password"]').fill(janis?.password ?? "");
  await form.locator("button").click();
  await expect(page).not.toHaveURL(/sign-in/);
  await page.goto("/me/ways");
  await page.getByRole("button", { name: "Saistīt kontu: Valsts konts" }).click();
  await says(page, "janis@valsts");
  await expect(page).toHaveURL(/\/me\/ways\?added=yes/);
  await checkPage(page);
  await page.goto("/confirm?next=/me/ways");
  await checkPage(page);
  await page.getByRole("button", { name: "Apstiprināt ar Valsts konts" }).click();
  await says(page, "janis@valsts");
  await expect(page).toHaveURL(/\/me\/ways$/);

  await page.request.post("/sign-out", { headers: { Origin: app.demo.address } });
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Ieiet ar Valsts konts" }).click();
  await says(page, "janis@valsts");
  await expect(page).not.toHaveURL(/sign-in/);

  // The way back works once, and in this browser alone.
  await page.goBack();
  const stranger = await (await browser.newContext({ baseURL: app.demo.address, locale: "lv-LV" })).newPage();
  await stranger.goto("/sign-in/elsewhere/back?state=x&code=y");
  await expect(stranger.getByText(/neko nepierāda/)).toBeVisible();
  await context.close();
});
