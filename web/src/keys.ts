/* The keyboard of the counter.
 *
 * data-key="F2" (also "Escape", "Ctrl+Enter", "1", "n") on a button, link or field presses or focuses it.
 * Characters count only while nobody types. Any other character starts the search in [data-search].
 * A scanner is a keyboard that types faster than a hand: what it types ends up in the search field, wherever the focus is.
 *
 * data-keys="off" on the body switches single characters off (WCAG 2.1.4); function keys stay. */
import { Burst } from "./burst";

const hand = 45; // ms: the next key of a scanner comes sooner, that of a hand later

const word = 1000; // ms: so soon after a character that nobody typed into a field, a space belongs to the same words

let waiting = "";
let timer = 0;
let typed = 0; // when the last character came that went into the search from outside a field

export function keys(): void {
	const burst = new Burst((code) => {
		stopWaiting();
		burst.restore();
		deliver(code);
	});
	document.addEventListener("paste", pasted);
	document.addEventListener("keydown", (event) => {
		if (event.defaultPrevented || event.isComposing || event.repeat) return;
		if (scanned(event, burst)) return;
		if (finished(event)) return;
		if (isComposed(event) && !isTyping(event.target)) {
			search()?.focus(); // the text comes without keys: it must find a field
			return;
		}
		if (isCharacter(event)) {
			if (!isTyping(event.target) && document.body.dataset["keys"] !== "off" && !isWidgetKey(event)) character(event);
			return;
		}
		if (event.key === "Backspace" && waiting !== "") {
			event.preventDefault();
			waiting = waiting.slice(0, -1);
			return;
		}
		const target = find(name(event));
		if (target) {
			event.preventDefault();
			press(target);
		}
	});
}

/** A scan is taken out of the field that it ran into, and goes to where bills are looked up; what holds no digit is no number of a bill, and is searched for. */
function scanned(event: KeyboardEvent, burst: Burst): boolean {
	const field = search();
	const code = burst.key(event);
	if (code !== null && waiting.length > code.length && waiting.endsWith(code)) return false; // a hand that hesitated: the whole text is meant, not its end
	if (burst.hasLines) {
		if (event.key === "Enter") event.preventDefault(); // it would send the form that has the focus
		stopWaiting();
		return true;
	}
	if (code === null) return false;
	const isNumber = /\d/.test(code) && document.querySelector("input[data-scan]") !== null;
	if (!isNumber && (!field || event.target === field)) return false;
	event.preventDefault();
	stopWaiting();
	burst.restore();
	if (isNumber) {
		deliver(code);
	} else if (field) {
		type(field, code, true);
		field.form?.requestSubmit();
	}
	return true;
}

/** Hands the code of a bill to where bills are looked up, or as one line to the search. */
function deliver(code: string): void {
	const scan = document.querySelector<HTMLInputElement>("input[data-scan]");
	const field = search();
	if (scan) {
		scan.value = code;
		scan.form?.requestSubmit();
	} else if (field) {
		type(field, code.replaceAll("\n", " ").trim(), true);
		field.form?.requestSubmit();
	}
}

function stopWaiting(): void {
	clearTimeout(timer);
	waiting = "";
}

/** Enter may come before the last characters have found their field: they are typed first, and then sent. */
function finished(event: KeyboardEvent): boolean {
	const field = search();
	if (event.key !== "Enter" || waiting === "" || !field) return false;
	event.preventDefault();
	clearTimeout(timer);
	const text = waiting;
	waiting = "";
	const target = text.length === 1 ? find(text) : null;
	if (target) {
		press(target);
	} else {
		type(field, text, false);
		field.form?.requestSubmit();
	}
	return true;
}

/** Waits long enough to tell a scanner from a hand, then presses the key's button or starts the search. */
function character(event: KeyboardEvent): void {
	const field = search();
	if (!field && !find(event.key)) return;
	event.preventDefault();
	waiting += event.key;
	typed = event.timeStamp;
	clearTimeout(timer);
	timer = window.setTimeout(() => {
		const text = waiting;
		waiting = "";
		const target = text.length === 1 ? find(text) : null;
		if (target) {
			typed = 0;
			press(target);
		} else if (field) {
			type(field, text, false);
		}
	}, hand);
}

function type(field: HTMLInputElement, text: string, instead: boolean): void {
	field.focus();
	field.value = instead ? text : field.value + text;
	field.dispatchEvent(new Event("input", { bubbles: true }));
}

function search(): HTMLInputElement | null {
	return document.querySelector<HTMLInputElement>("input[data-search]:not(:disabled)");
}

function find(key: string): HTMLElement | null {
	for (const element of document.querySelectorAll<HTMLElement>("[data-key]")) {
		const isOn = !element.matches(":disabled, [aria-disabled=true]") && element.getClientRects().length > 0;
		if (isOn && element.dataset["key"]?.toLowerCase() === key.toLowerCase()) return element;
	}
	return null;
}

function press(element: HTMLElement): void {
	if (element.matches("input:not([type=submit], [type=button], [type=checkbox], [type=radio]), select, textarea")) {
		element.focus();
		if (element instanceof HTMLInputElement) element.select();
		return;
	}
	element.focus();
	element.click();
}

function name(event: KeyboardEvent): string {
	const modifiers = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"].filter(Boolean);
	return [...modifiers, event.key].join("+");
}

function isCharacter(event: KeyboardEvent): boolean {
	return event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
}

/** Space presses whatever has the focus, and scrolls where nothing has it; behind the characters of a word that is being typed it is a part of the text, also on a
 * machine so slow that the word has reached its field before. Letters choose in a list. */
function isWidgetKey(event: KeyboardEvent): boolean {
	if (event.key === " ") return waiting === "" && event.timeStamp - typed > word;
	return (event.target instanceof Element && event.target.closest("[role=listbox], summary") !== null);
}

/** A key that is handed to an input method, which will insert text by itself. */
function isComposed(event: KeyboardEvent): boolean {
	return event.key === "Process" || event.key === "Unidentified" || event.key === "Dead";
}

/** What is pasted, by hand or by a scanner that pastes, is never lost: the code of a bill goes where bills are looked up, and what is pasted outside a field into the search. */
function pasted(event: ClipboardEvent): void {
	const text = event.clipboardData?.getData("text/plain").replaceAll("\r\n", "\n") ?? "";
	const field = search();
	if (event.defaultPrevented || text.trim() === "") return;
	if (text.startsWith("BCD\n")) {
		event.preventDefault();
		deliver(text.trim());
	} else if (field && !isTyping(event.target)) {
		event.preventDefault();
		type(field, text.replaceAll("\n", " ").trim(), false);
	}
}

function isTyping(target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement)) return false;
	if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit", "reset", "file"].includes(target.type);
	return target.isContentEditable || target.matches("textarea, select");
}
