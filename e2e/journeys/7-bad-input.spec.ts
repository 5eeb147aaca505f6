// What goes wrong at a counter: wrong words, large and broken requests, two tabs, two presses, two people, strangers, and paper.
import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { clipped, faintFocus, overflow, violations } from "../harness/page.ts";
import { checkPage, expect, signIn, test } from "../harness/index.ts";

const acts = (page: Page) => page.locator("section", { has: page.locator("#this-visit") }).locator("ol > li");
const act = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const sameOrigin = { "Sec-Fetch-Site": "same-origin" };

/** Signs in at the desk and leaves nobody there of an earlier journey. */
async function begin(page: Page, who: string): Promise<void> {
  await signIn(page, who);
  await page.goto("/counter");
  if (page.url().includes("/desk")) {
    await page.getByLabel(/CES-1/).check();
    await page.getByRole("button", { name: "Strādāt šeit" }).click();
  }
  for (;;) {
    const close = page.getByRole("button", { name: /Pabeigt apmeklējumu/ });
    const resume = page.getByRole("button", { name: /Paņemt atpakaļ/ }).first();
    await expect(page.getByRole("heading", { name: "Ko vajag?" })).toBeVisible();
    if (await close.isVisible()) {
      await close.click();
    } else if (await resume.isVisible()) {
      await resume.click();
    } else {
      return;
    }
    await page.goto("/counter");
  }
}

test("a wrong password: what is wrong is said, read out, and the name is kept", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Lietotājvārds").fill("rita");
  await page.getByLabel("Parole").fill("koks-koks");
  await page.getByRole("button", { name: "Ieiet" }).click();
  const summary = page.getByRole("group", { name: "Lūdzu, izlabojiet 1 kļūdu" });
  await expect(summary).toBeFocused();
  await expect(summary).toContainText("Lietotājvārds vai parole nav pareiza");
  await expect(page.getByLabel("Lietotājvārds")).toHaveValue("rita");
  await expect(page.getByLabel("Parole")).toHaveValue("");
  await summary.getByRole("link").click();
  await expect(page.locator("input:focus")).toHaveAttribute("autocomplete", /username|current-password/);
  await checkPage(page);
});

test("ten megabytes are refused in words, and the visit is as it was", async ({ page }) => {
  await begin(page, "sanita");
  await page.goto("/counter?q=malka");
  await act(page, "Konsultācija").click();
  await expect(acts(page)).toHaveCount(1);
  const large = "ā".repeat(5_000_000);
  for (const [path, answer] of [
    ["/counter/acts", await page.request.post("/counter/acts", { form: { kind: "letter", q: large }, headers: sameOrigin })],
    ["/sign-in", await page.request.post("/sign-in", { form: { sign_in: large, password: "x" }, headers: sameOrigin })],
  ] as const) {
    expect(answer.status(), path).toBe(413);
    expect(await answer.text(), path).toMatch(/Nosūtītais ir pārāk liels\. Lielākais pieļaujamais apjoms ir [\d\s]+ kB\./);
  }
  await page.goto("/counter");
  await expect(acts(page)).toHaveCount(1);
  await page.keyboard.press("F9");
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible();
});

test("broken UTF-8 is refused in words, in a form, in an address and in a program's request", async ({ page, demo }) => {
  await begin(page, "sanita");
  const broken = Buffer.from([0x6b, 0x69, 0x6e, 0x64, 0x3d, 0xc4, 0x28, 0xff]); // kind=…
  const form = await page.request.post("/counter/acts", { data: broken, headers: { ...sameOrigin, "Content-Type": "application/x-www-form-urlencoded" } });
  expect(form.status()).toBe(400);
  expect(await form.text()).toContain("Nosūtītais satur zīmes, ko nevar nolasīt");
  expect((await page.request.get("/find?q=%C4%28%FF")).status()).toBe(400);
  const token = demo.tokens.find((t) => t.label === "desk CES-2")?.token;
  const program = await page.request.post("/api/v1/visits", {
    data: Buffer.from([0x7b, 0x22, 0x63, 0x68, 0x61, 0x6e, 0x6e, 0x65, 0x6c, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]),
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Idempotency-Key": randomUUID() },
  });
  expect(program.status()).toBe(400);
  expect(program.headers()["content-type"]).toContain("application/problem+json");
  await page.goto("/counter");
  await expect(acts(page)).toHaveCount(0);
});

