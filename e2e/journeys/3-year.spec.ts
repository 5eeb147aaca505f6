// The manager of Cēsis municipality opens the year: the table of the sources stands there exactly, and every figure explains itself.
import { readFile } from "node:fs/promises";
import type { Download, Page } from "@playwright/test";
import { readCsv, readXlsx } from "../harness/sheet.ts";
import { checkHtml, checkPage, expect, signIn, test } from "../harness/index.ts";

const none = null; // no line says anything; another thing than a stated zero

const columns = ["Saņemtie dokumenti", "Nosūtītie dokumenti", "Maksājumi", "Konsultācijas", "Vēstules", "Zvani", "Apkalpotie iedzīvotāji", "Darbības kopā"];

/**
 * As Cēsis municipality has published it, with the sum of acts behind it; residents served are no acts. The payments were taken by the program, one
 * client each, so these clients are residents served too; nobody has published how many those were.
 */
const published: Record<string, (number | null)[]> = {
  Cēsis: [10_400, 6_000, 950, 4_300, 6_700, 1_500, 950, 29_850],
  Rīdzene: [1_038, none, 11, none, none, none, 11, 1_049],
  Dzērbene: [21, none, 409, none, none, none, 409, 430],
  Ineši: [10, none, 141, none, none, none, 141, 151],
  Kaive: [16, none, 126, none, none, none, 126, 142],
  Mārsnēni: [33, none, 107, none, none, none, 107, 140],
  Zosēni: [18, none, 117, none, none, none, 117, 135],
  Taurene: [30, none, 411, 656, none, none, 411, 1_097],
  Veselava: [none, none, 0, none, none, none, 3, 0],
};
const total = [11_566, 6_000, 2_272, 4_956, 6_700, 1_500, 2_275, 32_994];

const number = (text: string) => (text === "–" || text === "" ? none : Number(text.replace(/[\s\u00a0\u202f]/g, "")));

/** The figures of the first table, by the name of the row; the last row is the total. */
async function readTable(page: Page): Promise<[name: string, figures: (number | null)[]][]> {
  const rows = await page.locator("main table").first().locator("tbody tr, tfoot tr").evaluateAll((all) =>
    all.map((row) => {
      const name = row.querySelector("th")?.firstElementChild ?? row.querySelector("th");
      // Beside the figure stands the mark of an import, which is a note and not a part of it.
      return [name?.textContent?.trim() ?? "", ...[...row.querySelectorAll("td")].map((cell) => (cell.querySelector("a, [aria-hidden]") ?? cell).textContent?.trim() ?? "")];
    }),
  );
  return rows.map(([name, ...figures]) => [name ?? "", figures.map(number)]);
}

const downloaded = async (download: Download) => readFile(await download.path());

/** The last column of a file of lines, added up. */
function sumOf(rows: string[][]): number {
  return rows.slice(1).reduce((sum, row) => sum + Number(row.at(-1)), 0);
}

test.beforeEach(async ({ page }) => {
  await signIn(page, "aivars");
  await page.goto("/reports/year");
});

