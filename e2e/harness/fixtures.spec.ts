// The fixtures journeys use, tried on whatever program is under test.
import { eachLook, expect, signIn, test } from "./index.ts";

eachLook("the first page is in the reader's language and colours", async ({ page, look }) => {
  await page.goto("/");
  expect(await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches)).toBe(look.colours === "dark");
});

test("everybody whom demo.json names can sign in", async ({ demo, browser }) => {
  expect(demo.sign_ins.length).toBeGreaterThan(0);
  for (const person of demo.sign_ins) {
    const context = await browser.newContext({ baseURL: demo.address });
    await signIn(await context.newPage(), person.user);
    await context.close();
  }
});

test("a name that nobody has is refused with the names there are", async ({ page, demo }) => {
  await expect(signIn(page, "nobody at all")).rejects.toThrow(demo.sign_ins[0]?.user ?? "");
});
