package bill

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
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
	// AsOf is the day as of which the creditor says so; where it is absent, as in every line from before it could be said, it is that of the line.
	AsOf civil.Date `json:"as_of,omitzero"`
}

// Changed says what the bill says from now on, as a whole.
type Changed struct {
	Bill id.ID `json:"bill"`
	Content
	// AsOf is as in Issued.
	AsOf civil.Date `json:"as_of,omitzero"`
}

// Confirmed says that bills were owed still as of a later day: their creditor has said again what it said before.
type Confirmed struct {
	Creditor regno.Number `json:"creditor"`
	Bills    []id.ID      `json:"bills"`
	AsOf     civil.Date   `json:"as_of"`
}

// SettledOutside says that something was paid for a bill elsewhere than here, as its creditor reports it.
type SettledOutside struct {
	Bill  id.ID        `json:"bill"`
	Cents money.Amount `json:"cents"`
	Day   civil.Date   `json:"day"`
	// Reference is the creditor's name of the payment; within a bill it stands for one payment for ever.
	Reference string `json:"reference"`
}

// OutsideTakenBack says that the creditor was mistaken about a payment elsewhere: it counts no more. Cents and day are those that it had.
type OutsideTakenBack struct {
	Bill      id.ID        `json:"bill"`
	Cents     money.Amount `json:"cents"`
	Day       civil.Date   `json:"day"`
	Reference string       `json:"reference"`
}

// LimitsSet says what of bills is believed from a day on. It is posted at the desk of the network.
type LimitsSet struct{ Limits }

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
		journal.Define[Changed](), journal.Define[Cancelled](), journal.Define[PayerErased](), journal.Define[Confirmed](),
		journal.Define[SettledOutside](), journal.Define[OutsideTakenBack](), journal.Define[LimitsSet](),
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

// Kind implements journal.Fact.
func (Confirmed) Kind() string { return "bill.confirmed" }

// Version implements journal.Fact.
func (Confirmed) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Confirmed) Subjects() []string { return []string{"creditor:" + string(f.Creditor)} }

// Kind implements journal.Fact.
func (SettledOutside) Kind() string { return "bill.settled_outside" }

// Version implements journal.Fact.
func (SettledOutside) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f SettledOutside) Subjects() []string { return []string{Subject(f.Bill)} }

// Kind implements journal.Fact.
func (OutsideTakenBack) Kind() string { return "bill.outside_taken_back" }

// Version implements journal.Fact.
func (OutsideTakenBack) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f OutsideTakenBack) Subjects() []string { return []string{Subject(f.Bill)} }

// Kind implements journal.Fact.
func (LimitsSet) Kind() string { return "bill-limits.set" }

// Version implements journal.Fact.
func (LimitsSet) Version() int { return 1 }

// Subjects implements journal.Fact.
func (LimitsSet) Subjects() []string { return []string{"bill-limits"} }

// Settles implements Settler.
func (f SettledOutside) Settles() []Settled {
	return []Settled{{Bill: f.Bill, Settlement: Settlement{Day: f.Day, Cents: f.Cents}}}
}

// Settles implements Settler: on the same day, as if it had never been paid.
func (f OutsideTakenBack) Settles() []Settled {
	return []Settled{{Bill: f.Bill, Settlement: Settlement{Day: f.Day, Cents: -f.Cents}}}
}
