package till

import (
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
)

// State is where a shift stands.
type State string

// The states of a shift. The last two are said by the office; everything before happens at the desk.
const (
	NoShift  State = ""
	Open     State = "open"
	Counted  State = "counted"
	Closed   State = "closed"
	Objected State = "objected"
	Approved State = "approved"
)

// States are all states of a shift, in the order of a day.
var States = []State{Open, Counted, Closed, Objected, Approved}

// Shift is the time in which one drawer is in use.
type Shift struct {
	ID   id.ID
	Desk string
	ledger.Place
	State    State
	OpenedAt time.Time // UTC
	// Float is the change money that was in the drawer when it was opened, in cents.
	Float money.Amount
	// Counts is how often the drawer was counted, and Counted what the last count found, in cents.
	Counts  int64
	Counted money.Amount
	// Difference is what was too much (positive) or too little in all, in cents: at the opening against what the last shift had left,
	// and at every count against what should have been there.
	Difference money.Amount
	// Explanation is the reason of the difference, or "" when nobody gave one since it last changed.
	Explanation Reason
	// Packed went into Bag when the shift was closed, and Left stayed in the drawer, in cents.
	Packed, Left money.Amount
	Bag          string
}

// Waits says who has to do what next with a shift or a bag.
type Waits string

// What can be waited for.
const (
	NoWait            Waits = ""
	ClerkCounts       Waits = "clerk-counts"
	ClerkExplains     Waits = "clerk-explains"
	ClerkCloses       Waits = "clerk-closes"
	OfficeApproves    Waits = "office-approves"
	ClerkGives        Waits = "clerk-gives"
	CollectorTakes    Waits = "collector-takes"
	CollectorDeposits Waits = "collector-deposits"
	BankConfirms      Waits = "bank-confirms"
)

// Waits returns what the shift waits for.
func (s Shift) Waits() Waits {
	switch s.State {
	case Open:
		return ClerkCounts
	case Counted:
		if s.Unexplained() {
			return ClerkExplains
		}
		return ClerkCloses
	case Closed, Objected:
		return OfficeApproves
	case NoShift, Approved:
	}
	return NoWait
}

// Unexplained tells whether there is a difference without a reason.
func (s Shift) Unexplained() bool { return s.Difference != 0 && s.Explanation == "" }
