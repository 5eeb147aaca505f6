// Starts the program under test with the demonstration network and stops it again.
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Somebody who can sign in to the demonstration. */
export interface SignIn {
  user: string;
  password: string;
  role: string;
  name: string;
  /** What the role reaches: network, municipality:CODE or centre:CODE. */
  scope: string;
  /** Empty for those who work at none. */
  desk: string;
}

/** What the program writes to demo.json in its data directory. */
export interface Demo {
  address: string;
  /** The listener of /healthz, /readyz and /metrics. */
  probes: string;
  sign_ins: SignIn[];
  tokens: { label: string; token: string }[];
  year: number;
}

export interface App {
  demo: Demo;
  data: string;
  /** Ends the program and leaves its data, which stop takes away too. */
  halt: () => Promise<void>;
  stop: () => Promise<void>;
}

const results = resolve(import.meta.dirname, "..", process.env["VIENKOPUS_E2E_RESULTS"] ?? "results");

/** Reads what the program says about itself; throws while it has not said it. */
export function readDemo(data: string): Demo {
  return JSON.parse(readFileSync(join(data, "demo.json"), "utf8")) as Demo;
}

/** The name under which a worker finds the data directory of its program; that of all where somebody keeps one running. */
export const dataOf = (worker: number) => `VIENKOPUS_E2E_DATA_${worker}`;

/** The data directory of this worker's program. */
export function ownData(): string {
  return process.env["VIENKOPUS_E2E_DATA"] ?? process.env[dataOf(Number(process.env["TEST_PARALLEL_INDEX"]))] ?? "";
}

/** The program under test, built by make build. */
export function program(): string {
  return resolve(process.env["VIENKOPUS_E2E_PROGRAM"] ?? resolve(import.meta.dirname, "../../bin/vienkopus"));
}

/** How long to wait, in milliseconds, the name of the log under results, what else the program is told, and whose data are copied. */
interface Patience {
  ready?: number;
  stop?: number;
  log?: string;
  args?: string[];
  env?: Record<string, string>;
  from?: App;
}

/** Starts the program on a free port with data of its own and returns once it answers. */
export async function startApp(path: string, patience: Patience = {}): Promise<App> {
  const data = await mkdtemp(join(tmpdir(), "vienkopus-e2e-"));
  if (patience.from) {
    await cp(patience.from.data, data, { recursive: true });
    // Where the first one answered is nobody's address any more, or somebody else's.
    await writeFile(join(data, "demo.json"), JSON.stringify({ ...patience.from.demo, address: "", probes: "" }), { mode: 0o600 });
  }
  const logPath = join(results, patience.log ?? "app.log");
  mkdirSync(results, { recursive: true });
  const log = openSync(logPath, "w");
  const child = spawn(path, ["demo", "--data", data, "--listen", `127.0.0.1:${await freePort()}`, ...(patience.args ?? [])], {
    stdio: ["ignore", log, log],
    env: { ...process.env, ...patience.env },
  });
  closeSync(log);
  const ended = new Promise<string>((done) => {
    child.once("error", (error) => done(error.message));
    child.once("exit", (code, signal) => done(`it ended with ${signal ?? `status ${code}`}`));
  });
  const halt = () => stopChild(child, ended, patience.stop ?? 10_000);
  const stop = async () => {
    try {
      await halt();
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  };
  try {
    const demo = await Promise.race([
      answering(data, patience.ready ?? 120_000),
      ended.then((why) => {
        throw new Error(`${path} did not stay up: ${why}\n${readFileSync(logPath, "utf8").slice(-4000)}`);
      }),
    ]);
    return { demo, data, halt, stop };
  } catch (error) {
    child.kill("SIGKILL");
    await rm(data, { recursive: true, force: true });
    throw error;
  }
}

async function answering(data: string, patience: number): Promise<Demo> {
  const until = Date.now() + patience;
  let last: unknown = "it has not written demo.json";
  while (Date.now() < until) {
    try {
      const demo = readDemo(data);
      const answer = await fetch(`${demo.probes}/readyz`);
      if (answer.ok) {
        return demo;
      }
      last = `/readyz answers ${answer.status}`;
    } catch (error) {
      last = error;
    }
    await pause(100);
  }
  throw new Error(`the program is not ready after ${patience} ms: ${String(last)}`);
}

/** Asks the program to stop; one that does not in time is ended and is a fault. */
async function stopChild(child: ChildProcess, ended: Promise<string>, patience: number): Promise<void> {
  child.kill("SIGTERM");
  const timer = new AbortController();
  const late = pause(patience, "late", { signal: timer.signal }).catch(() => "");
  if ((await Promise.race([ended, late])) === "late") {
    child.kill("SIGKILL");
    throw new Error(`the program did not stop within ${patience} ms of SIGTERM`);
  }
  timer.abort();
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? done(address.port) : fail(new Error("no free port"))));
    });
  });
}
