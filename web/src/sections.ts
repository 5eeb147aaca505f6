/* A form that is sent says which of its sections (<details>) were open, so that a page that shows it again after a lost session shows it as it was. */

/** The field that says so: the open ones by their place in the form. No field of a page is called so. */
const field = "@sections";

export function sections(): void {
	document.addEventListener("formdata", (event) => {
		const form = event.target;
		if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
		const all = [...form.querySelectorAll("details")];
		if (all.length > 0) event.formData.set(field, all.flatMap((one, at) => (one.open ? [String(at)] : [])).join(","));
	});
}
