package visit

import (
	"context"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

// Undo takes an act back while its visit is open, and a call that was noted in between for ten minutes.
// It returns a fault when the visit is closed (then it is corrected), belongs to another desk, or the act no longer counts.
func (s *Service) Undo(ctx context.Context, r journal.Request, visit, act id.ID) error {
	return s.post(ctx, r, []any{"undo", visit, act}, func(tx *journal.Tx) error {
		v, err := s.own(ctx, tx, visit)
		call := err != nil && v.Desk == tx.Desk() && isCall(v, tx.Now())
		if err != nil && !call {
			return err
		}
		a, err := s.store.Act(ctx, tx, visit, act)
		if err != nil {
			return err
		}
		if a.State != Counted {
			return fault.NewConflict("visit.act_gone")
		}
		if err := s.free(ctx, tx, act); err != nil {
			return err
		}
		if call { // its visit has ended, so that this is a correction
			return tx.Record(ctx, ActCorrected{Act: act, Visit: visit, Why: NeverHappened, Was: a.Line})
		}
		return tx.Record(ctx, ActUndone{Act: act, Visit: visit, Was: a.Line})
	})
}

// Ended tells whether a visit has ended, of whatever desk. It returns the fault "visit.unknown".
func (s *Service) Ended(ctx context.Context, r journal.Reader, visit id.ID) (bool, error) {
	v, err := s.store.Visit(ctx, r, visit)
	return v.State == Ended, err
}

// TakeBack takes an act back inside the transaction of another feature, whose fact has been taken back: by undoing it while the visit is
// open, by a correction afterwards. An act that no longer counts is left as it is.
func (s *Service) TakeBack(ctx context.Context, tx *journal.Tx, visit, act id.ID) error {
	v, err := s.store.Visit(ctx, tx, visit)
	if err != nil {
		return err
	}
	a, err := s.store.Act(ctx, tx, visit, act)
	switch {
	case err != nil || a.State != Counted:
		return err
	case v.Desk != tx.Desk():
		return fault.NewForbidden("visit.foreign_desk", "Desk", v.Desk)
	case v.State == Ended:
		return tx.Record(ctx, ActCorrected{Act: act, Visit: visit, Why: NeverHappened, Was: a.Line})
	}
	return tx.Record(ctx, ActUndone{Act: act, Visit: visit, Was: a.Line})
}