test("pages that are not there say so, with a way on", async ({ page }) => {
  await begin(page, "sanita");
  for (const path of ["/nothing", "/visits/not-a-number", `/visits/${randomUUID()}`, `/visits/${randomUUID()}/slip`, "/services/none", "/centres/none", "/counter/nothing"]) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Lapa nav atrasta");
    await expect(page.getByRole("link", { name: "Uz sākumu" })).toBeVisible();
    expect(await page.content(), path).not.toMatch(/goroutine|panic|sql:|\.go:/);
  }
});

test("a visit closed in the first tab takes nothing more from the second", async ({ page, context }) => {
  await begin(page, "sanita");
  await page.goto("/counter?q=malka");
  await act(page, "Konsultācija").click();
  await expect(acts(page)).toHaveCount(1);
  const second = await context.newPage();
  await second.goto("/counter?q=malka");
  await page.keyboard.press("F9");
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible();

  await act(second, "Konsultācija").click();
  await expect(second.getByRole("group", { name: /Lūdzu, izlabojiet/ })).toContainText("Apmeklējums jau ir pabeigts");
  await expect(acts(second)).toHaveCount(0);
  await checkPage(second);
  await page.goto("/counter");
  await expect(page.locator("section", { has: page.locator("#this-visit") }).locator("ul > li").first()).toContainText("1 darbība");
});

test("a double click has one effect", async ({ page }) => {
  await begin(page, "sanita");
  await page.goto("/counter?q=malka");
  await act(page, "Konsultācija").dblclick();
  await expect(page.getByText(/Pierakstīts: Konsultācija/)).toBeVisible();
  await page.goto("/counter");
  await expect(acts(page)).toHaveCount(1);
  // The same without our script, which spares the second request: the key of the form is what counts.
  const answers = await page.goto("/counter?q=malka").then(() =>
    page.locator("#kind").evaluate(async (form) => {
      const body = new URLSearchParams([...new FormData(form as HTMLFormElement)].map(([name, value]) => [name, String(value)]));
      body.set("kind", "letter");
      const send = () => fetch("/counter/acts", { method: "POST", body }).then((answer) => answer.status);
      return Promise.all([send(), send(), send()]);
    }),
  );
  expect(answers).toEqual([200, 200, 200]);
  await page.goto("/counter");
  await expect(acts(page)).toHaveCount(2);
  await page.keyboard.press("F9");
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible();
});

test("the next person at the desk sees nothing that the last one typed", async ({ page, demo }) => {
  await begin(page, "sanita");
  await page.keyboard.press("F2");
  await expect(page.getByText(/Apkalpo kopš/)).toBeVisible();
  await page.goto("/counter?q=malka");
  const saved = page.waitForResponse((r) => r.url().endsWith("/draft") && r.status() === 204);
  await page.getByLabel("Pase").check();
  await saved;
  const desk = await page.locator(".vk-user .vk-number").textContent();

  await page.getByRole("link", { name: "Cits darbinieks" }).click();
  await page.getByLabel(/Lietotājvārds/).fill("janis");
  await page.getByLabel("Parole").fill(demo.sign_ins.find((p) => p.user === "janis")?.password ?? "");
  await page.getByRole("button", { name: "Turpināt" }).click();
  await expect(page.locator(".vk-user")).toContainText("Jānis Liepa");
  await page.goto("/counter");
  await expect(page.locator(".vk-user .vk-number"), "the desk is the same").toHaveText(desk ?? "");
  await expect(page.getByRole("searchbox")).toHaveValue("");
  await expect(page.getByRole("heading", { name: /malkas pabalsts/ })).toHaveCount(0);
  expect(await page.content()).not.toContain("Sanita");
  await page.goto("/counter?q=malka");
  await expect(page.getByLabel("Pase"), "that a document was seen is for him to say").not.toBeChecked();

  // The back button asks the server, which knows who is there now.
  for (let i = 0; i < 6 && !page.url().includes("sign-in"); i++) {
    await page.goBack();
    await expect(page.locator("header"), page.url()).not.toContainText("Sanita");
    await expect(page.locator("input[name=identity]:checked"), page.url()).toHaveCount(0);
  }
  await page.goto("/counter");
  await page.keyboard.press("F9");
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible();
});

