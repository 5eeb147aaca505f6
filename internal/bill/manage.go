package bill

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/platform/journal"
)

// RegisterCreditor notes to whom bills can be paid, or what has changed about it. It returns a fault for a wrong number, account or name.
func (s *Service) RegisterCreditor(ctx context.Context, r journal.Request, c Creditor) error {
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

// SetLateFee notes that a creditor leaves the late fee of a kind of bill to us from a day on, and how it is calculated. It returns faults for an unknown creditor, for a rate that is negative or above one per cent a day, and those of dated.Basis.
func (s *Service) SetLateFee(ctx context.Context, r journal.Request, f LateFee) error {
	switch {
	case !isCode(string(f.Kind)):
		return fault.NewInvalid("bill.code", "Max", longestCode).On("kind")
	case f.PerMillion < 0 || f.PerMillion > LargestFee:
		return fault.NewInvalid("bill.late_fee").On("per_million")
	}
	if err := f.Check(); err != nil {
		return err
	}
	if number, err := regno.Parse(string(f.Creditor)); err != nil || number != f.Creditor {
		return fault.NewInvalid("bill.late_fee_creditor").On("creditor")
	}
	r.Desk = journal.ReferenceDesk // one rule for the whole network
	return s.record(ctx, r, []any{"late-fee", f}, func(tx *journal.Tx) (journal.Fact, error) {
		_, err := s.store.Creditor(ctx, tx, f.Creditor)
		return LateFeeSet{f}, err
	})
}

// ParseRate reads a rate as people write it, in per cent a day with at most four decimals: "0.05", "0,05" or "0,05 %" is 500 millionths. It
// returns the fault "bill.late_fee" for anything else; what is above one per cent is left to SetLateFee.
func ParseRate(percent string) (perMillion int64, err error) {
	text := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(percent), "%"))
	whole, decimals, _ := strings.Cut(strings.ReplaceAll(text, ",", "."), ".")
	rate, err := strconv.ParseUint(whole+(decimals + "0000")[:max(4, len(decimals))], 10, 31)
	if err != nil || whole == "" || len(decimals) > 4 {
		return 0, fault.NewInvalid("bill.late_fee").On("percent")
	}
	return int64(rate), nil
}

// Cancel takes a bill back at the desk that issued it; what was paid for it is overpaid from then on. It returns the fault "bill.unknown", and
// conflicts for a bill that is cancelled already or was issued by another desk.
func (s *Service) Cancel(ctx context.Context, r journal.Request, bill id.ID, reason Reason) error {
	if !slices.Contains(Reasons, reason) {
		return fault.NewInvalid("bill.reason").On("reason")
	}
	return s.record(ctx, r, []any{"cancel", bill, reason}, func(tx *journal.Tx) (journal.Fact, error) {
		b, err := s.store.Bill(ctx, tx, bill)
		if err != nil {
			return nil, err
		}
		if refused := refuse(b, tx.Desk()); refused != nil {
			return nil, refused
		}
		return Cancelled{Bill: bill, Reason: reason}, nil
	})
}

// Withdrawal says which bill a creditor takes back.
type Withdrawal struct {
	By       actor.Actor
	Key      string
	Creditor regno.Number
	// Number is the creditor's number of the bill.
	Number string
	Reason Reason
	// May tells whether the caller may take back a bill of a municipality; nil stands for every one.
	May func(municipality string) bool
}

