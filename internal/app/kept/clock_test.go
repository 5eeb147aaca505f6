package kept_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/journal"
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

// Whether a desk must go on with a new series was asked before the transaction that begins it: two who mended the clock at once began two, and the desk had a series that nobody used.
func TestTwoWhoMendAClockAtOnceBeginOneSeries(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill("DZE-1")
		w.Clock.Advance(31 * 24 * time.Hour)
		w.Pay("DZE-1", w.Bill(paymenttest.Water, 200))
		w.Clock.Advance(-31 * 24 * time.Hour)
		ahead := func(ctx context.Context, tx *journal.Tx) (bool, error) { return w.Payment.Ahead(ctx, tx, "DZE-1") }
		var lines atomic.Int64
		var both sync.WaitGroup
		for range 4 {
			both.Go(func() {
				all, err := w.Journal.Resume(t.Context(), paymenttest.Clerk, []journal.Resumption{{Desk: "DZE-1", Why: "the clock stood a month ahead", When: ahead}})
				if err != nil {
					t.Error(err)
				}
				lines.Add(int64(len(all)))
			})
		}
		both.Wait()
		gaps, err := journal.Gaps(t.Context(), w.DB, "DZE-1")
		if err != nil || len(gaps) != 1 || lines.Load() != 1 {
			t.Errorf("%d series were begun, %d told of, %v", len(gaps), lines.Load(), err)
		}
		if got := w.Pay("DZE-1", w.Bill(paymenttest.Water, 400)).Payments[0].Receipt; got.Series != "DZE-1/2" {
			t.Errorf("%+v", got)
		}
		w.Sound()
	})
}