test("another site can send nothing in somebody's name", async ({ page }) => {
  await begin(page, "sanita");
  for (const headers of [{ "Sec-Fetch-Site": "cross-site" }, { "Sec-Fetch-Site": "same-site" }, { Origin: "https://elsewhere.example" }]) {
    for (const path of ["/counter/calls", "/visits", "/sign-out", "/me", "/switch"]) {
      const answer = await page.request.post(path, { form: { key: randomUUID() }, headers });
      expect(answer.status(), `${path} ${JSON.stringify(headers)}`).toBe(403);
      expect(await answer.text()).toContain("nāca no citas vietnes");
    }
  }
  // A real page of nowhere that sends its form here.
  const here = new URL(page.url()).origin;
  await page.goto("about:blank");
  await page.setContent(`<form method="post" action="${here}/sign-out"><button>Win a car</button></form>`);
  await page.getByRole("button").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Jums nav tiesību");
  await page.goto(`${here}/counter`);
  await expect(page.locator(".vk-user"), "she is still there").toContainText("Sanita Kalēja");
  await expect(acts(page)).toHaveCount(0);
});

test("the slip on paper: the client's words alone, whole on every width", async ({ page }) => {
  await begin(page, "sanita");
  for (const words of ["nodoklu gramatina", "ipasuma nodokla atvieglojumi", "malka"]) {
    await page.goto(`/counter?q=${words}`);
    await page.keyboard.press("1");
    await expect(page.getByText(/Pierakstīts: Konsultācija/)).toBeVisible();
  }
  await page.keyboard.press("F9");
  await expect(page.getByText("Apmeklējums pabeigts.")).toBeVisible();
  await page.locator("section", { has: page.locator("#this-visit") }).locator("ul > li a").first().click();
  await page.getByRole("link", { name: "Lapiņa klientam" }).click();
  await expect(page.getByRole("button", { name: "Drukāt" })).toBeVisible();

  await page.emulateMedia({ media: "print" });
  for (const gone of [page.getByRole("banner"), page.getByRole("contentinfo"), page.getByRole("navigation").first(), page.getByRole("button", { name: "Drukāt" }), page.getByText("Tiešsaistē")]) {
    await expect(gone).toBeHidden();
  }
  await expect(page.getByRole("heading", { name: "Kas jāņem līdzi" })).toHaveCount(3);
  await expect(page.locator("body")).toHaveCSS("color", "rgb(0, 0, 0)");
  // A4, A5, and the paper of receipts: 80 and 58 mm at 96 dots an inch.
  for (const width of [794, 559, 302, 219]) {
    await page.setViewportSize({ width, height: 1000 });
    expect(await clipped(page), `${width} px`).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${width} px`).toBeLessThanOrEqual(0);
  }
  expect((await page.pdf({ format: "A5" })).subarray(0, 5).toString()).toBe("%PDF-");
});

test.describe("forced colours", () => {
  test.use({ contextOptions: { forcedColors: "active", reducedMotion: "reduce" } });

  test("what is chosen, pressed and reached can still be seen", async ({ page }) => {
    await begin(page, "sanita");
    await page.goto("/counter?q=malka");
    expect(await page.evaluate(() => matchMedia("(forced-colors: active)").matches)).toBe(true);
    for (const button of await page.locator("main button:visible").all()) {
      await expect(button, await button.innerText()).toHaveCSS("border-top-style", /solid|double/);
    }
    await expect(page.locator(".vk-nav a[aria-current]")).toHaveCSS("border-bottom-style", "solid");
    expect(await faintFocus(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page)).toEqual([]);
  });
});
