// What a journey imports: test and expect with the program's address set, and the helpers.
import { expect, test as base, type Page } from "@playwright/test";
import { ownData, readDemo, type Demo, type SignIn } from "./app.ts";
import { looks, type Look } from "./look.ts";
import { watch } from "./watch.ts";

export { checkHtml } from "./html.ts";
export { checkPage } from "./page.ts";
export { expect };
export type { Look, SignIn };

interface Fixtures {
  /** What the running demonstration says about itself: address, sign-ins, tokens, year. */
  demo: Demo;
  /** The look of this test; set by eachLook. */
  look: Look;
  /** Fails a test whose page had a script error, broke the content security policy or asked another host. */
  watched: void;
}

export const test = base.extend<Fixtures>({
  look: [looks[0] as Look, { option: true }],
  demo: async ({}, use) => {
    await use(readDemo(ownData()));
  },
  baseURL: async ({ demo }, use) => {
    await use(demo.address);
  },
  locale: async ({ look }, use) => {
    await use(look.locale);
  },
  colorScheme: async ({ look }, use) => {
    await use(look.colours);
  },
  watched: [
    async ({ context, demo }, use) => {
      const faults = watch(context, demo.address);
      await use();
      expect(faults, "what the pages did behind the reader's back").toEqual([]);
    },
    { auto: true },
  ],
});

/** Declares the test six times: in lv, en and lt, light and dark. The page it ends on must be in that language. */
export function eachLook(title: string, body: (of: { page: Page; demo: Demo; look: Look }) => Promise<void>): void {
  for (const look of looks) {
    test.describe(`${look.language}, ${look.colours}`, () => {
      test.use({ look });
      test(title, async ({ page, demo }) => {
        await body({ page, demo, look });
        await expect(page.locator("html"), "the language of the page").toHaveAttribute("lang", look.language);
      });
    });
  }
}

/** Signs in as somebody of the demonstration, named by user name, role or desk; the first who fits. */
export async function signIn(page: Page, who: string): Promise<SignIn> {
  const { sign_ins: people } = readDemo(ownData());
  const person = people.find((p) => [p.user, p.role, p.desk].includes(who));
  if (!person) {
    throw new Error(`nobody is ${who}; there are ${people.map((p) => `${p.user} (${p.role}, ${p.desk})`).join(", ")}`);
  }
  await page.goto("/sign-in");
  // What the fields are for is said in the page, so that password managers find them; so do we.
  const form = page.locator('form:has(input[autocomplete="current-password"])');
  await form.locator('input[autocomplete="username"]').fill(person.user);
  await form.locator('input[autocomplete="current-password"]').fill(person.password);
  await form.locator('button:not([type="button"])').click();
  await expect(page, `${person.user} is not signed in`).not.toHaveURL(/\/sign-in/);
  return person;
}

/** Presses a key once the page listens: its script runs when the page is loaded, a little after it can be seen. */
export async function press(page: Page, key: string): Promise<void> {
  await page.waitForLoadState();
  await page.keyboard.press(key);
}

/** Types once the page listens. */
export async function type(page: Page, text: string): Promise<void> {
  await page.waitForLoadState();
  await page.keyboard.type(text);
}

/** Today where the counters are, as 2026-06-23: near midnight it is another day than in UTC. */
export function today(): string {
  return new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Riga" });
}
