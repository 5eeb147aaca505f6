package centre

import (
	"context"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// Move says where a centre is from a day on. It returns NotFound for an unknown centre or parish, Conflict for a closed
// centre, and Invalid for a bad place, a parish of another municipality, or no day.
func (s *Service) Move(ctx context.Context, by actor.Actor, key string, in Moved) error {
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		c, err := s.serving(ctx, tx, in.Centre)
		if err != nil {
			return err
		}
		if in.From.IsZero() || in.From.Before(c.Opened) {
			return fault.NewInvalid("centre.from").On("from")
		}
		if err := in.Location.check(); err != nil {
			return err
		}
		if err := s.unitIsIn(ctx, tx, in.Location.Unit, c.Municipality); err != nil {
			return err
		}
		return tx.Record(ctx, in)
	})
}
