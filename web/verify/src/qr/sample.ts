/* Reads the modules of a code through the perspective in which the camera saw them. */
import { at, type Bits, type Point } from "./bits";
import type { Corners } from "./find";

/** The modules: rows of dark and light. */
export type Grid = readonly (readonly boolean[])[];

type Look = (p: Point) => Point;

/** Reads a code of size modules a side, as seen from where it is most likely seen from, then from others. */
export function* samples(bits: Bits, corners: Corners, size: number): Generator<Grid> {
	const looks = anchors(bits, corners, size).map(([from, to]) => perspective(from, to));
	const likely = looks.map((look) => ({ look, fit: fitOf(bits, look, size) })).filter(({ fit }) => fit > 0.75);
	likely.sort((a, b) => b.fit - a.fit);
	for (const { look } of likely.slice(0, 3)) {
		const grid: boolean[][] = [];
		for (let y = 0; y < size; y++) {
			const row: boolean[] = [];
			for (let x = 0; x < size; x++) row.push(majority(bits, look, x + 0.5, y + 0.5));
			grid.push(row);
		}
		yield grid;
	}
}

/** How much of the rulers between the corner marks, and of the alignment mark, is where it must be: 1 is all. */
function fitOf(bits: Bits, look: Look, size: number): number {
	let right = 0;
	let all = 0;
	const expect = (x: number, y: number, dark: boolean): void => {
		const p = look({ x: x + 0.5, y: y + 0.5 });
		if (bits.dark(p.x, p.y) === dark) right++;
		all++;
	};
	for (let i = 8; i < size - 8; i++) {
		expect(i, 6, i % 2 === 0);
		expect(6, i, i % 2 === 0);
	}
	for (let v = -2; size > 21 && v <= 2; v++) {
		for (let u = -2; u <= 2; u++) expect(size - 7 + u, size - 7 + v, Math.max(Math.abs(u), Math.abs(v)) !== 1);
	}
	return right / all;
}

/** The middle counts twice: a module is dark when most of it is. */
function majority(bits: Bits, look: Look, x: number, y: number): boolean {
	let dark = 0;
	for (const [dx, dy] of [[0, 0], [0, 0], [-0.2, 0], [0.2, 0], [0, -0.2], [0, 0.2]] as const) {
		const p = look({ x: x + dx, y: y + dy });
		if (bits.dark(p.x, p.y)) dark++;
	}
	return dark > 3 || (dark === 3 && isDark(bits, look({ x, y })));
}

function isDark(bits: Bits, p: Point): boolean {
	return bits.dark(p.x, p.y);
}

/** Four points of the code in modules, and where they may lie in the picture. */
function anchors(bits: Bits, { topLeft, topRight, bottomLeft }: Corners, size: number): [from: Point[], to: Point[]][] {
	const side = size - 7;
	const right = { x: (topRight.x - topLeft.x) / side, y: (topRight.y - topLeft.y) / side };
	const down = { x: (bottomLeft.x - topLeft.x) / side, y: (bottomLeft.y - topLeft.y) / side };
	const from = [{ x: 3.5, y: 3.5 }, { x: size - 3.5, y: 3.5 }, { x: 3.5, y: size - 3.5 }];
	const to: Point[] = [topLeft, topRight, bottomLeft];
	const flat = (x: number, y: number): Point => ({
		x: topLeft.x + right.x * (x - 3.5) + down.x * (y - 3.5),
		y: topLeft.y + right.y * (x - 3.5) + down.y * (y - 3.5),
	});
	const place = size - 6.5; // the alignment mark at the bottom right, from version 2 on
	const marks = size > 21 ? findAlignments(bits, flat(place, place), right, down) : [];
	const all = marks.map((mark): [Point[], Point[]] => [[...from, { x: place, y: place }], [...to, mark]]);
	return [...all, [[...from, { x: size - 3.5, y: size - 3.5 }], [...to, flat(size - 3.5, size - 3.5)]]];
}

