package visit

import (
	"context"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

// Hold lets the client wait while the desk serves somebody else.
// It returns a fault when the visit is closed, belongs to another desk, or is on hold already.
func (s *Service) Hold(ctx context.Context, r journal.Request, visit id.ID) error {
	return s.post(ctx, r, []any{"hold", visit}, func(tx *journal.Tx) error {
		v, err := s.own(ctx, tx, visit)
		if err != nil {
			return err
		}
		if v.State == OnHold {
			return fault.NewConflict("visit.already_on_hold")
		}
		return tx.Record(ctx, Held{Visit: visit})
	})
}

// Resume takes the client back. Whoever is being served at the desk waits from now on.
// It returns a fault when the visit is closed, belongs to another desk, or is being served already.
func (s *Service) Resume(ctx context.Context, r journal.Request, visit id.ID) error {
	return s.post(ctx, r, []any{"resume", visit}, func(tx *journal.Tx) error {
		v, err := s.own(ctx, tx, visit)
		if err != nil {
			return err
		}
		if v.State == Serving {
			return fault.NewConflict("visit.already_served")
		}
		return s.serve(ctx, tx, v)
	})
}

// post is journal.Post for a rule whose answer is only that it was done.
func (s *Service) post(ctx context.Context, r journal.Request, input any, rule func(*journal.Tx) error) error {
	_, err := s.journal.Do(ctx, r, input, rule)
	return err
}
