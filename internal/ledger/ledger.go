// Package ledger knows where money is and whose it is: accounts, and entries that move money between them.
//
// Rules:
//   - A posting into an account (debit) is positive and one out of it (credit) negative, in whole cents. An Entry sums to zero;
//     one that does not cannot be made. It belongs to one centre and one local day, so that every centre and every day sums to zero too.
//   - Other features put entries into their own facts (Booked); they are applied with the fact, in its transaction. The ledger
//     writes only the close of a period.
//   - A municipality closes its figures up to and including a day, not later than the day before yesterday. From then on nothing can be
//     posted into these days here (Admit). A close cannot be taken back, only followed by a later one.
//   - What happened is never refused afterwards: an entry that another node took before it knew of the close is applied and
//     shown as late (Late). A close names the last line of each desk that it has seen; what stands behind is late, in whichever
//     order the lines come in.
package ledger

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/journal"
)

// Sum is what happened in one account.
type Sum struct {
	Account Account
	// Opening and Closing are the balances before the first and after the last day; Debit is what came in and Credit what went
	// out, both positive or zero.
	Opening, Debit, Credit, Closing money.Amount
}

// Movement is one posting as a book shows it.
type Movement struct {
	Place
	// Desk and Number name the line of the journal that moved the money.
	Desk   string
	Number int64
	Posting
}

// Lateness is an entry dated into a period whose figures did not hold it when it was closed.
type Lateness struct {
	Place
	Desk    string
	Number  int64
	Through civil.Date
}

// store is what the rules read. Every method reads through r, so that a rule sees its own transaction.
type store interface {
	// ClosedThrough returns the last day whose figures are final, and no date when nothing was closed yet.
	ClosedThrough(ctx context.Context, r journal.Reader, municipality string) (civil.Date, error)
	// Seen returns the last line of each desk that posted in the municipality up to and including the day.
	Seen(ctx context.Context, r journal.Reader, municipality string, through civil.Date) (map[string]int64, error)
}

// Config is what the ledger is made of.
type Config struct {
	Journal *journal.Journal
	Store   store
	// Zone tells which day it is.
	Zone *time.Location
}

// Service closes periods and says what may be posted.
type Service struct {
	journal *journal.Journal
	store   store
	zone    *time.Location
}

// New returns the ledger.
func New(c Config) *Service { return &Service{journal: c.Journal, store: c.Store, zone: c.Zone} }

// stillOpen is how many days, today included, can never be closed. It is two, so that the many entries of today need not wait for each other:
// only what is dated further back takes the lock that a close takes, and no transaction lasts from one day over the whole next one.
const stillOpen = 2

// lock names what a close and a posting into earlier days hold while they look and write.
func lock(municipality string) string { return "ledger:" + municipality }

// Admit is asked by the rule of every feature that moves money, inside its transaction, before it records the entries. It returns the conflict
// "ledger.period_closed" for an entry dated into a closed period and the fault "ledger.day_ahead" for one dated after today.
func (s *Service) Admit(ctx context.Context, tx *journal.Tx, entries ...Entry) error {
	today := civil.In(tx.Now(), s.zone)
	for _, e := range entries {
		at := e.Place()
		if at.Day.After(today) {
			return fault.NewInvalid("ledger.day_ahead", "Day", at.Day.Display()).On("day")
		}
		if !at.Day.After(today.AddDays(-stillOpen)) {
			if err := tx.Lock(ctx, lock(at.Municipality)); err != nil {
				return err
			}
		}
		closed, err := s.store.ClosedThrough(ctx, tx, at.Municipality)
		if err != nil {
			return err
		}
		if !at.Day.After(closed) {
			return fault.NewConflict("ledger.period_closed", "Through", closed.Display()).On("day")
		}
	}
	return nil
}
