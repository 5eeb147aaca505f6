/** The element with an id; the page has it. */
export function byID<T extends HTMLElement>(id: string): T {
	return document.getElementById(id) as T;
}

/** Makes an element; text never becomes markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	attributes: Record<string, string>,
	...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
	element.append(...children);
	return element;
}
