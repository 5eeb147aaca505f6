import { type Bytes, Pairs, read, type Value } from "./cbor";
import { require } from "./reason";

export type Kind = "payment" | "refund" | "void";

/** What a code says. Amounts are cents, moments are RFC 3339 in UTC. */
export interface Receipt {
	kind: Kind;
	node: string;
	series: string;
	number: number;
	at: string;
	creditor: string;
	currency: string;
	total: number;
	tenders: Record<string, number>;
	bills: string[];
	original: string;
	previous: string;
	copy: number;
	copied_at?: string;
}

/** A receipt and when it was signed, in seconds since 1970. */
export interface Payload {
	receipt: Receipt;
	signedAt: number;
}

const most = 2 ** 32 - 1;
const kinds: readonly Kind[] = ["payment", "refund", "void"];
const tenderNames: Record<number, string> = { 1: "cash", 2: "card", 3: "transfer" };

const nodeForm = /^[A-Z0-9]+(-[A-Z0-9]+)+$/;
const seriesForm = /^[A-Z0-9]+([-/][A-Z0-9]+)*$/;
const creditorForm = /^[A-Z0-9]+(-[A-Z0-9]+)*$/;
const personForm = /^[0-3][0-9]{10}$/;
const currencyForm = /^[A-Z]{3}$/;

/** Reads a payload and holds it to every rule. */
export function readPayload(data: Bytes): Payload {
	const fields = read(data);
	require(isArray(fields) && fields.length > 0, "payload");
	const version = fields[0] as Value;
	require(typeof version === "number" && version >= 0, "payload");
	require(version === 1, "version");
	require(fields.length === 13, "payload");
	const [, kind, node, series, number, at, creditor, currency, total, tenders, about, previous, copy] = fields as Value[];
	require(within(kind, 1, 3) && within(number, 1, most) && within(at, 1, most) && within(total, 1, most), "payload");
	require(shaped(node, nodeForm, 12) && shaped(series, seriesForm, 16) && shaped(currency, currencyForm, 3), "payload");
	require(shaped(creditor, creditorForm, 12) && !personForm.test(creditor), "payload");
	require(isBytes(previous) && (number === 1 ? previous.length === 0 : isLink(previous)), "payload");
	const name = kinds[kind - 1] ?? "payment";
	const reprint = readCopy(copy, at);
	const split = readTenders(tenders);
	const [bills, original] = readAbout(name, about);
	require(Object.values(split).reduce((sum, amount) => sum + amount, 0) === total, "sum");
	const receipt: Receipt = {
		kind: name,
		node,
		series,
		number,
		at: stamp(at),
		creditor,
		currency,
		total,
		tenders: split,
		bills,
		original,
		previous: hex(previous),
		copy: reprint?.number ?? 0,
	};
	if (reprint) receipt.copied_at = stamp(reprint.at);
	return { receipt, signedAt: reprint?.at ?? at };
}

function readCopy(value: Value | undefined, original: number): { number: number; at: number } | undefined {
	if (value === 0) return undefined;
	require(isArray(value) && value.length === 2, "payload");
	const [number, at] = value;
	require(within(number, 1, 255) && within(at, original, most), "payload");
	return { number, at };
}

function readTenders(value: Value | undefined): Record<string, number> {
	require(value instanceof Pairs && value.list.length >= 1 && value.list.length <= 3, "payload");
	const split: Record<string, number> = {};
	for (const [tender, amount] of value.list) {
		require(within(tender, 1, 23) && within(amount, 1, most), "payload");
		split[tenderNames[tender] ?? `tender-${tender}`] = amount;
	}
	return split;
}

/** The bills of a payment, or the original of a refund or void. */
function readAbout(kind: Kind, value: Value | undefined): [bills: string[], original: string] {
	require(isBytes(value), "payload");
	if (kind !== "payment") {
		require(isLink(value), "payload");
		return [[], hex(value)];
	}
	const bills = hex(value).match(/.{6}/g) ?? [];
	require(value.length % 3 === 0 && bills.length <= 6, "payload");
	require(bills.every((bill, i) => i === 0 || (bills[i - 1] ?? "") <= bill), "payload");
	return [[...bills], ""];
}

function within(value: Value | undefined, from: number, to: number): value is number {
	return typeof value === "number" && value >= from && value <= to;
}

function shaped(value: Value | undefined, form: RegExp, longest: number): value is string {
	return typeof value === "string" && value.length <= longest && form.test(value);
}

function isArray(value: Value | undefined): value is readonly Value[] {
	return Array.isArray(value);
}

export function isBytes(value: Value | undefined): value is Bytes {
	return value instanceof Uint8Array;
}

function isLink(value: Bytes): boolean {
	return value.length === 10 && value.some((byte) => byte !== 0);
}

export function hex(data: Uint8Array): string {
	return [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function stamp(seconds: number): string {
	return new Date(seconds * 1000).toISOString().replace(".000", "");
}
