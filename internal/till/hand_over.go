package till

import (
	"context"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
)

// Give says, at a desk of the centre, that a bag was given to the collector: to is her staff id, or "" when the clerk does not know it. The collector
// says by Take that she has it. It returns faults for an unknown bag, one of another centre, and one that was given or deposited already, and
// "till.same_person" (forbidden) for the collector herself.
func (s *Service) Give(ctx context.Context, r journal.Request, bag, to string) error {
	code, ok := Code(bag)
	if !ok {
		return fault.NewInvalid("till.code").On("bag")
	}
	if _, err := id.Parse(to); err != nil && to != "" {
		return fault.NewInvalid("till.collector").On("to")
	}
	_, _, err := journal.Record(ctx, s.journal, r, []any{"give", code, to}, func(tx *journal.Tx) (BagGiven, error) {
		f := BagGiven{Bag: code, To: to}
		b, err := s.bag(ctx, tx, code)
		if err != nil {
			return f, err
		}
		if err := AllowBag(b, StepGive); err != nil {
			return f, err
		}
		at, err := s.Here(ctx, tx)
		switch {
		case err != nil:
			return f, err
		case at.Centre != b.Centre:
			return f, fault.NewForbidden("till.bag_elsewhere", "Desk", b.Desk)
		case tx.By().Who() == b.TakenBy || tx.By().Who() == to:
			return f, fault.NewForbidden("till.same_person")
		}
		return f, nil
	})
	return err
}

// Take says, at the office, that the collector has a bag, and which number she reads on its seal. Another number than the clerk wrote is noted as it was
// seen and shown as a contradiction; agrees tells. It returns faults for an unknown bag, one of another municipality, and one that was taken
// or deposited already, and "till.same_person" (forbidden) for the one who gave it.
func (s *Service) Take(ctx context.Context, r journal.Request, bag, seal string) (agrees bool, err error) {
	code, ok := Code(bag)
	if !ok {
		return false, fault.NewInvalid("till.code").On("bag")
	}
	seen, ok := Code(seal)
	if !ok {
		return false, fault.NewInvalid("till.code").On("seal")
	}
	_, _, err = journal.Record(ctx, s.journal, r, []any{"take", code, seen}, func(tx *journal.Tx) (BagTaken, error) {
		f := BagTaken{Bag: code, Seal: seen}
		b, err := s.bag(ctx, tx, code)
		if err != nil {
			return f, err
		}
		switch {
		case b.State == NoBag:
			return f, AllowBag(b, StepTake)
		case tx.Desk() != office.Desk(b.Municipality):
			return f, fault.NewForbidden("till.other_office")
		case tx.By().Who() == b.GivenBy:
			return f, fault.NewForbidden("till.same_person")
		}
		return f, AllowBag(b, StepTake)
	})
	if err != nil {
		return false, err
	}
	b, err := s.store.Bag(ctx, s.journal.DB(), code)
	return b.Seal == seen, err
}

// bag returns the bag and holds it against everybody else who asks for it; one that nobody has packed is NoBag.
func (s *Service) bag(ctx context.Context, tx *journal.Tx, code string) (Bag, error) {
	if err := tx.Lock(ctx, BagSubject(code)); err != nil {
		return Bag{}, err
	}
	return s.store.Bag(ctx, tx, code)
}