// Withdraw is Cancel for whoever knows the bill by its number, at the Feed of the creditor. It returns the bill, and beside the faults of
// Cancel a forbidden one for the bill of a municipality that is not the caller's.
func (s *Service) Withdraw(ctx context.Context, w Withdrawal) (id.ID, error) {
	if !slices.Contains(Reasons, w.Reason) {
		return id.ID{}, fault.NewInvalid("bill.reason").On("reason")
	}
	key, err := journal.NewKey(w.Key, []any{"withdraw", w.Creditor, w.Number, w.Reason})
	if err != nil {
		return id.ID{}, err
	}
	posted, err := s.journal.Post(ctx, w.By, Feed(w.Creditor), key, func(tx *journal.Tx) error {
		b, err := s.numbered(ctx, tx, w.Creditor, w.Number)
		switch refused := refuse(b, tx.Desk()); {
		case err != nil:
			return err
		case w.May != nil && (!w.May(b.Municipality) || permit(tx, w.Creditor, b.Municipality) != nil):
			return elsewhere(b.Municipality)
		case refused != nil:
			return refused.On("number")
		}
		return tx.Record(ctx, Cancelled{Bill: b.ID, Reason: w.Reason})
	})
	if err != nil {
		return id.ID{}, err
	}
	f, _, err := journal.Answer[Cancelled](posted)
	return f.Bill, err
}

// ErasePayer erases name and address of the payer of a creditor's bill, and his name on the receipts for it; the bill, its amounts and its lines stay. The
// creditor's next delivery of the bill does not bring them back. It returns the fault "bill.unknown".
func (s *Service) ErasePayer(ctx context.Context, r journal.Request, creditor regno.Number, number string) error {
	return s.erase(ctx, r, []any{"erase", creditor, number}, func(tx *journal.Tx) ([]Bill, bool, error) {
		b, err := s.numbered(ctx, tx, creditor, number)
		return []Bill{b}, false, err
	})
}

// ErasePerson is ErasePayer for all bills in the same name at the same address, over all creditors, and for those that are still to come. It returns the
// fault "bill.unknown" also when nobody is named on the bill.
func (s *Service) ErasePerson(ctx context.Context, r journal.Request, creditor regno.Number, number string) error {
	return s.erase(ctx, r, []any{"erase person", creditor, number}, func(tx *journal.Tx) ([]Bill, bool, error) {
		b, err := s.numbered(ctx, tx, creditor, number)
		if err != nil {
			return nil, true, err
		}
		payers, err := s.store.Payers(ctx, tx, []Bill{b})
		if err != nil {
			return nil, true, err
		}
		who := folded(payers[0])
		if who == (Payer{}) {
			return nil, true, fault.NewNotFound("bill.unknown").On("number")
		}
		namesakes, err := s.store.Namesakes(ctx, tx, who.Name)
		var ids []id.ID
		for _, n := range namesakes {
			if folded(n.Payer) == who {
				ids = append(ids, n.Bill)
			}
		}
		if err != nil {
			return nil, true, err
		}
		bills, err := s.store.Bills(ctx, tx, ids)
		return bills, true, err
	})
}

// erase erases the payers of the bills that which returns, with a line for each.
func (s *Service) erase(ctx context.Context, r journal.Request, input any, which func(*journal.Tx) ([]Bill, bool, error)) error {
	_, err := s.journal.Do(ctx, r, input, func(tx *journal.Tx) error {
		bills, person, err := which(tx)
		if err != nil {
			return err
		}
		ids := make([]id.ID, len(bills))
		for i, b := range bills {
			ids[i] = b.ID
			if err := tx.Record(ctx, PayerErased{Bill: b.ID}); err != nil {
				return err
			}
			of := PayerOf{Bill: b.ID, Creditor: b.Creditor, Number: b.Number, Municipality: b.Municipality, Was: b.Municipality}
			if err := s.store.Erase(ctx, tx, of, person); err != nil {
				return err
			}
		}
		if s.erased == nil {
			return nil
		}
		return s.erased(ctx, tx, ids)
	})
	return err
}

// record posts the one fact that the rule answers.
func (s *Service) record(ctx context.Context, r journal.Request, input any, rule func(*journal.Tx) (journal.Fact, error)) error {
	_, err := s.journal.Do(ctx, r, input, func(tx *journal.Tx) error {
		f, err := rule(tx)
		if err != nil {
			return err
		}
		return tx.Record(ctx, f)
	})
	return err
}
