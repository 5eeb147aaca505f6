/* The arrow keys walk from the search field through what was found ([data-arrows]) and back; Enter opens it as any link. */
export function arrows(): void {
	document.addEventListener("keydown", (event) => {
		const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
		if (step === 0 || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
		const field = document.querySelector<HTMLElement>("input[data-search]");
		const found = [...document.querySelectorAll<HTMLElement>("[data-arrows] :is(a[href], button)")];
		const at = event.target === field ? -1 : found.indexOf(event.target as HTMLElement);
		if (at === -1 && (event.target !== field || step < 0)) return;
		const next = at + step === -1 ? field : found[at + step];
		if (!next) return;
		event.preventDefault();
		next.focus();
	});
}
