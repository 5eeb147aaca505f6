/* Answers to the shared vectors; the tests run it in Node with the same modules that the page is made of. */
import { check } from "./check";
import { pays } from "./hashes";
import { Keys } from "./keys";

interface Vectors {
	keys: unknown;
	vectors: { code: string; at: string; bills?: { reference: string; amount: number }[] }[];
}

export async function answers({ keys, vectors }: Vectors): Promise<unknown[]> {
	const list = new Keys(keys);
	const all: unknown[] = [];
	for (const { code, at, bills } of vectors) {
		const answer = await check(code, list, Date.parse(at) / 1000);
		const paid: boolean[] = [];
		for (const { reference, amount } of bills ?? []) {
			paid.push(answer.receipt !== undefined && (await pays(answer.receipt, reference, amount)));
		}
		all.push({ ...answer, pays: paid });
	}
	return all;
}
