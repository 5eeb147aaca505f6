// Runs once before all journeys: starts the program, tells the workers where it lies, and stops it afterwards.
import { startApp, program } from "./app.ts";

export default async function setup(): Promise<(() => Promise<void>) | void> {
  // Whoever works on a journey keeps a demonstration running and names its data directory.
  if (process.env["VIENKOPUS_E2E_DATA"]) {
    return;
  }
  const app = await startApp(program());
  process.env["VIENKOPUS_E2E_DATA"] = app.data;
  return app.stop;
}
