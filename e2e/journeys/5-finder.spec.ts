// A resident, not signed in: where is the nearest centre that is open now and does what I need?
import type { APIRequestContext, Page } from "@playwright/test";
import { checkHtml, checkPage, expect, test } from "../harness/index.ts";

interface Centre {
  code: string;
  class: string;
  open_now: boolean;
  next_change?: string;
  point: { lat: number; lon: number };
}

const marsneni = { lat: 57.4215, lon: 25.5809 };

/** Great-circle metres on a sphere of 6 371 km. */
function metres(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const h = Math.sin(rad(b.lat - a.lat) / 2) ** 2 + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lon - a.lon) / 2) ** 2;
  return 2 * 6_371_000 * Math.asin(Math.sqrt(h));
}

/** The codes of the standing centres that fit, the nearest first. */
async function nearest(request: APIRequestContext, from: { lat: number; lon: number }, fits: (c: Centre) => boolean): Promise<string[]> {
  const { items } = (await (await request.get("/api/v1/centres")).json()) as { items: Centre[] };
  const standing = items.filter((c) => c.class !== "mobile" && fits(c));
  return standing.sort((a, b) => metres(from, a.point) - metres(from, b.point)).map((c) => c.code);
}

const cards = (page: Page) => page.locator("section", { has: page.locator("#found") }).locator("ol > li");
const codes = async (page: Page) =>
  (await cards(page).locator("h3 a").evaluateAll((all) => all.map((a) => a.getAttribute("href") ?? ""))).map((href) => href.replace("/centres/", ""));

/** Every card says whether the centre is open, until when or from when. */
async function sayWhen(page: Page): Promise<void> {
  for (const card of await cards(page).all()) {
    await expect(card).toContainText(/Atvērts līdz \d\d:\d\d\.|(Atvērs|Brauks) (šodien|rīt|\S+dien, \d\d\.\d\d\.\d{4},) plkst\. \d\d:\d\d\.|Ceļā līdz \d\d:\d\d\./);
  }
}

test("the nearest centre that is open now and does what he needs", async ({ page, request }) => {
  await page.goto("/");
  await checkPage(page);
  await page.getByLabel(/Kas jums vajadzīgs/).fill("malka");
  await page.getByLabel(/Kur jūs esat/).fill("Mārsnēni");
  await page.getByLabel("Tagad atvērts").check();
  await page.getByRole("button", { name: "Meklēt" }).click();
  await expect(page).toHaveURL(/\/find\?.*q=malka.*open=yes/);

  const bring = page.locator("section", { has: page.getByRole("heading", { name: /malkas pabalsts/ }) });
  await expect(bring.getByRole("heading", { name: "Kas jāņem līdzi" })).toBeVisible();
  await expect(bring.getByRole("listitem").filter({ hasText: "pase vai eID karte" })).toHaveCount(1);

  const open = await nearest(request, marsneni, (c) => c.open_now);
  await sayWhen(page);
  if (open.length > 0) {
    expect(await codes(page)).toEqual(open.slice(0, 8));
    await expect(cards(page).getByText("Atvērts", { exact: true })).toHaveCount(Math.min(open.length, 8));
  } else {
    // At night and on Sundays nothing is: then the nearest say when they open.
    await expect(page.getByRole("heading", { name: /Neviens piemērots centrs tagad nav atvērts/ })).toBeVisible();
    expect((await codes(page))[0]).toBe((await nearest(request, marsneni, () => true))[0]);
    await expect(cards(page).getByText("Atvērts", { exact: true })).toHaveCount(0);
  }
  await checkPage(page);
  await checkHtml(await (await page.request.get(page.url())).text());
});

