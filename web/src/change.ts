/* Adds up the basket while somebody types, and says what the client gets back. The server counts again; this only spares the clerk
 * the arithmetic while the client stands there. Amounts are whole cents, as everywhere. */
export function change(): void {
	for (const form of document.querySelectorAll<HTMLFormElement>("form[data-change]")) {
		form.addEventListener("input", () => show(form));
		show(form);
	}
}

function show(form: HTMLFormElement): void {
	const amounts = [...form.querySelectorAll<HTMLInputElement>("input[data-adds]")].map((field) => cents(field.value));
	const total = amounts.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0);
	const out = form.querySelector<HTMLOutputElement>("[data-total]");
	if (out && total !== null) out.value = written(total);
	const line = form.querySelector<HTMLElement>("[data-change-line]");
	const back = form.querySelector<HTMLOutputElement>("[data-change-out]");
	if (!line || !back) return;
	const given = cents(value(form, "given"));
	const card = cents(value(form, "card") || "0");
	const left = total === null || given === null || card === null ? null : given - (total - card);
	line.hidden = left === null || left < 0 || given === 0;
	back.value = left === null ? "" : written(left);
}

function value(form: HTMLFormElement, name: string): string {
	const field = form.elements.namedItem(name);
	return field instanceof HTMLInputElement ? field.value : "";
}

/** Reads an amount as people type it: digits, one comma or point with one or two decimals, spaces between. Null for everything else. */
export function cents(text: string): number | null {
	const plain = text.replace(/[\s\u00a0\u202f€]/g, "");
	const found = /^(\d{1,9})(?:[.,](\d{1,2}))?$/.exec(plain);
	if (!found) return null;
	return Number(found[1]) * 100 + Number(((found[2] ?? "") + "00").slice(0, 2));
}

/** Writes cents as the page does: 1 234,50 € in Latvian and Lithuanian, €1,234.50 in English. */
export function written(amount: number): string {
	const isEnglish = document.documentElement.lang === "en";
	const euro = String(Math.floor(amount / 100)).replace(/\B(?=(\d{3})+$)/g, isEnglish ? "," : "\u00a0");
	const rest = String(amount % 100).padStart(2, "0");
	return isEnglish ? `€${euro}.${rest}` : `${euro},${rest}\u00a0€`;
}
