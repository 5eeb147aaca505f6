// Package sight knows who has looked persons up at a counter: seeing a person is an act, which leaves a line before anything is shown.
//
// Rules:
//   - A search by name or address is one line: who, a mark of what was asked (HMAC with a key outside the database), how many persons were found. One is written for each search that
//     somebody sends off, never for what she is typing.
//   - What a search shows of persons is masked (Mask). To open one of them is a line of its own with the bills that are shown as its subjects and the visit as its purpose: whoever
//     opens somebody serves a client, so that a visit begins where none is open. A search that finds one person alone opens her, in the same transaction.
//   - A search, and whom it may open, ends at the border of the municipality in which the desk stands.
//   - A number of a bill, a contract or a property that somebody types stands for a person: it opens her, with the same line, which the municipality of the bill sees (Numbered). It opens
//     no more than the bills of that number where they are of another municipality.
//   - Whoever scans the payment code of a bill has the paper in her hand: the code asks the sum of that bill. It shows that bill alone, and leaves no line here.
//   - Looking has a budget per person and hour (Budget), a dated rule. Beyond it nothing is shown; the first refusal of an hour is a line, which the manager sees. An opening that led to a
//     payment does not count.
//   - Whoever is refused for another reason, a bill that she has not opened or one of another municipality, leaves a line too, so many in an hour.
//   - Whoever takes persons out of the program as a file leaves a line as well (Exported).
package sight

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

const (
	// perHour stands where nobody has set a budget: a search and an opening each minute.
	perHour = 120
	// mostPerHour bounds what may be set.
	mostPerHour = 10_000
	// mostBills bounds the bills that a line names.
	mostBills = bill.MostFound
	// markSize is the length of a mark, in bytes: enough to tell equal ones, as RFC 2104 §5 allows.
	markSize = 16
)

// store is what the rules read.
type store interface {
	// Looks returns how often somebody has looked since a moment (UTC), and whether her budget was used up since then.
	Looks(ctx context.Context, r journal.Reader, staff string, since time.Time) (n int, refused bool, err error)
	// Refusals returns how often somebody was refused since a moment (UTC) for another reason than the budget.
	Refusals(ctx context.Context, r journal.Reader, staff string, since time.Time) (int, error)
	// OpenedSince tells whether somebody has opened a bill since a moment (UTC).
	OpenedSince(ctx context.Context, r journal.Reader, staff string, b id.ID, since time.Time) (bool, error)
	// Together returns which bills somebody has opened together with one since a moment (UTC).
	Together(ctx context.Context, r journal.Reader, staff string, b id.ID, since time.Time) ([]id.ID, error)
	// Budgets returns all budgets.
	Budgets(ctx context.Context, r journal.Reader) ([]Budget, error)
}

// counter begins visits; visit.Service is it.
type counter interface {
	BeginIn(ctx context.Context, tx *journal.Tx, channel visit.Channel) (id.ID, error)
}

// Config is what the service is made of.
type Config struct {
	Journal *journal.Journal
	Store   store
	Counter counter
	// Key makes marks; without one there are none.
	Key []byte
	// Zone tells which day it is.
	Zone *time.Location
}

// Service writes down who looks.
type Service struct{ Config }

// New returns the service and touches no database.
func New(c Config) *Service { return &Service{c} }

// Mark is how a text stands in lines: nobody reads it out of them, and equal texts have equal marks. It is "" where there is no key.
func (s *Service) Mark(purpose, text string) string {
	if len(s.Key) == 0 {
		return ""
	}
	mac := hmac.New(sha256.New, s.Key)
	mac.Write([]byte(purpose + "\x00" + text))
	return hex.EncodeToString(mac.Sum(nil)[:markSize])
}

// MarkOf is the mark of a payer, by name and address.
func (s *Service) MarkOf(p bill.Payer) string {
	return s.Mark("payer", bill.Fold(p.Name)+"\x00"+bill.Fold(p.Address))
}

// TakenOut notes that persons leave the program as a file, before it is written.
func (s *Service) TakenOut(ctx context.Context, r journal.Request, f Exported) error {
	_, err := s.Journal.Do(ctx, r, []any{"export", f}, func(tx *journal.Tx) error {
		f.Day = civil.In(tx.Now(), s.Zone)
		return tx.Record(ctx, f)
	})
	return err
}
