/* What is derived from a receipt by SHA-256: its link, its check code, and the hash of a bill. */
import { type Bytes, starts } from "./cbor";
import { hex, type Receipt } from "./payload";

const text = new TextEncoder();

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
	const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

/** The identity of a receipt, the same for each of its copies: the hash of the payload as the original has it. */
export async function linkOf(payload: Bytes): Promise<string> {
	const copyField = starts(payload)[12] ?? 0;
	const original = payload.slice(0, copyField + 1);
	original[copyField] = 0;
	return hex((await sha256(text.encode("VK1 link\n"), original)).slice(0, 10));
}

const checkAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/** The twelve characters for the telephone. */
export async function checkCodeOf(signed: Bytes): Promise<string> {
	const hash = await sha256(text.encode("VK1 check code\n"), signed);
	let n = hash.slice(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
	const digits: number[] = [];
	for (let i = 0; i < 11; i++) {
		digits.unshift(Number(n % 31n));
		n /= 31n;
	}
	const sum = digits.reduce((total, digit, i) => total + (i + 2) * digit, 0);
	digits.push((31 - (sum % 31)) % 31);
	const code = digits.map((digit) => checkAlphabet.charAt(digit)).join("");
	return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
}

/** Whether a receipt pays an amount (cents) of the bill with a reference. */
export async function pays(receipt: Receipt, reference: string, cents: number): Promise<boolean> {
	const plain = reference.replace(/[\x00-\x7f]/g, (c) => (/[a-z]/.test(c) ? c.toUpperCase() : /[A-Z0-9]/.test(c) ? c : ""));
	const at = Date.parse(receipt.at) / 1000;
	const lines = ["VK1 bill", receipt.series, receipt.number, at, plain, cents].join("\n");
	return receipt.bills.includes(hex((await sha256(text.encode(lines))).slice(0, 3)));
}
