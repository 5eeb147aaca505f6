package payment_test

import (
	"fmt"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
	"vienkopus/internal/visit"
	"vienkopus/internal/visit/visitsql"
)

const cesu = "0026000"

// byManager is a request at the office of the municipality.
func byManager(key string) journal.Request {
	return journal.Request{By: actor.Staff("m1", "municipal-manager"), Desk: "OFFICE-" + cesu, Key: key}
}

func wantBalance(t *testing.T, w *paymenttest.World, a ledger.Account, want money.Amount) {
	t.Helper()
	got, err := ledgersql.Store{}.Balance(t.Context(), w.DB, a, paymenttest.Day.AddDays(60))
	if err != nil || got != want {
		t.Errorf("%s holds %s, want %s (%v)", a, got, want, err)
	}
}

func TestVoidInTheSameShift(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		b := w.Bill(paymenttest.Water, 1230)
		paid := w.Pay(desk, b).Payments[0]
		_, err := w.Payment.Void(t.Context(), w.At(beside), paid.ID, payment.WrongBill)
		paymenttest.WantFault(t, err, fault.Forbidden, "payment.foreign_desk")
		_, err = w.Payment.Void(t.Context(), w.At(desk), paid.ID, "no reason")
		paymenttest.WantFault(t, err, fault.Invalid, "payment.reason")
		_, err = w.Payment.Void(t.Context(), w.At(desk), id.New(w.Clock.Now()), payment.WrongBill)
		paymenttest.WantFault(t, err, fault.NotFound, "payment.unknown")
		r := w.At(desk)
		for range 2 { // the same request twice is one void
			n, err := w.Payment.Void(t.Context(), r, paid.ID, payment.WrongBill)
			if err != nil || n.Series != "DZE-1/R" || n.Number != 1 {
				t.Fatalf("%+v, %v", n, err)
			}
		}
		_, err = w.Payment.Void(t.Context(), w.At(desk), paid.ID, payment.WrongBill)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.state.voided")
		wantCode(t, w, payment.Numbered{Series: "DZE-1/R", Number: 1, Link: linkOf(t, w, "DZE-1/R", 1)}, receipt.Void, 1230)
		wantDue(t, w, b.ID, bill.Open, 1230)
		wantBalance(t, w, ledger.Cash(desk), 2000)
		wantBalance(t, w, ledger.Creditor(paymenttest.Water), 0)
		acts, err := visitsql.Store{}.Acts(t.Context(), w.DB, paid.Visit)
		if err != nil || len(acts) != 1 || acts[0].State != visit.Undone {
			t.Errorf("acts: %+v, %v", acts, err)
		}
		// The bill can be paid again without a word: the first payment stands no more.
		w.Pay(desk, b)
		w.Sound()
	})
}

func linkOf(t *testing.T, w *paymenttest.World, series string, number uint32) receipt.Link {
	t.Helper()
	d, err := store.Document(t.Context(), w.DB, series, number)
	if err != nil {
		t.Fatal(err)
	}
	return d.Receipt.Link
}

// A visit that is closed is corrected, not undone; and whoever wants to undo the act alone is told to void the payment.
func TestVoidAfterTheVisit(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		paid := w.Pay(desk, w.Bill(paymenttest.Water, 1230)).Payments[0]
		err := w.Visit.Undo(t.Context(), w.At(desk), paid.Visit, paid.Act)
		paymenttest.WantFault(t, err, fault.Conflict, "visit.act_tied")
		if err := w.Visit.Close(t.Context(), w.At(desk), paid.Visit); err != nil {
			t.Fatal(err)
		}
		err = w.Visit.Correct(t.Context(), w.At(desk), visit.CorrectedAct{Visit: paid.Visit, Act: paid.Act, Why: visit.NeverHappened})
		paymenttest.WantFault(t, err, fault.Conflict, "visit.act_tied")
		_, err = w.Payment.Void(t.Context(), w.At(desk), paid.ID, payment.PaidTwice)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.needs_second.void-after-visit")
		w.VoidBySecond(paid.ID, payment.PaidTwice)
		acts, err := visitsql.Store{}.Acts(t.Context(), w.DB, paid.Visit)
		if err != nil || acts[0].State != visit.Corrected {
			t.Errorf("acts: %+v, %v", acts, err)
		}
		w.Sound()
	})
}

