package till

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
)

// ShiftOpened says that a drawer is in use from now on.
type ShiftOpened struct {
	Shift id.ID `json:"shift"`
	ledger.Place
	// Float is the change money that was counted in the drawer, in cents.
	Float money.Amount `json:"float"`
	// Booked holds change money that is new in the drawer, or what was found too much or too little since the last shift.
	ledger.Booked
}

// ShiftCounted says what somebody found in the drawer.
type ShiftCounted struct {
	Shift id.ID `json:"shift"`
	// Place is where and on which day it was counted, which may be later than the day of the shift.
	ledger.Place
	Counted money.Amount `json:"counted"`
	// Denominations are in order, the largest first, without those of which there were none.
	Denominations []Pieces     `json:"denominations,omitempty"`
	Expected      money.Amount `json:"expected"`
	// Difference is Counted less Expected.
	Difference money.Amount `json:"difference"`
	// Again is 1 for the first count of the shift.
	Again int64 `json:"again"`
	ledger.Booked
}

// DifferenceExplained says why the drawer of a shift did not hold what it should.
type DifferenceExplained struct {
	Shift  id.ID  `json:"shift"`
	Reason Reason `json:"reason"`
}

// ShiftClosed says that the drawer is out of use, and what became of the money.
type ShiftClosed struct {
	Shift id.ID `json:"shift"`
	ledger.Place
	Counted money.Amount `json:"counted"`
	// Left stayed in the drawer.
	Left money.Amount `json:"left"`
	Bag  string       `json:"bag,omitempty"`
	Seal string       `json:"seal,omitempty"`
	// Packed is Counted less Left.
	Packed money.Amount `json:"packed"`
	ledger.Booked
}

// ShiftApproved says that somebody who had no part in the shift finds it in order. It is written at the office.
type ShiftApproved struct {
	Shift id.ID `json:"shift"`
}

// ShiftObjected says why a shift is not approved yet. It is written at the office.
type ShiftObjected struct {
	Shift  id.ID     `json:"shift"`
	Reason Objection `json:"reason"`
}

// BagGiven says that the clerk gave a bag away.
type BagGiven struct {
	Bag string `json:"bag"`
	// To is the collector (a staff id), or "" when the clerk did not know.
	To string `json:"to,omitempty"`
}

// BagTaken says that the collector has a bag. It is written at the office.
type BagTaken struct {
	Bag string `json:"bag"`
	// Seal is the number as the collector saw it.
	Seal string `json:"seal"`
}

// CashLimitSet says how much cash may be taken from a day on. It is written at the desk of the network.
type CashLimitSet struct{ CashLimit }

// CountRuleSet says until when drawers are counted. It is written at the desk of the network.
type CountRuleSet struct{ CountRule }

// cashLimitSetV1 did not say why and after what.
type cashLimitSetV1 struct {
	From       civil.Date     `json:"from"`
	Most       money.Amount   `json:"most"`
	Declare    []money.Amount `json:"declare,omitempty"`
	Unverified bool           `json:"unverified,omitempty"`
}

// Facts returns the kinds of line that the till writes.
func Facts() []journal.Definition {
	return []journal.Definition{
		journal.Define[ShiftOpened](), journal.Define[ShiftCounted](), journal.Define[DifferenceExplained](), journal.Define[ShiftClosed](),
		journal.Define[ShiftApproved](), journal.Define[ShiftObjected](), journal.Define[BagGiven](), journal.Define[BagTaken](),
		journal.Define[CountRuleSet](), journal.Define[CashLimitSet](), journal.Upcast(func(f cashLimitSetV1) CashLimitSet {
			return CashLimitSet{CashLimit{Basis: dated.Basis{From: f.From}, Most: f.Most, Declare: f.Declare, Unverified: f.Unverified}}
		}),
	}
}

// Difference returns what was in the drawer too much (positive) or too little against what the last shift had left, in cents.
func (f ShiftOpened) Difference() money.Amount { return -f.posted(ledger.KindDifference) }

// NewFloat tells whether the change money is new money of the house.
func (f ShiftOpened) NewFloat() bool { return f.posted(ledger.KindFloat) != 0 }

func (f ShiftOpened) posted(kind ledger.AccountKind) money.Amount {
	var sum money.Amount
	for _, e := range f.Ledger {
		for _, p := range e.Postings() {
			if p.Account.Kind() == kind {
				sum += p.Cents
			}
		}
	}
	return sum
}

// Subject is how the lines about a shift are found.
func Subject(shift id.ID) string { return "shift:" + shift.String() }

// BagSubject is how the lines about a bag are found.
func BagSubject(bag string) string { return "bag:" + bag }

// Kind implements journal.Fact.
func (ShiftOpened) Kind() string { return "shift.opened" }

// Version implements journal.Fact.
func (ShiftOpened) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ShiftOpened) Subjects() []string { return []string{Subject(f.Shift)} }

// Kind implements journal.Fact.
func (ShiftCounted) Kind() string { return "shift.counted" }

// Version implements journal.Fact.
func (ShiftCounted) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ShiftCounted) Subjects() []string { return []string{Subject(f.Shift)} }

// Kind implements journal.Fact.
func (DifferenceExplained) Kind() string { return "difference.explained" }

// Version implements journal.Fact.
func (DifferenceExplained) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f DifferenceExplained) Subjects() []string { return []string{Subject(f.Shift)} }

// Kind implements journal.Fact.
func (ShiftClosed) Kind() string { return "shift.closed" }

// Version implements journal.Fact.
func (ShiftClosed) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ShiftClosed) Subjects() []string {
	if f.Bag == "" {
		return []string{Subject(f.Shift)}
	}
	return []string{Subject(f.Shift), BagSubject(f.Bag)}
}

// Kind implements journal.Fact.
func (ShiftApproved) Kind() string { return "shift.approved" }

// Version implements journal.Fact.
func (ShiftApproved) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ShiftApproved) Subjects() []string { return []string{Subject(f.Shift)} }

// Kind implements journal.Fact.
func (ShiftObjected) Kind() string { return "shift.objected" }

// Version implements journal.Fact.
func (ShiftObjected) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ShiftObjected) Subjects() []string { return []string{Subject(f.Shift)} }

// Kind implements journal.Fact.
func (BagGiven) Kind() string { return "bag.given" }

// Version implements journal.Fact.
func (BagGiven) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f BagGiven) Subjects() []string { return []string{BagSubject(f.Bag)} }

// Kind implements journal.Fact.
func (BagTaken) Kind() string { return "bag.taken" }

// Version implements journal.Fact.
func (BagTaken) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f BagTaken) Subjects() []string { return []string{BagSubject(f.Bag)} }

// Kind implements journal.Fact.
func (CashLimitSet) Kind() string { return "cash-limit.set" }

// Version implements journal.Fact.
func (CashLimitSet) Version() int { return 2 }

// Subjects implements journal.Fact.
func (f CashLimitSet) Subjects() []string { return []string{"cash-limit:" + f.From.String()} }

// Kind implements journal.Fact.
func (CountRuleSet) Kind() string { return "count-rule.set" }

// Version implements journal.Fact.
func (CountRuleSet) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f CountRuleSet) Subjects() []string {
	if f.Desk == "" {
		return []string{"count-rule"}
	}
	return []string{"count-rule", "desk:" + f.Desk}
}

// Kind implements journal.Fact.
func (cashLimitSetV1) Kind() string { return "cash-limit.set" }

// Version implements journal.Fact.
func (cashLimitSetV1) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f cashLimitSetV1) Subjects() []string { return []string{"cash-limit:" + f.From.String()} }
