package bill

import (
	"context"
	"errors"
	"fmt"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/base/sheet"
	"vienkopus/internal/platform/journal"
)

// Outside is a payment for a bill that came to its creditor by another way than through us.
type Outside struct {
	Cents money.Amount
	Day   civil.Date
	// Reference names the payment as the creditor does; sent again with the same name it counts once.
	Reference string
}

// OutsideOf is what one bill was paid elsewhere, or what of it is taken back.
type OutsideOf struct {
	// Number is the creditor's number of the bill.
	Number string
	Outside
	// TakenBack says that the payment with this reference counts no more; cents and day may then be absent.
	TakenBack bool
}

// Known is an outside payment that is there.
type Known struct {
	Outside
	TakenBack bool
}

// OutsideBatch is what a creditor says of payments elsewhere.
type OutsideBatch struct {
	By       actor.Actor
	Key      string
	Creditor regno.Number
	// Payments are 1 to MostPut.
	Payments []OutsideOf
	// May tells whether the caller may say so of a bill of a municipality; nil stands for every one.
	May func(municipality string) bool
}

// SettleOutside notes what was paid elsewhere for bills of one creditor, at its Feed: all of it, or none. It answers, in their order, whether each was news. What is known
// already, after its reference, writes nothing. It returns faults for payments that cannot be, for an unknown bill, for a reference that stands for another sum or day, and for one
// that was taken back, each on "payments[3].number" and the like; a forbidden one for the bill of a municipality that is not the caller's.
func (s *Service) SettleOutside(ctx context.Context, b OutsideBatch) ([]bool, error) {
	if len(b.Payments) == 0 || len(b.Payments) > MostPut {
		return nil, fault.NewInvalid("bill.batch", "Max", MostPut).On("payments")
	}
	key, err := journal.NewKey(b.Key, []any{"settled-outside", b.Creditor, b.Payments})
	if err != nil {
		return nil, err
	}
	news := make([]bool, len(b.Payments))
	posted, err := s.journal.Post(ctx, b.By, Feed(b.Creditor), key, func(tx *journal.Tx) error {
		return s.settleEach(ctx, tx, b, news)
	})
	if err != nil {
		return nil, err
	}
	if posted.Replayed { // the first answer, from its lines
		written := map[string]bool{}
		for _, e := range posted.Entries {
			switch f := e.Fact.(type) {
			case SettledOutside:
				written[Form(f.Reference)] = true
			case OutsideTakenBack:
				written[Form(f.Reference)] = true
			}
		}
		for i, p := range b.Payments {
			news[i] = written[Form(p.Reference)]
		}
	}
	return news, nil
}

// settleEach notes one payment after the other and joins the faults of all.
func (s *Service) settleEach(ctx context.Context, tx *journal.Tx, b OutsideBatch, news []bool) error {
	if err := s.begin(ctx, tx, b.Creditor); err != nil {
		return err
	}
	var faults []error
	for i, p := range b.Payments {
		is, err := s.settleNumbered(ctx, tx, b, p)
		switch {
		case fault.KindOf(err) == fault.Forbidden:
			return within("payments", i, err)
		case fault.First(err) != nil:
			faults = append(faults, within("payments", i, err))
		case err != nil:
			return err
		}
		news[i] = is
	}
	return errors.Join(faults...)
}

func (s *Service) settleNumbered(ctx context.Context, tx *journal.Tx, b OutsideBatch, p OutsideOf) (news bool, err error) {
	old, err := s.numbered(ctx, tx, b.Creditor, p.Number)
	switch {
	case err != nil:
		return false, err
	case b.May != nil && (!b.May(old.Municipality) || permit(tx, b.Creditor, old.Municipality) != nil):
		return false, elsewhere(old.Municipality)
	case p.TakenBack:
		return s.takeBackOutside(ctx, tx, old.ID, p.Reference)
	}
	return s.settleOutside(ctx, tx, old.ID, []Outside{p.Outside})
}

// numbered returns the bill of a creditor with a number, or the fault "bill.unknown".
func (s *Service) numbered(ctx context.Context, r journal.Reader, creditor regno.Number, number string) (Bill, error) {
	b, like, err := s.store.Numbered(ctx, r, creditor, number)
	if err == nil && like != Alike {
		err = fault.NewNotFound("bill.unknown").On("number")
	}
	return b, err
}

// settleOutside notes payments of a bill elsewhere that are not known yet, and tells whether any was news.
func (s *Service) settleOutside(ctx context.Context, tx *journal.Tx, b id.ID, payments []Outside) (news bool, err error) {
	for _, p := range payments {
		p.Reference = Tidy(p.Reference)
		is, err := s.judgeOutside(ctx, tx, b, p)
		if err != nil {
			return false, err
		}
		if !is {
			continue
		}
		news = true
		if err := tx.Record(ctx, SettledOutside{Bill: b, Cents: p.Cents, Day: p.Day, Reference: p.Reference}); err != nil {
			return false, err
		}
	}
	return news, nil
}

// judgeOutside tells whether a payment elsewhere is news, or refuses it.
func (s *Service) judgeOutside(ctx context.Context, r journal.Reader, b id.ID, p Outside) (news bool, err error) {
	if err := p.check(civil.In(s.journal.Now(), s.zone)); err != nil {
		return false, err
	}
	old, there, err := s.store.Outside(ctx, r, b, p.Reference)
	switch {
	case err != nil || !there:
		return err == nil, err
	case old.TakenBack:
		return false, fault.NewConflict("bill.outside_gone").On("reference")
	case old.Cents != p.Cents || old.Day != p.Day:
		return false, fault.NewConflict("bill.outside_other", "Cents", old.Cents, "Day", old.Day.Display()).On("reference")
	}
	return false, nil
}

// takeBackOutside notes that a payment elsewhere counts no more, once.
func (s *Service) takeBackOutside(ctx context.Context, tx *journal.Tx, b id.ID, reference string) (news bool, err error) {
	old, there, err := s.store.Outside(ctx, tx, b, reference)
	switch {
	case err != nil:
		return false, err
	case !there:
		return false, fault.NewNotFound("bill.outside_unknown").On("reference")
	case old.TakenBack:
		return false, nil
	}
	return true, tx.Record(ctx, OutsideTakenBack{Bill: b, Cents: old.Cents, Day: old.Day, Reference: old.Reference})
}

// check looks at what needs no database.
func (p Outside) check(today civil.Date) error {
	if f := sheet.Check(p.Reference); f != nil {
		return f.On("reference")
	}
	switch {
	case !isCode(p.Reference):
		return fault.NewInvalid("bill.code", "Max", longestCode).On("reference")
	case p.Cents == 0:
		return fault.NewInvalid("bill.amount_zero").On("cents")
	case p.Cents < 0:
		return fault.NewInvalid("bill.outside_negative").On("cents")
	case p.Cents > LargestBill:
		return fault.NewInvalid("bill.amount", "Max", LargestBill).On("cents")
	case p.Day.IsZero():
		return fault.NewInvalid("bill.due_missing").On("day")
	case p.Day.After(today):
		return fault.NewInvalid("bill.outside_future").On("day")
	}
	return nil
}

// within returns the error with its faults on the members of one of several.
func within(list string, i int, err error) error {
	all := fault.All(err)
	if len(all) == 0 {
		return err
	}
	on := make([]error, len(all))
	for n, f := range all {
		on[n] = f.On(fmt.Sprintf("%s[%d].%s", list, i, f.Field))
	}
	return errors.Join(on...)
}
