/* Keeps what is typed into a form on the server, field by field, so that a closed tab or a lost network loses nothing.
 * Nothing is kept in the browser: it may be a shared one. */
const pause = 600; // ms of silence before a save
const retry = 5_000; // ms after a failed save

class Draft {
	private timer = 0;
	private saved = "";
	private running = false;

	constructor(
		private readonly form: HTMLFormElement,
		private readonly url: string,
	) {
		this.saved = this.contents();
		form.addEventListener("input", () => this.later(pause));
		form.addEventListener("change", () => this.later(0));
		// A form that is sent needs no draft any more; the server drops it with the act.
		form.addEventListener("submit", () => clearTimeout(this.timer));
	}

	/** Saves at once; used when the page is about to go. */
	flush(): void {
		if (this.contents() !== this.saved && !this.form.hasAttribute("data-busy")) void this.save(true);
	}

	private later(delay: number): void {
		clearTimeout(this.timer);
		this.timer = window.setTimeout(() => void this.save(false), delay);
	}

	private contents(): string {
		const fields = new URLSearchParams();
		for (const [name, value] of new FormData(this.form)) {
			const input = this.form.elements.namedItem(name);
			const secret = input instanceof HTMLInputElement && input.type === "password";
			if (typeof value === "string" && !secret && !name.startsWith("@")) fields.append(name, value);
		}
		return fields.toString();
	}

	private async save(leaving: boolean): Promise<void> {
		const contents = this.contents();
		if (contents === this.saved) return;
		if (this.running && !leaving) return this.later(pause);
		this.running = true;
		try {
			const answer = await fetch(this.url, {
				method: "POST",
				headers: { "Content-Type": "application/x-www-form-urlencoded" },
				body: contents,
				keepalive: leaving,
				redirect: "error",
			});
			if (!answer.ok) throw new Error(String(answer.status));
			this.saved = contents;
			this.say("draftSaved");
			if (this.contents() !== contents) this.later(pause);
		} catch {
			this.say("draftFailed");
			this.later(retry);
		} finally {
			this.running = false;
		}
	}

	private say(key: "draftSaved" | "draftFailed"): void {
		const note = this.form.querySelector<HTMLElement>("[data-draft-note]");
		const text = note?.dataset[key];
		if (!note || text === undefined) return;
		const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
		const words = text.replace("{time}", time);
		if (note.textContent !== words) note.textContent = words;
	}
}

export function drafts(): void {
	const known = new WeakMap<HTMLFormElement, Draft>();
	const find = (): Draft[] => {
		const all: Draft[] = [];
		for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft-url]")) {
			const url = form.dataset["draftUrl"];
			if (!url) continue;
			const draft = known.get(form) ?? new Draft(form, url);
			known.set(form, draft);
			all.push(draft);
		}
		return all;
	};
	find();
	document.addEventListener("htmx:after:swap", find);
	document.addEventListener("visibilitychange", () => {
		if (document.visibilityState === "hidden") for (const draft of find()) draft.flush();
	});
}
