package sight

import (
	"context"
	"slices"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

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
	query := s.Mark("query", bill.Fold(in.Query))
	err = s.look(ctx, r, []any{"search", query, idsOf(in.Found)}, in.Municipality, func(tx *journal.Tx, day civil.Date) error {
		f := Searched{Day: day, Municipality: in.Municipality, Query: query, Found: len(who), Asked: in.Asked}
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

// Open notes that the bills of a payer are opened, before they are shown. It returns the fault "sight.budget" like Searched, and "sight.elsewhere", which is noted too,
// unless all of them are of the municipality.
func (s *Service) Open(ctx context.Context, r journal.Request, municipality string, theirs []bill.Found) error {
	if len(theirs) == 0 || slices.ContainsFunc(theirs, func(f bill.Found) bool { return f.Municipality != municipality }) {
		return s.refuse(ctx, r, refusal{municipality, Elsewhere, theirs}, fault.NewForbidden("sight.elsewhere").On("query"))
	}
	return s.look(ctx, r, []any{"open", idsOf(theirs)}, municipality, func(tx *journal.Tx, day civil.Date) error {
		v, err := s.Counter.BeginIn(ctx, tx, visit.InPerson)
		if err != nil {
			return err
		}
		return tx.Record(ctx, s.opened(day, municipality, v, theirs))
	})
}

func idsOf(found []bill.Found) []id.ID {
	all := make([]id.ID, len(found))
	for i, f := range found {
		all[i] = f.ID
	}
	return all
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

// Opened returns the fault "sight.not_opened" unless whoever asks has opened a bill within the last hour: what a page shows of it again is what she has seen. Of one of another municipality it returns
// "sight.elsewhere". That she was refused is noted.
func (s *Service) Opened(ctx context.Context, r journal.Request, municipality string, b bill.Found) error {
	seen, err := s.Store.OpenedSince(ctx, s.Journal.DB(), r.By.Who(), b.ID, s.Journal.Now().Add(-time.Hour))
	switch theirs := []bill.Found{b}; {
	case err != nil:
		return err
	case b.Municipality != municipality:
		return s.refuse(ctx, r, refusal{municipality, Elsewhere, theirs}, fault.NewForbidden("sight.elsewhere"))
	case !seen:
		return s.refuse(ctx, r, refusal{municipality, Unopened, theirs}, fault.NewForbidden("sight.not_opened"))
	}
	return nil
}
