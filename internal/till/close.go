package till

import (
	"context"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
)

// CloseIn is what becomes of the money that was counted.
type CloseIn struct {
	// Left stays in the drawer as change money, in cents; the rest goes into the bag.
	Left money.Amount
	// Bag and Seal are the numbers on the bag and on its seal; both are "" when nothing is packed.
	Bag, Seal string
}

// Close ends the shift that was counted at the desk: what does not stay in the drawer goes into a sealed bag. It returns the conflicts "till.no_shift",
// "till.not_counted", "till.unexplained" for a difference without a reason and "till.bag_used" for a bag that was used before, and faults
// for more left than was counted (or than LargestFloat), and for a bag or seal that is missing, not needed or no number.
func (s *Service) Close(ctx context.Context, r journal.Request, in CloseIn) (ShiftClosed, error) {
	if in.Left < 0 || in.Left > LargestFloat {
		return ShiftClosed{}, fault.NewInvalid("till.left", "Max", LargestFloat).On("left")
	}
	var bag, seal string
	for _, c := range []struct {
		field, text string
		into        *string
	}{{"bag", in.Bag, &bag}, {"seal", in.Seal, &seal}} {
		read, ok := Code(c.text)
		if !ok && read != "" {
			return ShiftClosed{}, fault.NewInvalid("till.code").On(c.field)
		}
		*c.into = read
	}
	f, _, err := journal.Record(ctx, s.journal, r, []any{"close", in.Left, bag, seal}, func(tx *journal.Tx) (ShiftClosed, error) {
		shift, at, err := s.here(ctx, tx, StepClose)
		if err != nil {
			return ShiftClosed{}, err
		}
		if shift.Unexplained() {
			return ShiftClosed{}, fault.NewConflict("till.unexplained").On("reason")
		}
		if in.Left > shift.Counted {
			return ShiftClosed{}, fault.NewInvalid("till.left", "Max", shift.Counted).On("left")
		}
		f := ShiftClosed{Shift: shift.ID, Place: at, Counted: shift.Counted, Left: in.Left, Bag: bag, Seal: seal, Packed: shift.Counted - in.Left}
		return f, s.pack(ctx, tx, &f)
	})
	return f, err
}

// pack checks the bag of a closing and adds the entry that puts the money into it.
func (s *Service) pack(ctx context.Context, tx *journal.Tx, f *ShiftClosed) error {
	switch {
	case f.Packed == 0 && f.Bag != "":
		return fault.NewInvalid("till.bag_needless").On("bag")
	case f.Packed == 0 && f.Seal != "":
		return fault.NewInvalid("till.bag_needless").On("seal")
	case f.Packed == 0:
		return nil
	case f.Bag == "":
		return fault.NewInvalid("till.bag_missing").On("bag")
	case f.Seal == "":
		return fault.NewInvalid("till.bag_missing").On("seal")
	}
	b, err := s.bag(ctx, tx, f.Bag)
	if err != nil {
		return err
	}
	if err := AllowBag(b, StepPack); err != nil {
		return err
	}
	f.Ledger, err = s.entry(ctx, tx, f.Place, ledger.Posting{Account: ledger.Cash(tx.Desk()), Cents: -f.Packed},
		ledger.Posting{Account: ledger.Transit(f.Bag), Cents: f.Packed})
	return err
}
