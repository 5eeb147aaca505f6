/* Finds the three corner marks of a QR code: squares whose every section is 1 dark, 1 light, 3 dark, 1 light, 1 dark. */
import { at, type Bits, type Point } from "./bits";

/** The centres of the marks, and how wide a module is in dots, roughly. */
export interface Corners {
	readonly topLeft: Point;
	readonly topRight: Point;
	readonly bottomLeft: Point;
	readonly module: number;
}

interface Mark extends Point {
	readonly x: number;
	readonly y: number;
	readonly module: number;
	readonly seen: number;
}

const ratio = [1, 1, 3, 1, 1];
const mostMarks = 12;
const mostCorners = 8;

/** Returns what may be the corners, the most likely first. */
export function findCorners(bits: Bits): Corners[] {
	const marks = findMarks(bits);
	const found: { corners: Corners; fault: number }[] = [];
	for (let a = 0; a < marks.length; a++) {
		for (let b = a + 1; b < marks.length; b++) {
			for (let c = b + 1; c < marks.length; c++) {
				const three = inOrder([marks[a], marks[b], marks[c]] as Mark[]);
				if (three) found.push(three);
			}
		}
	}
	found.sort((a, b) => a.fault - b.fault);
	return found.slice(0, mostCorners).map(({ corners }) => corners);
}

function findMarks(bits: Bits): Mark[] {
	const marks: Mark[] = [];
	const step = Math.max(1, Math.floor(bits.height / 500));
	for (let y = 0; y < bits.height; y += step) {
		for (const centre of sections(bits, y)) {
			const mark = confirm(bits, centre, y);
			if (mark) remember(marks, mark);
		}
	}
	return marks.sort((a, b) => b.seen - a.seen).slice(0, mostMarks);
}

/** The middles of all 1:1:3:1:1 in a row. */
function sections(bits: Bits, y: number): number[] {
	const middles: number[] = [];
	const runs: number[] = [];
	let colour = bits.dark(0, y);
	let length = 0;
	for (let x = 0; x <= bits.width; x++) {
		const dark = bits.dark(x, y);
		if (x < bits.width && dark === colour) {
			length++;
			continue;
		}
		runs.push(length);
		if (runs.length > 5) runs.shift();
		if (colour && runs.length === 5 && isMark(runs)) middles.push(x - at(runs, 4) - at(runs, 3) - at(runs, 2) / 2);
		colour = dark;
		length = 1;
	}
	return middles;
}

function isMark(runs: readonly number[]): boolean {
	const module = runs.reduce((sum, run) => sum + run, 0) / 7;
	return module >= 1 && runs.every((run, i) => Math.abs(run - module * at(ratio, i)) < module * at(ratio, i) * 0.7);
}

/** Looks along the column, then along the row again, and returns the centre of the mark. */
function confirm(bits: Bits, x: number, row: number): Mark | undefined {
	const column = across(bits, { x, y: row + 0.5 }, { x: 0, y: 1 });
	if (!column) return undefined;
	const y = row + 0.5 + column.shift;
	const line = across(bits, { x, y }, { x: 1, y: 0 });
	if (!line) return undefined;
	const ratioOfSides = line.module / column.module;
	if (ratioOfSides < 0.5 || ratioOfSides > 2) return undefined;
	// A square is one along its diagonals too, however it is turned; writing and data seldom are.
	const middle = { x: x + line.shift, y };
	if (!across(bits, middle, { x: 0.7, y: 0.7 }) || !across(bits, middle, { x: 0.7, y: -0.7 })) return undefined;
	return { x: x + line.shift, y, module: (line.module + column.module) / 2, seen: 1 };
}

/** Measures the five runs through a point in a direction; shift is where their middle lies from the point. */
function across(bits: Bits, from: Point, to: Point): { module: number; shift: number } | undefined {
	const half = (sign: number): number[] => {
		const ends: number[] = [];
		let dark = true;
		for (let i = 1; ends.length < 3; i++) {
			const [x, y] = [from.x + sign * i * to.x, from.y + sign * i * to.y];
			if (x < -1 || y < -1 || x > bits.width || y > bits.height) break;
			if (bits.dark(x, y) !== dark) {
				ends.push(i - 0.5);
				dark = !dark;
			}
		}
		return ends;
	};
	if (!bits.dark(from.x, from.y)) return undefined;
	const [ahead, behind] = [half(1), half(-1)];
	if (ahead.length < 3 || behind.length < 3) return undefined;
	const [a, b] = [(i: number) => at(ahead, i), (i: number) => at(behind, i)];
	const runs = [b(2) - b(1), b(1) - b(0), b(0) + a(0), a(1) - a(0), a(2) - a(1)];
	if (!isMark(runs)) return undefined;
	return { module: runs.reduce((sum, run) => sum + run, 0) / 7, shift: (a(0) - b(0)) / 2 };
}

function remember(marks: Mark[], mark: Mark): void {
	const i = marks.findIndex((m) => Math.hypot(m.x - mark.x, m.y - mark.y) < m.module * 3);
	const old = marks[i];
	if (!old) {
		marks.push(mark);
		return;
	}
	const mean = (a: number, b: number): number => (a * old.seen + b) / (old.seen + 1);
	marks[i] = { x: mean(old.x, mark.x), y: mean(old.y, mark.y), module: mean(old.module, mark.module), seen: old.seen + 1 };
}

/** Puts three marks in their places: the right angle is at the top left. Fault grows with every oddity. */
function inOrder(three: Mark[]): { corners: Corners; fault: number } | undefined {
	const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
	const byCorner = three.map((corner, i) => {
		const [p, q] = three.filter((_, j) => j !== i) as [Mark, Mark];
		return { corner, p, q, hypotenuse: distance(p, q) };
	});
	byCorner.sort((a, b) => b.hypotenuse - a.hypotenuse);
	const best = byCorner[0];
	if (!best) return undefined;
	const { corner, p, q, hypotenuse } = best;
	const [a, b] = [distance(corner, p), distance(corner, q)];
	const modules = three.map((mark) => mark.module);
	const module = modules.reduce((sum, m) => sum + m, 0) / 3;
	if (Math.min(a, b) < module * 8) return undefined;
	const fault =
		Math.abs(Math.log(a / b)) + Math.abs(Math.log(hypotenuse / Math.hypot(a, b))) + Math.log(Math.max(...modules) / Math.min(...modules));
	const turned = (p.x - corner.x) * (q.y - corner.y) - (p.y - corner.y) * (q.x - corner.x) > 0;
	return { corners: { topLeft: corner, topRight: turned ? p : q, bottomLeft: turned ? q : p, module }, fault };
}
