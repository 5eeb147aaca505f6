package payment_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/consent"
	"vienkopus/internal/ledger"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// rounds is how often each race is run: which of two comes first differs from time to time.
const rounds = 6

// programs are two programs on one database.
type programs struct{ first, second *paymenttest.World }

// race runs the test with two programs on one database, on both engines.
func race(t *testing.T, test func(t *testing.T, p programs)) {
	t.Helper()
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		p := programs{paymenttest.Open(t, dsn), paymenttest.Open(t, dsn)}
		p.first.OpenTill(desk)
		if _, err := p.second.Till.Open(t.Context(), under(beside, "open"), 2000); err != nil {
			t.Fatal(err)
		}
		test(t, p)
		p.first.Sound()
		p.first.SameAfterRebuild()
	})
}

// under is a request of the clerk with a key that is known, at whichever program.
func under(desk, key string) journal.Request {
	return journal.Request{By: paymenttest.Clerk, Desk: desk, Key: key}
}

// together runs all at once and returns their errors, in their order.
func together(all ...func() error) []error {
	errs := make([]error, len(all))
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for i, one := range all {
		wg.Go(func() {
			<-begin
			errs[i] = one()
		})
	}
	close(begin)
	wg.Wait()
	return errs
}

// oneOf fails unless exactly one passed and each of the others was refused for one of the reasons. It returns which one passed.
func oneOf(t *testing.T, errs []error, reasons ...string) int {
	t.Helper()
	passed, which := 0, 0
	for i, err := range errs {
		f := fault.First(err)
		switch {
		case err == nil:
			passed, which = passed+1, i
		case f == nil || !slices.Contains(reasons, f.Key):
			t.Errorf("refused for %v, and not for one of %q", err, reasons)
		}
	}
	if passed != 1 {
		t.Errorf("%d passed: %v", passed, errs)
	}
	return which
}

func take(t *testing.T, w *paymenttest.World, r journal.Request, o payment.Order) func() error {
	t.Helper()
	return func() error {
		_, err := w.Payment.Take(t.Context(), r, o)
		return err
	}
}

func TestTwoClerksTakeTheSameBill(t *testing.T) {
	race(t, func(t *testing.T, p programs) {
		for n := range rounds {
			b, other := p.first.Bill(paymenttest.Water, 1230), p.first.Bill(paymenttest.Council, 500)
			key := fmt.Sprint("same", n)
			there, back := paymenttest.Whole(b, other), paymenttest.Whole(other, b) // in another order, as two people put them together
			oneOf(t, together(take(t, p.first, under(desk, key), there), take(t, p.second, under(beside, key), back)), "payment.perhaps_paid", "payment.above_due")
			wantDue(t, p.first, b.ID, bill.Paid, 0)
			wantDue(t, p.second, other.ID, bill.Paid, 0)
		}
		wantBalance(t, p.first, ledger.Creditor(paymenttest.Water), -rounds*1230)
	})
}

// Two parts that are each below what is due, and together above it.
func TestTwoClerksTakeTwoPartsOfABill(t *testing.T) {
	race(t, func(t *testing.T, p programs) {
		for n := range rounds {
			b := p.first.Bill(paymenttest.Water, 1000)
			part := func(cents money.Amount) payment.Order {
				return payment.Order{Cash: true, Items: []payment.Item{{Bill: b.ID, Cents: cents}}}
			}
			key := fmt.Sprint("part", n)
			oneOf(t, together(take(t, p.first, under(desk, key), part(600)), take(t, p.second, under(beside, key), part(700))), "payment.above_due")
		}
	})
}

func TestTheSameRequestManyTimesAtOnce(t *testing.T) {
	race(t, func(t *testing.T, p programs) {
		for n := range rounds {
			o, key := paymenttest.Whole(p.first.Bill(paymenttest.Water, 1230), p.first.Bill(paymenttest.Council, 1)), fmt.Sprint("once", n)
			baskets := make([]payment.Basket, 8)
			var all []func() error
			for i := range baskets {
				w := p.first
				if i%2 > 0 {
					w = p.second
				}
				all = append(all, func() (err error) {
					baskets[i], err = w.Payment.Take(t.Context(), under(desk, key), o)
					return err
				})
			}
			if err := errors.Join(together(all...)...); err != nil {
				t.Fatal(err)
			}
			for _, b := range baskets {
				if b.ID != baskets[0].ID || b.Payments[0].Receipt != baskets[0].Payments[0].Receipt || b.Payments[1].Receipt != baskets[0].Payments[1].Receipt {
					t.Errorf("one request, two answers: %+v and %+v", b, baskets[0])
				}
			}
		}
		if got := len(p.first.Series(desk)); got != 2*rounds {
			t.Errorf("%d receipts for %d requests of two creditors", got, rounds)
		}
	})
}

