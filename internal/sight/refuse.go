package sight

import (
	"context"
	"log/slog"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
)

// refusal is what somebody is not shown, at a desk of a municipality, and why.
type refusal struct {
	municipality string
	why          Reason
	theirs       []bill.Found
}

// mostRefused is how many refusals beside that of the budget are noted of one person in an hour; further ones are refused all the same.
const mostRefused = 20

// refuse notes that somebody was not shown a person, and returns the fault that says so to her.
func (s *Service) refuse(ctx context.Context, r journal.Request, of refusal, told error) error {
	_, err := s.Journal.Do(ctx, r, []any{"refused", of.municipality, of.why, idsOf(of.theirs)}, func(tx *journal.Tx) error {
		n, err := s.Store.Refusals(ctx, tx, r.By.Who(), tx.Now().Add(-time.Hour))
		if err != nil || n >= mostRefused {
			return err
		}
		f := Refused{Day: civil.In(tx.Now(), s.Zone), Municipality: of.municipality, Why: of.why}
		for _, one := range of.theirs[:min(len(of.theirs), mostBills)] {
			f.Bills = append(f.Bills, one.ID)
		}
		if len(of.theirs) > 0 {
			f.Payer = s.MarkOf(of.theirs[0].Payer)
		}
		return tx.Record(ctx, f)
	})
	if err != nil { // she is refused all the same
		slog.WarnContext(ctx, "a refused look could not be noted", slog.Any("error", err))
	}
	return told
}
