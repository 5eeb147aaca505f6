package consent_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/consent"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
	"vienkopus/internal/till/tillsql"
	tt "vienkopus/internal/till/tilltest"
)

// cheat is a clerk who works alone and tries everything: at two desks, under two accounts of her own. Whatever she does is posted as the pages post it.
type cheat struct {
	*paymenttest.World
	t       *testing.T
	bills   []bill.Bill
	paid    []payment.Payment
	refunds []id.ID
	asked   []id.ID
	old     map[id.ID]money.Amount // what an old tab says was due
	ended   map[id.ID]bool         // visits whose client has gone
}

// accounts are those of one person: the second has the role of somebody who decides.
var accounts = []actor.Actor{actor.Staff("s1", "clerk"), actor.Staff("s1b", "municipal-manager")}

// herself tells persons apart as the house does by the codes that were noted: both accounts are hers. The tests of staff hold the codes themselves.
type herself struct{}

func (herself) Grants(context.Context, *journal.Tx, id.ID, bool) (scope.Grants, error) {
	return scope.Grants{}, nil
}

func (herself) Second(_ context.Context, tx *journal.Tx, others []string) error {
	if hers := []string{"s1", "s1b"}; slices.Contains(hers, tx.By().Who()) && slices.ContainsFunc(others, func(o string) bool { return slices.Contains(hers, o) }) {
		return fault.NewForbidden("staff.second_same")
	}
	return nil
}

func (c *cheat) at(r *rapid.T, desk string) journal.Request {
	q := c.At(desk)
	q.By = rapid.SampledFrom(accounts).Draw(r, "account")
	return q
}

// tricks are what the issue of trust names, and honest work between them.
var tricks = map[string]func(*cheat, *rapid.T) error{
	"invented paper receipt": func(c *cheat, r *rapid.T) error {
		book := rapid.SampledFrom([]string{"A", "B", "C", "ZZ"}).Draw(r, "book")
		day := paymenttest.Day.AddDays(-rapid.SampledFrom([]int{0, 1, 5, 6, 20, 140}).Draw(r, "days ago"))
		return c.take(r, onPaper(c.order(r, false), book, uint32(rapid.IntRange(1, 40).Draw(r, "number")), day))
	},
	"small steps": func(c *cheat, r *rapid.T) error {
		o := c.order(r, true)
		o.Because = payment.OtherPeriod
		return c.take(r, onPaper(o, rapid.SampledFrom([]string{"A", "C"}).Draw(r, "book"), uint32(rapid.IntRange(41, 400).Draw(r, "number")), paymenttest.Day.AddDays(-rapid.IntRange(1, 5).Draw(r, "days ago"))))
	},
	"split cash":   func(c *cheat, r *rapid.T) error { return c.take(r, c.order(r, true)) },
	"honest":       func(c *cheat, r *rapid.T) error { return c.take(r, c.order(r, false)) },
	"overpayment":  func(c *cheat, r *rapid.T) error { return c.take(r, c.over(r)) },
	"old tab":      func(c *cheat, r *rapid.T) error { return c.take(r, c.stale(r)) },
	"void":         (*cheat).void,
	"end of visit": (*cheat).end,
	"asked void":   (*cheat).askVoid,
	"evening":      (*cheat).evening,
	"refund":       (*cheat).refund,
	"her own yes":  (*cheat).decide,
	"another till": (*cheat).shift,
}

func (c *cheat) order(r *rapid.T, small bool) payment.Order {
	b := rapid.SampledFrom(c.bills).Draw(r, "bill")
	cents := due(c.t, c.World, b.ID).Total
	if small || cents == 0 || cents > 700_000 {
		cents = money.Amount(rapid.SampledFrom([]int64{1, 4_000, 71_999, 719_999}).Draw(r, "cents"))
	}
	return payment.Order{Cash: true, Items: []payment.Item{{Bill: b.ID, Cents: cents}}, Because: rapid.SampledFrom([]payment.Because{"", payment.OtherPeriod}).Draw(r, "because")}
}

func (c *cheat) over(r *rapid.T) payment.Order {
	o := c.order(r, false)
	o.Because = payment.ClientInsists
	o.Items[0].Cents += money.Amount(rapid.SampledFrom([]int64{1, 2_000, 5_000, 5_001, 90_000}).Draw(r, "more"))
	if rapid.Bool().Draw(r, "card") {
		o.Card, o.Slip, o.Cash = o.Items[0].Cents, "4711", false
	}
	return o
}

func (c *cheat) stale(r *rapid.T) payment.Order {
	o := c.order(r, false)
	was := c.old[o.Items[0].Bill]
	o.Items[0].Saw, o.Items[0].Cents = &was, max(was, 1)
	return o
}

