package bill

import (
	"context"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/platform/journal"
)

// RegisterCreditor notes to whom bills can be paid, or what has changed about it. It returns a fault for a wrong number, account or name.
func (s *Service) RegisterCreditor(ctx context.Context, r Request, c Creditor) error {
	number, err := regno.Parse(string(c.Number))
	if err != nil || number != c.Number {
		return fault.NewInvalid("bill.creditor_number").On("number")
	}
	account, err := iban.Parse(string(c.IBAN))
	if err != nil || account != c.IBAN {
		return fault.NewInvalid("bill.iban").On("iban")
	}
	if c.Name == "" || !isText(c.Name) {
		return fault.NewInvalid("bill.text", "Max", longestName).On("name")
	}
	return s.record(ctx, r, []any{"creditor", c}, func(*journal.Tx) (journal.Fact, error) { return CreditorRegistered{c}, nil })
}

// SetLateFee notes the late fee of a kind of bill from a day on. It returns a fault for a rate that is negative or above one per cent a day.
func (s *Service) SetLateFee(ctx context.Context, r Request, f LateFee) error {
	switch {
	case !isCode(string(f.Kind)):
		return fault.NewInvalid("bill.code", "Max", longestCode).On("kind")
	case f.From.IsZero():
		return fault.NewInvalid("bill.due_missing").On("from")
	case f.PerMillion < 0 || f.PerMillion > LargestFee:
		return fault.NewInvalid("bill.late_fee").On("per_million")
	}
	return s.record(ctx, r, []any{"late-fee", f}, func(*journal.Tx) (journal.Fact, error) { return LateFeeSet{f}, nil })
}

// Cancel takes a bill back at the desk that issued it; what was paid for it is overpaid from then on. It returns the fault "bill.unknown", and
// conflicts for a bill that is cancelled already or was issued by another desk.
func (s *Service) Cancel(ctx context.Context, r Request, bill id.ID, reason Reason) error {
	if !slices.Contains(Reasons, reason) {
		return fault.NewInvalid("bill.reason").On("reason")
	}
	return s.record(ctx, r, []any{"cancel", bill, reason}, func(tx *journal.Tx) (journal.Fact, error) {
		b, err := s.store.Bill(ctx, tx, bill)
		switch {
		case err != nil:
			return nil, err
		case b.Cancelled:
			return nil, fault.NewConflict("bill.is_cancelled")
		case b.Desk != tx.Desk():
			return nil, fault.NewConflict("bill.other_desk", "Desk", b.Desk)
		}
		return Cancelled{Bill: bill, Reason: reason}, nil
	})
}

// ErasePayer erases name and address of the payer of a bill; the bill, its amounts and its lines stay. It returns the fault "bill.unknown".
func (s *Service) ErasePayer(ctx context.Context, r Request, bill id.ID) error {
	return s.record(ctx, r, []any{"erase", bill}, func(tx *journal.Tx) (journal.Fact, error) {
		if _, err := s.store.Bill(ctx, tx, bill); err != nil {
			return nil, err
		}
		return PayerErased{Bill: bill}, s.store.SetPayer(ctx, tx, bill, Payer{})
	})
}

// record posts the one fact that the rule answers.
func (s *Service) record(ctx context.Context, r Request, input any, rule func(*journal.Tx) (journal.Fact, error)) error {
	key, err := journal.NewKey(r.Key, input)
	if err != nil {
		return err
	}
	_, err = s.journal.Post(ctx, r.By, r.Desk, key, func(tx *journal.Tx) error {
		f, err := rule(tx)
		if err != nil {
			return err
		}
		return tx.Record(ctx, f)
	})
	return err
}
