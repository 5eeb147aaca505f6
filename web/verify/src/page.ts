/* The page with which a stranger checks a receipt. It asks nobody: its keys are inside. */
import { type Answer, check, isSupported, Unsupported } from "./check";
import { byID, make } from "./dom";
import { Keys } from "./keys";
import { lookAtPhoto, watch } from "./look";
import { moment, show } from "./show";
import { type Language, words } from "./words";

const keys = new Keys(JSON.parse(byID("keys").textContent ?? ""));
const video = byID<HTMLVideoElement>("video");
const code = byID<HTMLTextAreaElement>("code");
const file = byID<HTMLInputElement>("file");
const cameraButton = byID<HTMLButtonElement>("camera");

let language: Language = languageOf(navigator.languages);
let last: Answer | undefined;
let supported = true;
let stopCamera: (() => void) | undefined;

/** The first of the reader's languages that the page speaks, else Latvian. */
function languageOf(wanted: readonly string[]): Language {
	const found = wanted.map((one) => one.slice(0, 2)).find((one) => one in words);
	return (found as Language | undefined) ?? "lv";
}

function speak(): void {
	const say = words[language];
	document.documentElement.lang = language;
	document.title = say.title;
	for (const element of document.querySelectorAll<HTMLElement>("[data-word]")) {
		const word = say[element.dataset["word"] as keyof typeof say];
		if (typeof word === "string") element.textContent = word;
	}
	cameraButton.textContent = stopCamera ? say.stop : say.camera;
	document.querySelector(".languages")?.setAttribute("aria-label", say.languages);
	for (const button of document.querySelectorAll<HTMLElement>("[data-language]")) {
		button.setAttribute("aria-pressed", String(button.dataset["language"] === language));
	}
	const notices = [supported ? "" : say.unsupported, keys.all.length === 0 ? say.noKeys : ""].filter((text) => text !== "");
	byID("notices").replaceChildren(...notices.map((text) => make("p", { class: "notice" }, text)));
	byID("keylist").replaceChildren(make("summary", {}, say.keys(keys.all.length)), keyList());
	if (last) show(last, language);
}

function keyList(): HTMLUListElement {
	const day = (seconds: number): string => moment(new Date(seconds * 1000).toISOString()).slice(0, 10);
	const note = words[language].findings.compromised.head;
	return make("ul", {}, ...keys.all.map((key) => make("li", {}, `${key.node} ${key.id}: ${day(key.from)} – ${day(key.to)}${key.compromised ? ` (${note})` : ""}`)));
}

function status(text: string): void {
	byID("status").textContent = text;
}

/** Ends of lines and tabulators come from scanners and editors; spaces belong to the code. */
async function checkText(text: string): Promise<void> {
	status("");
	try {
		last = await check(text.replace(/^[\t\r\n]+|[\t\r\n]+$/g, ""), keys, Date.now() / 1000);
		show(last, language);
	} catch (problem) {
		if (!(problem instanceof Unsupported)) throw problem;
		supported = false;
		speak();
	}
}

function found(text: string): void {
	code.value = text;
	endCamera();
	void checkText(text);
}

function endCamera(): void {
	stopCamera?.();
	stopCamera = undefined;
	video.hidden = true;
	cameraButton.textContent = words[language].camera;
}

async function startCamera(): Promise<void> {
	const say = words[language];
	try {
		video.hidden = false;
		stopCamera = await watch(video, found);
		cameraButton.textContent = say.stop;
		status(say.looking);
	} catch {
		endCamera();
		status(say.noCamera);
	}
}

async function choosePhoto(): Promise<void> {
	const photo = file.files?.[0];
	file.value = "";
	if (!photo) return;
	try {
		const text = await lookAtPhoto(photo);
		if (text === undefined) status(words[language].noCode);
		else found(text);
	} catch {
		status(words[language].noCode);
	}
}

/** The code behind # in the address, so that a link can carry one; it does not leave the device. */
function fromAddress(): void {
	if (location.hash.length < 2) return;
	try {
		found(decodeURIComponent(location.hash.slice(1)));
	} catch {
		// Not an encoded text: nothing to check.
	}
}

byID<HTMLFormElement>("form").addEventListener("submit", (event) => {
	event.preventDefault();
	if (code.value.trim() !== "") {
		void checkText(code.value);
		return;
	}
	status(words[language].empty);
	code.focus();
});
cameraButton.addEventListener("click", () => {
	if (!stopCamera) {
		cameraButton.disabled = true; // while the browser asks for leave, a second click would start a second camera
		void startCamera().finally(() => (cameraButton.disabled = false));
		return;
	}
	endCamera();
	status("");
});
byID("photo").addEventListener("click", () => file.click());
file.addEventListener("change", () => void choosePhoto());
for (const button of document.querySelectorAll<HTMLElement>("[data-language]")) {
	button.addEventListener("click", () => {
		language = button.dataset["language"] as Language;
		speak();
		button.focus();
	});
}
addEventListener("hashchange", fromAddress);

speak();
fromAddress();
void isSupported().then((can) => {
	if (can) return;
	supported = false;
	speak();
});
