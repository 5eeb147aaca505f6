package till

import (
	"context"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
)

// Objection says why a shift is not approved yet.
type Objection string

// The objections.
const (
	// CountDoubtful asks whether the drawer was counted well.
	CountDoubtful Objection = "count-doubtful"
	// ReasonDoubtful asks for a better explanation of the difference.
	ReasonDoubtful Objection = "reason-doubtful"
	// BagDoubtful asks about the bag or its seal.
	BagDoubtful Objection = "bag-doubtful"
	// TooMuchLeft says that more stays in the drawer than it should.
	TooMuchLeft Objection = "too-much-left"
)

// Objections are all objections, in the order in which screens show them.
var Objections = []Objection{CountDoubtful, ReasonDoubtful, BagDoubtful, TooMuchLeft}

// Approve says that a closed shift is in order, at the office of its municipality, by somebody who had no part in it. It returns the conflicts
// "till.not_closed" and "till.is_approved", "till.own_shift" (forbidden) for somebody who opened, counted, explained or closed it or moved
// money in it, "till.other_office" (forbidden), and the fault "till.shift_unknown".
func (s *Service) Approve(ctx context.Context, r journal.Request, shift id.ID) error {
	_, _, err := journal.Record(ctx, s.journal, r, []any{"approve", shift}, func(tx *journal.Tx) (ShiftApproved, error) {
		return ShiftApproved{Shift: shift}, s.judge(ctx, tx, shift, StepApprove)
	})
	return err
}

// Object says why a closed shift is not approved yet; it can be approved later all the same. It returns what Approve returns, and a fault for an
// unknown objection.
func (s *Service) Object(ctx context.Context, r journal.Request, shift id.ID, why Objection) error {
	if !slices.Contains(Objections, why) {
		return fault.NewInvalid("till.reason").On("reason")
	}
	_, _, err := journal.Record(ctx, s.journal, r, []any{"object", shift, why}, func(tx *journal.Tx) (ShiftObjected, error) {
		return ShiftObjected{Shift: shift, Reason: why}, s.judge(ctx, tx, shift, StepObject)
	})
	return err
}

// judge checks that whoever acts may approve the shift or object to it.
func (s *Service) judge(ctx context.Context, tx *journal.Tx, shift id.ID, step Step) error {
	if err := tx.Lock(ctx, Subject(shift)); err != nil {
		return err
	}
	found, err := s.store.Shift(ctx, tx, shift)
	if err != nil {
		return err
	}
	if tx.Desk() != office.Desk(found.Municipality) {
		return fault.NewForbidden("till.other_office")
	}
	if err := allow(found.State, step); err != nil {
		return err
	}
	actors, err := s.store.Actors(ctx, tx, shift)
	if err != nil {
		return err
	}
	if slices.Contains(actors, tx.By().Who()) {
		return fault.NewForbidden("till.own_shift")
	}
	return tx.Second(ctx, actors...)
}
