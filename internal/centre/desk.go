package centre

import (
	"context"
	"errors"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// OpenDesk gives a centre a desk. It returns NotFound for an unknown centre, Conflict for a closed one and for a code that
// is taken, also by a closed desk, because its journal goes on, and Invalid for a bad code or name.
func (s *Service) OpenDesk(ctx context.Context, by actor.Actor, key string, in DeskOpened) error {
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		if _, err := s.serving(ctx, tx, in.Centre); err != nil {
			return err
		}
		var errs []error
		if len(in.Desk) > MaxDesk || !deskCode.MatchString(in.Desk) {
			errs = append(errs, fault.NewInvalid("centre.desk_code").On("desk"))
		}
		if !isName(in.Name) {
			errs = append(errs, fault.NewInvalid("centre.name").On("name"))
		}
		if len(errs) > 0 {
			return errors.Join(errs...)
		}
		_, err := s.store.DeskByCode(ctx, tx, in.Desk)
		if err == nil {
			return fault.NewConflict("centre.desk_taken").On("desk")
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		return tx.Record(ctx, in)
	})
}

// CloseDesk says up to which day a desk serves. It returns NotFound for an unknown desk, Conflict for one that has closed
// already, and Invalid for no day.
func (s *Service) CloseDesk(ctx context.Context, by actor.Actor, key string, in DeskClosed) error {
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		d, err := s.store.DeskByCode(ctx, tx, in.Desk)
		switch {
		case err != nil:
			return err
		case !d.Closed.IsZero():
			return fault.NewConflict("centre.desk_closed", "Desk", d.Code, "Day", d.Closed.Display())
		case in.To.IsZero() || in.To.Before(d.Opened):
			return fault.NewInvalid("centre.to").On("to")
		}
		in.Centre = d.Centre
		return tx.Record(ctx, in)
	})
}
