/* A reader for the little of CBOR (RFC 8949) that a receipt uses: numbers, strings, arrays and maps in the core
 * deterministic encoding. It goes from left to right once and refuses at the first byte that is wrong. */
import { require } from "./reason";

/** The pairs of a map, in their order. */
export class Pairs {
	readonly list: readonly (readonly [Value, Value])[];

	constructor(list: readonly (readonly [Value, Value])[]) {
		this.list = list;
	}

	/** The value of a numbered key. */
	get(key: number): Value | undefined {
		return this.list.find(([k]) => k === key)?.[1];
	}
}

/** Numbers above 2⁵³ are not exact; none that a receipt may hold is as large. */
export type Value = number | string | Bytes | readonly Value[] | Pairs;

export type Bytes = Uint8Array<ArrayBuffer>;

const deepest = 4;
const least = [24, 2 ** 8, 2 ** 16, 2 ** 32];

/** Reads exactly one value. */
export function read(data: Bytes): Value {
	const reader = new Reader(data);
	const value = reader.value(0);
	require(reader.at === data.length, "trailing");
	return value;
}

/** Where each element of an array begins, and where the last ends; the data must have been read before. */
export function starts(data: Bytes): number[] {
	const reader = new Reader(data);
	const [, count] = reader.head();
	const places = [reader.at];
	for (let i = 0; i < count; i++) {
		reader.value(1);
		places.push(reader.at);
	}
	return places;
}

class Reader {
	at = 0;
	readonly #data: Bytes;

	constructor(data: Bytes) {
		this.#data = data;
	}

	value(depth: number): Value {
		const [major, n] = this.head();
		if (major === 0) return n;
		if (major === 1) return -1 - n;
		require(n <= this.#data.length - this.at, "cbor");
		if (major === 2) return this.#take(n);
		if (major === 3) return utf8(this.#take(n));
		require(depth < deepest, "cbor");
		return major === 4 ? this.#array(n, depth + 1) : this.#map(n, depth + 1);
	}

	/** The type and the number behind it. */
	head(): [major: number, n: number] {
		require(this.at < this.#data.length, "cbor");
		const first = this.#data[this.at++] ?? 0;
		const [major, info] = [first >> 5, first & 31];
		require(major <= 5 && info <= 27, "cbor");
		if (info < 24) return [major, info];
		const size = 1 << (info - 24);
		require(this.at + size <= this.#data.length, "cbor");
		const n = this.#take(size).reduce((sum, byte) => sum * 256 + byte, 0);
		require(n >= (least[info - 24] ?? 0), "canonical");
		return [major, n];
	}

	#take(n: number): Bytes {
		const part = this.#data.slice(this.at, this.at + n);
		this.at += n;
		return part;
	}

	#array(count: number, depth: number): Value[] {
		const values: Value[] = [];
		for (let i = 0; i < count; i++) values.push(this.value(depth));
		return values;
	}

	#map(count: number, depth: number): Pairs {
		const pairs: [Value, Value][] = [];
		let last: Bytes | undefined;
		for (let i = 0; i < count; i++) {
			const from = this.at;
			const key = this.value(depth);
			const bytes = this.#data.slice(from, this.at);
			if (last) {
				const order = compare(last, bytes);
				require(order !== 0, "duplicate");
				require(order < 0, "canonical");
			}
			last = bytes;
			pairs.push([key, this.value(depth)]);
		}
		return new Pairs(pairs);
	}
}

function utf8(data: Bytes): string {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
	} catch {
		require(false, "cbor");
		return "";
	}
}

function compare(a: Bytes, b: Bytes): number {
	for (let i = 0; i < Math.min(a.length, b.length); i++) {
		const difference = (a[i] ?? 0) - (b[i] ?? 0);
		if (difference !== 0) return difference;
	}
	return a.length - b.length;
}
