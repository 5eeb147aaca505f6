/* A picture in two colours. */

/** A picture as a canvas gives it: four bytes a dot. */
export interface Pixels {
	readonly data: Uint8ClampedArray | Uint8Array;
	readonly width: number;
	readonly height: number;
}

export interface Point {
	readonly x: number;
	readonly y: number;
}

/** Says what is dark; outside the picture nothing is. */
export class Bits {
	readonly width: number;
	readonly height: number;
	readonly #dark: Uint8Array;

	constructor(width: number, height: number, dark: Uint8Array) {
		this.width = width;
		this.height = height;
		this.#dark = dark;
	}

	dark(x: number, y: number): boolean {
		const [column, row] = [Math.floor(x), Math.floor(y)];
		return column >= 0 && row >= 0 && column < this.width && row < this.height && this.#dark[row * this.width + column] === 1;
	}
}

/** Calls dark what is darker than its neighbourhood, so that a shadow over half the paper does no harm. */
export function binarise(picture: Pixels): Bits {
	const { width, height } = picture;
	const grey = greyOf(picture);
	const sums = sumsOf(grey, width, height);
	const reach = Math.max(8, Math.floor(Math.max(width, height) / 16));
	const dark = new Uint8Array(width * height);
	const stride = width + 1;
	for (let y = 0; y < height; y++) {
		const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
		for (let x = 0; x < width; x++) {
			const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
			const sum =
				at(sums, bottom * stride + right) - at(sums, top * stride + right) - at(sums, bottom * stride + left) + at(sums, top * stride + left);
			const i = y * width + x;
			dark[i] = at(grey, i) * (right - left) * (bottom - top) < sum * 0.88 ? 1 : 0;
		}
	}
	return new Bits(width, height, dark);
}

/** Each dot becomes the mean of the nine around it, which takes the grain out of a dark photo. */
export function smooth(picture: Pixels): Pixels {
	const { width, height } = picture;
	const grey = greyOf(picture);
	const data = new Uint8ClampedArray(width * height * 4).fill(255);
	for (let y = 1; y < height - 1; y++) {
		for (let x = 1; x < width - 1; x++) {
			let sum = 0;
			for (let row = y - 1; row <= y + 1; row++) {
				for (let column = x - 1; column <= x + 1; column++) sum += at(grey, row * width + column);
			}
			data.fill(sum / 9, (y * width + x) * 4, (y * width + x) * 4 + 3);
		}
	}
	return { data, width, height };
}

function greyOf({ data, width, height }: Pixels): Uint8Array {
	const grey = new Uint8Array(width * height);
	for (let i = 0; i < grey.length; i++) {
		grey[i] = (at(data, 4 * i) * 77 + at(data, 4 * i + 1) * 150 + at(data, 4 * i + 2) * 29) >> 8;
	}
	return grey;
}

/** The sum of everything above and left of each corner, so that any rectangle costs four look-ups. */
function sumsOf(grey: Uint8Array, width: number, height: number): Float64Array {
	const sums = new Float64Array((width + 1) * (height + 1));
	for (let y = 0; y < height; y++) {
		let row = 0;
		for (let x = 0; x < width; x++) {
			row += at(grey, y * width + x);
			sums[(y + 1) * (width + 1) + x + 1] = at(sums, y * (width + 1) + x + 1) + row;
		}
	}
	return sums;
}

export function at(list: ArrayLike<number>, i: number): number {
	return list[i] ?? 0;
}