// take takes it, and asks where a second person is needed.
func (c *cheat) take(r *rapid.T, o payment.Order) error {
	at := c.at(r, rapid.SampledFrom([]string{desk, beside}).Draw(r, "desk"))
	b, err := c.Payment.Take(c.t.Context(), at, o)
	if fault.First(err) != nil && rapid.Bool().Draw(r, "ask") {
		if asked, err := c.Payment.Ask(c.t.Context(), c.at(r, at.Desk), o); err == nil {
			c.asked = append(c.asked, asked)
		}
	}
	c.paid = append(c.paid, b.Payments...)
	return err
}

func (c *cheat) void(r *rapid.T) error {
	if len(c.paid) == 0 {
		return nil
	}
	p := rapid.SampledFrom(c.paid).Draw(r, "payment")
	_, err := c.Payment.Void(c.t.Context(), c.at(r, p.Desk), p.ID, payment.ClientsWish)
	if late := c.Clock.Now().Sub(p.At) > time.Hour; err == nil && (c.ended[p.Visit] || p.Paper != (payment.Paper{}) || late) {
		c.t.Errorf("she voided %s alone: its visit has ended (%t), it was written by hand (%t), or it was long ago (%t)", p.Name(), c.ended[p.Visit], p.Paper != (payment.Paper{}), late)
	}
	return err
}

func (c *cheat) refund(r *rapid.T) error {
	if len(c.paid) == 0 {
		return nil
	}
	p := rapid.SampledFrom(c.paid).Draw(r, "payment")
	o := payment.RefundOrder{Payment: p.ID, Items: []payment.Item{{Bill: p.Lines[0].Bill, Cents: p.Lines[0].Cents}}, Tender: rapid.SampledFrom(till.Tenders).Draw(r, "tender"), Reason: payment.PaidTwice}
	asked, err := c.Payment.RequestRefund(c.t.Context(), c.at(r, p.Desk), o)
	if err != nil {
		return err
	}
	c.refunds = append(c.refunds, asked)
	office := c.at(r, "OFFICE-"+cesu)
	decided := c.Payment.DecideRefund(c.t.Context(), office, payment.Decision{Refund: asked, Municipality: cesu, Approved: true})
	_, paidOut := c.Payment.PayRefund(c.t.Context(), c.at(r, p.Desk), asked)
	if decided == nil || paidOut == nil {
		c.t.Errorf("she approved her own refund: %v, %v", decided, paidOut)
	}
	return errors.Join(decided, paidOut)
}

func (c *cheat) decide(r *rapid.T) error {
	if len(c.asked) == 0 {
		return nil
	}
	of := rapid.SampledFrom(c.asked).Draw(r, "question")
	err := c.Consent.Decide(c.t.Context(), c.at(r, "OFFICE-"+cesu), consent.Decision{Consent: of, Municipality: cesu, Agreed: true})
	if err == nil {
		c.t.Error("she agreed to her own question")
	}
	return err
}

// shift closes a drawer and opens it again, so that what was taken before is of another shift.
func (c *cheat) shift(r *rapid.T) error {
	at := rapid.SampledFrom([]string{desk, beside}).Draw(r, "desk")
	holds, err := c.holds(at)
	if err != nil {
		return err
	}
	if _, err := c.Till.Count(c.t.Context(), c.At(at), tt.Found(holds)); err != nil {
		return err
	}
	if _, err := c.Till.Close(c.t.Context(), c.At(at), till.CloseIn{Left: holds}); err != nil {
		return err
	}
	c.Clock.Advance(time.Minute)
	_, err = c.Till.Open(c.t.Context(), c.At(at), holds)
	return err
}

// holds is what lies in a drawer, in cents.
func (c *cheat) holds(desk string) (money.Amount, error) {
	s, _, err := tillsql.Store{}.OpenAt(c.t.Context(), c.DB, desk)
	if err != nil {
		return 0, err
	}
	return tillsql.Store{}.Expected(c.t.Context(), c.DB, s.ID)
}

