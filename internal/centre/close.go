package centre

import (
	"context"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// Close says up to which day a centre serves; its desks close with it. It returns NotFound for an unknown centre,
// Conflict for one that has closed already, and Invalid for no day or one before it opened.
func (s *Service) Close(ctx context.Context, by actor.Actor, key string, in Closed) error {
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		c, err := s.serving(ctx, tx, in.Centre)
		if err != nil {
			return err
		}
		if in.To.IsZero() || in.To.Before(c.Opened) {
			return fault.NewInvalid("centre.to").On("to")
		}
		desks, err := s.store.DesksOf(ctx, tx, in.Centre)
		if err != nil {
			return err
		}
		for _, d := range desks {
			if !d.Closed.IsZero() {
				continue
			}
			if err := tx.Record(ctx, DeskClosed{Desk: d.Code, Centre: d.Centre, To: in.To}); err != nil {
				return err
			}
		}
		return tx.Record(ctx, in)
	})
}
