// A provider of accounts elsewhere (OpenID Connect): a page on which somebody says who she is, and a token for it.
import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export interface Provider {
  address: string;
  close: () => Promise<void>;
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export async function startProvider(client: string, secret: string): Promise<Provider> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const codes = new Map<string, { asked: URLSearchParams; sub: string }>();
  let address = "";

  const token = (asked: URLSearchParams, sub: string): string => {
    const now = Math.floor(Date.now() / 1000);
    const input = `${part({ alg: "RS256", kid: "1" })}.${part({ iss: address, sub, aud: client, iat: now, exp: now + 60, auth_time: now, nonce: asked.get("nonce") })}`;
    return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
  };

  const exchange = async (request: IncomingMessage): Promise<[number, unknown]> => {
    let body = "";
    for await (const piece of request) body += String(piece);
    const form = new URLSearchParams(body);
    const [name, word] = Buffer.from((request.headers.authorization ?? "").replace("Basic ", ""), "base64").toString().split(":");
    const known = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    if (name !== client || word !== secret || !known || known.asked.get("code_challenge") !== challenge) return [400, { error: "invalid_grant" }];
    return [200, { access_token: randomUUID(), token_type: "Bearer", id_token: token(known.asked, known.sub) }];
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", address);
    const json = (status: number, value: unknown) => response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    if (url.pathname === "/.well-known/openid-configuration") {
      json(200, { issuer: address, authorization_endpoint: `${address}/authorize`, token_endpoint: `${address}/token`, jwks_uri: `${address}/keys`, id_token_signing_alg_values_supported: ["RS256"] });
    } else if (url.pathname === "/keys") {
      json(200, { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }] });
    } else if (url.pathname === "/authorize") {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(`<!doctype html><html lang="lv"><title>Konts</title><form action="/allow"><label>Kas jūs esat? <input name="sub"></label>
<input type="hidden" name="asked" value="${url.searchParams.toString().replaceAll("&", "&amp;")}"><button>Esmu</button></form></html>`);
    } else if (url.pathname === "/allow") {
      const asked = new URLSearchParams(url.searchParams.get("asked") ?? "");
      const code = randomUUID();
      codes.set(code, { asked, sub: url.searchParams.get("sub") ?? "" });
      response.writeHead(303, { Location: `${asked.get("redirect_uri")}?${new URLSearchParams({ code, state: asked.get("state") ?? "", iss: address })}` }).end();
    } else if (url.pathname === "/token") {
      json(...(await exchange(request)));
    } else {
      response.writeHead(404).end();
    }
  };

  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const at = server.address();
  address = `http://127.0.0.1:${at && typeof at === "object" ? at.port : 0}`;
  return { address, close: () => new Promise((done) => server.close(() => done())) };
}
