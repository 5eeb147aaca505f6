// Says which codes of receipts are signed, by the reading of @auth0/cose and Node's own Ed25519. Base45 is decoded here anew, after RFC 9285.
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { Algorithms, Sign1 } from "@auth0/cose";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const prefix = "VK1:";
const kidHeader = 4;

/** @param {string} code */
function bytesOf(code) {
  if (!code.startsWith(prefix)) throw new Error("no code of a receipt");
  const digits = [...code.slice(prefix.length)].map((c) => alphabet.indexOf(c));
  const bytes = [];
  for (let at = 0; at < digits.length; at += 3) {
    const group = digits.slice(at, at + 3);
    const value = group.reduce((sum, digit, place) => sum + digit * 45 ** place, 0);
    if (group.includes(-1) || group.length === 1 || value >= 256 ** (group.length - 1)) throw new Error("no base45");
    if (group.length === 3) bytes.push(value >> 8);
    bytes.push(value & 255);
  }
  return Uint8Array.from(bytes);
}

const { keys, codes, flipped } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
/** @type {Map<string, import("node:crypto").KeyObject[]>} */
const known = new Map();
for (const jwk of keys) {
  const { kty, crv, x } = jwk;
  known.set(jwk.kid, [...(known.get(jwk.kid) ?? []), createPublicKey({ key: { kty, crv, x }, format: "jwk" })]);
}

/** @param {Uint8Array} bytes */
async function isSigned(bytes) {
  try {
    const message = Sign1.decode(bytes);
    const kid = Buffer.from(/** @type {Uint8Array} */ (message.protectedHeaders.get(kidHeader))).toString("hex");
    for (const key of known.get(kid) ?? []) {
      await message.verify(key, { algorithms: [Algorithms.EdDSA] });
      return true;
    }
  } catch {
    // whatever it finds wrong, it is not signed
  }
  return false;
}

const signed = [];
for (const code of codes) {
  try {
    signed.push(await isSigned(bytesOf(code)));
  } catch {
    signed.push(false);
  }
}

// Each code once more for each of its bits, with this one the other way round.
const accepted = [];
let tried = 0;
for (const code of flipped) {
  const bytes = bytesOf(code);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const mutant = Uint8Array.from(bytes);
    mutant[bit >> 3] = (mutant[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    tried++;
    if (await isSigned(mutant)) accepted.push({ code, bit });
  }
}
process.stdout.write(JSON.stringify({ signed, tried, accepted }));
