package paymentroom

import (
	"context"
	"log/slog"
	"time"

	"vienkopus/internal/payment/paymenthttp"
)

const (
	// renewEvery is how often the program looks whether the next key of receipts must be introduced, renewAgain how soon after a failure.
	renewEvery = 24 * time.Hour
	renewAgain = time.Hour
	// basketsKept is how long what was put together and not paid is kept, and sweepEvery how often old baskets are looked for.
	basketsKept = 24 * time.Hour
	sweepEvery  = time.Hour
)

// renewKeys introduces the next key of receipts when it is time. The first look is that of the start.
func (p Payment) renewKeys(ctx context.Context) {
	wait := renewEvery
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = renewEvery
		if err := p.Keyring.Ensure(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "the next key of receipts could not be introduced", slog.Any("error", err))
			wait = renewAgain
		}
	}
}

// tellEvery is how often billing systems are told by themselves, besides after each commit of this process: others may write too.
const tellEvery = 15 * time.Second

// tell tells billing systems what was paid until ctx ends. Those that do not answer are told again, and are seen at the office.
func (p Payment) tell(ctx context.Context) {
	t := paymenthttp.NewTeller(p.house.Journal, p.bills.Store)
	failing := false
	for {
		changed := p.house.Journal.Changed()
		err := t.Tell(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !failing { // once, not at every attempt
			slog.WarnContext(ctx, "a billing system does not confirm what was paid", slog.Any("error", err))
		}
		failing = err != nil
		timer := time.NewTimer(tellEvery)
		select {
		case <-ctx.Done():
		case <-changed:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// sweep forgets what was put together long ago and never paid.
func (p Payment) sweep(ctx context.Context) {
	for {
		if err := p.baskets.Sweep(ctx, p.house.Clock.Now().Add(-basketsKept)); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "old baskets could not be forgotten", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(sweepEvery):
		}
	}
}
