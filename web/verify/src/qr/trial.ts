/* Reads pictures for the tests, which run in Node: no canvas is needed. */
import { readQR } from "./read";

interface Picture {
	width: number;
	height: number;
	/** One byte a dot, in base64. */
	grey: string;
}

export function texts(pictures: Picture[]): (string | null)[] {
	return pictures.map(({ width, height, grey }) => {
		const dots = Uint8Array.from(atob(grey), (c) => c.charCodeAt(0));
		const data = new Uint8ClampedArray(dots.length * 4);
		dots.forEach((dot, i) => data.set([dot, dot, dot, 255], i * 4));
		return readQR({ data, width, height }) ?? null;
	});
}
