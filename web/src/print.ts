/* A button that prints the page; the browser's own menu does the same. */
export function print(): void {
	for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
		button.hidden = false;
		if (button.autofocus) button.focus(); // while it was hidden it could not have the focus
		button.addEventListener("click", () => window.print());
	}
}
