// Takes the pictures of the README from a running demonstration: `make run` in one terminal, `node e2e/shots.mjs` in another.
// The first argument is the directory of the demonstration (demo-data), the second the language (en).
import { mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const root = new URL("../", import.meta.url);
const [data = fileURLToPath(new URL("demo-data", root)), language = "en"] = process.argv.slice(2);
const pictures = fileURLToPath(new URL("docs/images/", root));
const sheet = JSON.parse(await readFile(`${data}/demo.json`, "utf8"));

const browser = await chromium.launch({
  executablePath: process.env.VIENKOPUS_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});

/** Opens a window of somebody, or of a resident who does not sign in. */
async function open(user) {
  const context = await browser.newContext({
    baseURL: sheet.address,
    viewport: { width: 1280, height: 900 },
    locale: language,
    timezoneId: "Europe/Riga",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(`/sign-in?lang=${language}`);
  const known = sheet.sign_ins.find((one) => one.user === user);
  if (known) {
    await page.fill('[name="sign_in"]', known.user);
    await page.fill('[name="password"]', known.password);
    await page.press('[name="password"]', "Enter");
    await page.waitForURL((url) => url.pathname !== "/sign-in");
  }
  return page;
}

async function shoot(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${pictures}${name}.png` });
  console.log(`docs/images/${name}.png`);
}

await mkdir(pictures, { recursive: true });

// The librarian of Mārsnēni has given advice about the firewood benefit and is about to take the application.
const clerk = await open("ilze");
for (const close = clerk.locator('form[action$="/close"] button'); await close.isVisible(); ) await close.click();
await clerk.keyboard.type("malka");
await clerk.keyboard.press("Enter");
await clerk.waitForSelector("#service");
await clerk.keyboard.press("1");
await clerk.waitForSelector("ol > li");
await clerk.keyboard.type("malka");
await clerk.keyboard.press("Enter");
await clerk.waitForSelector("#service");
await clerk.setViewportSize({ width: 1280, height: 800 }); // what a counter's screen shows at once
await shoot(clerk, "counter");
await clerk.keyboard.press("F9");
await clerk.waitForURL(/said=closed/);

// The librarian of Dzērbene takes a client's water bill and a part of another; then the receipts come out.
const till = await open("inese");
await till.goto("/pay");
if (await till.locator('[name="float"]').isVisible()) {
  await till.fill('[name="float"]', "20");
  await till.keyboard.press("Enter");
  await till.waitForLoadState();
}
await till.fill('[name="q"]', "Ojārs Bērziņš");
await till.keyboard.press("Enter");
await till.waitForURL("**/kept/*");
await till.locator('form[action="/pay/basket"] button').first().click();
await till.waitForSelector('[name="given"]');
await till.locator('form[action="/pay/basket"] button').first().click();
await till.waitForLoadState();
await till.fill('[name="given"]', "200");
await shoot(till, "pay");
await till.keyboard.press("Enter");

const manager = await open("aivars");
await manager.goto("/reports/year");
await shoot(manager, "year");

const resident = await open("");
await resident.goto("/find?q=malka&place=C%C4%93sis");
await resident.mouse.wheel(0, 550); // past the form: the answer is what counts
await resident.waitForTimeout(300);
await shoot(resident, "finder");

await browser.close();
