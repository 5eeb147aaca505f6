package trail

import (
	"context"
	"time"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/till"
)

// stages are the steps of the money of a payment.
func (s *Service) stages(ctx context.Context, p payment.Payment) ([]Stage, error) {
	all := []Stage{{Step: Taken, Done: true, At: p.At}}
	if p.Reversed >= p.Total() {
		return all, nil
	}
	if p.Cents(till.Cash) > 0 {
		collected, banked, err := s.cash(ctx, p)
		if err != nil {
			return nil, err
		}
		all = append(all, collected, banked)
	}
	if p.Cents(till.Card) > 0 {
		day, done, err := s.Banks.CardArrived(ctx, s.Journal.DB(), p.Desk, p.Day)
		if err != nil {
			return nil, err
		}
		all = append(all, Stage{Step: Settled, Done: done, On: day})
	}
	passed, done, err := s.Banks.PassedOn(ctx, s.Journal.DB(), p.Municipality, p.Creditor, p.Day)
	if err != nil {
		return nil, err
	}
	all = append(all, Stage{Step: Remitted, Done: done, On: passed.Day})
	told, err := s.Telling.Told(ctx, p)
	return append(all, Stage{Step: Confirmed, Done: told.Confirmed, At: told.At, Never: !told.Owed}), err
}

// cash returns where the cash of a payment is.
func (s *Service) cash(ctx context.Context, p payment.Payment) (collected, banked Stage, err error) {
	collected, banked = Stage{Step: Collected}, Stage{Step: Banked}
	db := s.Journal.DB()
	code, packed, err := s.Drawers.BagOf(ctx, db, p.Shift, p.Desk, p.Entry)
	if err != nil || !packed {
		return collected, banked, err
	}
	bag, err := s.Drawers.Bag(ctx, db, code)
	if err != nil {
		return collected, banked, err
	}
	collected.Nears = true
	if at := handedOver(bag); !at.IsZero() {
		collected.Done, collected.At = true, at
	}
	if bag.Deposit == (id.ID{}) {
		return collected, banked, nil
	}
	d, err := s.Banks.Deposit(ctx, db, bag.Deposit)
	if err != nil {
		return collected, banked, err
	}
	if !collected.Done { // who has brought it to the bank had it
		collected.Done, collected.On = true, d.Day
	}
	banked.Nears, banked.On = true, d.Day
	if d.State != bank.Matched {
		return collected, banked, nil
	}
	line, there, err := s.Banks.Line(ctx, db, d.IBAN, d.Ref)
	if err != nil {
		return collected, banked, err
	}
	banked.Done = true
	if there {
		banked.On = line.Day
	}
	return collected, banked, nil
}

// handedOver is when the collector had the bag by her own word, or by the clerk's, or zero.
func handedOver(b till.Bag) time.Time {
	if !b.TakenAt.IsZero() {
		return b.TakenAt
	}
	return b.GivenAt
}
