/* Runs in a real browser against the built script: presses keys, sends forms, loses the network, and reports what happened.
 * islands_test.go serves the page and waits for the report. */
import { cents, written } from "../src/change";
import { clock } from "./clock";

type Check = [name: string, run: () => Promise<void>];
const failures: string[] = [];
const violations: string[] = [];
document.addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective));

const wait = (ms: number): Promise<void> => new Promise((done) => clock.real(done, ms));

/** Waits until it is so, at most five seconds; what is expected is said afterwards. */
async function until(so: () => boolean): Promise<void> {
	for (let left = 250; left > 0 && !so(); left--) await wait(20);
}
const get = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

function expect(what: string, is: unknown, wanted: unknown): void {
	if (JSON.stringify(is) !== JSON.stringify(wanted)) throw new Error(`${what} is ${JSON.stringify(is)}, wanted ${JSON.stringify(wanted)}`);
}

/** Presses a key as a keyboard does: what nobody prevents ends up in the field. */
function press(key: string, on: Element = document.body, more: KeyboardEventInit = {}): boolean {
	const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
	const goes = on.dispatchEvent(event);
	if (goes && key.length === 1 && (on instanceof HTMLInputElement || on instanceof HTMLTextAreaElement)) {
		on.value += key;
		on.dispatchEvent(new Event("input", { bubbles: true }));
	}
	return goes;
}

let pressed: string[] = [];
let searched = 0;
let sent = 0;

async function reset(): Promise<void> {
	pressed = [];
	searched = 0;
	sent = 0;
	for (const field of document.querySelectorAll<HTMLInputElement>("input[type=text], input[type=search], textarea")) field.value = "";
	(document.activeElement as HTMLElement | null)?.blur();
	document.body.dataset["keys"] = "on";
	await wait(80);
}

