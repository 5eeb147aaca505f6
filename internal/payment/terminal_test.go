package payment_test

import (
	"testing"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/till"
)

// The terminal charges once, whatever happens to the answer, and never without a payment that stands.
func TestTheTerminalChargesOnce(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		cards := terminal.NewSimulated(0)
		w.Payment.Terminal = cards
		order := func(cents money.Amount) payment.Order {
			o := paymenttest.Whole(w.Bill(paymenttest.Water, cents))
			o.Card = cents
			return o
		}
		_, err := w.Payment.Take(t.Context(), w.At(desk), order(513))
		paymenttest.WantFault(t, err, fault.Conflict, "payment.card_refused")
		r, o := w.At(desk), order(517)
		_, err = w.Payment.Take(t.Context(), r, o)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.card_unknown")
		for range 2 { // pressed again, and once more by a double click
			b, err := w.Payment.Take(t.Context(), r, o)
			if err != nil || b.Payments[0].Parts[0].Slip != "000001" || b.Payments[0].Cents(till.Card) != 517 {
				t.Fatalf("%+v, %v", b, err)
			}
		}
		if _, err := w.Payment.Take(t.Context(), w.At(desk), order(519)); err != nil {
			t.Errorf("a slow terminal: %v", err)
		}
		// The bill is paid meanwhile: the charge is taken back.
		paid := order(100)
		if _, err := w.Payment.Take(t.Context(), w.At(desk), paid); err != nil {
			t.Fatal(err)
		}
		_, err = w.Payment.Take(t.Context(), w.At(desk), paid)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.perhaps_paid")
		if got := cards.Charged(); got != 517+519+100 {
			t.Errorf("the cards were charged %s", got)
		}
		w.Sound()
	})
}
