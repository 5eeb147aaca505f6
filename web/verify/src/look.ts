/* Finds the code in a photo or before the camera: with the browser's own reader where it has one, else with ours. */
import { readQR } from "./qr/read";

interface Detector {
	detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}

declare const BarcodeDetector: { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> } | undefined;

async function detector(): Promise<Detector | undefined> {
	if (typeof BarcodeDetector === "undefined") return undefined;
	try {
		const formats = await BarcodeDetector.getSupportedFormats();
		return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : undefined;
	} catch {
		return undefined; // some browsers name it and cannot do it
	}
}

/** The widths in dots at which a photo is looked at: small ones lose the grain, large ones keep small codes. */
const widths = [1000, 1800, 600];

/** Returns the text of the code in a photo, or nothing. It throws for a file that is no picture. */
export async function lookAtPhoto(file: Blob): Promise<string | undefined> {
	const photo = await createImageBitmap(file);
	const own = await (await detector())?.detect(photo).catch(() => []);
	if (own?.[0]) return own[0].rawValue;
	for (const width of widths) {
		const text = readQR(drawn(photo, photo.width, photo.height, width));
		if (text !== undefined) return text;
	}
	return undefined;
}

function drawn(source: CanvasImageSource, width: number, height: number, longest: number): ImageData {
	const scale = Math.min(1, longest / Math.max(width, height));
	const canvas = document.createElement("canvas");
	canvas.width = Math.max(1, Math.round(width * scale));
	canvas.height = Math.max(1, Math.round(height * scale));
	const context = canvas.getContext("2d", { willReadFrequently: true });
	if (!context) throw new Error("no canvas");
	context.drawImage(source, 0, 0, canvas.width, canvas.height);
	return context.getImageData(0, 0, canvas.width, canvas.height);
}

const pause = 150; // ms between two looks, so that the device stays cool

/** Starts the camera and looks until there is a code or stop is called. It throws when there is no camera for us. */
export async function watch(video: HTMLVideoElement, found: (text: string) => void): Promise<() => void> {
	const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
	const own = await detector();
	let on = true;
	const stop = (): void => {
		on = false;
		for (const track of stream.getTracks()) track.stop();
		video.srcObject = null;
	};
	const look = async (): Promise<void> => {
		if (!on) return;
		const text = video.videoWidth > 0 ? await lookOnce(video, own) : undefined;
		if (!on) return;
		if (text === undefined) {
			setTimeout(look, pause);
			return;
		}
		stop();
		found(text);
	};
	video.srcObject = stream;
	await video.play();
	void look();
	return stop;
}

async function lookOnce(video: HTMLVideoElement, own: Detector | undefined): Promise<string | undefined> {
	if (!own) return readQR(drawn(video, video.videoWidth, video.videoHeight, 800));
	const codes = await own.detect(video).catch(() => []);
	return codes[0]?.rawValue;
}
