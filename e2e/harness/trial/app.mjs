#!/usr/bin/env node
// A stand-in for the program, for the harness's own tests: demo --data DIR --listen ADDR, with one honest page and probes.
// TRIAL=dies ends at once, TRIAL=deaf does not stop when asked, TRIAL=silent never gets ready.
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  allowPositionals: true,
  options: { data: { type: "string" }, listen: { type: "string" } },
});
const trial = process.env.TRIAL ?? "";
if (trial === "dies") {
  console.error("no room on the disk");
  process.exit(3);
}
const languages = { lv: "Sākums", en: "Start", lt: "Pradžia" };
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'";
let signedIn = false;

const page = (language) => `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${languages[language]}</title><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>${languages[language]}</h1><p>${signedIn ? "Līga" : "–"}</p>
<form method="post" action="/sign-in"><label>User <input name="user" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button type="submit">Sign in</button></form></main></body>
</html>
`;

const server = createServer((request, response) => {
  const language = (request.headers["accept-language"] ?? "lv").slice(0, 2);
  response.setHeader("Content-Security-Policy", policy);
  if (request.url === "/style.css") {
    response.setHeader("Content-Type", "text/css");
    response.end(":root { color-scheme: light dark } input, button { min-height: 24px }");
    return;
  }
  if (request.method === "POST") {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      signedIn = new URLSearchParams(body).get("password") === "trial";
      response.writeHead(303, { Location: signedIn ? "/" : "/sign-in?wrong" }).end();
    });
    return;
  }
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end(page(languages[language] ? language : "lv"));
});

const probes = createServer((_, response) => response.writeHead(trial === "silent" ? 503 : 200).end());
const listening = (listener, port) => new Promise((done) => listener.listen(port, "127.0.0.1", () => done(listener.address().port)));
Promise.all([listening(server, Number(values.listen.split(":")[1])), listening(probes, 0)]).then(([, probe]) => {
  const demo = {
    address: `http://${values.listen}`,
    probes: `http://127.0.0.1:${probe}`,
    sign_ins: [{ user: "liga", password: "trial", role: "clerk", name: "Līga", scope: "network", desk: "CES-1" }],
    tokens: [],
    year: 2024,
  };
  writeFileSync(join(values.data, "demo.json"), JSON.stringify(demo), { mode: 0o600 });
});
process.on("SIGTERM", () => {
  if (trial !== "deaf") {
    for (const listener of [server, probes]) {
      listener.close();
      listener.closeAllConnections();
    }
  }
});
