// What a scan shows and what a typed number shows, and what a sign-in lost in the middle leaves on the page of payments.
import type { Page } from "@playwright/test";
import { checkPage, expect, press, signIn, test, type SignIn } from "../harness/index.ts";

const basket = (page: Page) => page.locator("section", { has: page.locator("#basket") });
const owed = (page: Page) => page.locator("section", { has: page.locator("#owed") });
const card = (page: Page) => page.locator("details[data-card]");

/** Begins at the payments of Dzērbene with an open till and an empty basket. */
async function begin(page: Page): Promise<SignIn> {
  const who = await signIn(page, "inese");
  await page.goto("/pay");
  const float = page.getByLabel(/Maiņas nauda kasē/);
  if (await float.isVisible()) {
    await float.fill("20");
    await page.keyboard.press("Enter");
    await expect(float).toBeHidden();
  }
  const empty = page.getByRole("button", { name: "Iztukšot grozu" });
  if (await empty.isVisible()) await empty.click();
  await expect(empty).toBeHidden();
  return who;
}

/** The number of the water bill of somebody who is found by name. */
async function water(page: Page, name: string): Promise<string> {
  await page.getByLabel(/Nolasiet rēķina kodu/).fill(name);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/kept/*");
  const open = page.getByRole("button", { name: /^Atvērt:/ }).first();
  if (await open.isVisible()) {
    const list = page.url();
    await open.click();
    await page.waitForURL((url) => url.href !== list && url.pathname.startsWith("/kept/"));
  }
  const text = await owed(page).locator("li").filter({ hasText: "Ūdens" }).first().innerText();
  await page.goto("/pay");
  return /[A-Z]\d{4}-\d{5}/.exec(text)?.[0] ?? "";
}

/** A scanner types faster than any hand, into whatever has the focus. */
async function scan(page: Page, code: string): Promise<void> {
  await page.waitForLoadState("load");
  await page.evaluate((text) => {
    for (const c of text) {
      const key = c === "\n" ? "Enter" : c;
      const on = document.activeElement ?? document.body;
      const goes = on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      if (!goes || !(on instanceof HTMLInputElement)) continue;
      if (key === "Enter") on.form?.requestSubmit();
      else on.value += key;
    }
  }, code);
}

test("a bar code read into the search field is in the basket at once; the same number typed waits for Enter", async ({ page }) => {
  await begin(page);
  const number = await water(page, "anna bērziņa");
  const field = page.getByLabel(/Nolasiet rēķina kodu/);
  await field.focus();
  await scan(page, `${number}\n`);
  await expect(basket(page).getByText(number)).toBeVisible();
  await expect(basket(page).getByLabel(/Saņemts skaidrā naudā/)).toBeFocused();
  await page.getByRole("button", { name: "Iztukšot grozu" }).click();
  await expect(basket(page).getByText(number)).toBeHidden();

  await field.fill(number);
  await page.keyboard.press("Enter");
  await expect(owed(page).getByText(number)).toBeVisible();
  await expect(basket(page).getByText(number)).toBeHidden();
  await checkPage(page);
  await expect(owed(page).getByRole("button", { name: new RegExp(`^Pievienot: .*${number}`) })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(basket(page).getByText(number)).toBeVisible();
});

test("a bar code read at the counter, where services are searched, is in the basket", async ({ page }) => {
  await begin(page);
  const number = await water(page, "anna bērziņa");
  await page.goto("/counter");
  await scan(page, `${number}\n`);
  await expect(basket(page).getByText(number)).toBeVisible();
});

/** Loses the session, sends the form, and signs in again: back on the page with what was typed. */
async function lose(page: Page, who: SignIn): Promise<void> {
  await page.context().clearCookies();
  await press(page, "F9");
  await page.waitForURL("**/sign-in?**");
  const form = page.locator('form:has(input[autocomplete="current-password"])');
  await form.locator('input[autocomplete="username"]').fill(who.user);
  await form.locator('input[autocomplete="current-password"]').fill(who.password);
  await form.locator('button:not([type="button"])').click();
  await page.waitForURL("**/pay?kept=**");
  await page.waitForLoadState("load");
}

test("after a sign-in lost in the middle the sections are as they were, and the card names no sum by itself", async ({ page }) => {
  const who = await begin(page);
  const number = await water(page, "anna bērziņa");
  await scan(page, `${number}\n`);
  await expect(basket(page).getByText(number)).toBeVisible();
  await basket(page).getByLabel(/Saņemts skaidrā naudā/).fill("20");
  await lose(page, who);
  await expect(basket(page).getByLabel(/Saņemts skaidrā naudā/)).toHaveValue("20,00");
  await expect(card(page)).not.toHaveAttribute("open");
  await expect(page.locator('input[name="card"]')).toHaveValue("");

  // The section of the card open, its sum taken out again, and a name in the other one.
  await press(page, "F8");
  await expect(page.locator('input[name="card"]')).not.toHaveValue("");
  await page.locator('input[name="card"]').fill("");
  await page.getByText("Vārds kvītī, papīra kvīts").click();
  await page.getByLabel(/Maksātāja vārds kvītī/).fill("Juris Bērziņš");
  await lose(page, who);
  await expect(card(page)).toHaveAttribute("open");
  await expect(page.getByLabel(/Maksātāja vārds kvītī/)).toHaveValue("Juris Bērziņš");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))); // the browser has told of every section by now
  await expect(page.locator('input[name="card"]')).toHaveValue("");
  await page.getByRole("button", { name: "Iztukšot grozu" }).click();
});
