package centre

import (
	"context"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// AssignTier makes a centre another tier from a day on; an earlier assignment for the same day is replaced.
// It returns NotFound for an unknown centre, Conflict for a closed one, and Invalid for an unknown tier or no day.
func (s *Service) AssignTier(ctx context.Context, by actor.Actor, key string, in TierAssigned) error {
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		c, err := s.serving(ctx, tx, in.Centre)
		switch {
		case err != nil:
			return err
		case !in.Tier.IsKnown():
			return fault.NewInvalid("centre.tier").On("tier")
		case in.From.IsZero() || in.From.Before(c.Opened):
			return fault.NewInvalid("centre.tier_from").On("tier_from")
		}
		return tx.Record(ctx, in)
	})
}
