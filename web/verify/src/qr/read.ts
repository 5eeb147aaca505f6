import { type Bits, binarise, type Pixels, smooth } from "./bits";
import { decode, largestVersion } from "./decode";
import { type Corners, findCorners } from "./find";
import { samples } from "./sample";

/** Returns the text of a QR code in a picture, or nothing. */
export function readQR(picture: Pixels): string | undefined {
	return readBits(binarise(picture)) ?? readBits(binarise(smooth(picture)));
}

function readBits(bits: Bits): string | undefined {
	for (const corners of findCorners(bits)) {
		for (const size of sizes(corners)) {
			for (const grid of samples(bits, corners, size)) {
				const text = decode(grid);
				if (text !== undefined) return text;
			}
		}
	}
	return undefined;
}

/** All sizes that a code can have, the most likely first: corners and modules tell it, but not exactly. */
function sizes({ topLeft, topRight, bottomLeft, module }: Corners): number[] {
	const side = (Math.hypot(topRight.x - topLeft.x, topRight.y - topLeft.y) + Math.hypot(bottomLeft.x - topLeft.x, bottomLeft.y - topLeft.y)) / 2;
	const likely = side / module + 7;
	const all = Array.from({ length: largestVersion }, (_, i) => 21 + 4 * i);
	return all.filter((size) => size > likely * 0.7 && size < likely * 1.4).sort((a, b) => Math.abs(a - likely) - Math.abs(b - likely));
}
