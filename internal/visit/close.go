package visit

import (
	"context"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

// Close ends the visit. A client is counted as served when at least one act still counts.
// It returns a fault when the visit is closed or belongs to another desk.
func (s *Service) Close(ctx context.Context, r journal.Request, visit id.ID) error {
	return s.post(ctx, r, []any{"close", visit}, func(tx *journal.Tx) error {
		v, err := s.own(ctx, tx, visit)
		if err != nil {
			return err
		}
		_, day, err := s.today(ctx, tx)
		if err != nil {
			return err
		}
		served, err := s.store.Counts(ctx, tx, visit)
		if err != nil {
			return err
		}
		return tx.Record(ctx, Closed{
			Visit: visit, Day: day, Served: served,
			Municipality: v.Municipality, Centre: v.Centre, Channel: v.Channel,
		})
	})
}
