/* Tells a scanner from a hand: at least six characters and Enter, each sooner after the last than a hand can.
 *
 * The code of a bill (EPC069-12) has lines: it begins with "BCD" and Enter, and ends where the scanner falls silent. */
const shortest = 6; // characters; shorter codes are not printed on bills
const fastest = 35; // ms between two keys
const silence = 120; // ms behind the last key of a code with lines
const begins = "BCD";

export class Burst {
	private text = "";
	private last = 0;
	private field: HTMLInputElement | HTMLTextAreaElement | null = null;
	private before = "";
	private timer = 0;

	/** Lines is told a code that has lines, when the scanner falls silent. */
	constructor(private readonly lines: (code: string) => void) {}

	/** Whether a code with lines is under way: its Enter sends nothing. */
	get hasLines(): boolean {
		return this.timer !== 0;
	}

	/** Returns the code when this key ends a scan, else null. */
	key(event: KeyboardEvent): string | null {
		const quick = event.timeStamp - this.last < fastest;
		this.last = event.timeStamp;
		if (event.key === "Enter" && quick && (this.text === begins || this.hasLines)) {
			this.text += "\n";
			this.wait();
			return null;
		}
		if (this.hasLines) {
			this.wait();
			if (event.key.length === 1) this.text += event.key;
			return null;
		}
		if (event.key === "Enter" && quick && this.text.length >= shortest) {
			const code = this.text;
			this.text = "";
			return code;
		}
		if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey) {
			// Shift comes between the characters of a scan without ending it.
			if (event.key !== "Shift") this.text = "";
			return null;
		}
		if (!quick) this.begin(event.target);
		this.text += event.key;
		return null;
	}

	private wait(): void {
		clearTimeout(this.timer);
		this.timer = window.setTimeout(() => {
			const code = this.text;
			this.timer = 0;
			this.text = "";
			this.lines(code);
		}, silence);
	}

	/** Gives the field that the scan ran into what it held before. */
	restore(): void {
		if (this.field && this.field.isConnected) {
			this.field.value = this.before;
			this.field.dispatchEvent(new Event("input", { bubbles: true }));
		}
		this.field = null;
	}

	private begin(target: EventTarget | null): void {
		this.text = "";
		this.field = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null;
		this.before = this.field?.value ?? "";
	}
}
