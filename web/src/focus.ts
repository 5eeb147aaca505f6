/* After a part of the page was exchanged, the reader's focus goes where the server asks for it: an error summary,
 * or the field to type in next. A page loaded whole does the same with autofocus alone. */
export function focus(): void {
	document.addEventListener("htmx:after:swap", () => {
		const wanted = document.querySelector<HTMLElement>("[data-focus]");
		if (wanted) {
			wanted.removeAttribute("data-focus");
			wanted.focus();
		}
	});
}
