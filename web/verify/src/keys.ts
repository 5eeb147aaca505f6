/** A public key of a node and the time in which it signs, in seconds since 1970. */
export interface Key {
	node: string;
	id: string;
	x: string;
	from: number;
	to: number;
	compromised: boolean;
}

interface Document {
	format: string;
	keys: { kty: string; crv: string; kid: string; x: string; node: string; from: string; to: string; compromised?: string }[];
}

/** The keys that the page trusts. */
export class Keys {
	readonly all: readonly Key[];

	/** Reads the published document. It throws for one of another format. */
	constructor(document: unknown) {
		const { format, keys } = document as Document;
		if (format !== "vienkopus-receipt-keys-1") throw new Error("not a list of receipt keys");
		this.all = keys.map((key) => {
			if (key.kty !== "OKP" || key.crv !== "Ed25519") throw new Error(`not an Ed25519 key: ${key.kid}`);
			return {
				node: key.node,
				id: key.kid,
				x: key.x,
				from: seconds(key.from),
				to: seconds(key.to),
				compromised: (key.compromised ?? "") !== "",
			};
		});
	}

	find(node: string, id: string): Key | undefined {
		return this.all.find((key) => key.node === node && key.id === id);
	}
}

function seconds(stamp: string): number {
	const ms = Date.parse(stamp);
	if (Number.isNaN(ms) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(stamp)) throw new Error(`not a moment: ${stamp}`);
	return ms / 1000;
}
