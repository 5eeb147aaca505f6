#!/usr/bin/env node
// A stand-in for the program, for the harness's own tests: demo --data DIR --listen ADDR, with one honest page.
// TRIAL=dies ends at once, TRIAL=deaf does not stop when asked, TRIAL=silent never answers.
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
  response.statusCode = trial === "silent" ? 503 : 200;
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end(page(languages[language] ? language : "lv"));
});

const [host, port] = values.listen.split(":");
server.listen(Number(port), host, () => {
  const demo = {
    address: `http://${values.listen}`,
    sign_ins: [{ user: "liga", password: "trial", role: "clerk", name: "Līga", desk: "CES-1" }],
    tokens: {},
    year: 2024,
  };
  writeFileSync(join(values.data, "demo.json"), JSON.stringify(demo), { mode: 0o600 });
});
process.on("SIGTERM", () => {
  if (trial !== "deaf") {
    server.close();
    server.closeAllConnections();
  }
});
