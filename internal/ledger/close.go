package ledger

import (
	"context"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// Close makes the figures of a municipality final up to and including a day, and returns what it recorded. It returns the fault "ledger.too_early" for
// a day later than the day before yesterday and the conflict "ledger.already_closed" for one that is closed by now.
func (s *Service) Close(ctx context.Context, r journal.Request, municipality string, through civil.Date) (PeriodClosed, error) {
	if municipality == "" {
		return PeriodClosed{}, fault.NewInvalid("ledger.municipality_missing").On("municipality")
	}
	if through.IsZero() {
		return PeriodClosed{}, fault.NewInvalid("ledger.day_missing").On("through")
	}
	posted, err := s.journal.Do(ctx, r, []any{"close", municipality, through}, func(tx *journal.Tx) error {
		if last := civil.In(tx.Now(), s.zone).AddDays(-stillOpen); through.After(last) {
			return fault.NewInvalid("ledger.too_early", "Last", last.Display()).On("through")
		}
		if err := tx.Lock(ctx, lock(municipality)); err != nil {
			return err
		}
		closed, err := s.store.ClosedThrough(ctx, tx, municipality)
		if err != nil {
			return err
		}
		if !through.After(closed) {
			return fault.NewConflict("ledger.already_closed", "Through", closed.Display()).On("through")
		}
		seen, err := s.store.Seen(ctx, tx, municipality, through)
		if err != nil {
			return err
		}
		return tx.Record(ctx, PeriodClosed{Municipality: municipality, Through: through, Seen: seen})
	})
	if err != nil {
		return PeriodClosed{}, err
	}
	f, _, err := journal.Answer[PeriodClosed](posted)
	return f, err
}