// ask is a request for the whole of a payment, under a key.
func ask(t *testing.T, w *paymenttest.World, p payment.Payment, key string) (id.ID, error) {
	t.Helper()
	return w.Payment.RequestRefund(t.Context(), under(p.Desk, key), payment.RefundOrder{
		Payment: p.ID, Items: []payment.Item{{Bill: p.Lines[0].Bill, Cents: p.Lines[0].Cents}}, Tender: till.Card, Reason: payment.PaidTwice,
	})
}

func byCardAt(t *testing.T, w *paymenttest.World, key string) payment.Payment {
	t.Helper()
	o := paymenttest.Whole(w.Bill(paymenttest.Water, 1000))
	o.Card, o.Slip = 1000, "1"
	b, err := w.Payment.Take(t.Context(), under(desk, key), o)
	if err != nil {
		t.Fatal(err)
	}
	return b.Payments[0]
}

// Somebody voids a payment, somebody else asks for a refund of it, and the bank takes it back: money goes back once.
func TestMoneyGoesBackOnce(t *testing.T) {
	race(t, func(t *testing.T, p programs) {
		for n := range rounds {
			paid := byCardAt(t, p.first, fmt.Sprint("paid", n))
			key := fmt.Sprint("back", n)
			void := func(w *paymenttest.World, key string) func() error {
				return func() error {
					_, err := w.Payment.Void(t.Context(), under(desk, key), paid.ID, payment.WrongBill)
					return err
				}
			}
			oneOf(t, together(void(p.first, key+"v"), void(p.second, key+"w"), func() error {
				_, err := ask(t, p.second, paid, key+"r")
				return err
			}, func() error {
				r := byManager(key)
				return p.first.Payment.RecordReturn(t.Context(), r, payment.Return{Payment: paid.ID, Municipality: cesu, Day: paymenttest.Day})
			}), "payment.state.voided", "payment.state.returned", "payment.refund_awaited", "payment.refund_amount")
		}
	})
}

// Two people decide, at two desks and two programs, and two pay out at once: it is decided once and paid once.
func TestARefundIsDecidedAndPaidOnce(t *testing.T) {
	race(t, func(t *testing.T, p programs) {
		approved := 0
		for n := range rounds {
			paid := byCardAt(t, p.first, fmt.Sprint("paid", n))
			refund, err := ask(t, p.second, paid, fmt.Sprint("ask", n))
			if err != nil {
				t.Fatal(err)
			}
			decide := func(w *paymenttest.World, desk string, yes bool) func() error {
				return func() error {
					r := byManager(fmt.Sprint("decide", n))
					r.Desk = desk
					return w.Payment.DecideRefund(t.Context(), r, payment.Decision{Refund: refund, Municipality: cesu, Approved: yes})
				}
			}
			yes := oneOf(t, together(decide(p.first, "OFFICE-"+cesu, true), decide(p.second, "OFFICE-2", false)), "payment.refund.approved", "payment.refund.declined") == 0
			pay := func(w *paymenttest.World, key string) func() error {
				return func() error {
					_, err := w.Payment.PayRefund(t.Context(), under(desk, key), refund)
					return err
				}
			}
			errs := together(pay(p.first, fmt.Sprint("pay", n)), pay(p.second, fmt.Sprint("too", n)))
			if yes {
				approved++
				oneOf(t, errs, "payment.refund.paid-out")
				continue
			}
			for _, err := range errs {
				paymenttest.WantFault(t, err, fault.Conflict, "payment.refund.declined")
			}
		}
		t.Logf("%d of %d were approved", approved, rounds)
	})
}

