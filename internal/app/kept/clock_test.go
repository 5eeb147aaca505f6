package kept_test

import (
	"testing"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/visit"
)

// A clock that was set a year ahead by mistake dated receipts and shifts, and closed the desk for that year.
func TestAClockThatIsAYearAheadWritesNothingUntilSomebodySaysItIsRight(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		const month = 30 * 24 * time.Hour
		w.Journal.Bound(2 * month)
		open := func(wrong bool) {
			t.Helper()
			_, err := w.Visit.Open(t.Context(), w.At("DZE-1"), visit.InPerson)
			if f := fault.First(err); wrong != (f != nil && f.Key == "request.clock_ahead") || !wrong && err != nil {
				t.Errorf("at %s: %v", w.Clock.Now(), err)
			}
			if err := w.Journal.CheckClock(t.Context()); wrong != (err != nil) {
				t.Errorf("at start, at %s: %v", w.Clock.Now(), err)
			}
		}
		open(false)
		w.Clock.Advance(month) // a holiday
		open(false)
		w.Clock.Advance(365 * 24 * time.Hour)
		open(true)
		paymenttest.WantFault(t, w.Journal.ConfirmClock(t.Context(), w.At("NETWORK"), " "), fault.Invalid, "dated.why")
		open(true)
		w.Clock.Advance(-365 * 24 * time.Hour) // it is mended: nothing stands in the way
		open(false)
		w.Clock.Advance(100 * 24 * time.Hour) // the centre was closed indeed
		open(true)
		if err := w.Journal.ConfirmClock(t.Context(), w.At("NETWORK"), "Closed for works."); err != nil {
			t.Fatal(err)
		}
		open(false)
		w.Sound()
	})
}