const checks: Check[] = [
	["a function key presses its button, also while one types", async () => {
		press("F2", get("note"));
		expect("pressed", pressed, ["F2"]);
	}],
	["a combination presses its button", async () => {
		press("Enter", get("note"), { ctrlKey: true });
		expect("pressed", pressed, ["Ctrl+Enter"]);
	}],
	["a button that is off is not pressed", async () => {
		press("F8");
		expect("pressed", pressed, []);
	}],
	["a key focuses its field", async () => {
		press("F3");
		expect("focus", document.activeElement?.id, "q");
	}],
	["a character presses its button while nobody types", async () => {
		press("1");
		await wait(80);
		expect("pressed", pressed, ["1"]);
		expect("search", get<HTMLInputElement>("q").value, "");
	}],
	["the same character is only a character in a field", async () => {
		press("1", get("note"));
		await wait(80);
		expect("pressed", pressed, []);
		expect("note", get<HTMLInputElement>("note").value, "1");
	}],
	["any other character begins the search", async () => {
		press("m");
		await wait(80);
		expect("search", get<HTMLInputElement>("q").value, "m");
		expect("focus", document.activeElement?.id, "q");
	}],
	["words typed quickly while nobody types keep their spaces", async () => {
		for (const character of "anna liepa") press(character);
		await wait(80);
		expect("search", get<HTMLInputElement>("q").value, "anna liepa");
	}],
	["words typed slowly while nobody types keep their spaces, also where the focus does not follow", async () => {
		const q = get<HTMLInputElement>("q");
		for (const character of "bērnu kop pab") {
			press(character); // on the body: the focus is elsewhere, as on a machine under load
			q.blur();
			await wait(60);
		}
		expect("search", q.value, "bērnu kop pab");
		expect("pressed", pressed, []);
	}],
	["a space long after the last word presses what has the focus", async () => {
		press("m");
		await wait(80);
		get<HTMLInputElement>("q").blur();
		await wait(1100);
		expect("left to the browser", press(" "), true);
	}],
	["a hand that hesitates within a word loses nothing of it", async () => {
		const q = get<HTMLInputElement>("q");
		for (let times = 0; times < 5 && q.value !== "bernu pabalsts"; times++) {
			await reset();
			for (const character of "bernu ") press(character);
			await wait(38); // longer than a scanner takes, and the word has not reached its field yet
			for (const character of "pabalsts") press(character);
			press("Enter");
			await wait(80);
		}
		expect("search", q.value, "bernu pabalsts");
		expect("searches", searched, 1);
	}],
	["an input method that sends no characters finds the search field", async () => {
		expect("left to the input method", press("Process"), true);
		expect("focus", document.activeElement?.id, "q");
		get<HTMLInputElement>("note").focus();
		press("Unidentified", get("note"));
		expect("focus of who types elsewhere", document.activeElement?.id, "note");
	}],
	["what is pasted outside a field goes into the search, and into a field where it is meant", async () => {
		const q = get<HTMLInputElement>("q");
		const paste = (text: string, on: Element): boolean => {
			const clipboardData = new DataTransfer();
			clipboardData.setData("text/plain", text);
			return on.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
		};
		expect("taken", paste("Anna Liepa\r\n", document.body), false);
		expect("search", q.value, "Anna Liepa");
		expect("left to the field", paste("x", get("note")), true);
		expect("the code of a bill is taken", paste("BCD\n002\n1\nSCT\n", get("note")), false);
		expect("searches", searched, 1);
	}],
	["the reader can switch characters off, function keys stay", async () => {
		document.body.dataset["keys"] = "off";
		press("1");
		press("m");
		press("F2");
		await wait(80);
		expect("pressed", pressed, ["F2"]);
		expect("search", get<HTMLInputElement>("q").value, "");
	}],
	["a scan anywhere is searched for, its digits press nothing", async () => {
		for (const digit of "1119000000123") press(digit);
		press("Enter");
		await wait(80);
		expect("search", get<HTMLInputElement>("q").value, "1119000000123");
		expect("searches", searched, 1);
		expect("pressed", pressed, []);
	}],
	["a scan into another field is taken out of it", async () => {
		const note = get<HTMLInputElement>("note");
		note.value = "before";
		for (const digit of "4752000123456") press(digit, note);
		expect("Enter goes on", press("Enter", note), false);
		await wait(80);
		expect("note", note.value, "before");
		expect("search", get<HTMLInputElement>("q").value, "4752000123456");
		expect("searches", searched, 1);
	}],
	["the code of a bill has lines, and its Enter sends nothing", async () => {
		const note = get<HTMLInputElement>("note");
		note.value = "before";
		const scan = document.createElement("input");
		scan.type = "hidden";
		scan.dataset["scan"] = "";
		get<HTMLInputElement>("q").form?.append(scan);
		for (const key of "BCD\n002\n1\nSCT\n\nSIA Vinda\nLV80BANK0000435195001\nEUR12.30") press(key === "\n" ? "Enter" : key, note);
		expect("not sent yet", searched, 0);
		await wait(200);
		expect("sent once", searched, 1);
		expect("the whole code", scan.value, "BCD\n002\n1\nSCT\n\nSIA Vinda\nLV80BANK0000435195001\nEUR12.30");
		expect("note", note.value, "before");
		scan.remove();
	}],
	["amounts are read and written as people do", async () => {
		expect("comma", cents("1 234,5"), 123450);
		expect("point", cents("12.30"), 1230);
		expect("words", cents("12 eiro"), null);
		expect("three decimals", cents("1,234"), null);
		expect("nothing", cents(""), null);
		document.documentElement.lang = "lv";
		expect("Latvian", written(123450), "1\u00a0234,50\u00a0€");
		document.documentElement.lang = "en";
		expect("English", written(123456789), "€1,234,567.89");
		document.documentElement.lang = "lv";
	}],
	["the first digit of a scan waits for the second before it presses anything", async () => {
		// A busy machine may be slower than a scanner; once in five times it is not.
		for (let times = 0; times < 5 && get<HTMLInputElement>("q").value !== "12"; times++) {
			await reset();
			press("1");
			await wait(10);
			press("2");
			await wait(80);
		}
		expect("search", get<HTMLInputElement>("q").value, "12");
		expect("pressed", pressed, []);
	}],
	["a hand is no scanner", async () => {
		const note = get<HTMLInputElement>("note");
		for (const letter of "malkas") {
			press(letter, note);
			await wait(60);
		}
		expect("Enter goes on", press("Enter", note), true);
		expect("note", note.value, "malkas");
		expect("searches", searched, 0);
	}],
	["the arrows walk through what was found and back", async () => {
		const walk = (key: string): string => {
			press(key, document.activeElement ?? document.body);
			return document.activeElement?.id ?? "";
		};
		get("q").focus();
		expect("walk", ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp"].map(walk), ["hit-1", "hit-2", "hit-2", "hit-1", "q", "q"]);
		get("note").focus();
		expect("elsewhere", walk("ArrowDown"), "note");
	}],
	["a form is sent once while its request is under way", async () => {
		const form = get<HTMLFormElement>("act");
		form.requestSubmit();
		form.requestSubmit();
		expect("sent", sent, 1);
		expect("button", get("record").getAttribute("aria-disabled"), "true");
		await wait(300); // the twenty seconds after which it gives up
		expect("button", get("record").getAttribute("aria-disabled"), null);
		form.requestSubmit();
		expect("sent", sent, 2);
		await wait(300);
	}],
	["a form that only asks may be sent again", async () => {
		get<HTMLFormElement>("search").requestSubmit();
		get<HTMLFormElement>("search").requestSubmit();
		expect("searches", searched, 2);
	}],
	["what is typed is kept on the server, and only what has changed", async () => {
		await fetch("/drafts/forget", { method: "POST" });
		const text = get<HTMLTextAreaElement>("text");
		text.value = "malka";
		text.dispatchEvent(new Event("input", { bubbles: true }));
		await wait(150);
		expect("drafts", await (await fetch("/drafts")).json(), ["text=malka"]);
		expect("note", get("draft-note").textContent?.replace(/\d\d:\d\d/, "T"), "saved T");
		text.dispatchEvent(new Event("input", { bubbles: true }));
		await wait(150);
		expect("drafts", await (await fetch("/drafts")).json(), ["text=malka"]);
	}],
	["a draft that is not kept says so and is kept later", async () => {
		await fetch("/drafts/refuse", { method: "POST" });
		const text = get<HTMLTextAreaElement>("text");
		text.value = "malka 2";
		text.dispatchEvent(new Event("input", { bubbles: true }));
		// However busy the machine: the note stands until the server takes drafts again.
		await until(() => get("draft-note").textContent === "not saved");
		expect("note", get("draft-note").textContent, "not saved");
		await fetch("/drafts/accept", { method: "POST" });
		await until(() => get("draft-note").textContent?.startsWith("saved") === true);
		expect("drafts", ((await (await fetch("/drafts")).json()) as string[]).at(-1), "text=malka+2");
		expect("note", get("draft-note").textContent?.startsWith("saved"), true);
	}],
	["nothing is kept in the browser", async () => {
		expect("stores", [localStorage.length, sessionStorage.length], [0, 0]);
	}],
	["the status line changes only when what it says has changed", async () => {
		const line = document.querySelector<HTMLElement>("[data-status-url]")!;
		const seen: string[] = [];
		let changes = 0;
		const watch = new MutationObserver(() => {
			changes++;
			seen.push(line.textContent?.trim() ?? "");
		});
		watch.observe(line, { childList: true });
		await wait(700); // three periods
		await fetch("/status/set?to=hiccup", { method: "POST" }); // one answer is lost
		await wait(450);
		expect("changes", changes, 0);
		await fetch("/status/set?to=delayed", { method: "POST" });
		await wait(450);
		await fetch("/status/set?to=broken", { method: "POST" });
		await wait(700);
		await fetch("/status/set?to=online", { method: "POST" });
		await wait(450);
		watch.disconnect();
		expect("seen", seen, ["Sūtīšana kavējas", "Nav savienojuma ar serveri", "Tiešsaistē"]);
	}],
	["htmx exchanges a part, and an error stands at the top", async () => {
		get("more").click();
		await wait(150);
		expect("part", get("part").textContent, "exchanged");
		expect("focus", document.activeElement?.id, "next");
		get("fails").click();
		await wait(150);
		expect("problems", get("problems").textContent?.includes("Šo darbību"), true);
		expect("part", get("part").textContent, "exchanged");
	}],
	["Enter leads down a column of figures to its button and sends nothing", async () => {
		let counted = 0;
		get<HTMLInputElement>("n-500").form?.addEventListener("submit", (e) => {
			e.preventDefault();
			counted++;
		});
		get("n-500").focus();
		expect("let through", press("Enter", get("n-500")), false);
		expect("focus", document.activeElement?.id, "n-200");
		press("Enter", get("n-200"));
		expect("focus", document.activeElement?.id, "counted");
		expect("sent", counted, 0);
		expect("elsewhere Enter is the browser's", press("Enter", get("note")), true);
	}],
	["the place is filled in and asked for", async () => {
		Object.defineProperty(navigator.geolocation, "getCurrentPosition", {
			value: (found: PositionCallback) => found({ coords: { latitude: 57.31254, longitude: 25.27491 } } as GeolocationPosition),
			configurable: true,
		});
		expect("button", get("near").hidden, false);
		get("near").click();
		expect("lat", get<HTMLInputElement>("lat").value, "57.313");
		expect("lon", get<HTMLInputElement>("lon").value, "25.275");
		expect("searches", searched, 1);
	}],
	["a place that is refused is said", async () => {
		Object.defineProperty(navigator.geolocation, "getCurrentPosition", { value: (_: unknown, refused: () => void) => refused(), configurable: true });
		get("near").click();
		expect("note", get("near-note").textContent, "no place");
		expect("searches", searched, 0);
	}],
	["the policy is never broken", async () => {
		expect("violations", violations, []);
		// The check itself: an inline style must be refused and heard.
		const planted = document.createElement("div");
		planted.innerHTML = '<p style="color: red">x</p>';
		document.body.append(planted);
		await wait(50);
		expect("violations", violations.length, 1);
	}],
];

async function run(): Promise<void> {
	for (const element of document.querySelectorAll<HTMLElement>("button[data-key]")) {
		element.addEventListener("click", () => pressed.push(element.dataset["key"] ?? ""));
	}
	get("search").addEventListener("submit", (e) => {
		e.preventDefault();
		searched++;
	});
	get("act").addEventListener("submit", (e) => {
		e.preventDefault();
		sent++;
	});
	for (const [name, check] of checks) {
		await reset();
		try {
			await check();
		} catch (e) {
			failures.push(`${name}: ${e instanceof Error ? e.message : String(e)}`);
		}
	}
	await fetch("/report", { method: "POST", body: JSON.stringify({ checks: checks.length, failures }) });
}

addEventListener("load", () => void run());
addEventListener("error", (e) => failures.push(`script: ${e.message}`));
