// Runs once before all journeys: fills the demonstration, starts a program on a copy of it for each worker, and stops them afterwards.
import type { FullConfig } from "@playwright/test";
import { dataOf, program, startApp, type App } from "./app.ts";

export default async function setup(config: FullConfig): Promise<(() => Promise<void>) | void> {
  // Whoever works on a journey keeps a demonstration running and names its data directory.
  if (process.env["VIENKOPUS_E2E_DATA"]) {
    return;
  }
  const first = await startApp(program(), { log: "fill.log" });
  const apps: App[] = [];
  const stop = async () => {
    for (const app of apps) {
      await app.stop();
    }
  };
  try {
    await first.halt();
    for (let worker = 0; worker < config.workers; worker++) {
      const app = await startApp(program(), { log: `app-${worker}.log`, from: first });
      apps.push(app);
      process.env[dataOf(worker)] = app.data;
    }
  } catch (error) {
    await stop();
    throw error;
  } finally {
    await first.stop();
  }
  return stop;
}
