/* Buttons by which a passkey is made or asked for ([data-passkey]): they are shown where the browser knows passkeys. On a press the page asks the server what to sign, the browser asks the person, and
 * what it answers is sent with the form. Without script nothing is shown, and there is the password. */
export function passkeys(): void {
	if (!("PublicKeyCredential" in window) || !("parseRequestOptionsFromJSON" in PublicKeyCredential)) return;
	for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-passkey]")) {
		button.hidden = false;
		button.addEventListener("click", (event) => {
			const form = button.form;
			const field = form?.elements.namedItem("answer");
			if (!form || !(field instanceof HTMLInputElement) || field.value !== "" || button.ariaBusy === "true") return;
			event.preventDefault(); // the form waits for the answer
			if (form.reportValidity()) void press(button, form, field);
		});
	}
	// The back button shows the page as it was left: what was answered once is of no use again.
	addEventListener("pageshow", () => {
		for (const field of document.querySelectorAll<HTMLInputElement>("input[name=answer]")) field.value = "";
	});
}

async function press(button: HTMLButtonElement, form: HTMLFormElement, field: HTMLInputElement): Promise<void> {
	const note = form.querySelector<HTMLElement>("[data-passkey-note]");
	button.ariaBusy = "true";
	if (note) note.textContent = "";
	try {
		field.value = JSON.stringify(await ask(button.dataset["passkey"] ?? "", button.dataset["options"] ?? ""));
		form.requestSubmit();
	} catch {
		// Cancelled, no passkey here, too late: the browser has said more than it may tell us.
		if (note) note.textContent = note.dataset["failed"] ?? "";
	} finally {
		button.ariaBusy = "false";
	}
}

async function ask(kind: string, address: string): Promise<unknown> {
	const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
	if (!answer.ok) throw new Error(answer.statusText);
	const options: unknown = await answer.json();
	const made =
		kind === "create"
			? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON) })
			: await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON) });
	if (!(made instanceof PublicKeyCredential)) throw new Error("nothing was chosen");
	return made.toJSON() as unknown;
}
