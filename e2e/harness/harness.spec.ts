// The safety nets of the journeys, each with a fault planted in front of it: a check that cannot fail is a defect.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test as plain, type Browser, type Page } from "@playwright/test";
import { startApp, type App } from "./app.ts";
import { checkHtml, relaxed } from "./html.ts";
import { looks } from "./look.ts";
import { checkPage, clipped, faintFocus, overflow, recolour, skeleton, violations, violationsOfColour } from "./page.ts";
import { readCsv, readXlsx } from "./sheet.ts";
import { watch } from "./watch.ts";

const trial = resolve(import.meta.dirname, "trial/app.mjs");
const quick = { stop: 1000, log: "trial.log" };

const sound = `<!doctype html>
<html lang="lv">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sākums</title></head>
<body><main><h1>Sākums</h1><p>Labdien!</p></main></body>
</html>
`;

const inMain = (inner: string) => sound.replace("<p>Labdien!</p>", inner);

plain.describe("accessibility", () => {
  plain("a sound page passes", async ({ page }) => {
    await page.setContent(sound);
    await checkPage(page);
  });

  const planted: [rule: string, inner: string][] = [
    ["image-alt", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'],
    ["color-contrast", '<p style="color: #aaa; background: #fff">Labdien!</p>'],
    ["label", '<input name="sum">'],
    ["target-size", '<button style="height: 12px; width: 12px; padding: 0">a</button><button style="height: 12px; width: 12px; padding: 0">b</button>'],
    ["heading-order", "<h3>Maksājums</h3>"],
  ];
  for (const [rule, inner] of planted) {
    plain(`a planted fault is found: ${rule}`, async ({ page }) => {
      await page.setContent(inMain(inner));
      expect((await violations(page)).map((line) => line.split(":")[0])).toContain(rule);
      await expect(checkPage(page)).rejects.toThrow(rule);
    });
  }

  plain("sideways scrolling at 320 px is found, and the window gets its size back", async ({ page }) => {
    await page.setContent(inMain('<div style="width: 600px">a table</div>'));
    const before = page.viewportSize();
    expect((await overflow(page)).join()).toContain("600px");
    expect(page.viewportSize()).toEqual(before);
    await expect(checkPage(page)).rejects.toThrow("wider than 320 px");
  });

  plain("other colours are looked at alone", async ({ page }) => {
    await page.setContent(inMain('<p style="color: #aaa; background: #fff">Labdien!</p><input name="sum">'));
    expect((await violationsOfColour(page)).map((line) => line.split(":")[0])).toEqual(["color-contrast"]);
  });

  plain("other colours are there at once, however slowly they fade over", async ({ page }) => {
    const style = "p { color: #111; transition: color 9s } @media (prefers-color-scheme: dark) { p { color: #aaa } }";
    await page.setContent(inMain(`<style>${style}</style><p>Labdien!</p>`));
    expect(await violations(page)).toEqual([]);
    await recolour(page, "dark");
    expect((await violationsOfColour(page)).map((line) => line.split(":")[0])).toEqual(["color-contrast"]);
  });

  plain("pages that differ in words alone have one skeleton, and no others", async ({ page }) => {
    const bones = async (inner: string) => {
      await page.setContent(inMain(inner));
      return skeleton(page);
    };
    const lv = await bones('<a href="/lv" title="Uz sākumu" class="a">Labdien!</a>');
    expect(await bones('<a href="/en" title="Start" class="a">Hello!</a>')).toBe(lv);
    for (const other of [
      '<a href="/en" title="Start" class="a"></a>',
      '<a href="/en" title="" class="a">Hello!</a>',
      '<a href="/en" title="Start" class="b">Hello!</a>',
      '<a href="/en" class="a">Hello!</a>',
      '<a href="/en" title="Start" class="a">Hello!<b></b></a>',
      '<p><a href="/en" title="Start" class="a">Hello!</a></p>',
      '<a href="/en" title="Hello!" class="a">Hello!</a>',
    ]) {
      expect(await bones(other), other).not.toBe(lv);
    }
    const button = (words: string) => bones(`<button style="padding: 0; border: 0; height: 30px">${words}</button>`);
    expect(await button("Hello!")).toBe(await button("Labdien!"));
    expect(await button("!"), "too small to be hit").not.toBe(await button("Labdien!"));
  });

  plain("text that is cut off, or runs out of its button, is found", async ({ page }) => {
    await page.setContent(inMain('<p style="width: 9em; overflow: hidden; white-space: nowrap">Klientu apkalpošanas centrs</p><button style="width: 3em">Konsultācija</button>'));
    const found = await clipped(page);
    expect(found.map((line) => line.slice(0, 3))).toEqual(["<p ", "<bu"]);
    await page.setContent(inMain('<div style="width: 9em; overflow-x: auto"><p style="white-space: nowrap">Klientu apkalpošanas centrs</p></div><button>Konsultācija</button>'));
    expect(await clipped(page)).toEqual([]);
  });

  plain("a focus that cannot be seen is found", async ({ page }) => {
    await page.setContent(inMain('<style>a:focus { outline: 3px solid } .faint:focus { outline: none }</style><a class="faint" href="#a">Sākums</a><a href="#b">Beigas</a>'));
    expect((await faintFocus(page)).join()).toMatch(/^<a class="faint"[^,]*$/);
  });

  plain("a wide table that scrolls inside its own frame is fine", async ({ page }) => {
    await page.setContent(inMain('<div style="overflow-x: auto" tabindex="0"><div style="width: 600px">a table</div></div>'));
    expect(await overflow(page)).toEqual([]);
  });
});

plain.describe("HTML", () => {
  plain("a sound page passes", () => checkHtml(sound));

  const planted: [rule: string, html: string][] = [
    ["close-order", inMain("<p><b>Labdien!</p></b>")],
    ["no-dup-id", inMain('<p id="a">1</p><p id="a">2</p>')],
    ["element-permitted-content", inMain("<ul><div>1</div></ul>")],
    ["no-inline-style", inMain('<p style="color: red">1</p>')],
    ["missing-doctype", sound.replace("<!doctype html>\n", "")],
  ];
  for (const [rule, html] of planted) {
    plain(`a planted fault is found: ${rule}`, async () => {
      await expect(checkHtml(html)).rejects.toThrow(rule);
    });
  }

  plain("our own elements and attributes are no faults", () =>
    checkHtml(inMain('<ds-field data-size="md"><p hx-get="/services" hx-target="#found">1</p></ds-field>')),
  );

  plain("the list of relaxed rules only gets shorter", () => {
    expect(Object.keys(relaxed).length).toBeLessThanOrEqual(2);
    for (const [rule, reason] of Object.entries(relaxed)) {
      expect(reason.length, rule).toBeGreaterThan(20);
    }
  });
});

plain.describe("files", () => {
  plain("CSV is read with quotes, line ends and an empty cell", () => {
    const file = Buffer.from('\ufeffCentrs;Skaits\r\n"Cēsis; ""1""\nēka";\r\n');
    expect(readCsv(file)).toEqual([["Centrs", "Skaits"], ['Cēsis; "1"\nēka', ""]]);
  });

  plain("a CSV that was cut off, or is not UTF-8, is a fault", () => {
    expect(() => readCsv(Buffer.from("Centrs;Skaits\nCēs"))).toThrow("does not end with a line");
    expect(() => readCsv(Buffer.from([0x43, 0xfe, 0x0a]))).toThrow();
  });

  plain("an XLSX that was cut off is a fault", () => {
    expect(() => readXlsx(Buffer.from("PK\u0003\u0004 the beginning of one"))).toThrow("cut off");
  });
});

plain.describe("the program under test", () => {
  plain.afterEach(() => {
    delete process.env["TRIAL"];
  });

  plain("starts on its own data, answers in every look, and leaves nothing behind", async ({ browser }) => {
    const app = await startApp(trial, quick);
    for (const look of looks) {
      await inLook(browser, app, look, async (page) => {
        await expect(page.locator("html")).toHaveAttribute("lang", look.language);
        await checkPage(page);
        expect(await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches)).toBe(look.colours === "dark");
      });
    }
    await app.stop();
    expect(existsSync(app.data)).toBe(false);
    await expect(fetch(app.demo.address)).rejects.toThrow();
  });

  plain("one that ends early is reported with its last words", async () => {
    process.env["TRIAL"] = "dies";
    await expect(startApp(trial, quick)).rejects.toThrow(/status 3\nno room on the disk/);
  });

  plain("one that never gets ready is reported", async () => {
    process.env["TRIAL"] = "silent";
    await expect(startApp(trial, { ...quick, ready: 3_000 })).rejects.toThrow("answers 503");
  });

  plain("one that does not stop is a fault", async () => {
    process.env["TRIAL"] = "deaf";
    const app = await startApp(trial, quick);
    await expect(app.stop()).rejects.toThrow("did not stop");
    expect(existsSync(app.data)).toBe(false);
  });

  plain("what a page does behind the reader's back is seen", async ({ browser }) => {
    const app = await startApp(trial, quick);
    const context = await browser.newContext();
    const faults = watch(context, app.demo.address);
    const page = await context.newPage();
    await page.goto(app.demo.address);
    expect(faults).toEqual([]);
    await page.evaluate(() => {
      const image = new Image();
      image.src = "http://elsewhere.invalid/a.png";
      document.body.append(image);
      window.setTimeout(() => {
        throw new Error("planted");
      });
    });
    await expect.poll(() => faults.join("\n")).toMatch(/Content Security Policy/);
    await expect.poll(() => faults.join("\n")).toMatch(/script error: planted/);
    await page.goto("http://elsewhere.invalid/").catch(() => undefined);
    expect(faults.join("\n")).toContain("another host: elsewhere.invalid");
    await context.close();
    await app.stop();
  });
});

async function inLook(browser: Browser, app: App, look: (typeof looks)[number], body: (page: Page) => Promise<void>) {
  const context = await browser.newContext({ locale: look.locale, colorScheme: look.colours, baseURL: app.demo.address });
  const faults = watch(context, app.demo.address);
  const page = await context.newPage();
  await page.goto("/");
  await body(page);
  expect(faults).toEqual([]);
  await context.close();
}
