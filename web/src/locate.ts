/* The finder's "near me": asks the browser where we are, fills lat and lon, submits. Nothing is kept. */
export function locate(): void {
	if (!("geolocation" in navigator)) return;
	for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-locate]")) {
		button.hidden = false;
		button.addEventListener("click", () => ask(button));
	}
}

function ask(button: HTMLButtonElement): void {
	const form = button.form;
	const note = form?.querySelector<HTMLElement>("[data-locate-note]");
	if (!form) return;
	button.setAttribute("aria-busy", "true");
	navigator.geolocation.getCurrentPosition(
		(position) => {
			button.removeAttribute("aria-busy");
			// Three decimals are a hundred metres: enough to find a library, too little to find a door.
			fill(form, "lat", position.coords.latitude.toFixed(3));
			fill(form, "lon", position.coords.longitude.toFixed(3));
			form.requestSubmit();
		},
		() => {
			button.removeAttribute("aria-busy");
			if (note) note.textContent = button.dataset["locateFailed"] ?? "";
		},
		{ enableHighAccuracy: false, timeout: 10_000, maximumAge: 300_000 },
	);
}

function fill(form: HTMLFormElement, name: string, value: string): void {
	const field = form.elements.namedItem(name);
	if (field instanceof HTMLInputElement) field.value = value;
}
