// Money at a small library: a client in Dzērbene pays, a son pays his late father's bill, one pays partly by card, and mistakes are mended.
import type { Page } from "@playwright/test";
import { checkPage, eachLook, expect, press, signIn, test, type } from "../harness/index.ts";

const basket = (page: Page) => page.locator("section", { has: page.locator("#basket") });
const owed = (page: Page) => page.locator("section", { has: page.locator("#owed") });
const sheets = (page: Page) => page.locator(".vk-sheet");

/** Begins at the payments of Dzērbene with an open till and an empty basket. */
async function begin(page: Page): Promise<void> {
  await signIn(page, "inese");
  await page.goto("/pay");
  const float = page.getByLabel(/Maiņas nauda kasē/);
  if (await float.isVisible()) {
    await float.fill("20");
    await page.keyboard.press("Enter");
    await expect(float).toBeHidden();
  }
  for (;;) {
    const remove = basket(page).getByRole("button", { name: /^Izņemt/ }).first();
    if (!(await remove.isVisible())) break;
    await remove.click();
    await page.waitForLoadState();
  }
}

/** Looks bills up by what a client says, and waits for the answer. */
async function find(page: Page, words: string): Promise<void> {
  await page.getByLabel(/Nolasiet rēķina kodu/).fill(words);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/kept/*");
  const open = page.getByRole("button", { name: /^Atvērt:/ }).first();
  if (await open.isVisible()) { // several persons are alike: initials and houses, until one is opened
    const list = page.url();
    await open.click();
    await page.waitForURL((url) => url.href !== list && url.pathname.startsWith("/kept/"));
  }
}

/** What a bill says in the list of what was found. */
interface Found {
  number: string;
  cents: number;
}

async function bill(page: Page, what: string, nth = 0): Promise<Found> {
  const row = owed(page).locator("li").filter({ hasText: what }).nth(nth);
  await expect(row).toBeVisible();
  const text = (await row.innerText()).replaceAll("\u00a0", " ");
  return { number: /[A-Z]\d{4}-\d{5}/.exec(text)?.[0] ?? "", cents: cents(/([\d ]+,\d\d) €/.exec(text)?.[1] ?? "") };
}

const cents = (text: string): number => Number(text.replaceAll(/[\s\u00a0€]/g, "").replace(",", ""));
const euro = (n: number): string => `${Math.floor(n / 100)},${String(n % 100).padStart(2, "0")}`;

/** A scanner types the code of a bill faster than any hand, and Enter behind each line. */
async function scan(page: Page, code: string): Promise<void> {
  await page.waitForLoadState("load");
  await page.evaluate((text) => {
    for (const c of text) {
      const key = c === "\n" ? "Enter" : c;
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
  }, code);
}

/** The payment code that the water company prints on a bill. */
const codeOf = (b: Found): string =>
  ["BCD", "002", "1", "SCT", "", "SIA Udens un kanalizacija", "LV17DEMO0000000000002", `EUR${(b.cents / 100).toFixed(2)}`, "", "", b.number].join("\n");

/** Counts the keys that a hand presses from now on. */
async function countKeys(page: Page): Promise<() => Promise<number>> {
  let keys = 0;
  await page.exposeFunction("pressed", () => keys++);
  await page.addInitScript(() => {
    document.addEventListener("keydown", (e) => e.isTrusted && (window as unknown as { pressed: () => void }).pressed(), true);
  });
  return async () => keys;
}

test("Dzērbene: water and a part of the tax that the post has not brought, fifty euro, two receipts", async ({ page }) => {
  await begin(page);
  await find(page, "ojārs bērziņš");
  const water = await bill(page, "Ūdens");
  await page.goto("/pay");
  await scan(page, codeOf(water));
  await expect(basket(page).getByText(water.number)).toBeVisible();
  // The paper shows itself alone; all that this payer owes, over all creditors, is one press away.
  await expect(owed(page).getByText("Nekustamā īpašuma nodoklis")).toBeHidden();
  await owed(page).getByRole("button", { name: "Citi šī maksātāja rēķini" }).click();
  await expect(owed(page).getByText("Nekustamā īpašuma nodoklis")).toBeVisible();
  const tax = await bill(page, "Nekustamā īpašuma nodoklis");
  await owed(page).getByRole("button", { name: /^Pievienot: Nekustamā/ }).click();
  await expect(basket(page).getByText(tax.number)).toBeVisible();
  await basket(page).getByLabel("Maksā", { exact: true }).nth(1).fill("10");
  await checkPage(page);
  await basket(page).getByLabel(/Saņemts skaidrā naudā/).fill("50");
  const change = 5000 - water.cents - 1000;
  await expect(basket(page).locator("[data-change-out]")).toHaveText(`${euro(change)}\u00a0€`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Samaksāts");
  await expect(page.locator(".vk-change .vk-figure")).toHaveText(`${euro(change)}\u00a0€`);
  await expect(sheets(page)).toHaveCount(2);
  await expect(sheets(page).nth(0)).toContainText(water.number);
  await expect(sheets(page).nth(1)).toContainText(tax.number);
  await expect(page.getByRole("button", { name: /Drukāt kvītis/ })).toBeFocused();
  await checkPage(page);
  // A part of the tax is left, and the water is gone.
  await page.goto("/pay");
  await find(page, tax.number);
  await expect(basket(page).getByText(tax.number)).toBeHidden(); // what is typed waits for a press
  await expect(owed(page).getByRole("button", { name: new RegExp(`^Pievienot: .*${tax.number}`) })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(basket(page).getByLabel("Maksā", { exact: true })).toHaveValue(euro(tax.cents - 1000));
  await expect(owed(page).getByText(water.number)).toBeHidden();
});

test("from a scanned bill to the printed receipt in at most six keystrokes", async ({ page }) => {
  await begin(page);
  await find(page, "anna bērziņa");
  const water = await bill(page, "Ūdens");
  const pressed = await countKeys(page);
  await page.goto("/counter"); // a scanner works anywhere, at the counter too
  await scan(page, codeOf(water));
  await expect(basket(page).getByText(water.number)).toBeVisible();
  await expect(basket(page).getByLabel(/Saņemts skaidrā naudā/)).toBeFocused();
  await page.keyboard.type("50");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /Drukāt kvītis/ })).toBeFocused();
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute("data-printed", "yes");
  });
  await page.keyboard.press("Enter");
  await expect(page.locator("body")).toHaveAttribute("data-printed", "yes");
  expect(await pressed()).toBeLessThanOrEqual(6);
});

