package app

import (
	"cmp"
	"crypto/rand"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billhttp"
	"vienkopus/internal/ledger"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/keyring"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
)

// money makes the services that handle money.
func (a *App) money(j *journal.Journal, zone *time.Location) {
	a.Ledger = ledger.New(ledger.Config{Journal: j, Store: a.stores.ledger, Zone: zone})
	a.Bill = bill.New(bill.Config{
		Journal: j, Store: a.stores.bill, Calendar: civil.NewCalendar(civil.LatvianHolidays, nil, nil), Zone: zone, Remote: billhttp.NewRemote(0),
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
