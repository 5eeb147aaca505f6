import { require } from "./reason";

/** The alphabet of base45 (RFC 9285) and of the alphanumeric mode of QR codes. */
export const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** Reads base45; the text must be of the alphabet. There is one text for each sequence of bytes, every other is refused. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
	const data: number[] = [];
	for (let at = 0; at < text.length; at += 3) {
		const group = [...text.slice(at, at + 3)].map((c) => alphabet.indexOf(c));
		require(group.length > 1, "base45");
		const n = group.reduceRight((sum, digit) => sum * 45 + digit, 0);
		require(n < (group.length === 3 ? 0x10000 : 0x100), "base45");
		if (group.length === 3) data.push(n >> 8);
		data.push(n & 0xff);
	}
	return Uint8Array.from(data);
}