test("the son pays the bill in his late father's name; he himself is named only because he wishes so", async ({ page }) => {
  await begin(page);
  await find(page, "pēteris bērziņš");
  const water = await bill(page, "Ūdens");
  await owed(page).getByRole("button", { name: /^Pievienot: Ūdens/ }).first().click();
  await expect(basket(page).getByText(water.number)).toBeVisible();
  await basket(page).getByText("Vārds kvītī, papīra kvīts").click();
  await basket(page).getByLabel(/Maksātāja vārds kvītī/).fill("Juris Bērziņš");
  await page.getByRole("button", { name: /^Tieši/ }).click();
  await expect(sheets(page)).toHaveCount(1);
  await expect(sheets(page)).toContainText("Juris Bērziņš");
  await expect(sheets(page)).toContainText(water.number);
  await expect(sheets(page)).toContainText("Pēteris Bērziņš"); // in whose name the bill is, as the bill says
});

test("a part in cash and a part by card; a card that is refused takes nothing", async ({ page }) => {
  await begin(page);
  await find(page, "vija bērziņa");
  const water = await bill(page, "Ūdens");
  await owed(page).getByRole("button", { name: /^Pievienot: Ūdens/ }).first().click();
  await expect(basket(page).getByText(water.number)).toBeVisible();
  await press(page, "F8");
  await basket(page).getByLabel(/^Ar karti/).fill("5,13"); // the simulated terminal refuses thirteen cents
  await page.getByRole("button", { name: /^Tieši/ }).click();
  await expect(page.locator("main").getByText(/Karte noraidīta/).first()).toBeVisible();
  await checkPage(page);
  await basket(page).getByLabel(/^Ar karti/).fill("5,17"); // and gives no answer to seventeen, the first time
  await page.getByRole("button", { name: /^Tieši/ }).click();
  await expect(page.locator("main").getByText(/Terminālis neatbild/).first()).toBeVisible();
  await page.getByRole("button", { name: /^Tieši/ }).click();
  await expect(sheets(page)).toHaveCount(1);
  await expect(sheets(page)).toContainText("5,17");
  await expect(sheets(page)).toContainText(euro(water.cents - 517));
});

