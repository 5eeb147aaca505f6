/* The button by which somebody signs in with her eID card ([data-card]): it speaks with the extension of Web eID, which asks for the PIN. Without the extension nobody answers, and that is said. */
const patience = 3_000; // ms until the extension says that it is there
const longest = 120_000; // ms to find the card and to type the PIN

export function cards(): void {
	for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-card]")) {
		button.hidden = false;
		button.addEventListener("click", (event) => {
			const form = button.form;
			const answer = form?.elements.namedItem("answer");
			const nonce = form?.elements.namedItem("nonce");
			if (!form || !(answer instanceof HTMLInputElement) || !(nonce instanceof HTMLInputElement) || answer.value !== "" || button.ariaBusy === "true") return;
			event.preventDefault(); // the form waits for the card
			void press(button, form, answer, nonce);
		});
	}
}

async function press(button: HTMLButtonElement, form: HTMLFormElement, answer: HTMLInputElement, nonce: HTMLInputElement): Promise<void> {
	const note = form.querySelector<HTMLElement>("[data-card-note]");
	button.ariaBusy = "true";
	if (note) note.textContent = "";
	try {
		const asked = await fetch(button.dataset["options"] ?? "", { headers: { Accept: "application/json" }, cache: "no-store" });
		const options = (await asked.json()) as { nonce: string };
		answer.value = JSON.stringify(await authenticate(options.nonce));
		nonce.value = options.nonce;
		form.requestSubmit();
	} catch {
		if (note) note.textContent = note.dataset["failed"] ?? "";
	} finally {
		button.ariaBusy = "false";
	}
}

function authenticate(challengeNonce: string): Promise<unknown> {
	return new Promise((done, fail) => {
		let timer = setTimeout(() => end(() => fail(new Error("no extension"))), patience);
		const end = (then: () => void): void => {
			clearTimeout(timer);
			removeEventListener("message", heard);
			then();
		};
		const heard = (event: MessageEvent): void => {
			const said = event.data as { action?: string } | null;
			if (event.source !== window || event.origin !== location.origin || !said?.action) return;
			if (said.action === "web-eid:authenticate-ack") {
				clearTimeout(timer);
				timer = setTimeout(() => end(() => fail(new Error("too late"))), longest);
			} else if (said.action === "web-eid:authenticate-success") {
				const { action, ...token } = said;
				end(() => done(token));
			} else if (said.action === "web-eid:authenticate-failure") {
				end(() => fail(new Error("refused")));
			}
		};
		addEventListener("message", heard);
		window.postMessage({ action: "web-eid:authenticate", challengeNonce, lang: document.documentElement.lang }, location.origin);
	});
}