func TestRefundByTwoPeople(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		b := w.Bill(paymenttest.Water, 1230)
		paid := w.Pay(desk, b).Payments[0]
		ask := func(cents money.Amount) (id.ID, error) {
			return w.Payment.RequestRefund(t.Context(), w.At(desk), payment.RefundOrder{
				Payment: paid.ID, Items: []payment.Item{{Bill: b.ID, Cents: cents}}, Tender: till.Cash, Reason: payment.WrongAmount,
			})
		}
		_, err := ask(1231)
		paymenttest.WantFault(t, err, fault.Invalid, "payment.refund_amount")
		refund, err := ask(230)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ask(1)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.refund_awaited")
		_, err = w.Payment.Void(t.Context(), w.At(desk), paid.ID, payment.PaidTwice)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.refund_awaited")
		_, err = w.Payment.PayRefund(t.Context(), w.At(desk), refund)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.refund.requested")
		// Never one's own, in whatever role; and never of another municipality.
		own := journal.Request{By: actor.Staff("s1", "centre-manager"), Desk: "OFFICE-" + cesu, Key: "own"}
		paymenttest.WantFault(t, w.Payment.DecideRefund(t.Context(), own, payment.Decision{Refund: refund, Municipality: cesu, Approved: true}), fault.Forbidden, "payment.own_refund")
		paymenttest.WantFault(t, w.Payment.DecideRefund(t.Context(), byManager("far"), payment.Decision{Refund: refund, Municipality: "0036000", Approved: true}), fault.NotFound, "payment.refund_unknown")
		if err := w.Payment.DecideRefund(t.Context(), byManager("yes"), payment.Decision{Refund: refund, Municipality: cesu, Approved: true}); err != nil {
			t.Fatal(err)
		}
		paymenttest.WantFault(t, w.Payment.DecideRefund(t.Context(), byManager("no"), payment.Decision{Refund: refund, Municipality: cesu}), fault.Conflict, "payment.refund.approved")
		n, err := w.Payment.PayRefund(t.Context(), w.At(desk), refund)
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, w, *n, receipt.Refund, 230)
		_, err = w.Payment.PayRefund(t.Context(), w.At(desk), refund)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.refund.paid-out")
		wantBalance(t, w, ledger.Cash(desk), 2000+1000)
		wantDue(t, w, b.ID, bill.PartlyPaid, 230)
		// The rest goes back too; then nothing is left.
		rest, err := ask(1000)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Payment.DecideRefund(t.Context(), byManager("rest"), payment.Decision{Refund: rest, Municipality: cesu, Approved: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Payment.PayRefund(t.Context(), w.At(desk), rest); err != nil {
			t.Fatal(err)
		}
		_, err = ask(1)
		paymenttest.WantFault(t, err, fault.Invalid, "payment.refund_amount")
		p, err := store.Payment(t.Context(), w.DB, paid.ID)
		if err != nil || p.State != payment.Refunded || p.Reversed != 1230 {
			t.Errorf("%+v, %v", p, err)
		}
		w.Sound()
	})
}

func TestADeclinedRefundPaysNothing(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		b := w.Bill(paymenttest.Water, 1230)
		paid := w.Pay(desk, b).Payments[0]
		o := payment.RefundOrder{Payment: paid.ID, Items: []payment.Item{{Bill: b.ID, Cents: 1230}}, Tender: till.Cash, Reason: payment.PaidTwice}
		refund, err := w.Payment.RequestRefund(t.Context(), w.At(desk), o)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Payment.DecideRefund(t.Context(), byManager("no"), payment.Decision{Refund: refund, Municipality: cesu}); err != nil {
			t.Fatal(err)
		}
		_, err = w.Payment.PayRefund(t.Context(), w.At(desk), refund)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.refund.declined")
		if _, err := w.Payment.Void(t.Context(), w.At(desk), paid.ID, payment.PaidTwice); err != nil {
			t.Errorf("nothing waits any more, yet: %v", err)
		}
		w.Sound()
	})
}

