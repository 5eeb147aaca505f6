package consent

import (
	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
)

// Asked says that somebody at a desk asks a second person about a payment. Nothing is paid by it.
type Asked struct {
	Consent id.ID `json:"consent"`
	ledger.Place
	Payment
}

// Decided says what a second person has decided. It is written at the office.
type Decided struct {
	Consent id.ID `json:"consent"`
	Agreed  bool  `json:"agreed"`
}

// LimitsSet says from which point on a payment needs a second person. It is written at the desk of the network.
type LimitsSet struct{ Limits }

// Used is a fact of a later feature that does what a second person has agreed to, such as a payment.
type Used interface {
	// AgreedBy is the consent, or the zero id where none was needed.
	AgreedBy() id.ID
}

// Facts returns the kinds of line about consents.
func Facts() []journal.Definition {
	return []journal.Definition{journal.Define[Asked](), journal.Define[Decided](), journal.Define[LimitsSet]()}
}

// Subject is how the lines about a consent are found.
func Subject(consent id.ID) string { return "consent:" + consent.String() }

// Kind implements journal.Fact.
func (Asked) Kind() string { return "consent.asked" }

// Version implements journal.Fact.
func (Asked) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Asked) Subjects() []string {
	all := []string{Subject(f.Consent)}
	for _, i := range f.Items {
		all = append(all, bill.Subject(i.Bill))
	}
	return all
}

// Kind implements journal.Fact.
func (Decided) Kind() string { return "consent.decided" }

// Version implements journal.Fact.
func (Decided) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Decided) Subjects() []string { return []string{Subject(f.Consent)} }

// Kind implements journal.Fact.
func (LimitsSet) Kind() string { return "consent-limits.set" }

// Version implements journal.Fact.
func (LimitsSet) Version() int { return 1 }

// Subjects implements journal.Fact.
func (LimitsSet) Subjects() []string { return []string{"consent-limits"} }
