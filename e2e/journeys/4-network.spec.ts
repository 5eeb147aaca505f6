// The manager of the network: everybody at a glance, who is silent, and what has been published that does not add up.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import type { APIRequestContext, Page } from "@playwright/test";
import { ownData, program } from "../harness/app.ts";
import { checkHtml, checkPage, expect, signIn, test } from "../harness/index.ts";

const areas = (page: Page) => page.locator("main table").first().locator("tbody tr");
const area = (page: Page, name: string) => areas(page).filter({ has: page.getByRole("link", { name, exact: true }) });
const silent = (page: Page) => page.locator("main table").last().locator("tbody tr");
const cell = async (page: Page, name: string, column: number) => (await area(page, name).locator("td").nth(column).textContent())?.trim() ?? "";
const number = (text: string) => Number(text.replace(/[^\d]/g, ""));

/** Records a consultation at a desk, as a program does that has a token for it. */
async function serve(request: APIRequestContext, desk: string): Promise<void> {
  const db = join(ownData(), "vienkopus.db");
  const { stdout } = await promisify(execFile)(program(), ["token", "create", "journey", "--desk", desk, "--db", db]);
  const post = (path: string, data: unknown) =>
    request.post(`/api/v1${path}`, { data, headers: { Authorization: `Bearer ${stdout.trim()}`, "Idempotency-Key": randomUUID() } });
  const opened = await post("/visits", {});
  expect(opened.status()).toBe(201);
  const { id } = (await opened.json()) as { id: string };
  expect((await post(`/visits/${id}/acts`, { kind: "consultation", service: "municipality-firewood-benefit" })).status()).toBe(201);
  expect((await post(`/visits/${id}/close`, {})).ok()).toBe(true);
}

test.beforeEach(async ({ page }) => {
  await signIn(page, "marta");
  await page.goto("/network");
});

test("all municipalities, and a centre in every parish as a figure that adds up", async ({ page }) => {
  for (const name of ["Alūksnes novads", "Cēsu novads", "Limbažu novads", "Līvānu novads", "Mažeikių rajonas", "Tukuma novads"]) {
    await expect(area(page, name)).toHaveCount(1);
  }
  await expect(areas(page)).toHaveCount(6);

  const panel = page.locator("section", { has: page.getByRole("heading", { name: "Centrs katrā pagastā" }) });
  const [, covered, units] = /kuros ir centrs: (\d+) no (\d+)\./.exec((await panel.textContent()) ?? "") ?? [];
  const parts = (await areas(page).locator("td:nth-of-type(4)").allTextContents()).map((text) => /(\d+) no (\d+)/.exec(text)).filter((part) => part !== null);
  expect(parts.reduce((sum, part) => sum + Number(part[1]), 0)).toBe(Number(covered));
  expect(parts.reduce((sum, part) => sum + Number(part[2]), 0)).toBe(Number(units));
  await expect(panel.locator(".vk-figure")).toHaveText(new RegExp(`^${Math.floor((100 * Number(covered)) / Number(units))}\\s%$`));
  await expect(areas(page).filter({ hasText: "saraksts nav pārbaudīts" }), "what nobody has checked is marked").toHaveCount(6);

  await checkPage(page);
  await checkHtml(await (await page.request.get(page.url())).text());
});

test("who has been silent for 30 days is named, until an act is recorded there", async ({ page, request, demo }) => {
  const title = page.getByRole("heading", { name: "Kas klusē ilgāk par 30 dienām" });
  await expect(title).toBeVisible();
  const counted = (await areas(page).locator("td:nth-of-type(5)").allTextContents()).reduce((sum, text) => sum + number(text), 0);
  await expect(silent(page)).toHaveCount(counted);

  // A library of Cēsis municipality of which nobody has heard this month; its imported year names its desk.
  const quiet = silent(page).filter({ hasText: "Cēsu novads" }).filter({ hasNotText: /^\s*Cēsis/ }).last();
  const link = quiet.getByRole("link");
  const [name, centre] = [(await link.textContent())?.trim() ?? "", new URL((await link.getAttribute("href")) ?? "", "http://x").searchParams.get("centre")];
  const before = number(await cell(page, "Cēsu novads", 4));
  await page.goto(`/reports/lines?centre=${centre}&from=${demo.year}-01-01&to=${demo.year}-12-31`);
  const desk = (await page.locator("main table tbody th").first().textContent())?.trim().split(" ")[0] ?? "";
  await serve(request, desk);

  await page.goto("/network");
  await expect(silent(page).filter({ has: page.getByRole("link", { name, exact: true }) })).toHaveCount(0);
  await expect(silent(page)).toHaveCount(counted - 1);
  expect(number(await cell(page, "Cēsu novads", 4))).toBe(before - 1);
});

test("down into a municipality, a centre, and its lines", async ({ page }) => {
  await expect(area(page, "Cēsu novads").locator("a[data-cell]").first()).toHaveText(/^32.994$/);
  await area(page, "Cēsu novads").getByRole("link", { name: "Cēsu novads" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Cēsu novads");
  await expect(page.locator("main table tfoot").first()).toContainText(/32.994/);
  await expect(page.getByLabel("Pašvaldība")).toHaveValue("0026000");

  await page.getByRole("link", { name: "Taurene", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Taurene");
  await page.locator("main table tfoot a").last().click();
  await expect(page.getByText(/Darbības kopā: 1.097\./)).toBeVisible();
});

test("what has been published stands with its contradictions", async ({ page }) => {
  await page.goto("/reports/published");
  const claim = (title: string) => page.locator("section", { has: page.getByRole("heading", { name: title, exact: true }) });

  const pvs = claim("Darbības PVS 2016. gada augustā");
  await expect(pvs.locator(".vk-figure")).toHaveText(/^25.500$/);
  await expect(pvs.locator("dd")).toHaveText([/^16.650$/, /^2.500$/, /^6.300$/, /^25.450$/]);
  await expect(pvs).toContainText(/par 50 lielāks nekā tā daļu summa \(25.450\)/);
  await expect(pvs).toContainText(/Mūsu rindas dod 25.450/);

  await expect(claim("Pašvaldības, kurās ir centrs").locator(".vk-figure")).toHaveText("34");
  const all = claim("Visas pašvaldības");
  await expect(all.locator(".vk-figure")).toHaveText("43");
  await expect(all.locator("dd")).toHaveText(["25", "9", "1", "35"]);
  await expect(all).toContainText("par 8 lielāks nekā tā daļu summa (35)");
  await checkPage(page);
  await checkHtml(await (await page.request.get(page.url())).text());

  // Our own lines make 25 450, and open.
  await pvs.getByRole("link", { name: "Mūsu rindas" }).click();
  await expect(page.getByText(/Darbības kopā: 25.450\./)).toBeVisible();
});
