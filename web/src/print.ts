/* A button that prints the page; the browser's own menu does the same. With data-print="focus" the page begins at it: autofocus would come
 * while it is still hidden. */
export function print(): void {
	for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
		button.hidden = false;
		button.addEventListener("click", () => window.print());
		if (button.dataset["print"] === "focus") {
			button.focus();
		}
	}
}
