/* The status line: asks the server every 20 s and changes only when what it says has changed, so nothing flickers.
 * One lost answer is no news; two in a row are. */
const period = 20_000; // ms
const again = 3_000; // ms until the second try

export function status(): void {
	const line = document.querySelector<HTMLElement>("[data-status-url]");
	const url = line?.dataset["statusUrl"];
	if (!line || !url) return;
	let failures = 0;

	const show = (html: string): void => {
		const now = document.createElement("template");
		now.innerHTML = html.trim();
		if (now.innerHTML !== line.innerHTML.trim()) line.replaceChildren(now.content);
	};
	const lost = (): void => {
		failures++;
		const template = document.querySelector<HTMLTemplateElement>("template[data-status-lost]");
		if (failures > 1 && template) show(template.innerHTML);
	};
	const poll = async (): Promise<void> => {
		if (document.visibilityState === "visible") {
			try {
				const answer = await fetch(url, { headers: { Accept: "text/html" }, cache: "no-store", redirect: "error" });
				if (answer.ok) {
					failures = 0;
					show(await answer.text());
				} else {
					lost();
				}
			} catch {
				lost();
			}
		}
		setTimeout(() => void poll(), failures === 1 ? again : period);
	};
	addEventListener("offline", () => {
		failures = 1;
		lost();
	});
	setTimeout(() => void poll(), period);
}
