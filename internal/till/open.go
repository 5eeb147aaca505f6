package till

import (
	"context"
	"fmt"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
)

// LargestFloat bounds the change money of a drawer, in cents.
const LargestFloat money.Amount = 1_000_000

// Open begins a shift at the desk with the change money that was counted in the drawer. In a drawer that was empty it is new money of the house; in
// one that held another sum the difference goes to the account of differences, where somebody has to explain it.
// It returns the conflict "till.already_open", and a fault for a sum that is negative or above LargestFloat.
func (s *Service) Open(ctx context.Context, r Request, float money.Amount) (Shift, error) {
	if float < 0 || float > LargestFloat {
		return Shift{}, fault.NewInvalid("till.float", "Max", LargestFloat).On("float")
	}
	key, err := journal.NewKey(r.Key, []any{"shift", float})
	if err != nil {
		return Shift{}, err
	}
	posted, err := s.journal.Post(ctx, r.By, r.Desk, key, func(tx *journal.Tx) error {
		if _, open, err := s.store.OpenAt(ctx, tx, tx.Desk()); err != nil || open {
			return orConflict(err, "till.already_open")
		}
		at, err := s.Here(ctx, tx)
		if err != nil {
			return err
		}
		f := ShiftOpened{Shift: tx.NewID(), Place: at, Float: float}
		if f.Ledger, err = s.opening(ctx, tx, at, float); err != nil {
			return err
		}
		return tx.Record(ctx, f)
	})
	if err != nil {
		return Shift{}, err
	}
	for _, e := range posted.Entries {
		if f, ok := e.Fact.(ShiftOpened); ok {
			return Shift{ID: f.Shift, Desk: e.Desk, Place: f.Place, State: Open, OpenedAt: e.RecordedAt, Float: f.Float}, nil
		}
	}
	return Shift{}, fmt.Errorf("till: the answer to an opening at %s holds none", r.Desk)
}

func orConflict(err error, key string) error {
	if err != nil {
		return err
	}
	return fault.NewConflict(key)
}

// opening returns the entries that make the account of the drawer say what was counted in it.
func (s *Service) opening(ctx context.Context, tx *journal.Tx, at ledger.Place, float money.Amount) ([]ledger.Entry, error) {
	drawer := ledger.Cash(tx.Desk())
	held, err := s.store.Left(ctx, tx, tx.Desk())
	if err != nil || held == float {
		return nil, err
	}
	from := ledger.Difference(tx.Desk())
	if held == 0 {
		from = ledger.Float(tx.Desk())
	}
	entry, err := ledger.NewEntry(at, ledger.Posting{Account: drawer, Cents: float - held}, ledger.Posting{Account: from, Cents: held - float})
	if err != nil {
		return nil, err
	}
	return []ledger.Entry{entry}, s.ledger.Admit(ctx, tx, entry)
}

// Current returns the open shift of the desk of the transaction: where money may move. It returns the conflict "till.no_shift", and "till.day_over" for
// one of an earlier day, which has to be counted first.
func (s *Service) Current(ctx context.Context, tx *journal.Tx) (Shift, error) {
	shift, open, err := s.store.OpenAt(ctx, tx, tx.Desk())
	if err != nil {
		return shift, err
	}
	if !open || shift.State != Open {
		return shift, fault.NewConflict("till.no_shift")
	}
	at, err := s.Here(ctx, tx)
	if err == nil && at.Day != shift.Day {
		err = fault.NewConflict("till.day_over", "Day", shift.Day.Display())
	}
	return shift, err
}