test("hours, the way in and what can be done stand on the page of the centre", async ({ page }) => {
  await page.goto("/find?q=malka&place=marsneni");
  const first = cards(page).first();
  await expect(first).toContainText("mazāk nekā 1 km");
  await expect(first).toContainText(/Bez pakāpieniem \(nav pārbaudīts\)/);
  await expect(first).toContainText("Šeit var: konsultācija, iesniegums");
  await first.locator("summary").click();
  await expect(first.locator("tbody tr")).toHaveCount(7);
  await expect(first.locator("tbody tr", { hasText: "šodien" })).toHaveCount(1);

  await first.getByRole("link", { name: "Mārsnēni" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mārsnēni");
  const week = page.locator("section", { has: page.locator("#hours") });
  await expect(week.locator("table").first().locator("tbody tr")).toHaveCount(7);
  await expect(week.getByText(/Parastais darba laiks: Ziema/)).toBeVisible();
  const access = page.getByRole("region", { name: "Kā iekļūt" });
  await expect(access.locator("tr", { hasText: "Ieeja bez pakāpieniem" })).toContainText(/ir \(nav pārbaudīts\).*\d\d\.\d\d\.\d{4}/s);
  await expect(page.locator("section", { has: page.locator("#does") })).toContainText("Pašvaldības pakalpojumi");
  await checkPage(page);
});

test("a village without diacritics, and a state service that the library does not give", async ({ page, request }) => {
  for (const typed of ["marsneni", "MARSNENI", "Mārsnēnos"]) {
    await page.goto(`/find?place=${encodeURIComponent(typed)}`);
    await expect(page.getByText(/Attālums skaitīts.*: Mārsnēni/), typed).toBeVisible();
    expect((await codes(page))[0], typed).toBe("marsneni");
    await sayWhen(page);
  }
  await page.goto("/find");
  await page.getByLabel(/Kas jums vajadzīgs/).fill("maternitates pabalsts");
  await page.getByLabel(/Kur jūs esat/).fill("marsneni");
  await page.getByLabel(/Kur jūs esat/).press("Enter");
  await expect(page.getByRole("heading", { name: "Maternitātes pabalsts" })).toBeVisible();
  const nearer = page.locator(".ds-alert", { hasText: "Tuvāk ir Mārsnēni" });
  await expect(nearer).toContainText("Šo pakalpojumu tur nesniedz.");
  const may = await nearest(request, marsneni, (c) => c.class === "unified");
  expect((await codes(page)).filter((code) => !code.endsWith("-bus"))).toEqual(may.slice(0, (await codes(page)).filter((code) => !code.endsWith("-bus")).length));
  await checkPage(page);
});

test("somebody in a wheelchair is sent only where he gets in", async ({ page }) => {
  await page.goto("/find?place=ridzene&step=yes");
  await expect(page.getByText("Tuvāk ir Rīdzene")).toBeVisible();
  for (const card of await cards(page).all()) {
    await expect(card).toContainText(/Bez pakāpieniem|Ar pacēlāju/);
  }
  await page.goto("/find?place=Atlantida&q=xyzzy");
  await expect(page.getByText(/Vietu «Atlantida» neatradām/)).toBeVisible();
  await expect(page.getByText(/Pakalpojumu «xyzzy» neatradām/)).toBeVisible();
  await checkPage(page);
});

test.describe("near me", () => {
  test.use({ geolocation: { latitude: 57.312244, longitude: 25.278911 }, permissions: ["geolocation"] });

  test("a hundred metres are enough, and the address can be kept", async ({ page }) => {
    await page.goto("/find?q=malka&place=Tukums");
    expect((await codes(page))[0]).toBe("tukums");
    await page.getByRole("button", { name: "Izmantot manu atrašanās vietu" }).click();
    await expect(page.getByText("no jūsu atrašanās vietas")).toBeVisible();
    const sent = new URL(page.url()).searchParams;
    expect([sent.get("lat"), sent.get("lon")], "no house can be told from it").toEqual(["57.312", "25.279"]);
    expect((await codes(page))[0]).toBe("cesis");
    await expect(cards(page).first()).toContainText("mazāk nekā 1 km");
    // A place that is typed afterwards counts again.
    await page.getByLabel(/Kur jūs esat/).fill("zoseni");
    await page.getByRole("button", { name: "Meklēt" }).click();
    await expect(page.getByText(/no vietas: Zosēni/)).toBeVisible();
  });
});

test("who does not tell where he is reads what to do instead", async ({ page }) => {
  await page.goto("/find");
  await page.getByRole("button", { name: "Izmantot manu atrašanās vietu" }).click();
  await expect(page.getByText("Atrašanās vietu noteikt neizdevās. Ierakstiet ciema vai pilsētas nosaukumu.")).toBeVisible();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the whole way works", async ({ page }) => {
    await page.goto("/");
    await expect(page.getByRole("button", { name: "Izmantot manu atrašanās vietu" }), "it could do nothing").toBeHidden();
    await page.getByLabel(/Kas jums vajadzīgs/).fill("berna kopsanas pabalsts");
    await page.getByLabel(/Kur jūs esat/).fill("Dzērbene");
    await page.getByRole("button", { name: "Meklēt" }).click();
    await expect(page.getByRole("heading", { name: "Bērna kopšanas pabalsts" })).toBeVisible();
    expect((await codes(page))[0]).toBe("taurene");
    await cards(page).first().locator("summary").click();
    await expect(cards(page).first().locator("tbody tr").first()).toBeVisible();
    await cards(page).first().getByRole("link", { name: "Taurene" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Taurene");
    await page.getByRole("link", { name: "English" }).click();
    await expect(page.getByRole("heading", { name: "Opening hours" })).toBeVisible();
    await page.getByRole("link", { name: "Services", exact: true }).click();
    await page.getByLabel("What do you need?").fill("passport");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("listitem").getByRole("link", { name: /passport/i }).first().click();
    await page.getByRole("link", { name: "Where to get it" }).click();
    await expect(cards(page).first()).toBeVisible();
  });
});
