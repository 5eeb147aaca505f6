package centre

import (
	"context"
	"errors"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/platform/journal"
)

// SetHours says when a centre is open from a day on.
//
// It returns NotFound for an unknown centre, Conflict for a closed one, and Invalid with one fault for each problem of the
// hours: the key is "hours.problem." and the problem's, the field leads to it, for example hours.week.mon.
func (s *Service) SetHours(ctx context.Context, by actor.Actor, key string, in HoursSet) error {
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		if _, err := s.serving(ctx, tx, in.Centre); err != nil {
			return err
		}
		errs := hoursFaults(in.Hours)
		if in.From.IsZero() {
			errs = append(errs, fault.NewInvalid("centre.from").On("from"))
		}
		if len(errs) > 0 {
			return errors.Join(errs...)
		}
		return tx.Record(ctx, in)
	})
}

func hoursFaults(schedule hours.Schedule) []error {
	problems := schedule.Validate()
	errs := make([]error, 0, len(problems))
	for _, p := range problems {
		errs = append(errs, fault.NewInvalid("hours.problem."+p.Key, "Detail", p.Detail).On("hours."+p.Field))
	}
	return errs
}
