package bill

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/platform/journal"
)

// CreditorRegistered says to whom bills can be paid from now on, or what has changed about it. It is posted at the desk of the network.
type CreditorRegistered struct{ Creditor }

// CreditorConnected says which of its systems a creditor is connected with from now on, never where they are nor by which secret. It is
// posted at the desk of the network.
type CreditorConnected struct {
	Number regno.Number `json:"number"`
	// Lookup systems are asked for bills, Notify systems are told of payments.
	Lookup bool `json:"lookup"`
	Notify bool `json:"notify"`
}

// LateFeeSet says what is due a day for late payment. It is posted at the desk of the network.
type LateFeeSet struct{ LateFee }

// lateFeeSetV1 did not say why and after what.
type lateFeeSetV1 struct {
	Of         Kind       `json:"kind"`
	From       civil.Date `json:"from"`
	PerMillion int64      `json:"per_million"`
}

// Issued says that somebody owes something.
type Issued struct {
	Bill id.ID `json:"bill"`
	Content
}

// Changed says what the bill says from now on, as a whole.
type Changed struct {
	Bill id.ID `json:"bill"`
	Content
}

// Cancelled says that nothing is owed any more. What was paid is overpaid.
type Cancelled struct {
	Bill   id.ID  `json:"bill"`
	Reason Reason `json:"reason"`
}

// PayerErased says that name and address of the payer were erased.
type PayerErased struct {
	Bill id.ID `json:"bill"`
}

// Reason says why a bill is cancelled.
type Reason string

// The reasons.
const (
	// Replaced bills are followed by another one.
	Replaced Reason = "replaced"
	// Mistaken bills should never have been.
	Mistaken Reason = "mistaken"
	// Waived bills are forgiven.
	Waived Reason = "waived"
)

// Reasons are all reasons.
var Reasons = []Reason{Replaced, Mistaken, Waived}

// Facts returns the kinds of line about bills.
func Facts() []journal.Definition {
	return []journal.Definition{
		journal.Define[CreditorRegistered](), journal.Define[CreditorConnected](), journal.Define[LateFeeSet](),
		journal.Upcast(func(f lateFeeSetV1) LateFeeSet {
			return LateFeeSet{LateFee{Kind: f.Of, PerMillion: f.PerMillion, Basis: dated.Basis{From: f.From}}}
		}), journal.Define[Issued](),
		journal.Define[Changed](), journal.Define[Cancelled](), journal.Define[PayerErased](),
	}
}

// Subject is how the lines about a bill are found.
func Subject(bill id.ID) string { return "bill:" + bill.String() }

// Kind implements journal.Fact.
func (CreditorRegistered) Kind() string { return "creditor.registered" }

// Version implements journal.Fact.
func (CreditorRegistered) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f CreditorRegistered) Subjects() []string { return []string{"creditor:" + string(f.Number)} }

// Kind implements journal.Fact.
func (CreditorConnected) Kind() string { return "creditor.connected" }

// Version implements journal.Fact.
func (CreditorConnected) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f CreditorConnected) Subjects() []string { return []string{"creditor:" + string(f.Number)} }

// Kind implements journal.Fact.
func (LateFeeSet) Kind() string { return "late-fee.set" }

// Version implements journal.Fact.
func (LateFeeSet) Version() int { return 2 }

// Subjects implements journal.Fact.
func (f LateFeeSet) Subjects() []string { return []string{"late-fee:" + string(f.LateFee.Kind)} }

// Kind implements journal.Fact.
func (lateFeeSetV1) Kind() string { return "late-fee.set" }

// Version implements journal.Fact.
func (lateFeeSetV1) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f lateFeeSetV1) Subjects() []string { return []string{"late-fee:" + string(f.Of)} }

// Kind implements journal.Fact.
func (Issued) Kind() string { return "bill.issued" }

// Version implements journal.Fact.
func (Issued) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Issued) Subjects() []string { return []string{Subject(f.Bill)} }

// Kind implements journal.Fact.
func (Changed) Kind() string { return "bill.changed" }

// Version implements journal.Fact.
func (Changed) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Changed) Subjects() []string { return []string{Subject(f.Bill)} }

// Kind implements journal.Fact.
func (Cancelled) Kind() string { return "bill.cancelled" }

// Version implements journal.Fact.
func (Cancelled) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Cancelled) Subjects() []string { return []string{Subject(f.Bill)} }

// Kind implements journal.Fact.
func (PayerErased) Kind() string { return "bill.payer-erased" }

// Version implements journal.Fact.
func (PayerErased) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f PayerErased) Subjects() []string { return []string{Subject(f.Bill)} }