// hidden says what of what is owed has changed without a trace that a second person sees: beyond what lies in the drawers and terminals that others count, and beyond the late fee that the lines
// say was given away, to the cent.
func (c *cheat) hidden() (complaints []string) {
	for _, b := range c.bills {
		now, err := c.ReadBill(b.ID)
		if err != nil {
			return []string{err.Error()}
		}
		fee := []bill.LateFee{{Creditor: paymenttest.Council, Kind: bill.PropertyTax, PerMillion: 500, Basis: dated.On("2010-01-01", "test", "test")}}
		is := bill.DueOn(now, fee, paymenttest.Day)
		var paid, noted money.Amount
		for _, s := range now.Settled {
			paid += s.Cents
		}
		now.Settled = nil
		was := bill.DueOn(now, fee, paymenttest.Day)
		for _, book := range []string{"A", "B", "C", "ZZ"} {
			written, err := paymentsql.Store{}.OfBook(c.t.Context(), c.DB, book)
			if err != nil {
				return []string{err.Error()}
			}
			for _, one := range written {
				if one.Day.AddDays(5).Before(paymenttest.Day) || book == "ZZ" || (book == "C") != (one.Desk == beside) {
					complaints = append(complaints, fmt.Sprintf("%s %d of %s was typed in by one person", book, one.Number, one.Day))
				}
			}
		}
		for _, p := range c.paid {
			if p.Lines[0].Bill == b.ID {
				noted += p.Forgiven
			}
		}
		if vanished := was.Total - paid - (is.Total - is.Excess); vanished != noted {
			complaints = append(complaints, fmt.Sprintf("%s: %s of what was owed vanished, and %s is noted", b.Number, vanished, noted))
		}
		if is.Excess > 5_000+1 {
			complaints = append(complaints, fmt.Sprintf("%s: %s was overpaid", b.Number, is.Excess))
		}
		cash, err := paymentsql.Store{}.CashFor(c.t.Context(), c.DB, []id.ID{b.ID}, civil.MustDate("2020-01-01"))
		if err != nil || cash >= 720_000 {
			complaints = append(complaints, fmt.Sprintf("%s: %s in cash, %v", b.Number, cash, err))
		}
	}
	return complaints
}

// What one person alone can do never changes what is owed without a trace that a second one sees, in random days of a clerk who cheats in every way that is known.
func TestOnePersonAloneChangesNothingUnseen(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		w := paymenttest.Open(t, dsn)
		w.Journal.Heed(herself{})
		w.OpenTill(desk)
		w.OpenTill(beside)
		if err := w.Till.SetCashLimit(t.Context(), w.At("NETWORK"), till.LatvianCashLimit()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Payment.Take(t.Context(), w.At(desk), onPaper(payment.Order{Cash: true, Items: []payment.Item{{Bill: tax(t, w, "NIN-A").ID, Cents: 10_000}}}, "B", 900, paymenttest.Day.AddDays(-1))); err != nil {
			t.Fatal(err) // so that something was given away, whatever comes
		}
		names := make([]string, 0, len(tricks))
		for name := range tricks {
			names = append(names, name)
		}
		slices.Sort(names)
		done, n := map[string]int{}, 0
		rapid.Check(t, func(r *rapid.T) {
			c := &cheat{World: w, t: t, old: map[id.ID]money.Amount{}, ended: map[id.ID]bool{}}
			for range 3 {
				n++
				c.bills = append(c.bills, tax(t, w, fmt.Sprintf("NIN-%d", n)), w.Bill(paymenttest.Water, 900_000))
			}
			for _, b := range c.bills {
				c.old[b.ID] = due(t, w, b.ID).Total
			}
			for range rapid.IntRange(5, 12).Draw(r, "steps") {
				c.Clock.Advance(time.Second)
				name := rapid.SampledFrom(names).Draw(r, "trick")
				err := tricks[name](c, r)
				if err != nil && fault.First(err) == nil {
					r.Fatalf("%s: %v", name, err)
				}
				done[fmt.Sprintf("%s, refused: %t", name, err != nil)]++
			}
			for _, complaint := range c.hidden() {
				r.Error(complaint)
			}
		})
		t.Log(done)
		for _, must := range []string{"invented paper receipt, refused: true", "overpayment, refused: true", "void, refused: true", "split cash, refused: true", "another till, refused: false", "asked void, refused: true", "small steps, refused: false", "small steps, refused: true"} {
			if done[must] == 0 {
				t.Errorf("%s never happened: this proves nothing", must)
			}
		}
		traces(t, w)
		w.Sound()
	})
}

// The look must be able to fail: a cheat that a second person has let through is seen by it.
func TestAPlantedCheatIsSeen(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		c := &cheat{World: w, t: t, bills: []bill.Bill{tax(t, w, "NIN-0")}}
		o := onPaper(payment.Order{Cash: true, Items: []payment.Item{{Bill: c.bills[0].ID, Cents: 100_000}}}, "A", 1, civil.MustDate("2026-07-01"))
		asked, err := w.Payment.Ask(t.Context(), w.At(desk), o)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.hidden()) > 0 {
			t.Errorf("a question alone changes what is owed: %q", c.hidden())
		}
		if err := w.Consent.Decide(t.Context(), atOffice("m1", "yes"), consent.Decision{Consent: asked, Municipality: cesu, Agreed: true}); err != nil {
			t.Fatal(err)
		}
		o.Consent = asked
		if _, err := w.Payment.Take(t.Context(), w.At(desk), o); err != nil {
			t.Fatal(err)
		}
		if got := c.hidden(); len(got) < 2 {
			t.Errorf("a late fee vanished, and the look says only %q", got)
		}
	})
}
