package till

import (
	"context"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

// Reason says why a drawer did not hold what it should. It is a code, because a text could name people.
type Reason string

// The reasons.
const (
	// WrongChange when a client got too much or too little back.
	WrongChange Reason = "wrong-change"
	// TenderMistaken when cash was noted as card or the other way round.
	TenderMistaken Reason = "tender-mistaken"
	// BillMistaken when another amount was noted than was paid.
	BillMistaken Reason = "bill-mistaken"
	// FloatWrong when the change money had been counted wrong.
	FloatWrong Reason = "float-wrong"
	// FoundLater when the money was found after the count.
	FoundLater Reason = "found-later"
	// Unknown when nobody knows.
	Unknown Reason = "unknown"
)

// Reasons are all reasons, in the order in which screens show them.
var Reasons = []Reason{WrongChange, TenderMistaken, BillMistaken, FloatWrong, FoundLater, Unknown}

// Explain gives the reason of the difference of a shift, at the desk of the shift; the zero shift is the one that is open there. It can be given anew, also
// after the closing, until the shift is approved. It returns the conflicts "till.no_shift", "till.not_counted", "till.is_approved" and
// "till.nothing_to_explain", and faults for an unknown shift, one of another desk, and an unknown reason.
func (s *Service) Explain(ctx context.Context, r journal.Request, shift id.ID, reason Reason) error {
	if !slices.Contains(Reasons, reason) {
		return fault.NewInvalid("till.reason").On("reason")
	}
	_, _, err := journal.Record(ctx, s.journal, r, []any{"explain", shift, reason}, func(tx *journal.Tx) (DifferenceExplained, error) {
		found, err := s.own(ctx, tx, shift)
		if err != nil {
			return DifferenceExplained{}, err
		}
		if err = allow(found.State, StepExplain); err == nil && found.Difference == 0 {
			err = fault.NewConflict("till.nothing_to_explain")
		}
		return DifferenceExplained{Shift: found.ID, Reason: reason}, err
	})
	return err
}

// own returns the shift, or the one that is open at the desk of the transaction, and holds it against those who judge it at the office.
func (s *Service) own(ctx context.Context, tx *journal.Tx, shift id.ID) (Shift, error) {
	if shift.IsZero() {
		open, _, err := s.store.OpenAt(ctx, tx, tx.Desk())
		return open, err
	}
	if err := tx.Lock(ctx, Subject(shift)); err != nil {
		return Shift{}, err
	}
	found, err := s.store.Shift(ctx, tx, shift)
	if err == nil && found.Desk != tx.Desk() {
		err = fault.NewForbidden("till.other_desk", "Desk", found.Desk)
	}
	return found, err
}
