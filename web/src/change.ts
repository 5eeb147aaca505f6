/* Writes amounts in one way, and adds up the basket while somebody types, and says what the client gets back. The server counts again; this only spares the clerk
 * the arithmetic while the client stands there. Amounts are whole cents, as everywhere. */
export function change(): void {
	document.addEventListener("change", (event) => {
		const field = event.target;
		if (!(field instanceof HTMLInputElement) || field.inputMode !== "decimal") return;
		const amount = cents(field.value);
		if (amount !== null) field.value = typed(amount);
	});
	for (const form of document.querySelectorAll<HTMLFormElement>("form[data-change]")) {
		const card = new Card(form);
		form.addEventListener("input", (event) => {
			card.follow(event.target);
			show(form);
		});
		show(form);
	}
}

function show(form: HTMLFormElement): void {
	const sum = total(form);
	const out = form.querySelector<HTMLOutputElement>("[data-total]");
	if (out && sum !== null) out.value = written(sum);
	const line = form.querySelector<HTMLElement>("[data-change-line]");
	const back = form.querySelector<HTMLOutputElement>("[data-change-out]");
	if (!line || !back) return;
	const given = cents(value(form, "given"));
	const card = cents(value(form, "card") || "0");
	const left = sum === null || given === null || card === null ? null : given - (sum - card);
	line.hidden = left === null || left < 0 || given === 0;
	back.value = left === null ? "" : written(left);
}

/** The card pays all: its amount is filled in when somebody opens its fields, follows the sum until somebody types another one, and goes when they are closed.
 * A page that comes with them open tells of a toggle too, before or after this script has begun: nobody has pressed there, and nothing is filled in. */
class Card {
	private readonly details: HTMLDetailsElement | null;
	private own = false; // the amount is ours, and not typed
	private wasOpen: boolean;

	constructor(private readonly form: HTMLFormElement) {
		this.details = form.querySelector<HTMLDetailsElement>("details[data-card]");
		this.wasOpen = this.details?.open ?? false;
		this.details?.addEventListener("toggle", () => this.toggled());
	}

	follow(changed: EventTarget | null): void {
		const field = this.field();
		if (field && changed === field) this.own = false;
		else if (field && this.own) this.fill(field);
	}

	private field(): HTMLInputElement | null {
		const field = this.form.elements.namedItem("card");
		return field instanceof HTMLInputElement ? field : null;
	}

	private toggled(): void {
		const field = this.field();
		if (!field || !this.details || this.details.open === this.wasOpen) return;
		this.wasOpen = this.details.open;
		if (this.details.open && field.value === "") this.fill(field);
		else if (!this.details.open && this.own) {
			field.value = "";
			this.own = false;
		}
		show(this.form);
	}

	private fill(field: HTMLInputElement): void {
		const sum = total(this.form);
		if (sum === null) return;
		field.value = typed(sum);
		this.own = true;
	}
}

function total(form: HTMLFormElement): number | null {
	const amounts = [...form.querySelectorAll<HTMLInputElement>("input[data-adds]")].map((field) => cents(field.value));
	return amounts.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0);
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

/** Writes cents as a field of the page holds them: 1234,50 in Latvian and Lithuanian, 1234.50 in English. */
export function typed(amount: number): string {
	const mark = document.documentElement.lang === "en" ? "." : ",";
	return `${Math.floor(amount / 100)}${mark}${String(amount % 100).padStart(2, "0")}`;
}

/** Writes cents as the page does: 1 234,50 € in Latvian and Lithuanian, €1,234.50 in English. */
export function written(amount: number): string {
	const isEnglish = document.documentElement.lang === "en";
	const euro = String(Math.floor(amount / 100)).replace(/\B(?=(\d{3})+$)/g, isEnglish ? "," : "\u00a0");
	const rest = String(amount % 100).padStart(2, "0");
	return isEnglish ? `€${euro}.${rest}` : `${euro},${rest}\u00a0€`;
}