func TestTheBankReturnsACardPayment(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		b := w.Bill(paymenttest.Water, 1230)
		o := paymenttest.Whole(b)
		o.Card, o.Slip = 1000, "77"
		basket, err := w.Payment.Take(t.Context(), w.At(desk), o)
		if err != nil {
			t.Fatal(err)
		}
		paid := basket.Payments[0]
		w.Clock.Advance(9 * 24 * time.Hour)
		back := payment.Return{Payment: paid.ID, Municipality: cesu, Day: paymenttest.Day.AddDays(8)}
		if err := w.Payment.RecordReturn(t.Context(), byManager("back"), back); err != nil {
			t.Fatal(err)
		}
		paymenttest.WantFault(t, w.Payment.RecordReturn(t.Context(), byManager("again"), back), fault.Conflict, "payment.state.returned")
		wantBalance(t, w, ledger.Card(desk), 0)
		wantBalance(t, w, ledger.Creditor(paymenttest.Water), -230)
		read, err := w.ReadBill(b.ID)
		if err != nil {
			t.Fatal(err)
		}
		if due := bill.DueOn(read, nil, paymenttest.Day.AddDays(8)); due.Principal != 1000 {
			t.Errorf("%s is open", due.Principal)
		}
		store, db := paymentsql.Store{}, w.Payment.Journal.DB()
		returned, err := store.Returned(t.Context(), db, cesu, payment.Part{Limit: 10})
		if err != nil || len(returned) != 1 || returned[0].ID != paid.ID || returned[0].Reversed != 1000 || returned[0].State != payment.Returned {
			t.Errorf("returned are %+v, %v", returned, err)
		}
		if elsewhere, err := store.Returned(t.Context(), db, "0020000", payment.Part{Limit: 10}); err != nil || len(elsewhere) != 0 {
			t.Errorf("elsewhere returned are %+v, %v", elsewhere, err)
		}
		w.Sound()
	})
}

func TestAPaymentIsFoundByItsReceipt(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		var paid []payment.Payment
		for _, paper := range []*payment.OnPaper{nil, {Paper: payment.Paper{Book: "KV-7", Number: 1}, Day: paymenttest.Day}} {
			o := paymenttest.Whole(w.Bill(paymenttest.Water, 1230))
			o.Paper = paper
			basket, err := w.Payment.Take(t.Context(), w.At(desk), o)
			if err != nil {
				t.Fatal(err)
			}
			paid = append(paid, basket.Payments...)
		}
		for _, c := range []struct {
			series string
			number uint32
			want   id.ID
		}{{desk, 1, paid[0].ID}, {"KV-7", 1, paid[1].ID}, {desk, 2, id.ID{}}, {"KV-7", 2, id.ID{}}, {"KV-8", 1, id.ID{}}, {"", 1, id.ID{}}, {desk + "/R", 1, id.ID{}}} {
			found, there, err := paymentsql.Store{}.Named(t.Context(), w.Payment.Journal.DB(), c.series, c.number)
			if err != nil || there != !c.want.IsZero() || found.ID != c.want {
				t.Errorf("%s %d is %s, %v, %v", c.series, c.number, found.ID, there, err)
			}
		}
	})
}

// Nothing is given out of a drawer that does not hold it.
func TestADrawerGivesWhatItHolds(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk) // twenty euro of change money
		b := w.Bill(paymenttest.Water, 5000)
		o := paymenttest.Whole(b)
		o.Card, o.Slip = 5000, "7"
		basket, err := w.Payment.Take(t.Context(), w.At(desk), o)
		if err != nil {
			t.Fatal(err)
		}
		refund, err := w.Payment.RequestRefund(t.Context(), w.At(desk), payment.RefundOrder{
			Payment: basket.Payments[0].ID, Items: []payment.Item{{Bill: b.ID, Cents: 2001}}, Tender: till.Cash, Reason: payment.WrongAmount,
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Payment.DecideRefund(t.Context(), byManager("yes"), payment.Decision{Refund: refund, Municipality: cesu, Approved: true}); err != nil {
			t.Fatal(err)
		}
		_, err = w.Payment.PayRefund(t.Context(), w.At(desk), refund)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.drawer_short")
		w.Pay(desk, w.Bill(paymenttest.Water, 1))
		if _, err = w.Payment.PayRefund(t.Context(), w.At(desk), refund); err != nil {
			t.Error(err)
		}
		w.Sound()
	})
}

