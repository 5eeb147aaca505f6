package payment_test

import (
	"sync/atomic"
	"testing"

	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/sqldb"
)

// A basket reads its bills, and what was paid for them, all at once: each bill more costs the rows that it writes, and on PostgreSQL its lock.
func TestABasketAsksOnceForAllItsBills(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		w.Pay(desk, w.Bill(paymenttest.Water, 1230)) // keeps what the first request of all keeps
		costs := map[int]int64{}
		for _, bills := range []int{1, 2, 5} {
			o := payment.Order{Cash: true}
			for range bills {
				o.Items = append(o.Items, paymenttest.Whole(w.Bill(paymenttest.Water, 500)).Items...)
			}
			r := w.At(desk)
			var count atomic.Int64
			w.DB.Watch(func(sqldb.Statement) { count.Add(1) })
			_, err := w.Payment.Take(t.Context(), r, o)
			w.DB.Watch(nil)
			if err != nil {
				t.Fatal(err)
			}
			costs[bills] = count.Load()
		}
		t.Logf("statements by bills: %v", costs)
		each := int64(3) // its line, its settlement, its subject
		if w.DB.Engine() == sqldb.Postgres {
			each++
		}
		if costs[5]-costs[2] > 3*each || costs[1] > 49 {
			t.Errorf("statements by bills: %v, more than %d each", costs, each)
		}
	})
}
