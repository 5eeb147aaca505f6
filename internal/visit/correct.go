package visit

import (
	"context"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

// Correct changes an act of a closed visit by a new line: the act as it should have been, or nil when there had been none.
//
// It returns a fault when the reason is unknown, the visit is still open (then it is undone), the visit belongs to another
// desk, the act no longer counts, or the new act breaks a rule of Record.
func (s *Service) Correct(ctx context.Context, r journal.Request, c CorrectedAct) error {
	if !slices.Contains(Corrections, c.Why) {
		return fault.NewInvalid("visit.correction_reason").On("why")
	}
	if c.Now != nil {
		if err := c.Now.check(); err != nil {
			return err
		}
	}
	return s.post(ctx, r, []any{"correct", c}, func(tx *journal.Tx) error {
		was, err := s.correctable(ctx, tx, c)
		if err != nil {
			return err
		}
		f := ActCorrected{Act: c.Act, Visit: c.Visit, Why: c.Why, Was: was.Line}
		if c.Now != nil {
			place, err := s.places.Desk(ctx, tx, r.Desk, was.Day)
			if err != nil {
				return err
			}
			line, err := s.line(ctx, tx, *c.Now, spot{place: place, day: was.Day, channel: was.Channel})
			if err != nil {
				return err
			}
			// The figure stays where the act was done, whatever has become of the centre since.
			line.Centre, line.Municipality = was.Centre, was.Municipality
			f.Now = &line
		}
		return tx.Record(ctx, f)
	})
}

// CorrectedAct names the act, the reason, and the act as it should have been.
type CorrectedAct struct {
	Visit id.ID      `json:"visit"`
	Act   id.ID      `json:"act"`
	Why   Correction `json:"why"`
	Now   *What      `json:"now"`
}

func (s *Service) correctable(ctx context.Context, tx *journal.Tx, c CorrectedAct) (Act, error) {
	v, err := s.store.Visit(ctx, tx, c.Visit)
	switch {
	case err != nil:
		return Act{}, err
	case v.Desk != tx.Desk():
		return Act{}, fault.NewForbidden("visit.foreign_desk", "Desk", v.Desk)
	case v.State != Ended:
		return Act{}, fault.NewConflict("visit.still_open")
	}
	a, err := s.store.Act(ctx, tx, c.Visit, c.Act)
	if err == nil && a.State != Counted {
		err = fault.NewConflict("visit.act_gone")
	}
	if err != nil {
		return a, err
	}
	return a, s.free(ctx, tx, c.Act)
}
