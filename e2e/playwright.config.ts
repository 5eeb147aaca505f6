// How the journeys run: one browser, one worker, one program under test, which global set-up starts.
import { defineConfig, devices } from "@playwright/test";

// Nothing but the program under test may be talked to, and a container has neither a sandbox nor a graphics card.
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// Two runs beside each other need two places.
const results = process.env["VIENKOPUS_E2E_RESULTS"] ?? "results";

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: `${results}/artifacts`,
  globalSetup: "./harness/setup.ts",
  // The journeys share one program and its data, as people at one counter do; a retry would hide what only sometimes fails.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  reporter: [
    ["list", { printSteps: false }],
    ["json", { outputFile: `${results}/report.json` }],
  ],
  use: {
    ...devices["Desktop Chrome"],
    browserName: "chromium",
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    locale: "lv-LV",
    timezoneId: "Europe/Riga",
    screenshot: "only-on-failure",
    // Recording every step costs a quarter of the time; whoever looks for the cause of a failure asks for it: --trace on.
    trace: "off",
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      executablePath: process.env["VIENKOPUS_CHROMIUM"] ?? "/usr/bin/chromium",
      args: flags,
    },
  },
});
