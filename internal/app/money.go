package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billhttp"
	"vienkopus/internal/ledger"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/keyring"
	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
)

// money makes the services that handle money.
func (a *App) money(j *journal.Journal, zone *time.Location) {
	a.Ledger = ledger.New(ledger.Config{Journal: j, Store: a.stores.ledger, Zone: zone})
	a.Bill = bill.New(bill.Config{
		Journal: j, Store: a.stores.bill, Calendar: a.calendar, Zone: zone, Remote: billhttp.NewRemote(0),
	})
	a.Till = till.New(till.Config{Journal: j, Store: a.stores.till, Places: a.stores.centre, Ledger: a.Ledger})
	a.Bank = bank.New(bank.Config{Journal: j, Store: a.stores.till, Ledger: a.Ledger, Creditors: a.stores.bill, Zone: zone})
	a.Keyring = keyring.New(keyring.Config{
		Journal: j, Store: a.stores.keyring, Node: cmp.Or(a.Config.Node, DefaultNode), Random: rand.Reader,
	})
	a.Payment = payment.New(payment.Config{
		Journal: j, Store: a.stores.payment, Bills: a.stores.bill, Shifts: a.Till, Ledger: a.Ledger, Counter: a.Visit, Offers: a.stores.catalogue,
		Keys: a.Keyring, ServiceOf: serviceOf, Terminal: a.Config.Terminal,
	})
}

// serviceOf names the service under which the payment of a bill is counted: the municipality's of the same name.
func serviceOf(kind bill.Kind) string { return "municipality-" + string(kind) }

// payDoor is what the screens of payments need.
func (a *App) payDoor() paymenthttp.Deps {
	return paymenthttp.Deps{
		Journal: a.Journal, Payments: a.Payment, Store: a.stores.payment, Baskets: paymentsql.Baskets{DB: a.DB}, Bills: a.Bill,
		Links: a.stores.bill, Creditors: a.stores.bill, Shifts: a.stores.till, Visits: a.stores.visit, Places: a.stores.centre, PublicURL: a.Config.PublicURL,
		Office: till.Office, HasTerminal: a.Config.Terminal != nil,
	}
}

// tellEvery is how often billing systems are told by themselves, besides after each commit of this process: others may write too.
const tellEvery = 15 * time.Second

// tell tells billing systems what was paid until ctx ends. Those that do not answer are told again, and are seen at the office.
func (a *App) tell(ctx context.Context) {
	t := paymenthttp.NewTeller(a.Journal, a.stores.bill)
	failing := false
	for {
		changed := a.Journal.Changed()
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

// sweepBaskets forgets what was put together long ago and never paid.
func (a *App) sweepBaskets(ctx context.Context) {
	baskets := paymentsql.Baskets{DB: a.DB}
	for {
		if err := baskets.Sweep(ctx, a.Journal.Now().Add(-draftsKept)); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "old baskets could not be forgotten", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(sweepEvery):
		}
	}
}
