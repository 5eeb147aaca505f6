// How the journeys run: two workers, each with a browser and a program under test of its own, which global set-up starts.
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
  // The journeys of a worker share one program and its data, as people at one counter do; those of a file come in their order, and no file needs another one.
  workers: process.env["VIENKOPUS_E2E_DATA"] ? 1 : 2,
  fullyParallel: false,
  retries: 0, // one would hide what only sometimes fails
  forbidOnly: true,
  timeout: 120_000, // two cores carry two browsers and two programs
  expect: { timeout: 10_000 },
  reporter: [
    ["list", { printSteps: false }],
    ["json", { outputFile: `${results}/report.json` }],
  ],
  use: {
    ...devices["Desktop Chrome"],
    browserName: "chromium",
    actionTimeout: 20_000,
    navigationTimeout: 40_000,
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
