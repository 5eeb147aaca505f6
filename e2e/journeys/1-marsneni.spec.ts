// The librarian of Mārsnēni, after two months away: a client asks about the firewood benefit.
import type { Page } from "@playwright/test";
import { checkHtml, checkPage, expect, press, signIn, test, type } from "../harness/index.ts";

/** What stands in "this visit", one text an act, newest last. */
const acts = (page: Page) => page.locator("section", { has: page.locator("#this-visit") }).locator("ol > li");

/** The button that records an act of one kind; the button that takes one back is called otherwise. */
const act = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Types the client's words and waits until the best service is open. */
async function find(page: Page, words: string, name: RegExp): Promise<void> {
  await page.getByRole("searchbox").fill(words);
  await page.getByRole("searchbox").press("Enter");
  await expect(page.getByRole("heading", { name })).toBeVisible();
}

test.beforeEach(async ({ page }) => {
  await signIn(page, "ilze");
  await expect(page).toHaveURL(/\/counter/);
  // Whoever left a visit open is not this journey's client.
  for (const close = page.getByRole("button", { name: /Pabeigt apmeklējumu/ }); await close.isVisible(); ) {
    await close.click();
  }
});

test("guided: search, read, record, a call in between, close", async ({ page }) => {
  await checkPage(page);
  await checkHtml(await (await page.request.get(page.url())).text());

  await page.getByRole("searchbox").fill("malka");
  await page.getByRole("button", { name: "Meklēt" }).click();
  await expect(page.getByRole("heading", { name: /malkas pabalsts/ })).toBeVisible();
  for (const guide of ["Pajautājiet", "Klientam vajag līdzi", "Ko darīt", "Pasakiet klientam"]) {
    await expect(page.getByText(guide, { exact: true })).toBeVisible();
  }
  await checkPage(page);

  await act(page, "Konsultācija").click();
  await expect(page.getByText(/Pierakstīts: Konsultācija/)).toBeVisible();
  await expect(acts(page)).toHaveCount(1);

  await find(page, "malka", /malkas pabalsts/);
  await act(page, "Iesniegums").click();
  // The benefit demands a look at a document: the screen says so, nothing is lost, nothing is recorded.
  await expect(page.getByText(/apskatiet klienta pasi/).first()).toBeVisible();
  await expect(acts(page)).toHaveCount(1);
  await checkPage(page);
  await page.getByLabel("Personas apliecība").check();
  await act(page, "Iesniegums").click();
  await expect(acts(page)).toHaveCount(2);

  await act(page, "Dokuments saņemts").click();
  await expect(acts(page)).toHaveCount(3);

  await page.getByRole("button", { name: /Atbildēts zvans/ }).click();
  await expect(page.getByText("Zvans pierakstīts.")).toBeVisible();
  await expect(acts(page), "the call is a visit of its own").toHaveCount(3);

  await acts(page).last().getByRole("button", { name: /Atsaukt/ }).click();
  await expect(page.getByText("Darbība atsaukta.")).toBeVisible();
  await expect(acts(page).last().getByText("atsaukts")).toBeVisible();

  await page.getByRole("button", { name: /Pabeigt apmeklējumu/ }).click();
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible();
  await expect(acts(page)).toHaveCount(0);
});

test("the same by keyboard alone, at most three decisions for a consultation", async ({ page }) => {
  await type(page, "malka");
  await expect(page.getByRole("searchbox")).toHaveValue("malka");
  await press(page, "Enter"); // 1: which service
  await expect(page.getByRole("heading", { name: /malkas pabalsts/ })).toBeVisible();
  await press(page, "1"); // 2: what was done
  await expect(acts(page)).toHaveCount(1);
  await press(page, "F8"); // the telephone rings in between
  await expect(page.getByText("Zvans pierakstīts.")).toBeVisible();
  await press(page, "F9"); // 3: the client leaves
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible();
});

test("what cannot be done here says where it can, and is recorded with its reason", async ({ page }) => {
  await find(page, "bērna kopšanas pabalsts", /Bērna kopšanas pabalsts/i);
  await expect(page.getByText(/Šajā centrā to nedara:/)).toBeVisible();
  await expect(page.getByText(/Tuvākais centrs, kur var: /)).toBeVisible();
  await expect(page.getByRole("button", { name: /Iesniegums/ })).toHaveCount(0);
  await checkPage(page);
  await press(page, "9");
  await expect(acts(page)).toHaveCount(1);
  await expect(acts(page).first()).toContainText("Šajā centrā to nedara");
  await press(page, "F9");
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible(); // a browser closed in the middle of an answer hangs
});

test("a form sent twice has one effect, and a stale page says so", async ({ page, context }) => {
  await find(page, "malka", /malkas pabalsts/);
  const other = await context.newPage();
  await other.goto(page.url());
  const form = await page.locator("#kind").evaluate((f) => Object.fromEntries(new FormData(f as HTMLFormElement)) as Record<string, string>);
  const sent = { form: { ...form, kind: "consultation" }, headers: { "Sec-Fetch-Site": "same-origin" } };
  for (const time of [1, 2, 3]) {
    const answer = await page.request.post("/counter/acts", sent);
    expect(answer.ok(), `sent the ${time}. time`).toBe(true);
  }
  await page.goto("/counter");
  await expect(acts(page)).toHaveCount(1);
  // The same form with other contents is a stale page: nothing is recorded, and the screen says so.
  const stale = await page.request.post("/counter/acts", { ...sent, form: { ...sent.form, kind: "letter" } });
  expect(stale.status()).toBe(409);
  await page.reload();
  await expect(acts(page)).toHaveCount(1);
  await press(page, "F9");
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible();
  // The second tab was opened before the visit began; what it sends is an act of a new visit, and is seen to be.
  await act(other, "Konsultācija").click();
  await expect(acts(other)).toHaveCount(1);
  await press(other, "F9");
  await expect(other.getByText("Apmeklējums pabeigts.")).toBeVisible();
});

test("a closed visit is corrected by a new line, and the first stays visible", async ({ page }) => {
  await find(page, "malka", /malkas pabalsts/);
  await press(page, "1");
  await expect(acts(page)).toHaveCount(1);
  await press(page, "F9");
  const today = page.locator("section", { has: page.locator("#this-visit") }).locator("ul > li").first();
  await today.getByRole("link").click();
  await checkPage(page);
  await checkHtml(await (await page.request.get(page.url())).text());
  await page.getByRole("link", { name: /^Labot/ }).click();
  await checkPage(page);
  await page.getByRole("button", { name: "Saglabāt labojumu" }).click();
  await expect(page.getByRole("link", { name: /kāpēc labojat/i }).first()).toBeVisible();
  await page.getByLabel("Tā nebija").check();
  await page.getByRole("button", { name: "Saglabāt labojumu" }).click();
  await expect(page.getByText(/Labojums saglabāts/)).toBeVisible();
  await expect(page.getByText("izlabots")).toBeVisible();
  await page.getByRole("link", { name: "Lapiņa klientam" }).click();
  await checkPage(page);
});