const reach = 14; // modules between where the mark lies on flat paper and on paper that leans
const leastMatch = 20; // of 25 modules
const mostPlaces = 40;
// What is nearer to the camera is larger: the far corner is up to a fifth larger or smaller than the others.
const scales = [1, 0.85, 1.18];

/** Looks for the mark: dark, light around it, dark around that. Data may look like it, so there are several answers. */
function findAlignments(bits: Bits, near: Point, right: Point, down: Point): Point[] {
	const found: { place: Point; score: number; far: number; scale: number }[] = [];
	for (let v = -reach; v <= reach; v += 0.5) {
		for (let u = -reach; u <= reach; u += 0.5) {
			const place = { x: near.x + right.x * u + down.x * v, y: near.y + right.y * u + down.y * v };
			if (!bits.dark(place.x, place.y)) continue;
			for (const scale of scales) {
				const score = matching(bits, place, times(right, scale), times(down, scale));
				if (score >= leastMatch) found.push({ place, score, far: Math.hypot(u, v), scale });
			}
		}
	}
	found.sort((a, b) => b.score - a.score || a.far - b.far);
	const module = Math.hypot(right.x, right.y);
	const apart: Point[] = [];
	for (const { place, score, scale } of found) {
		if (apart.length === mostPlaces) break;
		const middle = centred(bits, place, times(right, scale), times(down, scale), score);
		if (apart.every((p) => Math.hypot(p.x - middle.x, p.y - middle.y) > module / 2)) apart.push(middle);
	}
	return apart;
}

function times({ x, y }: Point, factor: number): Point {
	return { x: x * factor, y: y * factor };
}

function matching(bits: Bits, centre: Point, right: Point, down: Point): number {
	let score = 0;
	for (let v = -2; v <= 2; v++) {
		for (let u = -2; u <= 2; u++) {
			const dark = Math.max(Math.abs(u), Math.abs(v)) !== 1;
			if (bits.dark(centre.x + right.x * u + down.x * v, centre.y + right.y * u + down.y * v) === dark) score++;
		}
	}
	return score;
}

/** The middle of all places around that match as well. */
function centred(bits: Bits, place: Point, right: Point, down: Point, score: number): Point {
	const sum = { x: 0, y: 0, n: 0 };
	for (let v = -0.75; v <= 0.75; v += 0.125) {
		for (let u = -0.75; u <= 0.75; u += 0.125) {
			const p = { x: place.x + right.x * u + down.x * v, y: place.y + right.y * u + down.y * v };
			if (matching(bits, p, right, down) < score) continue;
			sum.x += p.x;
			sum.y += p.y;
			sum.n++;
		}
	}
	return { x: sum.x / sum.n, y: sum.y / sum.n };
}

/** The projection that takes four points to four others. */
function perspective(from: readonly Point[], to: readonly Point[]): Look {
	const rows: number[][] = [];
	from.forEach(({ x, y }, i) => {
		const p = to[i] ?? { x: 0, y: 0 };
		rows.push([x, y, 1, 0, 0, 0, -x * p.x, -y * p.x, p.x], [0, 0, 0, x, y, 1, -x * p.y, -y * p.y, p.y]);
	});
	const h = solve(rows);
	const part = (i: number, x: number, y: number): number => at(h, i) * x + at(h, i + 1) * y;
	return ({ x, y }) => {
		const w = part(6, x, y) + 1;
		return { x: (part(0, x, y) + at(h, 2)) / w, y: (part(3, x, y) + at(h, 5)) / w };
	};
}

/** Solves a system of linear equations by elimination; the last column is the right side. */
function solve(rows: number[][]): number[] {
	const n = rows.length;
	for (let i = 0; i < n; i++) {
		const rest = rows.slice(i).sort((a, b) => Math.abs(at(b, i)) - Math.abs(at(a, i)));
		rows.splice(i, n - i, ...rest);
		const pivot = rows[i] ?? [];
		for (const [j, row] of rows.entries()) {
			if (j === i) continue;
			const factor = at(row, i) / at(pivot, i);
			for (let k = i; k <= n; k++) row[k] = at(row, k) - factor * at(pivot, k);
		}
	}
	return rows.map((row, i) => at(row, n) / at(row, i));
}
