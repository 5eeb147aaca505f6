package centre

import (
	"context"
	"fmt"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// Survey says what somebody found in a centre on a day. It returns NotFound for an unknown centre, Conflict for a closed
// one, and Invalid for a day to come, for no finding at all, and for a finding that makes no sense or stands twice.
func (s *Service) Survey(ctx context.Context, by actor.Actor, key string, in Surveyed) error {
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		c, err := s.serving(ctx, tx, in.Centre)
		if err != nil {
			return err
		}
		zone, err := c.TimeZone()
		if err != nil {
			return err
		}
		if in.On.IsZero() || in.On.After(civil.In(tx.Now(), zone)) {
			return fault.NewInvalid("centre.survey_day").On("on")
		}
		if len(in.Findings) == 0 {
			return fault.NewInvalid("centre.survey_empty").On("findings")
		}
		seen := map[Feature]bool{}
		for i, f := range in.Findings {
			if !f.isSensible() || seen[f.Feature] {
				return fault.NewInvalid("centre.finding", "Feature", string(f.Feature)).On(fmt.Sprintf("findings[%d]", i))
			}
			seen[f.Feature] = true
		}
		return tx.Record(ctx, in)
	})
}
