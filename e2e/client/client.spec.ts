// The description of the REST interface in the hands of other people's tools: Redocly's strict rules, types made by
// openapi-typescript, and a client that is compiled with them and run. Each check is shown a fault first.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "../harness/index.ts";

const here = import.meta.dirname;

/** Runs one of the tools; what it says is a part of the failure. */
async function tool(name: string, args: string[], cwd: string): Promise<{ good: boolean; said: string }> {
  return await new Promise((done) => {
    const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
    execFile(join(here, "node_modules/.bin", name), args, { cwd, env }, (error, stdout, stderr) => {
      done({ good: error === null, said: `${stdout}\n${stderr}` });
    });
  });
}

/** The description that the program serves, as text. */
async function description(address: string): Promise<string> {
  const answer = await fetch(`${address}/api/v1/openapi.json`);
  expect(answer.status).toBe(200);
  return await answer.text();
}

/** Writes the description where the tools find it, together with the client. */
async function lay(out: string, text: string): Promise<void> {
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "openapi.json"), text);
  await writeFile(join(out, "package.json"), '{ "type": "module" }');
  await writeFile(join(out, "tsconfig.json"), JSON.stringify({ extends: join(here, "tsconfig.json"), files: ["counter.ts"] }));
  await copyFile(join(here, "counter.ts"), join(out, "counter.ts"));
  await symlink(join(here, "node_modules"), join(out, "node_modules"));
}

const lint = (out: string) =>
  tool("redocly", ["lint", "openapi.json", "--format", "stylish", "--config", join(here, "redocly.yaml")], out);

const generate = (out: string) => tool("openapi-typescript", ["openapi.json", "-o", "description.ts"], out);
const compile = (out: string) => tool("tsc", ["--project", "."], out);

// The tools are slow to start where others work too.
test.setTimeout(180_000);

test("the description passes Redocly's strict rules", async ({ demo }, info) => {
  const text = await description(demo.address);
  const [sound, poor] = [info.outputPath("sound"), info.outputPath("poor")];
  await lay(sound, text);
  const { good, said } = await lint(sound);
  expect(good, said).toBe(true);

  const fault = JSON.parse(text);
  delete fault.info.license;
  fault.paths["/visits"].post.responses["201"].content["application/json"].example.state = "asleep";
  await lay(poor, JSON.stringify(fault));
  const planted = await lint(poor);
  expect(planted.good, "two faults are planted").toBe(false);
  expect(planted.said).toContain("info-license");
  expect(planted.said).toContain("no-invalid-media-type-examples");
});

test("a client is generated from the description, compiles, and serves somebody", async ({ demo }, info) => {
  const sound = info.outputPath("sound");
  await lay(sound, await description(demo.address));
  for (const step of [generate, compile]) {
    const { good, said } = await step(sound);
    expect(good, said).toBe(true);
  }

  const client = await import(pathToFileURL(join(sound, "counter.js")).href);
  const token = demo.tokens.find((t) => t.label === "desk CES-2")?.token;
  const done = await client.serve(demo.address, token, randomUUID());
  expect(done).toEqual({
    service: expect.stringContaining("firewood"), centres: expect.any(Number), visit: "closed", acts: ["consultation"], refused: "depth",
  });
  expect(done.centres).toBeGreaterThan(1);

  const types = join(sound, "description.ts");
  await writeFile(types, (await readFile(types, "utf8")).replaceAll('"consultation"', '"advice"'));
  const planted = await compile(sound);
  expect(planted.good, "the list of kinds is another one").toBe(false);
  expect(planted.said).toMatch(/"consultation"' is not assignable/);
});
