/* In a form that is filled in like a column of figures, Enter leads to the next field, and from the last one to the button that sends it.
 * Without script Enter does nothing there: the form's first button, which it would press, is switched off. */
export function next(): void {
	document.addEventListener("keydown", (event) => {
		if (event.key !== "Enter" || event.defaultPrevented || event.isComposing) return;
		const field = event.target;
		if (!(field instanceof HTMLInputElement) || field.form?.dataset["enter"] !== "next") return;
		event.preventDefault();
		const fields = [...field.form.querySelectorAll<HTMLInputElement>("input:not([type=hidden], :disabled)")];
		const following = fields[fields.indexOf(field) + 1];
		if (following) {
			following.focus();
			following.select();
		} else {
			field.form.querySelector<HTMLButtonElement>("button:not(:disabled)")?.focus();
		}
	});
}