test("the bank takes a card payment back: the accountant notes it, and the bill is open again", async ({ page, browser, demo }) => {
  await begin(page);
  await find(page, "zenta zariņa");
  const water = await bill(page, "Ūdens");
  await owed(page).getByRole("button", { name: /^Pievienot: Ūdens/ }).first().click();
  await press(page, "F8");
  await basket(page).getByLabel(/^Ar karti/).fill(euro(water.cents));
  await press(page, "F9");
  await expect(sheets(page)).toHaveCount(1);
  const receipt = /DZE-1 \d+/.exec(await sheets(page).innerText())?.[0] ?? "";
  // Whoever calls reads the check code from his paper; the desk finds the same one by the number.
  const code = /([2-9A-Z]{4}-){2}[2-9A-Z]{4}/.exec(await sheets(page).innerText())?.[0] ?? "no code";
  await page.goto(`/payments?receipt=${encodeURIComponent(receipt)}`);
  await expect(page.locator("main").getByText(code)).toBeVisible();

  const context = await browser.newContext({ baseURL: demo.address, locale: "lv-LV", timezoneId: "Europe/Riga" });
  const accountant = await context.newPage();
  await signIn(accountant, "kristine");
  await accountant.goto("/office/0026000/bank");
  await accountant.getByRole("link", { name: "Karšu atsaukumi" }).click();
  await checkPage(accountant);
  const note = async (name: string, day: string) => {
    await accountant.getByLabel("Kvīts numurs").fill(name);
    await accountant.locator('[name="day"]').fill(day);
    await accountant.getByRole("button", { name: "Ierakstīt atsaukumu" }).click();
  };
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Riga" }).format(new Date());
  const problems = accountant.locator("main");
  await note("DZE-1", today);
  await expect(problems.getByText(/Ierakstiet kvīts sēriju un numuru/).first()).toBeVisible();
  await checkPage(accountant);
  await note("DZE-1 999999", today);
  await expect(problems.getByText(/Šādas kvīts nav/).first()).toBeVisible();
  await note(receipt, "2020-01-01");
  await expect(problems.getByText(/nevar būt pirms maksājuma/).first()).toBeVisible();
  await expect(accountant.getByLabel("Kvīts numurs")).toHaveValue(receipt);
  await note(receipt.toLowerCase(), today);
  await expect(accountant.getByText("Atsaukums ir ierakstīts; rēķini atkal ir atvērti.")).toBeVisible();
  await expect(accountant.getByRole("row", { name: new RegExp(receipt) })).toContainText(euro(water.cents));
  await checkPage(accountant);
  await note(receipt, today);
  await expect(problems.getByText(/Šo maksājumu banka jau ir atsaukusi/).first()).toBeVisible();
  await expect(accountant.getByRole("row", { name: new RegExp(receipt) })).toHaveCount(1);
  await accountant.getByRole("link", { name: "Birojs" }).last().click();
  await accountant.waitForURL(/\/office\//);
  await context.close();

  await page.goto("/pay");
  await find(page, water.number);
  await page.keyboard.press("Enter");
  await expect(basket(page).getByLabel("Maksā", { exact: true })).toHaveValue(euro(water.cents));
});

test("perhaps already paid; then a void, and a copy that says so", async ({ page }) => {
  await begin(page);
  await find(page, "visvaldis bērziņš");
  const water = await bill(page, "Ūdens");
  await owed(page).getByRole("button", { name: /^Pievienot: Ūdens/ }).first().click();
  await page.getByRole("button", { name: /^Tieši/ }).click();
  await expect(sheets(page)).toHaveCount(1);
  const first = /DZE-1 \d+/.exec(await sheets(page).innerText())?.[0] ?? "";
  // The same bill once more.
  await page.goto("/pay");
  await find(page, water.number);
  await owed(page).getByRole("button", { name: /^Pievienot: Ūdens/ }).click();
  await page.getByRole("button", { name: /^Tieši/ }).click();
  await expect(page.locator("main").getByText(`kvīts ${first}`).first()).toBeVisible();
  await checkPage(page);
  await page.getByLabel(/klients to zina un vēlas samaksāt/).check();
  await page.getByRole("button", { name: /^Tieši/ }).click();
  await expect(sheets(page)).toHaveCount(1);
  const second = /DZE-1 \d+/.exec(await sheets(page).innerText())?.[0] ?? "";
  expect(second).not.toBe(first);
  // It was a mistake after all.
  await page.goto("/payments");
  await checkPage(page);
  await page.getByRole("link", { name: second }).click();
  await checkPage(page);
  await page.getByLabel("Kāpēc").selectOption({ label: "samaksāts divreiz" });
  await page.getByRole("button", { name: "Anulēt kvīti" }).click();
  await expect(sheets(page)).toHaveAttribute("data-kind", "void");
  await expect(sheets(page)).toContainText(second);
  await page.goto("/payments");
  await expect(page.getByRole("row", { name: new RegExp(second) })).toContainText("anulēts");
  // The first one is printed again: a copy, and the next one is the second copy.
  for (const copy of ["KOPIJA 1", "KOPIJA 2"]) {
    await page.goto("/payments");
    await page.getByRole("link", { name: first, exact: true }).click();
    await page.getByRole("button", { name: `Drukāt kopiju: ${first}` }).click();
    await expect(sheets(page)).toContainText(copy);
  }
});

test("two tabs and a form that is sent twice: one payment, one receipt", async ({ page, context }) => {
  await begin(page);
  await find(page, "lūcija zariņa");
  await bill(page, "Ūdens");
  await owed(page).getByRole("button", { name: /^Pievienot: Ūdens/ }).first().click();
  await expect(basket(page).locator("li")).toHaveCount(1);
  const form = await page.locator('form[action="/pay"]').evaluate((f) => new URLSearchParams(new FormData(f as HTMLFormElement) as unknown as Record<string, string>).toString());
  const send = () =>
    context.request.post("/pay", { data: `${form}&tender=exact`, headers: { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin" }, maxRedirects: 0 });
  const [one, two] = await Promise.all([send(), send()]);
  expect([one.status(), two.status()]).toEqual([303, 303]);
  expect(one.headers()["location"]).toBe(two.headers()["location"]);
});

eachLook("the payments in every look, with a search and a basket", async ({ page }) => {
  await signIn(page, "inese");
  await page.goto("/pay");
  await page.locator('input[name="q"]').fill("ausma");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/kept/*");
  await checkPage(page);
  await page.goto("/payments");
  await checkPage(page);
});

test("what cannot be found, and a code that is damaged", async ({ page }) => {
  await begin(page);
  await find(page, "Nezināmais Cilvēks");
  await expect(owed(page).getByText(/Neviens nesamaksāts rēķins netika atrasts/)).toBeVisible();
  await page.goto("/pay");
  await scan(page, "BCD\n002\n1\nSCT\n\nSIA Vinda\nLV17DEMO00");
  await expect(page.locator("main").getByText(/Maksājuma kods ir bojāts/).first()).toBeVisible();
  await type(page, "x");
});