func TestCopiesAtOnceAreNumbered(t *testing.T) {
	race(t, func(t *testing.T, p programs) {
		if _, err := p.first.Payment.Take(t.Context(), under(desk, "paid"), paymenttest.Whole(p.first.Bill(paymenttest.Water, 1))); err != nil {
			t.Fatal(err)
		}
		numbers := make([]int, 16)
		var all []func() error
		for i := range numbers {
			w := p.first
			if i%2 > 0 {
				w = p.second
			}
			all = append(all, func() error {
				c, err := w.Payment.Reprint(t.Context(), under(desk, fmt.Sprint("copy", i)), desk, 1)
				numbers[i] = int(c.Number)
				return err
			})
		}
		if err := errors.Join(together(all...)...); err != nil {
			t.Fatal(err)
		}
		slices.Sort(numbers)
		for i, n := range numbers {
			if n != i+1 {
				t.Fatalf("copies %v", numbers)
			}
		}
		if printed := p.second.Series(desk); len(printed) != 1 || len(printed[0].Copies) != len(numbers) {
			t.Errorf("%+v", printed)
		}
	})
}

// The same receipt of the paper book is typed in at two desks: at one from its book, at the other because a second person has agreed.
func TestAPaperReceiptIsTypedInOnce(t *testing.T) {
	race(t, func(t *testing.T, p programs) {
		for n := range rounds {
			order := func() payment.Order {
				o := paymenttest.Whole(p.first.Bill(paymenttest.Water, 100))
				o.Paper = paper("A", uint32(n)+1, paymenttest.Day)
				return o
			}
			key := fmt.Sprint("paper", n)
			agreed := order()
			var err error
			if agreed.Consent, err = p.second.Payment.Ask(t.Context(), under(beside, "ask-"+key), agreed); err != nil {
				t.Fatal(err)
			}
			yes := consent.Decision{Consent: agreed.Consent, Municipality: cesu, Agreed: true}
			if err := p.first.Consent.Decide(t.Context(), byManager(key), yes); err != nil {
				t.Fatal(err)
			}
			oneOf(t, together(take(t, p.first, under(desk, key), order()), take(t, p.second, under(beside, key), agreed)), "payment.paper_taken")
		}
	})
}

// The law's limit for cash adds up: over the parts of one bill, over the bills in one name, over visits and desks; and two desks do not each take the half at once.
func TestCashJustBelowTheLimitIsNotTakenAgainAndAgain(t *testing.T) {
	race(t, func(t *testing.T, p programs) {
		w := p.first
		office := w.At("NETWORK")
		if err := w.Till.SetCashLimit(t.Context(), office, till.LatvianCashLimit()); err != nil {
			t.Fatal(err)
		}
		big := w.Bill(paymenttest.Water, 2_900_000)
		part := func(b bill.Bill, cents money.Amount) payment.Order {
			return payment.Order{Cash: true, Items: []payment.Item{{Bill: b.ID, Cents: cents}}}
		}
		oneOf(t, together(take(t, p.first, under(desk, "big"), part(big, 719_999)), take(t, p.second, under(beside, "big"), part(big, 719_998))), "payment.cash_together")
		other := w.Bill(paymenttest.Council, 719_999) // of the same payer
		_, err := w.Payment.Take(t.Context(), w.At(beside), part(other, 719_999))
		paymenttest.WantFault(t, err, fault.Invalid, "payment.cash_together")
		o := part(other, 719_999)
		o.Card, o.Slip, o.Cash = 719_999, "4711", false
		if _, err := w.Payment.Take(t.Context(), w.At(beside), o); err != nil {
			t.Errorf("by card: %v", err)
		}
	})
}

// The parts of one bill add up however small they are: ten times 700 and once more is 7 700 in cash for one deal.
func TestSmallPartsOfOneBillDoNotPassTheLimitForCash(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		if err := w.Till.SetCashLimit(t.Context(), w.At("NETWORK"), till.LatvianCashLimit()); err != nil {
			t.Fatal(err)
		}
		big := w.Bill(paymenttest.Water, 2_900_000)
		pay := func(cents money.Amount, card bool) error {
			o := payment.Order{Cash: !card, Because: payment.OtherPeriod, Items: []payment.Item{{Bill: big.ID, Cents: cents}}}
			if card {
				o.Card, o.Slip = cents, "4711"
			}
			_, err := w.Payment.Take(t.Context(), w.At(desk), o)
			return err
		}
		for n := range 10 {
			if err := pay(71_999, false); err != nil {
				t.Fatalf("part %d: %v", n+1, err)
			}
		}
		paymenttest.WantFault(t, pay(71_999, false), fault.Invalid, "payment.cash_together")
		paymenttest.WantFault(t, pay(10, false), fault.Invalid, "payment.cash_together")
		for _, err := range []error{pay(9, false), pay(71_999, true)} { // one cent below, and by card
			if err != nil {
				t.Error(err)
			}
		}
		w.Sound()
	})
}
