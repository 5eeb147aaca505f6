/* A roll has no pages, but a browser knows only pages: without this they are as long as A4 (paper.css). Here the page becomes as long as
 * the longest sheet. All have one length, because what a printer is told of a job holds for the whole of it. */
const millimetre = 96 / 25.4;

/* What a line more takes, should the printer's letters run a little wider than those of the screen. */
const slack = 4;

export function rolls(): void {
	const sheets = document.querySelectorAll<HTMLElement>('.vk-papers[data-paper$="mm"] > .vk-sheet');
	if (sheets.length === 0) {
		return;
	}
	const rules = new CSSStyleSheet();
	document.adoptedStyleSheets = [...document.adoptedStyleSheets, rules];
	const measure = (): void => {
		const longest = new Map<string, number>();
		for (const sheet of sheets) {
			const width = (sheet.parentElement as HTMLElement).dataset["paper"] as string;
			const length = Math.ceil(sheet.offsetHeight / millimetre) + slack;
			longest.set(width, Math.max(longest.get(width) ?? 0, length));
		}
		rules.replaceSync([...longest].map(([width, length]) => `@page roll-${width} { size: ${width} ${length}mm; }`).join("\n"));
	};
	void document.fonts.ready.then(measure);
	window.addEventListener("beforeprint", measure);
}
