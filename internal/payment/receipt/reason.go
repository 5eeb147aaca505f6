package receipt

// Verdict is what a person is told.
type Verdict string

// The three verdicts. Uncertain is not an accusation: this verifier cannot tell, somebody else may.
const (
	Valid     Verdict = "valid"
	Invalid   Verdict = "invalid"
	Uncertain Verdict = "uncertain"
)

// Reason is why, as a code that every verifier uses alike. The first that holds, in the order of the steps of
// docs/formats/receipt.md, is the answer.
type Reason string

// The reasons, in the order in which they are looked for.
const (
	ReasonOK          Reason = "ok"
	ReasonPrefix      Reason = "prefix"      // not a receipt code at all
	ReasonNewer       Reason = "newer"       // a later version of the format
	ReasonAlphabet    Reason = "alphabet"    // a character outside base45, lower-case letters among them
	ReasonTooLong     Reason = "too_long"    // longer than the longest code
	ReasonBase45      Reason = "base45"      // a group that no byte encodes to
	ReasonCBOR        Reason = "cbor"        // cut short, or something that the format does not use
	ReasonCanonical   Reason = "canonical"   // CBOR that could be written shorter or in another order
	ReasonDuplicate   Reason = "duplicate"   // a key twice in one map
	ReasonTrailing    Reason = "trailing"    // bytes behind the end
	ReasonCOSE        Reason = "cose"        // not a COSE_Sign1
	ReasonCritical    Reason = "critical"    // critical headers
	ReasonAlgorithm   Reason = "algorithm"   // not EdDSA
	ReasonHeader      Reason = "header"      // no key id, or a header that has no place here
	ReasonVersion     Reason = "version"     // the payload is of another version than the prefix
	ReasonPayload     Reason = "payload"     // a field that cannot be
	ReasonSum         Reason = "sum"         // the tenders do not make the total
	ReasonUnknownKey  Reason = "unknown_key" // the node has no such key in this list
	ReasonSignature   Reason = "signature"   // not signed by that key
	ReasonCompromised Reason = "compromised" // the key was stolen or lost
	ReasonKeyDate     Reason = "key_date"    // the key was not valid when it signed
	ReasonFuture      Reason = "future"      // signed later than now
)

// Verdict returns what the reason means for the person who asks.
func (r Reason) Verdict() Verdict {
	switch r {
	case ReasonOK:
		return Valid
	case ReasonNewer, ReasonUnknownKey, ReasonCompromised, ReasonFuture:
		return Uncertain
	case ReasonPrefix, ReasonAlphabet, ReasonTooLong, ReasonBase45, ReasonCBOR, ReasonCanonical, ReasonDuplicate, ReasonTrailing,
		ReasonCOSE, ReasonCritical, ReasonAlgorithm, ReasonHeader, ReasonVersion, ReasonPayload, ReasonSum, ReasonSignature, ReasonKeyDate:
		return Invalid
	}
	return Invalid
}

// Refusal is the error of everything here that is not accepted.
type Refusal struct {
	// Reason is the code; its verdict says how bad it is.
	Reason Reason
	// Detail is for logs and developers, in English; never shown to people.
	Detail string
}

// Error returns the reason and the detail.
func (r *Refusal) Error() string {
	if r.Detail == "" {
		return "receipt: " + string(r.Reason)
	}
	return "receipt: " + string(r.Reason) + ": " + r.Detail
}

func refuse(reason Reason, detail string) error { return &Refusal{reason, detail} }
