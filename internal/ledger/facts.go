package ledger

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
)

// Booked is embedded in the facts of other features that move money. Its entries stand in the body as the member "ledger",
// where the checker of the ledger finds them without knowing the fact, and are applied in the same transaction as the fact.
type Booked struct {
	Ledger []Entry `json:"ledger,omitempty"`
}

// Entries implements Mover.
func (b Booked) Entries() []Entry { return b.Ledger }

// Mover is a fact that moves money; it embeds Booked.
type Mover interface{ Entries() []Entry }

// PeriodClosed says that the figures of a municipality are final up to and including a day.
type PeriodClosed struct {
	Municipality string     `json:"municipality"`
	Through      civil.Date `json:"through"`
	// Seen is the last line of each desk that these figures hold. A line behind it that is dated into the period is late.
	Seen map[string]int64 `json:"seen,omitempty"`
}

// Kind implements journal.Fact.
func (PeriodClosed) Kind() string { return "period.closed" }

// Version implements journal.Fact.
func (PeriodClosed) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f PeriodClosed) Subjects() []string { return []string{"municipality:" + f.Municipality} }

// Facts returns the kinds of line that the ledger writes itself.
func Facts() []journal.Definition { return []journal.Definition{journal.Define[PeriodClosed]()} }