func TestCopiesAreNumbered(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		paid := w.Pay(desk, w.Bill(paymenttest.Water, 1230)).Payments[0]
		keys, err := w.Keyring.Public(t.Context(), w.DB)
		if err != nil {
			t.Fatal(err)
		}
		for want := uint8(1); want <= 2; want++ {
			w.Clock.Advance(time.Minute)
			c, err := w.Payment.Reprint(t.Context(), w.At(desk), desk, 1)
			if err != nil || c.Number != want {
				t.Fatalf("%+v, %v", c, err)
			}
			d, err := store.Document(t.Context(), w.DB, desk, 1)
			if err != nil || len(d.Copies) != int(want) {
				t.Fatalf("%+v, %v", d, err)
			}
			code, err := w.Payment.Code(t.Context(), w.DB, d, &d.Copies[want-1])
			if err != nil {
				t.Fatal(err)
			}
			seen, err := receipt.CheckText(code.Text(), keys, w.Clock.Now())
			if err != nil || seen.Verdict != receipt.Valid || seen.Receipt.Copy != want || seen.Link != paid.Receipt.Link.String() {
				t.Errorf("copy %d: %+v, %v", want, seen, err)
			}
		}
		_, err = w.Payment.Reprint(t.Context(), w.At(beside), desk, 1)
		paymenttest.WantFault(t, err, fault.Forbidden, "payment.foreign_desk")
		_, err = w.Payment.Reprint(t.Context(), w.At(desk), desk, 2)
		paymenttest.WantFault(t, err, fault.NotFound, "payment.receipt_unknown")
	})
}

// Every step in every state of a payment: what the table has goes through, everything else is refused, and nothing is left over.
func TestEveryStepInEveryState(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		do := map[payment.Step]func(p payment.Payment, key string) error{
			payment.StepVoid: func(p payment.Payment, _ string) error {
				_, err := w.Payment.Void(t.Context(), w.At(desk), p.ID, payment.WrongBill)
				return err
			},
			payment.StepRefundPart: func(p payment.Payment, key string) error { return giveBack(t, w, p, 100, key) },
			payment.StepRefundRest: func(p payment.Payment, key string) error { return giveBack(t, w, p, max(p.Total()-p.Reversed, 1), key) },
			payment.StepReturn: func(p payment.Payment, key string) error {
				return w.Payment.RecordReturn(t.Context(), byManager(key), payment.Return{Payment: p.ID, Municipality: cesu, Day: paymenttest.Day})
			},
		}
		path := map[payment.State][]payment.Step{
			payment.Taken: nil, payment.Voided: {payment.StepVoid}, payment.PartlyRefunded: {payment.StepRefundPart},
			payment.Refunded: {payment.StepRefundRest}, payment.Returned: {payment.StepReturn},
		}
		n := 0
		for state, steps := range path {
			for step, act := range do {
				n++
				p := byCard(t, w)
				for i, s := range steps {
					if err := do[s](p, fmt.Sprintf("way-%d-%d", n, i)); err != nil {
						t.Fatalf("to %s: %v", state, err)
					}
				}
				p = reread(t, w, p)
				if p.State != state {
					t.Fatalf("the way to %s leads to %s", state, p.State)
				}
				err := act(p, fmt.Sprintf("step-%d", n))
				to, may := payment.Steps[state][step]
				switch after := reread(t, w, p); {
				case may && (err != nil || after.State != to):
					t.Errorf("%s: %s leads to %s, %v; want %s", state, step, after.State, err, to)
				case !may && (fault.First(err) == nil || after.State != state):
					t.Errorf("%s: %s should be refused: %s, %v", state, step, after.State, err)
				}
			}
		}
		w.Sound()
	})
}

func byCard(t *testing.T, w *paymenttest.World) payment.Payment {
	t.Helper()
	o := paymenttest.Whole(w.Bill(paymenttest.Water, 1000))
	o.Card, o.Slip = 1000, "1"
	b, err := w.Payment.Take(t.Context(), w.At(desk), o)
	if err != nil {
		t.Fatal(err)
	}
	return b.Payments[0]
}

func reread(t *testing.T, w *paymenttest.World, p payment.Payment) payment.Payment {
	t.Helper()
	p, err := store.Payment(t.Context(), w.DB, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func giveBack(t *testing.T, w *paymenttest.World, p payment.Payment, cents money.Amount, key string) error {
	t.Helper()
	refund, err := w.Payment.RequestRefund(t.Context(), w.At(desk), payment.RefundOrder{
		Payment: p.ID, Items: []payment.Item{{Bill: p.Lines[0].Bill, Cents: cents}}, Tender: till.Card, Reason: payment.WrongAmount,
	})
	if err != nil {
		return err
	}
	if err := w.Payment.DecideRefund(t.Context(), byManager(key), payment.Decision{Refund: refund, Municipality: cesu, Approved: true}); err != nil {
		return err
	}
	_, err = w.Payment.PayRefund(t.Context(), w.At(desk), refund)
	return err
}