test("the table of the year stands there exactly, and what looks odd is flagged and untouched", async ({ page, demo }) => {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${demo.year}. gads: Cēsu novads`);
  const heads = page.locator("main table").first().locator("thead th");
  expect((await heads.allTextContents()).slice(1).map((text) => text.trim())).toEqual(columns);

  const rows = await readTable(page);
  expect(rows.at(-1)).toEqual(["Kopā", total]);
  const sites = rows.slice(0, -1);
  expect(sites.map(([name]) => name), "each site once, Ineši too").toEqual(Object.keys(published).sort(new Intl.Collator("lv").compare));
  expect(Object.fromEntries(sites)).toEqual(published);
  for (const [i, sum] of total.entries()) {
    expect(sites.reduce((all, [, figures]) => all + (figures[i] ?? 0), 0), columns[i]).toBe(sum);
  }

  const flagged = page.locator("main table").first().locator("tbody tr", { has: page.locator("th .vk-flag") });
  expect((await flagged.locator("th a").allTextContents()).sort()).toEqual(["Rīdzene", "Veselava"]);
  const why = page.locator(".ds-alert", { hasText: "Neparasti, rādīts, kā ierakstīts" }).getByRole("listitem");
  await expect(why).toHaveCount(2);
  await expect(why.first()).toContainText(/Rīdzene.*1.038.*11.*otrādi/);
  await expect(why.last()).toContainText(/Veselava.*iedzīvotāji: 3.*maksājumi: 0/);
  await expect(page.getByText("1 skaitlis ir par mazāk nekā 5 cilvēkiem"), "three people could be recognised").toBeVisible();

  await checkPage(page);
  await checkHtml(await (await page.request.get(page.url())).text());
});

test("a figure opens to its lines, and the lines add up to it", async ({ page }) => {
  const row = page.locator("main table").first().locator("tbody tr", { has: page.getByRole("link", { name: "Kaive", exact: true }) });
  await row.getByRole("link", { name: "126", exact: true }).first().click(); // the other one is the clients who paid
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Kaive");
  await expect(page.getByText("Darbības kopā: 126.")).toBeVisible();
  await checkPage(page);
  let sum = 0;
  for (;;) {
    const lines = page.locator("main table tbody tr");
    for (const text of await lines.locator("td:last-child").allTextContents()) {
      sum += number(text.trim()) ?? 0;
    }
    await expect(lines.filter({ hasNotText: /KAI-1 Nr\. \d+/ }), "each line has its number in the journal of a desk").toHaveCount(0);
    await expect(lines.filter({ hasText: "importēts" }), "payments are taken, not imported").toHaveCount(0);
    const next = page.getByRole("link", { name: "Nākamā" });
    if (!(await next.isVisible())) {
      break;
    }
    await next.click();
  }
  expect(sum).toBe(126);
});

test("every figure of the table adds up from its lines", async ({ page }) => {
  const figures = await page.locator("main table").first().locator("a[data-cell]").evaluateAll((all) =>
    all.map((a) => ({ text: a.textContent?.trim() ?? "", href: (a as HTMLAnchorElement).href })),
  );
  const stated = Object.values(published).flat().filter((n) => n !== none).length + total.length;
  expect(figures).toHaveLength(stated);
  for (const { text, href } of figures) {
    const answer = await page.request.get(href.replace("/reports/lines?", "/reports/lines.csv?"));
    expect(answer.ok(), href).toBe(true);
    expect(sumOf(readCsv(await answer.body())), `${text} at ${href}`).toBe(number(text));
  }
});

test("by month, service, institution and channel: always the same acts", async ({ page, demo }) => {
  for (const [by, least, first] of [
    ["Mēnesis", 12, new RegExp(`^01\\.${demo.year}$`)],
    ["Pakalpojums", 20, /./],
    ["Iestāde", 2, /pašvaldība/],
    ["Kanāls", 3, /Klātienē/],
  ] as const) {
    await page.goto("/reports/year");
    await page.getByRole("navigation", { name: "Tās pašas dienas citādi" }).getByRole("link", { name: by }).click();
    const rows = await readTable(page);
    expect(rows.length - 1, by).toBeGreaterThanOrEqual(least);
    expect(rows.some(([name]) => first.test(name)), by).toBe(true);
    expect(rows.at(-1), by).toEqual(["Kopā", total]);
    for (const [i, sum] of total.entries()) {
      expect(rows.slice(0, -1).reduce((all, [, figures]) => all + (figures[i] ?? 0), 0), `${by}, ${columns[i]}`).toBe(sum);
    }
    await checkPage(page);
  }
});

test("the year is a picture with its table", async ({ page, demo }) => {
  const picture = page.getByRole("img", { name: `Darbības ${demo.year}. gadā pa mēnešiem` });
  await expect(picture).toBeVisible();
  await expect(picture.locator("rect")).toHaveCount(12 * 6); // six kinds of act in twelve months
  await page.getByText("Skaitļi tabulā", { exact: true }).click();
  const rows = page.locator("figure table tbody tr");
  await expect(rows).toHaveCount(12);
  const sums = await rows.locator("td:last-child").allTextContents();
  expect(sums.reduce((all, text) => all + (number(text) ?? 0), 0)).toBe(32_994);
  await checkPage(page);
});

test("the year leaves as CSV and XLSX with the same numbers", async ({ page }) => {
  for (const [name, read] of [["CSV", readCsv], ["XLSX", readXlsx]] as const) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
    expect(download.suggestedFilename()).toMatch(/^year-\d{4}-01-01-\d{4}-12-31\.(csv|xlsx)$/);
    const [head, ...rows] = read(await downloaded(download));
    const at = columns.map((column) => head?.indexOf(column) ?? -1);
    expect(at, name).not.toContain(-1);
    const figures = rows.map((row) => [row[1] ?? "", at.map((i) => number(row[i] ?? ""))]);
    expect(Object.fromEntries(figures), name).toEqual({ ...published, Kopā: total });
    // What was imported stands in a column of its own: here it is everything but the payments, and Veselava's clients.
    const taken = ["Maksājumi", "Apkalpotie iedzīvotāji", "Darbības kopā"];
    for (const [n, column] of columns.entries()) {
      if (!taken.includes(column)) {
        expect(rows.map((row) => row[(at[n] ?? 0) + 1]), `${name}, ${column}`).toEqual(rows.map((row) => row[at[n] ?? 0]));
      }
    }
    const sum = rows.find((row) => row[1] === "Kopā");
    expect(number(sum?.[(at[2] ?? 0) + 1] ?? ""), name).toBe(0);
    expect(number(sum?.[(at[7] ?? 0) + 1] ?? ""), name).toBe(32_994 - 2_272);
    expect(rows.find((row) => row[1] === "Rīdzene")?.at(-1), name).toContain("otrādi");
  }
});

test("another municipality is not to be seen", async ({ page, demo }) => {
  await expect(page.getByRole("link", { name: "Tīkls" })).toHaveCount(0);
  for (const path of [
    "/reports/year?territory=0036000",
    "/reports/acts?centre=livani",
    `/reports/lines?territory=0036000&kind=acts&from=${demo.year}-01-01&to=${demo.year}-12-31`,
    "/reports/year.csv?territory=0036000",
    "/reports/acts.xlsx?centre=livani",
    `/reports/lines.csv?centre=livani&from=${demo.year}-01-01&to=${demo.year}-12-31`,
    "/network",
  ]) {
    expect((await page.request.get(path)).status(), path).toBe(403);
  }
  await page.goto("/reports/year?territory=0036000");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Jums nav tiesību");
  await checkPage(page);
  // Without a place in the address only her own is in the answer.
  const [, ...lines] = readCsv(await (await page.request.get("/reports/acts.csv?by=municipality")).body());
  expect(lines.map((row) => row[1])).toEqual(["Cēsu novads", "Kopā"]);
});
