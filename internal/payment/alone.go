package payment

import (
	"context"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/consent"
	"vienkopus/internal/paperbook"
	"vienkopus/internal/platform/journal"
)

// OnPaper is a receipt that was written by hand when nothing else worked, and the local day on it.
type OnPaper struct {
	Paper
	Day civil.Date `json:"day"`
}

func (p *OnPaper) check() error {
	switch {
	case p == nil:
		return nil
	case p.Number == 0:
		return fault.NewInvalid("payment.paper_number").On("number")
	case p.Day.IsZero():
		return fault.NewInvalid("payment.paper_day").On("day")
	}
	return paperbook.CheckCode(p.Book)
}

// paperDay returns the day on the paper, which must not lie ahead, and refuses a receipt that was typed in before. The ledger refuses a closed day.
func (s *Service) paperDay(ctx context.Context, tx *journal.Tx, p OnPaper, today civil.Date) (civil.Date, error) {
	if p.Day.After(today) {
		return p.Day, fault.NewInvalid("payment.paper_day").On("day")
	}
	if err := tx.Lock(ctx, "paper:"+p.Name()); err != nil {
		return p.Day, err
	}
	taken, err := s.Store.OnPaper(ctx, tx, p.Paper)
	if err == nil && taken {
		err = fault.NewConflict("payment.paper_taken", "Receipt", p.Name()).On("number")
	}
	return p.Day, err
}

// alone gathers why one person may not take an order alone, and what a second one would be asked.
type alone struct {
	asks   consent.Payment
	limits consent.Limits
	paper  civil.Date // the day of the receipt written by hand, or no date
}

// alone looks at the receipt from the paper book: whether a book of this desk holds it, and how old it is.
func (s *Service) alone(ctx context.Context, tx *journal.Tx, o Order, today civil.Date) (alone, error) {
	limits, err := s.Consents.LimitsOn(ctx, tx, today)
	a := alone{limits: limits, asks: consent.Payment{Card: o.Card, Because: string(o.Because)}}
	if err != nil || o.Paper == nil {
		return a, err
	}
	a.paper = o.Paper.Day
	a.asks.Paper = &consent.Paper{Book: o.Paper.Book, Number: o.Paper.Number, Day: o.Paper.Day}
	if o.Paper.Day.AddDays(limits.PaperDays).Before(today) {
		a.asks.Why = append(a.asks.Why, consent.PaperLate)
	}
	doubt, err := s.Books.Of(ctx, tx, o.Paper.Book, o.Paper.Number, o.Paper.Day)
	switch doubt {
	case paperbook.NoBook:
		a.asks.Why = append(a.asks.Why, consent.PaperNoBook)
	case paperbook.OutsideBook:
		a.asks.Why = append(a.asks.Why, consent.PaperOutsideBook)
	case paperbook.Sound:
	}
	return a, err
}

// look adds what speaks against a bill being paid so by one person: owed settles it on the day of the receipt, and due says what is due today.
func (a *alone) look(b bill.Bill, item Item, owed money.Amount, due bill.Due) {
	a.asks.Items = append(a.asks.Items, consent.Item{Bill: b.ID, Number: b.Number, Cents: item.Cents, Due: owed, Today: due.Total})
	if !a.paper.IsZero() && a.paper.Before(b.Issued) {
		a.asks.Why = append(a.asks.Why, consent.PaperBeforeBill)
	}
	if item.Cents > owed && item.Cents-owed+due.Excess > a.limits.Overpaid {
		a.asks.Why = append(a.asks.Why, consent.Overpaid)
	}
}

// forgiven is the late fee of a bill that is not owed today because an item counts as paid on an earlier day, in cents: what is owed after it was paid today, less what is owed so.
func forgiven(b bill.Bill, item Item, fees []bill.LateFee, on, today civil.Date) money.Amount {
	if !on.Before(today) {
		return 0
	}
	after := func(day civil.Date) money.Amount {
		paid := b
		paid.Settled = append(slices.Clone(b.Settled), bill.Settlement{Day: day, Cents: item.Cents})
		due := bill.DueOn(paid, fees, today)
		return due.Total - due.Excess
	}
	return max(after(today)-after(on), 0)
}

// ForgivenDays is for how many days late fees that were given away are added up, by desk and by person: small ones add up to large ones.
const ForgivenDays = 30

