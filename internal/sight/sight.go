// Package sight knows who has looked persons up at a counter: seeing a person is an act, which leaves a line before anything is shown.
//
// Rules:
//   - A search by name or address is one line: who, a mark of what was asked (HMAC with a key outside the database), how many persons were found. One is written for each search that
//     somebody sends off, never for what she is typing.
//   - What a search shows of persons is masked (Mask). To open one of them is a line of its own with the bills that are shown as its subjects and the visit as its purpose: whoever
//     opens somebody serves a client, so that a visit begins where none is open. A search that finds one person alone opens her, in the same transaction.
//   - A search, and whom it may open, ends at the border of the municipality in which the desk stands.
//   - Looking has a budget per person and hour (Budget), a dated rule. Beyond it nothing is shown; the first refusal of an hour is a line, which the manager sees.
//   - Whoever names a bill by its number, or scans it, has it in her hand: what is printed on it is no search for a person, and leaves no line here.
//   - Whoever takes persons out of the program as a file leaves a line as well (Exported).
package sight

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

// Budget says how often one person may look in an hour, from a day on.
type Budget struct {
	dated.Basis
	// PerHour is how many searches by name and how many openings together; 0 sets no bound.
	PerHour int `json:"per_hour"`
}

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
	// Looks returns how often somebody has looked since a moment (UTC), and whether she was refused since then.
	Looks(ctx context.Context, r journal.Reader, staff string, since time.Time) (n int, refused bool, err error)
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

// Search is what somebody looked for and what there is.
type Search struct {
	Query        string
	Municipality string
	// Found are the bills that are there, of one municipality.
	Found []bill.Found
	// Asked are the creditors whose systems were asked by name, because somebody pressed for it.
	Asked []regno.Number
}

// payers are the persons of what was found, each once.
func payers(found []bill.Found) []bill.Payer {
	var all []bill.Payer
	for _, f := range found {
		if !slices.Contains(all, f.Payer) {
			all = append(all, f.Payer)
		}
	}
	return all
}

// Searched notes a search by name before its list is shown. It tells whether the only person that was found may be shown open. It returns the fault "sight.budget" when whoever
// asks has looked too often within the hour; then nothing may be shown.
func (s *Service) Searched(ctx context.Context, r journal.Request, in Search) (opened bool, err error) {
	who := payers(in.Found)
	one := len(who) == 1
	err = s.look(ctx, r, in.Municipality, func(tx *journal.Tx, day civil.Date) error {
		f := Searched{Day: day, Municipality: in.Municipality, Query: s.Mark("query", bill.Fold(in.Query)), Found: len(who), Asked: in.Asked}
		if !one {
			return tx.Record(ctx, f)
		}
		v, err := s.Counter.BeginIn(ctx, tx, visit.InPerson)
		if err != nil {
			return err
		}
		if err := tx.Record(ctx, f); err != nil {
			return err
		}
		return tx.Record(ctx, s.opened(day, in.Municipality, v, in.Found))
	})
	return one && err == nil, err
}

// Open notes that the bills of a payer are opened, before they are shown. It returns the fault "sight.budget" like Searched, and "sight.elsewhere" when the payer has no bill in the municipality.
func (s *Service) Open(ctx context.Context, r journal.Request, municipality string, theirs []bill.Found) error {
	if !slices.ContainsFunc(theirs, func(f bill.Found) bool { return f.Municipality == municipality }) {
		return fault.NewForbidden("sight.elsewhere").On("query")
	}
	return s.look(ctx, r, municipality, func(tx *journal.Tx, day civil.Date) error {
		v, err := s.Counter.BeginIn(ctx, tx, visit.InPerson)
		if err != nil {
			return err
		}
		return tx.Record(ctx, s.opened(day, municipality, v, theirs))
	})
}

func (s *Service) opened(day civil.Date, municipality string, v id.ID, theirs []bill.Found) Opened {
	f := Opened{Day: day, Municipality: municipality, Visit: v}
	for _, one := range theirs[:min(len(theirs), mostBills)] {
		f.Bills = append(f.Bills, one.ID)
	}
	if len(theirs) > 0 {
		f.Payer = s.MarkOf(theirs[0].Payer)
	}
	return f
}

// look posts what rule records, unless whoever asks has used up her budget: then the first refusal of the hour is recorded instead.
func (s *Service) look(ctx context.Context, r journal.Request, municipality string, rule func(tx *journal.Tx, day civil.Date) error) error {
	refused := false
	_, err := s.Journal.Do(ctx, r, []any{"look", municipality}, func(tx *journal.Tx) error {
		refused = false // a rule may run twice
		day := civil.In(tx.Now(), s.Zone)
		budgets, err := s.Store.Budgets(ctx, tx)
		if err != nil {
			return err
		}
		most, since := budgetOn(budgets, day), tx.Now().Add(-time.Hour)
		n, told, err := s.Store.Looks(ctx, tx, r.By.Who(), since)
		switch {
		case err != nil:
			return err
		case most == 0 || n < most:
			return rule(tx, day)
		}
		if refused = true; told {
			return nil
		}
		return tx.Record(ctx, Refused{Day: day, Municipality: municipality, PerHour: most})
	})
	if err == nil && refused {
		return fault.NewForbidden("sight.budget").On("query")
	}
	return err
}

// budgetOn is how often one person may look in an hour on a day; 0 is without bound.
func budgetOn(all []Budget, day civil.Date) int {
	if b, there := dated.At(slices.Values(all), day); there {
		return b.PerHour
	}
	return perHour
}

// SetBudget notes a budget from a day on, at the desk of the network. It returns a fault for a number that is none, and those of dated.Basis.
func (s *Service) SetBudget(ctx context.Context, r journal.Request, b Budget) error {
	if b.PerHour < 0 || b.PerHour > mostPerHour {
		return fault.NewInvalid("sight.per_hour", "Max", mostPerHour).On("per_hour")
	}
	if err := b.Check(); err != nil {
		return err
	}
	r.Desk = journal.ReferenceDesk
	_, err := s.Journal.Do(ctx, r, []any{"budget", b}, func(tx *journal.Tx) error { return tx.Record(ctx, BudgetSet{b}) })
	return err
}

// TakenOut notes that persons leave the program as a file, before it is written.
func (s *Service) TakenOut(ctx context.Context, r journal.Request, f Exported) error {
	_, err := s.Journal.Do(ctx, r, []any{"export", f}, func(tx *journal.Tx) error {
		f.Day = civil.In(tx.Now(), s.Zone)
		return tx.Record(ctx, f)
	})
	return err
}
