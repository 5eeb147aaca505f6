package payment_test

import (
	"testing"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/centre"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// A key that is used again for something else is refused, and the charge of the payment that stands stays.
func TestAKeyUsedAgainCancelsNoCharge(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		cards := terminal.NewSimulated(0)
		w.Payment.Terminal = cards
		r, o := w.At(desk), paymenttest.Whole(w.Bill(paymenttest.Water, 100))
		o.Card = 100
		if _, err := w.Payment.Take(t.Context(), r, o); err != nil {
			t.Fatal(err)
		}
		o.Because = payment.ClientInsists
		_, err := w.Payment.Take(t.Context(), r, o)
		paymenttest.WantFault(t, err, fault.Conflict, "request.key_reused")
		if got := cards.Charged(); got != 100 {
			t.Errorf("the card has paid %s for a payment of 1.00 that stands", got)
		}
		w.Sound()
	})
}

// A receipt from a paper book names one creditor and stands once, however many bills it names.
func TestAPaperReceiptHasOneCreditor(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		both := paymenttest.Whole(w.Bill(paymenttest.Water, 100), w.Bill(paymenttest.Council, 200))
		both.Paper = paper("A", 1, paymenttest.Day)
		_, err := w.Payment.Take(t.Context(), w.At(desk), both)
		paymenttest.WantFault(t, err, fault.Invalid, "payment.paper_creditors")
		var many []bill.Bill
		for range receipt.MaxBills + 1 {
			many = append(many, w.Bill(paymenttest.Water, 100))
		}
		o := paymenttest.Whole(many...)
		o.Paper = paper("A", 1, paymenttest.Day)
		basket, err := w.Payment.Take(t.Context(), w.At(desk), o)
		if err != nil || len(basket.Payments) != 1 || basket.Payments[0].Total() != 700 {
			t.Errorf("%+v, %v", basket, err)
		}
		w.Sound()
	})
}

// A receipt of yesterday is typed in today, and meanwhile somebody has paid the bill: the clerk is asked all the same.
func TestAPaperReceiptIsHeldAgainstWhatIsDueToday(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		b := w.Bill(paymenttest.Water, 1000)
		w.Pay(desk, b)
		o := payment.Order{Cash: true, Items: []payment.Item{{Bill: b.ID, Cents: 400}}, Paper: paper("A", 1, paymenttest.Day.AddDays(-1))}
		_, err := w.Payment.Take(t.Context(), w.At(desk), o)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.perhaps_paid")
		half := w.Bill(paymenttest.Water, 1000)
		part := payment.Order{Cash: true, Items: []payment.Item{{Bill: half.ID, Cents: 700}}}
		if _, err := w.Payment.Take(t.Context(), w.At(desk), part); err != nil {
			t.Fatal(err)
		}
		o.Items[0] = payment.Item{Bill: half.ID, Cents: 400}
		_, err = w.Payment.Take(t.Context(), w.At(desk), o)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.above_due")
		w.Sound()
	})
}

// Of a bill no more goes back than was paid for it, in however many refunds.
func TestRefundsOfOneBill(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		first, second := w.Bill(paymenttest.Water, 1000), w.Bill(paymenttest.Water, 2000)
		p := w.Pay(desk, first, second).Payments[0]
		ask := func(b id.ID, cents money.Amount) error {
			refund, err := w.Payment.RequestRefund(t.Context(), w.At(desk), payment.RefundOrder{
				Payment: p.ID, Items: []payment.Item{{Bill: b, Cents: cents}}, Tender: till.Cash, Reason: payment.WrongBill,
			})
			if err != nil {
				return err
			}
			yes := payment.Decision{Refund: refund, Municipality: cesu, Approved: true}
			if err := w.Payment.DecideRefund(t.Context(), byManager(refund.String()), yes); err != nil {
				return err
			}
			_, err = w.Payment.PayRefund(t.Context(), w.At(desk), refund)
			return err
		}
		if err := ask(first.ID, 600); err != nil {
			t.Fatal(err)
		}
		paymenttest.WantFault(t, ask(first.ID, 401), fault.Invalid, "payment.refund_amount")
		if err := ask(first.ID, 400); err != nil {
			t.Error(err)
		}
		paymenttest.WantFault(t, ask(first.ID, 1), fault.Invalid, "payment.refund_amount")
		if err := ask(second.ID, 2000); err != nil {
			t.Error(err)
		}
		wantDue(t, w, first.ID, bill.Open, 1000)
		wantDue(t, w, second.ID, bill.Open, 2000)
		w.Sound()
	})
}

// back further makes none, because no receipt could say when.
func TestACopyWhileTheClockIsBehind(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		w.Pay(desk, w.Bill(paymenttest.Water, 100))
		w.Clock.Advance(-time.Minute)
		if _, err := w.Payment.Reprint(t.Context(), w.At(desk), desk, 1); err != nil {
			t.Fatal(err)
		}
		d, err := store.Document(t.Context(), w.DB, desk, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Payment.Code(t.Context(), w.DB, d, &d.Copies[0]); err != nil {
			t.Errorf("the copy stands in the journal and cannot be printed: %v", err)
		}
		w.Clock.Advance(-2 * time.Minute)
		_, err = w.Payment.Reprint(t.Context(), w.At(desk), desk, 1)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.clock")
		w.Sound()
	})
}

// A receipt from a paper book has no code, so there is nothing to print again.
func TestNoCopyOfAPaperReceipt(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		o := paymenttest.Whole(w.Bill(paymenttest.Water, 100))
		o.Paper = paper("A", 7, paymenttest.Day)
		basket, err := w.Payment.Take(t.Context(), w.At(desk), o)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Payment.Reprint(t.Context(), w.At(desk), "", 7)
		paymenttest.WantFault(t, err, fault.NotFound, "payment.receipt_unknown")
		w.VoidBySecond(basket.Payments[0].ID, payment.WrongBill)
		_, err = w.Payment.Reprint(t.Context(), w.At(desk), "", 0)
		paymenttest.WantFault(t, err, fault.NotFound, "payment.receipt_unknown")
		w.Sound()
	})
}

// The code of a desk stands in the code of a receipt. One that is too long for that takes no money, before it could not give any back.
func TestADeskWhoseCodeFitsNoReceipt(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		for code, key := range map[string]string{"LIVANI-JERSIK-1": "payment.desk_code", "LIVANI-JERSI-1": ""} {
			open := centre.DeskOpened{Desk: code, Centre: "dzerbene", Name: code, From: paymenttest.Day}
			paymenttest.WantFault(t, w.Centre.OpenDesk(t.Context(), paymenttest.Clerk, code, open), fault.Invalid, "centre.desk_code")
			at := journal.Request{By: paymenttest.Clerk, Desk: "NETWORK", Key: code} // as earlier versions opened it
			if _, _, err := journal.Record(t.Context(), w.Journal, at, open, func(*journal.Tx) (centre.DeskOpened, error) { return open, nil }); err != nil {
				t.Fatal(err)
			}
			w.OpenTill(code)
			basket, err := w.Payment.Take(t.Context(), w.At(code), paymenttest.Whole(w.Bill(paymenttest.Water, 100)))
			if key != "" {
				paymenttest.WantFault(t, err, fault.Conflict, key)
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Payment.Void(t.Context(), w.At(code), basket.Payments[0].ID, payment.WrongBill); err != nil {
				t.Error(err)
			}
		}
		w.Sound()
	})
}
