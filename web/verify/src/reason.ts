/* Why a code is refused, by the names and in the order of docs/formats/receipt.md. */

export type Verdict = "valid" | "invalid" | "uncertain";

export type Reason =
	| "ok"
	| "prefix"
	| "newer"
	| "alphabet"
	| "too_long"
	| "base45"
	| "cbor"
	| "canonical"
	| "duplicate"
	| "trailing"
	| "cose"
	| "critical"
	| "algorithm"
	| "header"
	| "version"
	| "payload"
	| "sum"
	| "unknown_key"
	| "signature"
	| "compromised"
	| "key_date"
	| "future";

/** What a reason means for the person who asks. Uncertain: this page cannot tell, somebody else may. */
export function verdictOf(reason: Reason): Verdict {
	switch (reason) {
		case "ok":
			return "valid";
		case "newer":
		case "unknown_key":
		case "compromised":
		case "future":
			return "uncertain";
		default:
			return "invalid";
	}
}

export class Refusal extends Error {
	readonly reason: Reason;

	constructor(reason: Reason) {
		super(reason);
		this.reason = reason;
	}
}

export function require(holds: boolean, reason: Reason): asserts holds {
	if (!holds) throw new Refusal(reason);
}
