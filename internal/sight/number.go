package sight

import (
	"context"
	"slices"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

// Number is a number of a bill, a contract or a property that somebody asked for, and what it shows.
type Number struct {
	Query string
	// Here is the municipality in which the desk stands.
	Here string
	// Found are the bills that are to be shown, of whatever municipality.
	Found []bill.Found
}

// Numbered notes what a number opens, before it is shown: in each municipality whose bills are among them a line. It tells whether all of them are of one person, who may be shown open;
// several are shown masked, as a search by name shows them. It returns the fault "sight.budget" like Searched.
func (s *Service) Numbered(ctx context.Context, r journal.Request, in Number) (opened bool, err error) {
	one, query := len(payers(in.Found)) == 1, s.Mark("number", bill.Key(in.Query))
	err = s.look(ctx, r, []any{"number", query, idsOf(in.Found)}, in.Here, func(tx *journal.Tx, day civil.Date) error {
		if !one {
			return s.asked(ctx, tx, day, in)
		}
		v, err := s.Counter.BeginIn(ctx, tx, visit.InPerson)
		if err != nil {
			return err
		}
		for _, m := range municipalities(in.Found) {
			f := s.opened(day, m, v, of(m, in.Found))
			f.Query, f.ByNumber = query, true
			if err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
	return one && err == nil, err
}

// asked records a number that stands for several persons, or for nobody: that is noted where the desk stands.
func (s *Service) asked(ctx context.Context, tx *journal.Tx, day civil.Date, in Number) error {
	where := municipalities(in.Found)
	if len(where) == 0 {
		where = []string{in.Here}
	}
	for _, m := range where {
		f := Searched{Day: day, Municipality: m, Query: s.Mark("number", bill.Key(in.Query)), Found: len(payers(of(m, in.Found))), ByNumber: true}
		if err := tx.Record(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// Shown notes that a bill is shown to whoever has not opened it within the hour, such as one out of a masked list. It returns the fault "sight.budget" like Searched.
func (s *Service) Shown(ctx context.Context, r journal.Request, here string, b bill.Found) error {
	seen, err := s.Store.OpenedSince(ctx, s.Journal.DB(), r.By.Who(), b.ID, s.Journal.Now().Add(-time.Hour))
	if err != nil || seen {
		return err
	}
	_, err = s.Numbered(ctx, r, Number{Query: b.Number, Here: here, Found: []bill.Found{b}})
	return err
}

// Together returns the bills that somebody has opened together with one within the last hour, that one too: what a page shows of them again is what she has seen.
// There are none when she has not opened it.
func (s *Service) Together(ctx context.Context, by actor.Actor, b id.ID) ([]id.ID, error) {
	return s.Store.Together(ctx, s.Journal.DB(), by.Who(), b, s.Journal.Now().Add(-time.Hour))
}

// municipalities are those of bills, each once.
func municipalities(found []bill.Found) []string {
	var all []string
	for _, f := range found {
		if !slices.Contains(all, f.Municipality) {
			all = append(all, f.Municipality)
		}
	}
	return all
}

// of are the bills of a municipality.
func of(municipality string, found []bill.Found) []bill.Found {
	var theirs []bill.Found
	for _, f := range found {
		if f.Municipality == municipality {
			theirs = append(theirs, f)
		}
	}
	return theirs
}
