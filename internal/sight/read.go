package sight

import (
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
)

// LookKind says in which way somebody looked.
type LookKind string

// The ways.
const (
	BySearch  LookKind = "search"
	ByOpening LookKind = "open"
	// ByNumber opened a person by a number, and Asking asked for a number that stands for nobody or for several.
	ByNumber LookKind = "number"
	Asking   LookKind = "asked"
	ByExport LookKind = "export"
	InVain   LookKind = "refused"
)

// LookKinds are all ways.
var LookKinds = []LookKind{BySearch, ByOpening, ByNumber, Asking, ByExport, InVain}

// Look is one line about looking.
type Look struct {
	Desk         string
	Number       int64
	At           time.Time // UTC
	Day          civil.Date
	Kind         LookKind
	Staff, Role  string
	Municipality string
	// Mark is that of the query or of the payer, or "".
	Mark string
	// Found is how many persons a search found, bills an opening showed, or persons are in a file; of a refusal how many looks an hour allowed.
	Found int
	// Why is the reason of a refusal, "" for the budget.
	Why Reason
}

// Asked is which looks are asked for: of a municipality, between two days, of one person unless Staff is "".
type Asked struct {
	Municipality, Staff string
	Over                civil.Period
}

// Part is which part of them: up to Limit behind the one named by the rest.
type Part struct {
	Day    string
	Micros int64
	Desk   string
	Number int64
	Limit  int
}

// Habit is how somebody looked on a day.
type Habit struct {
	Day                       civil.Date
	Staff                     string
	Searches, Opened, Refused int
	// Idle is how many openings were followed by no payment for any of the bills.
	Idle int
}

// idleFrom is from how many openings a day without a payment on somebody is pointed out: clients do come to ask only, and ten of them a day are many.
const idleFrom = 10

// IsUnusual tells whether a manager should ask her: she opened many whom she then took no money from, or she was refused.
func (h Habit) IsUnusual() bool { return h.Refused > 0 || h.Idle >= idleFrom }

// Trace is what an account or a token may have shown to somebody: everything in a span of time (UTC), at a desk unless that is "", of one municipality.
type Trace struct {
	Staff, Desk, Municipality string
	From, To                  time.Time
}

// Seen is a bill that was opened, and when for the first time (UTC).
type Seen struct {
	Bill  id.ID
	First time.Time
	Times int
}
