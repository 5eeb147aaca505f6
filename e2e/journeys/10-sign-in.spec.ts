// Signing in by what nobody can guess or trick out of somebody: a passkey, with Chromium's virtual authenticator, and the codes of an app.
import { createHmac } from "node:crypto";
import type { Browser, BrowserContext, CDPSession, Page } from "@playwright/test";
import type { Demo, SignIn } from "../harness/app.ts";
import { checkPage, expect, signIn, test } from "../harness/index.ts";
import { watch } from "../harness/watch.ts";

/** Passkeys are bound to a name, and 127.0.0.1 is none. */
const named = (demo: Demo) => demo.address.replace("127.0.0.1", "localhost");

interface Device {
  page: Page;
  context: BrowserContext;
  cdp: CDPSession;
  id: string;
  faults: string[];
}

/** A browser whose machine asks for a finger, or does not. */
async function machine(browser: Browser, demo: Demo, verifies = true): Promise<Device> {
  const context = await browser.newContext({ baseURL: named(demo), locale: "lv-LV", timezoneId: "Europe/Riga" });
  const faults = watch(context, named(demo));
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId: id } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: verifies, isUserVerified: verifies, automaticPresenceSimulation: true },
  });
  return { page, context, cdp, id, faults };
}

/** Adds a passkey of whoever has signed in. */
async function add({ page }: Device, name: string): Promise<void> {
  await page.goto("/me/ways");
  await page.getByRole("link", { name: "Pievienot piekļuves atslēgu" }).click();
  await page.waitForURL("**/me/passkey");
  await checkPage(page);
  await page.getByLabel("Kā to saukt?").fill(name);
  await page.getByRole("button", { name: "Pievienot piekļuves atslēgu" }).click();
  await page.waitForURL("**/me/ways?added=yes");
  await expect(page.getByText(`Piekļuves atslēga, ${name}`)).toBeVisible();
}

async function signOut(page: Page): Promise<void> {
  const answer = await page.request.post("/sign-out", { headers: { Origin: new URL(page.url()).origin } });
  expect(answer.ok()).toBe(true);
}

async function byPasskey(page: Page): Promise<void> {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Ieiet ar piekļuves atslēgu" }).click();
}

test("a passkey is added, opens, proves again before money goes back, and opens nothing once it is removed", async ({ browser, demo }) => {
  test.setTimeout(120_000);
  const device = await machine(browser, demo);
  const { page } = device;
  await signIn(page, "janis");
  await add(device, "tālrunis");
  await checkPage(page);
  await signOut(page);

  await page.goto("/sign-in");
  await checkPage(page);
  await byPasskey(page);
  await expect(page).not.toHaveURL(/sign-in/);
  await page.goto("/me/ways");
  await expect(page.getByText(/Pēdējoreiz lietots/)).toBeVisible();

  // Her proof is asked for again, by the passkey: the page that comes before what takes money back, or changes how somebody signs in.
  await page.goto("/confirm?next=/me/ways");
  await checkPage(page);
  await page.getByRole("button", { name: "Apstiprināt ar piekļuves atslēgu" }).click();
  await page.waitForURL("**/me/ways");

  await page.getByRole("button", { name: /^Noņemt: Piekļuves atslēga, tālrunis/ }).click();
  await page.waitForURL("**/me/ways?done=yes");
  await signOut(page);
  await byPasskey(page);
  await expect(page.getByText("Piekļuves atslēga netika apstiprināta")).toBeVisible();
  await page.goto("/counter");
  await expect(page).toHaveURL(/sign-in/);
  expect(device.faults).toEqual([]);
  await device.context.close();
});

test("a device that asks for neither finger nor PIN gives no passkey", async ({ browser, demo }) => {
  const device = await machine(browser, demo, false);
  await signIn(device.page, "ilze");
  await device.page.goto("/me/passkey");
  await device.page.getByLabel("Kā to saukt?").fill("bez PIN");
  await device.page.getByRole("button", { name: "Pievienot piekļuves atslēgu" }).click();
  await expect(device.page.getByText("Ierīce neko neapstiprināja")).toBeVisible();
  expect((await device.cdp.send("WebAuthn.getCredentials", { authenticatorId: device.id })).credentials).toEqual([]);
  await device.context.close();
});

test("without script there is the password, and no button that does nothing", async ({ browser, demo }) => {
  const context = await browser.newContext({ baseURL: named(demo), locale: "lv-LV", javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: /piekļuves atslēgu/ })).toBeHidden();
  await signIn(page, "ilze");
  await context.close();
});

/** The code that an app shows (RFC 6238). */
function code(secret: string, at = Date.now()): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(step).digest();
  const from = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("the codes of an app open after the password, each once", async ({ page, demo }) => {
  test.setTimeout(120_000);
  const person: SignIn = await signIn(page, "valdis");
  await page.goto("/me/app");
  await checkPage(page);
  const secret = await page.locator("input[name=secret]").inputValue();
  const used = code(secret);
  await page.getByLabel("Seši cipari no lietotnes").fill(used);
  await page.getByRole("button", { name: "Saglabāt" }).click();
  const sheet = await page.locator("main ol li.vk-number").allInnerTexts();
  expect(sheet).toHaveLength(10);
  await signOut(page);
  await page.goto("/sign-in");
  const form = page.locator('form:has(input[autocomplete="current-password"])');
  await form.locator('input[autocomplete="username"]').fill(person.user);
  await form.locator('input[autocomplete="current-password"]').fill(person.password);
  await form.locator("button").click();
  await page.waitForURL("**/sign-in/code**");
  await checkPage(page);
  await page.locator('input[autocomplete="one-time-code"]').fill(code(secret));
  await page.keyboard.press("Enter");
  await expect(page).not.toHaveURL(/sign-in/);
  expect(demo.address).toBeTruthy();
  // The account is left as it was for the other journeys.
  await page.goto("/me/ways");
  await page.getByRole("button", { name: /^Noņemt: / }).click();
  await page.waitForURL("**/me/ways?done=yes");
});
