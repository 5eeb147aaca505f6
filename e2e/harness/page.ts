// What is true of every page: no accessibility violation, no sideways scrolling at 320 px.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";
import type axe from "axe-core";

/** The small form of axe: every page takes it in anew, and that costs more than what it does there. */
const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// WCAG 2.2 AA is the aim (2.1 AA is the law), and the best practices of axe on top.
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails on any violation that axe finds in the page as it stands, and on sideways scrolling at 320 px. */
export async function checkPage(page: Page): Promise<void> {
  expect(await violations(page), `accessibility of ${page.url()}`).toEqual([]);
  expect(await overflow(page), `wider than 320 px: ${page.url()}`).toEqual([]);
}

/** Rules whose answer depends on the colours; whatever else axe looks at is the same in light and dark. */
const coloured = ["color-contrast", "link-in-text-block"];

/** The violations that axe finds, one line each: rule, what is wrong, where. */
export async function violations(page: Page): Promise<string[]> {
  return run(page, { type: "tag", values: tags });
}

/** The violations that other colours may have brought to a page in which violations has found none. */
export async function violationsOfColour(page: Page): Promise<string[]> {
  return run(page, { type: "rule", values: coloured });
}

/** Puts other colours on an open page at once: where they fade over, axe would judge a colour that lasts no longer than a blink. */
export async function recolour(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.evaluate(() => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, ::before, ::after { transition: none !important; }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
  });
  await page.emulateMedia({ colorScheme });
}

/**
 * The elements of a page without their words, a line each: tag, attributes, and which texts are the same, none among them;
 * whether a target is small; and of the choice of languages not which one is chosen. Two pages with one skeleton and one
 * style have the same violations.
 */
export async function skeleton(page: Page): Promise<string> {
  return page.evaluate(() => {
    const worded = /^(?:href|action|title|alt|content|placeholder|value|label|aria-label|data-.+)$/;
    const texts = new Map<string, number>([["", 0]]);
    const sameAs = (words: string | null) => {
      const text = (words ?? "").trim().replaceAll(/\s+/g, " ").toLowerCase();
      return texts.get(text) ?? texts.set(text, texts.size).size - 1;
    };
    const small = (e: Element) => {
      const box = e.getBoundingClientRect();
      return e.matches("a, button, input, select, textarea, summary") && (box.width < 24 || box.height < 24) ? " small" : "";
    };
    const bone = (e: Element) => {
      const choice = e.hasAttribute("hreflang") || e.hasAttribute("data-language");
      const own = [...e.attributes].filter((a) => !(choice && /^aria-(?:current|pressed)$/.test(a.name)) && !(e === document.documentElement && a.name === "lang"));
      const attributes = own.map((a) => (worded.test(a.name) ? `${a.name}~${sameAs(a.value)}` : `${a.name}=${a.value}`));
      const words = [...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.textContent).join(" ");
      return `${e.parentElement?.tagName ?? ""}>${e.tagName} ${attributes.sort().join(" ")} ~${sameAs(words)}${small(e)}`;
    };
    return [...document.querySelectorAll("*")].map(bone).join("\n");
  });
}

async function run(page: Page, runOnly: axe.RunOnly): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) {
    await page.evaluate(source);
  }
  const found = await page.evaluate(async (only) => {
    const engine = (window as unknown as { axe: typeof axe }).axe;
    return (await engine.run(document, { runOnly: only, resultTypes: ["violations"] })).violations;
  }, runOnly);
  return found.flatMap((v) =>
    v.nodes.map((node) => `${v.id}: ${v.help}: ${node.target.join(" ")}: ${node.html.slice(0, 200)}`),
  );
}

/** The elements that make the page scroll sideways at 320 px, the narrowest screen WCAG 1.4.10 asks for. */
export async function overflow(page: Page): Promise<string[]> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 800 });
  const wide = await page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) {
      return [];
    }
    const guilty = [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 0.5)
      .map((e) => `${e.outerHTML.slice(0, 120)} reaches ${Math.round(e.getBoundingClientRect().right)} px`);
    return guilty.length > 0 ? guilty.slice(0, 5) : [`the page is ${root.scrollWidth} px wide`];
  });
  if (before) {
    await page.setViewportSize(before);
  }
  return wide;
}

/**
 * The elements whose text does not fit: it is cut off by a hidden overflow, or runs out of its button or field.
 * The skip link is left out: it is out of sight until it has the focus.
 */
export async function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("body *")]
      .filter((e) => {
        const style = getComputedStyle(e);
        if (e.closest(".ds-sr-only, .ds-skip-link, svg, [hidden]") || e.getClientRects().length === 0 || e.clientWidth <= 1) {
          return false;
        }
        const holds = e.matches("button, .ds-button, .ds-tag, select, kbd") || /hidden|clip/.test(`${style.overflowX} ${style.overflowY}`);
        return holds && !e.matches("input") && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 2);
      })
      .map((e) => `${e.outerHTML.slice(0, 120)} holds ${e.scrollWidth} × ${e.scrollHeight} px in ${e.clientWidth} × ${e.clientHeight}`),
  );
}

/** The elements that show too little when the keyboard reaches them: no outline of 2 px around them. */
export async function faintFocus(page: Page): Promise<string[]> {
  await page.keyboard.press("Tab"); // from now on the browser shows where the focus is
  return page.evaluate(() => {
    const all = document.querySelectorAll<HTMLElement>("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']");
    return [...all]
      .filter((e) => {
        if (e.getClientRects().length === 0 || e.matches(":disabled")) {
          return false;
        }
        e.focus();
        // A tick shows it around its field, label and all.
        const around = [e, e.closest(".ds-field")].filter((one) => one !== null).map((one) => getComputedStyle(one));
        return document.activeElement === e && around.every((style) => style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2);
      })
      .map((e) => e.outerHTML.slice(0, 120));
  });
}
