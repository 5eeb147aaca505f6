/* The verifier: docs/formats/receipt.md, step by step. It knows no page and no clock. */
import { alphabet, decode } from "./base45";
import { type Bytes, Pairs, read, type Value } from "./cbor";
import { checkCodeOf, linkOf } from "./hashes";
import type { Key, Keys } from "./keys";
import { hex, isBytes, type Payload, readPayload, type Receipt } from "./payload";
import { type Reason, Refusal, require, type Verdict, verdictOf } from "./reason";

/** What a verifier says. The receipt is there when it is valid, and when it is uncertain but can be read. */
export interface Answer {
	verdict: Verdict;
	reason: Reason;
	receipt?: Receipt;
	check_code?: string;
	link?: string;
}

/** The browser cannot check Ed25519 signatures, so it must not say anything about a code. */
export class Unsupported extends Error {}

const prefix = "VK1:";
const longest = 310;
const allowance = 600; // seconds that two clocks may be apart

interface Envelope extends Payload {
	signed: Bytes;
	protectedHeaders: Bytes;
	payload: Bytes;
	signature: Bytes;
	keyID: string;
}

/** Checks a code for somebody who asks now (seconds since 1970). It throws Unsupported. */
export async function check(code: string, keys: Keys, now: number): Promise<Answer> {
	let read: Envelope | undefined;
	let reason: Reason = "ok";
	try {
		read = open(code);
		await verify(read, keys, now);
	} catch (refusal) {
		if (!(refusal instanceof Refusal)) throw refusal;
		reason = refusal.reason;
	}
	const verdict = verdictOf(reason);
	if (!read || verdict === "invalid") return { verdict, reason };
	return { verdict, reason, receipt: read.receipt, check_code: await checkCodeOf(read.signed), link: await linkOf(read.payload) };
}

/** Takes the code apart and holds it to every rule; the signature is not looked at. */
function open(code: string): Envelope {
	if (!code.startsWith(prefix)) throw new Refusal(/^VK([2-9]|[1-9][0-9]):/.test(code) ? "newer" : "prefix");
	const body = code.slice(prefix.length);
	require([...body].every((c) => alphabet.includes(c)), "alphabet");
	require(code.length <= longest, "too_long");
	const signed = decode(body);
	require(signed[0] === 0xd2, "cose");
	const parts = read(signed.slice(1));
	require(Array.isArray(parts) && parts.length === 4, "cose");
	const [protectedHeaders, unprotected, payload, signature] = parts as [Value, Value, Value, Value];
	require(isBytes(protectedHeaders) && unprotected instanceof Pairs && isBytes(payload) && isBytes(signature), "cose");
	require(signature.length === 64, "cose");
	const keyID = readHeaders(protectedHeaders, unprotected);
	return { signed, protectedHeaders, payload, signature, keyID, ...readPayload(payload) };
}

function readHeaders(data: Bytes, unprotected: Pairs): string {
	const headers = read(data);
	require(headers instanceof Pairs, "cose");
	require(headers.get(2) === undefined && unprotected.get(2) === undefined, "critical");
	require(headers.get(1) === -8, "algorithm");
	const keyID = headers.get(4);
	require(isBytes(keyID) && keyID.length === 4, "header");
	require(headers.list.length === 2 && unprotected.list.length === 0, "header");
	return hex(keyID);
}

async function verify(code: Envelope, keys: Keys, now: number): Promise<void> {
	const key = keys.find(code.receipt.node, code.keyID);
	require(key !== undefined, "unknown_key");
	require(await signed(code, key), "signature");
	require(!key.compromised, "compromised");
	require(key.from <= code.signedAt && code.signedAt < key.to, "key_date");
	require(code.signedAt <= now + allowance, "future");
}

async function signed(code: Envelope, key: Key): Promise<boolean> {
	const message = sigStructure(code.protectedHeaders, code.payload);
	const imported = await importKey(key);
	return crypto.subtle.verify("Ed25519", imported, code.signature, message);
}

async function importKey(key: Key): Promise<CryptoKey> {
	try {
		return await crypto.subtle.importKey("jwk", { kty: "OKP", crv: "Ed25519", x: key.x }, { name: "Ed25519" }, false, ["verify"]);
	} catch (cause) {
		throw new Unsupported("Ed25519", { cause });
	}
}

/** The bytes that are signed. Source: RFC 9052 §4.4. */
function sigStructure(protectedHeaders: Bytes, payload: Bytes): Bytes {
	const context = new TextEncoder().encode("Signature1");
	return Uint8Array.from([0x84, 0x60 | context.length, ...context, ...bytes(protectedHeaders), ...bytes(new Uint8Array()), ...bytes(payload)]);
}

/** A byte string of CBOR; none here is longer than 255 bytes. */
function bytes(data: Bytes): number[] {
	return data.length < 24 ? [0x40 | data.length, ...data] : [0x58, data.length, ...data];
}

/** Whether this browser can check signatures at all. */
export async function isSupported(): Promise<boolean> {
	const known = { node: "", id: "", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", from: 0, to: 0, compromised: false };
	try {
		await importKey(known); // the first key of RFC 8032 §7.1
		return true;
	} catch {
		return false;
	}
}
