/* One press, one request: a form whose request is under way takes no second submit. The request key that the form
 * carries is what really protects the journal; this spares the clerk the question whether it worked. */
const giveUp = 20_000; // ms: a request that never ended must not lock the form for ever

function release(form: HTMLFormElement): void {
	form.removeAttribute("data-busy");
	for (const button of form.querySelectorAll("[data-once]")) {
		button.removeAttribute("data-once");
		button.removeAttribute("aria-disabled");
	}
}

export function once(): void {
	document.addEventListener(
		"submit",
		(event) => {
			const form = event.target as HTMLFormElement;
			if (form.method === "get" || form.target !== "") return;
			if (form.hasAttribute("data-busy")) {
				event.preventDefault();
				event.stopImmediatePropagation();
				return;
			}
			form.setAttribute("data-busy", "");
			// aria-disabled, not disabled: a disabled button would not send its name and value, and would lose the focus.
			for (const button of form.querySelectorAll("button:not([type=button]):not([aria-disabled])")) {
				button.setAttribute("aria-disabled", "true");
				button.setAttribute("data-once", "");
			}
			setTimeout(() => release(form), giveUp);
		},
		true,
	);
	document.addEventListener("htmx:finally:request", () => {
		for (const form of document.querySelectorAll<HTMLFormElement>("form[data-busy]")) release(form);
	});
	// The back button shows the page as it was left: with its forms locked.
	addEventListener("pageshow", () => {
		for (const form of document.querySelectorAll<HTMLFormElement>("form[data-busy]")) release(form);
	});
}
