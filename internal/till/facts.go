package till

import (
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

// Facts returns the kinds of line that the till writes.
func Facts() []journal.Definition {
	return []journal.Definition{journal.Define[ShiftOpened]()}
}

// Subject is how the lines about a shift are found.
func Subject(shift id.ID) string { return "shift:" + shift.String() }

// Kind implements journal.Fact.
func (ShiftOpened) Kind() string { return "shift.opened" }

// Version implements journal.Fact.
func (ShiftOpened) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ShiftOpened) Subjects() []string { return []string{Subject(f.Shift)} }
