/* Shows what the verifier says: the verdict first, in words and with a sign, then what the code says. */
import type { Answer } from "./check";
import { byID, make } from "./dom";
import { pays } from "./hashes";
import type { Receipt } from "./payload";
import type { Verdict } from "./reason";
import { findingOf, type Language, type Words, words } from "./words";

const signs: Record<Verdict, string> = {
	valid: "M4 13l5 5L20 6",
	invalid: "M5 5l14 14M19 5L5 19",
	uncertain: "M9 9a3 3 0 1 1 4 3q-1 .6-1 2M12 18v.5",
};

/** The series of the published specimen, for which nobody has paid. */
const specimen = "PARAUGS";

/** Shows an answer and moves the focus to it, so that it is read out. */
export function show(answer: Answer, language: Language): void {
	const say = words[language];
	const { head, text } = answer.verdict === "valid" && answer.receipt?.series === specimen ? say.specimen : say.findings[findingOf(answer.reason)];
	const section = byID("result");
	section.className = answer.verdict;
	section.replaceChildren(make("h2", { tabindex: "-1" }, sign(answer.verdict), head), make("p", {}, text));
	const { receipt, check_code: checkCode } = answer;
	if (receipt && checkCode) {
		if (answer.verdict === "uncertain") section.append(make("h3", {}, say.claims));
		if (receipt.kind !== "payment") section.append(make("p", { class: "notice" }, say.reversed));
		section.append(table(receipt, checkCode, say, language));
		if (answer.verdict === "valid") section.append(make("p", { class: "hint" }, say.later));
		if (receipt.bills.length > 0 && answer.verdict === "valid") section.append(billForm(receipt, say));
	}
	if (answer.verdict !== "valid") section.append(make("p", { class: "hint" }, `${say.reason}: ${answer.reason}`));
	section.hidden = false;
	section.querySelector("h2")?.focus();
}

function sign(verdict: Verdict): SVGElement {
	const space = "http://www.w3.org/2000/svg";
	const svg = document.createElementNS(space, "svg");
	for (const [name, value] of Object.entries({ class: "mark", viewBox: "0 0 24 24", "aria-hidden": "true" })) svg.setAttribute(name, value);
	const path = document.createElementNS(space, "path");
	path.setAttribute("d", signs[verdict]);
	svg.append(path);
	return svg;
}

function table(receipt: Receipt, checkCode: string, say: Words, language: Language): HTMLDListElement {
	const money = new Intl.NumberFormat(language, { style: "currency", currency: receipt.currency });
	const paid = Object.entries(receipt.tenders).map(([name, cents]) => {
		const how = say.tenders[name] ?? say.otherTender(name.replace("tender-", ""));
		return `${money.format(cents / 100)} ${how}`;
	});
	const copy = receipt.copied_at ? `${say.copy(receipt.copy)} (${moment(receipt.copied_at)})` : say.original;
	const rows: [keyof Words["fields"], string, boolean][] = [
		["kind", say.kinds[receipt.kind], false],
		["number", `${receipt.series} ${receipt.number}`, true],
		["total", money.format(receipt.total / 100), true],
		["tenders", paid.join(", "), false],
		["at", moment(receipt.at), false],
		["creditor", receipt.creditor, false],
		["node", receipt.node, false],
		["copy", copy, false],
		["check_code", checkCode, true],
	];
	const list = make("dl", {});
	for (const [name, value, large] of rows) list.append(make("dt", {}, say.fields[name]), make("dd", large ? { class: "large" } : {}, value));
	return list;
}

/** A moment as the counters write it: 03.05.2026 15:00, in the time of Rīga, which is that of Vilnius too. */
export function moment(stamp: string): string {
	const format = new Intl.DateTimeFormat("en-GB", {
		timeZone: "Europe/Riga",
		day: "2-digit",
		month: "2-digit",
		year: "numeric",
		hour: "2-digit",
		minute: "2-digit",
		hourCycle: "h23",
	});
	const part = Object.fromEntries(format.formatToParts(new Date(stamp)).map(({ type, value }) => [type, value]));
	return `${part["day"]}.${part["month"]}.${part["year"]} ${part["hour"]}:${part["minute"]}`;
}

/** Asks for a bill's number and amount and says whether the receipt pays it. */
function billForm(receipt: Receipt, say: Words): HTMLFormElement {
	const reference = make("input", { id: "reference", autocomplete: "off", "aria-describedby": "billhint" });
	const amount = make("input", { id: "amount", autocomplete: "off", inputmode: "decimal" });
	const answer = make("p", { role: "status" });
	const form = make(
		"form",
		{ novalidate: "" },
		make("h3", {}, say.bill.head),
		make("p", { id: "billhint", class: "hint" }, say.bill.hint),
		make("label", { for: "reference" }, say.bill.reference),
		reference,
		make("label", { for: "amount" }, say.bill.amount),
		amount,
		make("button", { type: "submit" }, say.bill.check),
		answer,
	);
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		const cents = centsOf(amount.value);
		if (cents === undefined || reference.value.trim() === "") answer.textContent = say.bill.missing;
		else answer.textContent = (await pays(receipt, reference.value, cents)) ? say.bill.yes : say.bill.no;
	});
	return form;
}

/** Reads an amount as people type it: 42,50 or 1 234.5. */
export function centsOf(text: string): number | undefined {
	const found = /^(\d+)(?:[.,](\d{1,2}))?$/.exec(text.replace(/[\s\u00a0\u202f€]/g, ""));
	return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : undefined;
}
