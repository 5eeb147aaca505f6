// A full-time clerk in Cēsis: client after client, never the mouse.
import type { Page } from "@playwright/test";
import { checkPage, expect, press, signIn, test, type } from "../harness/index.ts";

const visit = (page: Page) => page.locator("section", { has: page.locator("#this-visit") });
const acts = (page: Page) => visit(page).locator("ol > li");
const client = (page: Page) => page.locator("section", { has: page.locator("#who") });

/** Begins with the next client and waits until the screen is clean: what is typed meanwhile would go to the last one. */
async function next(page: Page): Promise<void> {
  await press(page, "F2");
  await expect(client(page).getByText(/Apkalpo kopš/)).toBeVisible();
  await expect(acts(page)).toHaveCount(0);
}

/** Types what the client needs, waits for the service, and records with digits. */
async function serve(page: Page, words: string, service: RegExp, digit: string): Promise<void> {
  const before = await acts(page).count();
  await type(page, words);
  await press(page, "Enter");
  await expect(page.getByRole("heading", { name: service })).toBeVisible();
  await press(page, digit);
  await expect(acts(page)).toHaveCount(before + 1);
}

/** Signs in and takes the first desk of three, by keyboard. */
async function begin(page: Page): Promise<void> {
  await signIn(page, "sanita");
  await page.goto("/counter");
  if (page.url().includes("/desk")) {
    await page.getByLabel(/CES-1/).focus();
    await press(page, "Space");
    await press(page, "Enter");
    await expect(page).toHaveURL(/\/counter/);
  }
}

test.beforeEach(async ({ page }) => {
  await begin(page);
  // Nobody of an earlier test waits or is served.
  for (;;) {
    if (await page.getByRole("button", { name: /Pabeigt apmeklējumu/ }).isVisible()) {
      await press(page, "F9");
      await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible();
      await page.goto("/counter");
    } else if (await page.getByRole("button", { name: /Paņemt atpakaļ/ }).first().isVisible()) {
      await press(page, "F7");
      await expect(page.getByRole("button", { name: /Pabeigt apmeklējumu/ })).toBeVisible();
    } else {
      break;
    }
  }
});

test("five acts in one visit without the mouse, then the next client", async ({ page }) => {
  await next(page);
  await serve(page, "bernu kopsanas pabalsts", /Bērna kopšanas pabalsts/i, "1");
  await serve(page, "nodoklu gramatina", /grāmatiņ/i, "1");
  await press(page, "4");
  await expect(acts(page)).toHaveCount(3);
  await press(page, "6");
  await expect(acts(page)).toHaveCount(4);
  await serve(page, "malka", /malkas pabalsts/, "1");
  await expect(acts(page)).toHaveCount(5);
  await checkPage(page);
  await press(page, "F9");
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible();

  // The next client is a clean context: nothing of the last one is on the screen.
  await press(page, "F2");
  await expect(acts(page)).toHaveCount(0);
  await expect(page.getByRole("searchbox")).toHaveValue("");
  await expect(page.getByRole("heading", { name: /malkas pabalsts/ })).toHaveCount(0);
  await press(page, "F9");
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible(); // a browser closed in the middle of an answer hangs
});

test("a client waits while a call is served, and is taken back with all his acts", async ({ page }) => {
  await next(page);
  await serve(page, "nozaudeju pasi", /pas/i, "1");
  await press(page, "F4");
  await expect(client(page).getByText(/Gaida|gaida kopš/).first()).toBeVisible();
  await expect(client(page).getByText("Pie galda neviena nav")).toBeVisible();

  await client(page).getByLabel("Kā klients sazinājās").focus();
  await type(page, "Pa t"); // chooses "by telephone" in the list
  await press(page, "F2");
  await expect(client(page).getByText("Pa tālruni").first()).toBeVisible();
  await press(page, "7");
  await expect(acts(page)).toHaveCount(1);
  await press(page, "F9");
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible();

  await press(page, "F7");
  await expect(client(page).getByText("Klātienē").first()).toBeVisible();
  await expect(acts(page)).toHaveCount(1);
  await press(page, "F9");
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible();
});

test("one thing cannot be done here: the reason is asked for and recorded", async ({ page }) => {
  await next(page);
  await press(page, "9");
  await expect(page.getByLabel("Kāpēc nevarēja")).toBeVisible();
  await page.getByLabel("Kāpēc nevarēja").focus();
  await press(page, "Tab");
  await press(page, "Enter");
  await expect(page.getByRole("link", { name: /kāpēc to nevarēja izdarīt/ })).toBeVisible();
  await checkPage(page);
  await page.getByLabel("Kāpēc nevarēja").focus();
  await type(page, "Trūka");
  await press(page, "Tab");
  await press(page, "Enter");
  await expect(acts(page)).toHaveCount(1);
  await expect(acts(page).first()).toContainText("Trūka dokumenta");
});

test("a dead session and a lost network lose nothing", async ({ page, context }) => {
  await next(page);
  await type(page, "malka");
  await press(page, "Enter");
  await expect(page.getByRole("heading", { name: /malkas pabalsts/ })).toBeVisible();
  const saved = page.waitForResponse((r) => r.url().endsWith("/draft") && r.status() === 204);
  await page.getByLabel("Pase").check();
  await saved;

  await context.setOffline(true);
  const lost = page.waitForEvent("requestfailed");
  await page.getByRole("button", { name: "Konsultācija", exact: true }).click({ noWaitAfter: true });
  await lost;
  await context.setOffline(false);
  await context.clearCookies();
  await page.goto("/counter");
  await expect(page).toHaveURL(/sign-in/);
  await begin(page);
  await expect(page.getByRole("heading", { name: /malkas pabalsts/ })).toBeVisible();
  await expect(page.getByLabel("Pase")).toBeChecked();
  await expect(acts(page)).toHaveCount(0);
  await press(page, "2");
  await expect(acts(page)).toHaveCount(1);
  await press(page, "F9");
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible(); // a browser closed in the middle of an answer hangs
});
