// The HTML itself: what a browser forgives and a screen reader does not.
import { HtmlValidate, type ConfigData } from "html-validate";

/**
 * Rules that are switched off, each with its reason. The list may only get shorter: the harness's own test holds its length.
 */
export const relaxed: Record<string, string> = {
  "no-trailing-whitespace": "white space at the end of a line means nothing to a reader",
  "long-title": "counts characters for search engines; ours name the page, the centre and the service",
};

const config: ConfigData = {
  root: true,
  extends: ["html-validate:recommended", "html-validate:document"],
  rules: {
    "doctype-style": ["error", { style: "lowercase" }], // as templ writes it
    "require-sri": ["error", { target: "crossorigin" }], // our own files come from our own server
    ...Object.fromEntries(Object.keys(relaxed).map((rule) => [rule, "off"])),
  },
};

const validator = new HtmlValidate(config);

/** Throws with one line per fault in a whole page, as the server sent it. */
export async function checkHtml(html: string): Promise<void> {
  const report = await validator.validateString(html);
  const faults = report.results.flatMap((result) =>
    result.messages.map((m) => `${m.ruleId}: ${m.message} (line ${m.line}${m.selector ? `, ${m.selector}` : ""})`),
  );
  if (faults.length > 0) {
    throw new Error(`faults in the HTML:\n${faults.join("\n")}`);
  }
}
