/* Corrects what a fold or a stain took away: Reed-Solomon over GF(256), ISO/IEC 18004 §7.5.2 and annex B. */
import { at } from "./bits";

const exponents = new Uint8Array(512);
const logarithms = new Uint8Array(256);
for (let i = 0, power = 1; i < 255; i++) {
	exponents[i] = power;
	exponents[i + 255] = power;
	logarithms[power] = i;
	power = power & 0x80 ? (power << 1) ^ 0x11d : power << 1;
}

function times(a: number, b: number): number {
	return a === 0 || b === 0 ? 0 : at(exponents, at(logarithms, a) + at(logarithms, b));
}

function over(a: number, b: number): number {
	return a === 0 ? 0 : at(exponents, at(logarithms, a) + 255 - at(logarithms, b));
}

/** The value of a polynomial, lowest power first. */
function valueAt(polynomial: readonly number[], x: number): number {
	return polynomial.reduceRight((sum, coefficient) => times(sum, x) ^ coefficient, 0);
}

/** Corrects a block in place; the last check bytes are for correction. It says whether the block is right now. */
export function correct(block: Uint8Array, check: number): boolean {
	const syndromes = syndromesOf(block, check);
	if (syndromes.every((s) => s === 0)) return true;
	const locator = locate(syndromes);
	const errors = locator.length - 1;
	if (errors > check / 2) return false;
	const evaluator = multiply(syndromes, locator).slice(0, check);
	let found = 0;
	for (let place = 0; place < block.length; place++) {
		const inverse = at(exponents, 255 - place);
		if (valueAt(locator, inverse) !== 0) continue;
		found++;
		const slope = locator.reduce((sum, c, i) => (i % 2 === 1 ? sum ^ times(c, power(inverse, i - 1)) : sum), 0);
		if (slope === 0) return false;
		const i = block.length - 1 - place;
		block[i] = at(block, i) ^ times(at(exponents, place), over(valueAt(evaluator, inverse), slope));
	}
	return found === errors && syndromesOf(block, check).every((s) => s === 0);
}

function power(x: number, n: number): number {
	return at(exponents, (at(logarithms, x) * n) % 255);
}

function syndromesOf(block: Uint8Array, check: number): number[] {
	return Array.from({ length: check }, (_, i) => block.reduce((sum, byte) => times(sum, at(exponents, i)) ^ byte, 0));
}

function multiply(a: readonly number[], b: readonly number[]): number[] {
	const product = new Array<number>(a.length + b.length - 1).fill(0);
	a.forEach((x, i) => b.forEach((y, j) => (product[i + j] = at(product, i + j) ^ times(x, y))));
	return product;
}

/** The polynomial whose zeros tell the places of the errors, lowest power first. Source: Berlekamp and Massey. */
function locate(syndromes: readonly number[]): number[] {
	let locator = [1];
	let before = [1];
	let errors = 0;
	let gap = 1;
	let last = 1;
	for (let n = 0; n < syndromes.length; n++) {
		let difference = at(syndromes, n);
		for (let i = 1; i <= errors; i++) difference ^= times(at(locator, i), at(syndromes, n - i));
		if (difference === 0) {
			gap++;
			continue;
		}
		const factor = over(difference, last);
		const shifted = [...new Array<number>(gap).fill(0), ...before.map((c) => times(c, factor))];
		const next = Array.from({ length: Math.max(locator.length, shifted.length) }, (_, i) => at(locator, i) ^ at(shifted, i));
		if (2 * errors <= n) {
			[before, errors, last, gap] = [locator, n + 1 - errors, difference, 1];
		} else {
			gap++;
		}
		locator = next;
	}
	while (locator.length > 1 && locator.at(-1) === 0) locator.pop();
	return locator;
}
