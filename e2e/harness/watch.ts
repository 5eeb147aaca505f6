// Watches what pages do besides what the test looks at.
import type { BrowserContext } from "@playwright/test";

/** Collects script errors, breaches of the content security policy and requests to hosts other than ours. */
export function watch(context: BrowserContext, ours: string): string[] {
  const faults: string[] = [];
  const host = new URL(ours).host;
  context.on("weberror", (error) => faults.push(`script error: ${error.error().message}`));
  context.on("console", (message) => {
    if (message.type() === "error" && message.text().includes("Content Security Policy")) {
      faults.push(message.text());
    }
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.host !== host) {
      faults.push(`request to another host: ${url.host}`);
    }
  });
  return faults;
}