// forgives adds that more late fee is given away than one person may, with what she and the desk have given away before.
func (s *Service) forgives(ctx context.Context, tx *journal.Tx, a *alone) error {
	if a.asks.Forgives == 0 {
		return nil
	}
	before, err := s.Store.ForgivenAlone(ctx, tx, tx.Desk(), tx.By().Who(), tx.Now().AddDate(0, 0, -ForgivenDays))
	if err == nil && before+a.asks.Forgives > a.limits.ForgivenAlone() {
		a.asks.Why = append(a.asks.Why, consent.PaperForgives)
	}
	return err
}

// admitAlone returns the conflict "payment.needs_second.…" when the order has a reason to which no second person has agreed.
func (s *Service) admitAlone(ctx context.Context, tx *journal.Tx, o Order, asks consent.Payment) error {
	if o.Consent.IsZero() {
		return needsSecond(asks.Why)
	}
	said, err := s.Consents.Granted(ctx, tx, o.Consent)
	if err != nil {
		return err
	}
	if !within(said.Payment, asks) {
		return fault.NewConflict("payment.consent_differs")
	}
	return nil
}

// needsSecond is the conflict "payment.needs_second.…" for the first of some reasons, nil where there is none.
func needsSecond(why []consent.Why) error {
	if len(why) == 0 {
		return nil
	}
	first := slices.MinFunc(why, func(a, b consent.Why) int { return slices.Index(consent.Whys, a) - slices.Index(consent.Whys, b) })
	return fault.NewConflict("payment.needs_second." + string(first)).On("second")
}

// within tells whether what is recorded is what a second person has agreed to: the same bills, sums and receipt, for no other reasons, no more above what is due, and no more
// of a late fee given away.
func within(said, now consent.Payment) bool {
	same := said.Void == nil && said.Card == now.Card && now.Forgives <= said.Forgives && len(said.Items) == len(now.Items) && (said.Paper == nil) == (now.Paper == nil) && (said.Paper == nil || *said.Paper == *now.Paper)
	for i := 0; same && i < len(said.Items); i++ {
		was, is := said.Items[i], now.Items[i]
		same = was.Bill == is.Bill && was.Cents == is.Cents && is.Due >= was.Due
	}
	return same && !slices.ContainsFunc(now.Why, func(w consent.Why) bool { return !slices.Contains(said.Why, w) })
}

// Ask asks a second person about an order that one alone may not take, and returns the name of the question; nothing is paid by it. It returns what Take returns for what cannot be paid at all, and
// "payment.needs_nobody" for what can be taken alone.
func (s *Service) Ask(ctx context.Context, r journal.Request, o Order) (id.ID, error) {
	if err := o.check(o.Card > 0 && o.Slip == ""); err != nil { // the number of the slip is typed when it is recorded
		return id.ID{}, err
	}
	o.Consent = id.ID{}
	posted, err := s.post(ctx, r, []any{"ask", o}, func(tx *journal.Tx) error {
		p, err := s.plan(ctx, tx, o)
		if err != nil {
			return err
		}
		if len(p.asks.Why) == 0 {
			return fault.NewConflict("payment.needs_nobody")
		}
		p.at.Day = p.shift.Day // asked today, whenever the receipt was written
		_, err = s.Consents.Ask(ctx, tx, p.at, p.asks)
		return err
	})
	if err != nil {
		return id.ID{}, err
	}
	f, _, err := journal.Answer[consent.Asked](posted)
	return f.Consent, err
}

// TakeAgreed records a payment to which a second person has agreed, within the visit that is served; the zero id begins one. Slip is the number on the slip of the terminal where a
// card has paid. It returns what Take returns.
func (s *Service) TakeAgreed(ctx context.Context, r journal.Request, q consent.Question, v id.ID, slip string) (Basket, error) {
	if q.Void != nil {
		return Basket{}, fault.NewConflict("payment.consent_differs")
	}
	o := Order{Visit: v, Card: q.Card, Cash: true, Slip: slip, Because: Because(q.Because), Consent: q.ID}
	for _, i := range q.Items {
		o.Items = append(o.Items, Item{Bill: i.Bill, Cents: i.Cents})
	}
	if q.Paper != nil {
		o.Paper = &OnPaper{Paper: Paper{Book: q.Paper.Book, Number: q.Paper.Number}, Day: q.Paper.Day}
	}
	return s.Take(ctx, r, o)
}
