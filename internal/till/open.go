package till

import (
	"context"

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
func (s *Service) Open(ctx context.Context, r journal.Request, float money.Amount) (Shift, error) {
	if float < 0 || float > LargestFloat {
		return Shift{}, fault.NewInvalid("till.float", "Max", LargestFloat).On("float")
	}
	f, e, err := journal.Record(ctx, s.journal, r, []any{"shift", float}, func(tx *journal.Tx) (ShiftOpened, error) {
		open, _, err := s.store.OpenAt(ctx, tx, tx.Desk())
		if err != nil {
			return ShiftOpened{}, err
		}
		if err := allow(open.State, StepOpen); err != nil {
			return ShiftOpened{}, err
		}
		at, err := s.Here(ctx, tx)
		if err != nil {
			return ShiftOpened{}, err
		}
		f := ShiftOpened{Shift: tx.NewID(), Place: at, Float: float}
		f.Ledger, err = s.opening(ctx, tx, at, float)
		return f, err
	})
	if err != nil {
		return Shift{}, err
	}
	return Shift{
		ID: f.Shift, Desk: e.Desk, Place: f.Place, State: Open, OpenedAt: e.RecordedAt, Float: f.Float, Difference: f.Difference(),
	}, nil
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
	return s.entry(ctx, tx, at, ledger.Posting{Account: drawer, Cents: float - held}, ledger.Posting{Account: from, Cents: held - float})
}

// Current returns the open shift of the desk of the transaction: where money may move. Its place and day are those of now, which a line that moves money has: a shift
// that was forgotten goes on, so that no client waits for a count, and the cash book of each day has what moved on it. It returns the conflict "till.no_shift".
func (s *Service) Current(ctx context.Context, tx *journal.Tx) (Shift, error) {
	shift, _, err := s.store.OpenAt(ctx, tx, tx.Desk())
	if err != nil {
		return shift, err
	}
	if err := allow(shift.State, StepMove); err != nil {
		return shift, err
	}
	shift.Place, err = s.Here(ctx, tx)
	return shift, err
}

// Drawer returns what should be in the drawer of the open shift at the desk of the transaction, in cents: as much can be paid out at most. It returns
// what Current returns.
func (s *Service) Drawer(ctx context.Context, tx *journal.Tx) (money.Amount, error) {
	shift, err := s.Current(ctx, tx)
	if err != nil {
		return 0, err
	}
	return s.store.Expected(ctx, tx, shift.ID)
}
