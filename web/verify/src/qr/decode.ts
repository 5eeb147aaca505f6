/* Reads the text of a QR code of version 1 to 10 at level M, which is what receipts use. Source: ISO/IEC 18004. */
import { alphabet } from "../base45";
import { at } from "./bits";
import { correct } from "./correct";
import type { Grid } from "./sample";

/** All bytes, the blocks and the bytes for correction in each, for level M and versions 1 to 10. Source: table 9. */
const capacity = [[26, 1, 10], [44, 1, 16], [70, 1, 26], [100, 2, 18], [134, 2, 24], [172, 4, 16], [196, 4, 18], [242, 4, 22], [292, 5, 22], [346, 5, 26]] as const;

/** Where alignment marks have their centres. Source: annex E. */
const alignment = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];

const masks: ((x: number, y: number) => boolean)[] = [
	(x, y) => (x + y) % 2 === 0,
	(_, y) => y % 2 === 0,
	(x) => x % 3 === 0,
	(x, y) => (x + y) % 3 === 0,
	(x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
	(x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
	(x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
	(x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

export const largestVersion = capacity.length;

/** Returns the text, or nothing when this is no such code. */
export function decode(grid: Grid): string | undefined {
	const version = (grid.length - 17) / 4;
	const plan = capacity[version - 1];
	const mask = masks[maskOf(grid) ?? -1];
	if (!plan || !mask) return undefined;
	const [total, blocks, check] = plan;
	const data = joinBlocks(codewords(grid, version, mask, total), blocks, check);
	return data && textOf(data, version);
}

/** The mask, from the better of the two copies of the format. Level M has the bits 00. Source: §7.9. */
function maskOf(grid: Grid): number | undefined {
	const last = grid.length - 1;
	const near: [number, number][] = [[0, 8], [1, 8], [2, 8], [3, 8], [4, 8], [5, 8], [7, 8], [8, 8], [8, 7], [8, 5], [8, 4], [8, 3], [8, 2], [8, 1], [8, 0]];
	const far: [number, number][] = near.map((_, i) => (i < 7 ? [8, last - i] : [last - 14 + i, 8]));
	let best: number | undefined;
	let least = 4; // three wrong bits can be put right
	for (const places of [near, far]) {
		const bits = places.reduce((sum, [x, y]) => (sum << 1) | (grid[y]?.[x] ? 1 : 0), 0);
		for (let mask = 0; mask < 8; mask++) {
			const wrong = ones(bits ^ formatOf(mask));
			if (wrong < least) [best, least] = [mask, wrong];
		}
	}
	return best;
}

function formatOf(mask: number): number {
	let rest = mask << 10;
	for (let i = 14; i >= 10; i--) if (rest & (1 << i)) rest ^= 0x537 << (i - 10);
	return ((mask << 10) | rest) ^ 0x5412;
}

function ones(n: number): number {
	let count = 0;
	for (; n; n &= n - 1) count++;
	return count;
}

/** Whether a module belongs to a mark, a ruler, the format or the version, so that it carries no data. */
function isFixed(x: number, y: number, size: number, version: number): boolean {
	const corner = (x < 9 && y < 9) || (x > size - 9 && y < 9) || (x < 9 && y > size - 9);
	if (corner || x === 6 || y === 6) return true;
	if (version >= 7 && ((x < 6 && y > size - 12) || (y < 6 && x > size - 12))) return true;
	const places = alignment[version - 1] ?? [];
	const close = (p: number): number | undefined => places.find((place) => Math.abs(place - p) <= 2);
	const [column, row] = [close(x), close(y)];
	// The three that would lie on corner marks are not there; those corners are excluded above.
	return column !== undefined && row !== undefined && !isCorner(column, row, places.at(-1) ?? 0);
}

function isCorner(column: number, row: number, last: number): boolean {
	return (column === 6 && row === 6) || (column === 6 && row === last) || (column === last && row === 6);
}

/** Reads the bytes in pairs of columns from the right, up and down in turn. Source: §7.7.3. */
function codewords(grid: Grid, version: number, mask: (x: number, y: number) => boolean, total: number): Uint8Array {
	const size = grid.length;
	const data = new Uint8Array(total);
	let bit = 0;
	let up = true;
	for (let right = size - 1; right > 0; right -= 2) {
		if (right === 6) right--; // the column of the ruler
		for (let i = 0; i < size; i++) {
			const y = up ? size - 1 - i : i;
			for (const x of [right, right - 1]) {
				if (isFixed(x, y, size, version) || bit >= total * 8) continue;
				if ((grid[y]?.[x] ?? false) !== mask(x, y)) data[bit >> 3] = at(data, bit >> 3) | (0x80 >> (bit & 7));
				bit++;
			}
		}
		up = !up;
	}
	return data;
}

/** Takes the blocks apart, corrects each, and returns their data. Source: §7.6. */
function joinBlocks(all: Uint8Array, blocks: number, check: number): Uint8Array | undefined {
	const short = Math.floor(all.length / blocks) - check;
	const longer = all.length % blocks;
	const isLonger = (block: number): boolean => block >= blocks - longer;
	const split = Array.from({ length: blocks }, (_, i) => new Uint8Array(short + (isLonger(i) ? 1 : 0) + check));
	let from = 0;
	for (let i = 0; i < short + 1 + check; i++) {
		for (const [j, block] of split.entries()) {
			// The shorter blocks have nothing at the last place of data.
			if (i === short && !isLonger(j)) continue;
			block[i > short && !isLonger(j) ? i - 1 : i] = at(all, from++);
		}
	}
	const data: number[] = [];
	for (const block of split) {
		if (!correct(block, check)) return undefined;
		data.push(...block.subarray(0, block.length - check));
	}
	return Uint8Array.from(data);
}

/** Reads the segments: digits, alphanumeric and bytes. Source: §7.4. */
function textOf(data: Uint8Array, version: number): string | undefined {
	let bit = 0;
	const left = (): number => data.length * 8 - bit;
	const take = (n: number): number => {
		let value = 0;
		for (; n > 0; n--, bit++) value = (value << 1) | ((at(data, bit >> 3) >> (7 - (bit & 7))) & 1);
		return value;
	};
	const wide = version > 9;
	let text = "";
	while (left() >= 4) {
		const mode = take(4);
		if (mode === 0) break;
		if (mode === 1) {
			for (let count = take(wide ? 12 : 10); count > 0; count -= 3) {
				const digits = Math.min(3, count);
				text += String(take(digits * 3 + 1)).padStart(digits, "0");
			}
		} else if (mode === 2) {
			let count = take(wide ? 11 : 9);
			for (; count > 1; count -= 2) {
				const pair = take(11);
				text += alphabet.charAt(Math.floor(pair / 45)) + alphabet.charAt(pair % 45);
			}
			if (count === 1) text += alphabet.charAt(take(6));
		} else if (mode === 4) {
			const count = take(wide ? 16 : 8);
			text += new TextDecoder().decode(Uint8Array.from({ length: count }, () => take(8)));
		} else {
			return undefined;
		}
		if (left() < 0) return undefined;
	}
	return text;
}
