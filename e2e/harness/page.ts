// What is true of every page: no accessibility violation, no sideways scrolling at 320 px.
import { expect, type Page } from "@playwright/test";
import axe from "axe-core";

// WCAG 2.2 AA is the aim (2.1 AA is the law), and the best practices of axe on top.
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails on any violation that axe finds in the page as it stands, and on sideways scrolling at 320 px. */
export async function checkPage(page: Page): Promise<void> {
  expect(await violations(page), `accessibility of ${page.url()}`).toEqual([]);
  expect(await overflow(page), `wider than 320 px: ${page.url()}`).toEqual([]);
}

/** The violations that axe finds, one line each: rule, what is wrong, where. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async (values) => {
    const engine = (window as unknown as { axe: typeof axe }).axe;
    return (await engine.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] })).violations;
  }, tags);
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
