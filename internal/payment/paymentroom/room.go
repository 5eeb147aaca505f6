// Package paymentroom hands payments in, with the keys that sign their receipts.
package paymentroom

import (
	"context"
	"crypto/rand"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billroom"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/catalogue/catalogueroom"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/consent/consentroom"
	"vienkopus/internal/ledger/ledgerroom"
	"vienkopus/internal/office/officeroom"
	"vienkopus/internal/paperbook/paperbookroom"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/keyring"
	"vienkopus/internal/payment/lookup"
	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/platform/delivery"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/sight/sightroom"
	"vienkopus/internal/staff/staffroom"
	"vienkopus/internal/territory/territoryroom"
	"vienkopus/internal/till"
	"vienkopus/internal/till/tillroom"
	"vienkopus/internal/visit/visitroom"
	"vienkopus/web"
)

// Payment is the room, and what later rooms need of it.
type Payment struct {
	room.Room
	Service *payment.Service
	Keyring *keyring.Service
	Store   paymentsql.Store
	// Lookup finds receipts by their codes, and Confirmed knows when notices were confirmed.
	Lookup    *lookup.Finder
	Confirmed paymentsql.Confirmations
	baskets   paymentsql.Baskets
	names     billsql.Store
	house     room.House
}

// Needs are what the room needs of others.
type Needs struct {
	Territory territoryroom.Territory
	Staff     staffroom.Staff
	Office    officeroom.Office
	Centre    centreroom.Centre
	Catalogue catalogueroom.Catalogue
	Ledger    ledgerroom.Ledger
	Visit     visitroom.Visit
	Bill      billroom.Bill
	Sight     sightroom.Sight
	Till      tillroom.Till
	Books     paperbookroom.Books
	Consent   consentroom.Consent
	// Terminal charges cards; nil where clerks type the number of the slip.
	Terminal terminal.Terminal
	// Texts tells whether the link to a receipt can be sent to a telephone.
	Texts func() bool
}

// New makes the room.
func New(h room.House, n Needs) Payment {
	p := Payment{
		Store: paymentsql.Store{Sealer: h.Sealer}, baskets: paymentsql.Baskets{DB: h.DB.Side(paymentsql.BasketTables)}, Confirmed: paymentsql.Confirmations{DB: h.DB.Side(paymentsql.ConfirmedTables)}, house: h, names: n.Bill.Store,
	}
	p.Keyring = keyring.New(keyring.Config{Journal: h.Journal, Store: paymentsql.Keyring{Sealer: h.Sealer}, Node: h.Node, Random: rand.Reader})
	p.Service = payment.New(payment.Config{
		Journal: h.Journal, Store: p.Store, Bills: n.Bill.Store, Shifts: n.Till.Service, Ledger: n.Ledger.Service, Counter: n.Visit.Service,
		Offers: n.Catalogue.Store, Keys: p.Keyring, ServiceOf: serviceOf, Terminal: n.Terminal, Books: n.Books.Service, Consents: n.Consent.Service,
	})
	p.Lookup = lookup.New(lookup.Config{
		Journal: h.Journal, Documents: p.Store, Coder: p.Service, Keys: p.Keyring, Index: paymentsql.Codes{DB: h.DB.Side(paymentsql.CodeTables)},
	})
	p.Room = room.Room{
		Name: "payment", Facts: append(keyring.Facts(), payment.Facts()...), Projections: []journal.Projection{paymentsql.Keyring{}, p.Store},
		Permissions: payment.Permissions,
		Kept: []room.Kept{
			{Migration: paymentsql.SecretMigration, Backup: []string{"receipt_secret"}},
			{Migration: paymentsql.PayerMigration, Backup: []string{"receipt_payer"}},
			{Migration: paymentsql.BasketMigration, Losable: []string{"basket_item"}},
			{Migration: paymentsql.CodeMigration, Coded: []rowcode.Table{paymentsql.SecretRows, paymentsql.PayerRows}},
		},
		Routes: append(paymenthttp.Routes(p.door(n)), paymenthttp.CheckRoutes(paymenthttp.CheckDeps{Keys: p.Keyring, Reader: h.DB, Page: web.VerifyPage(), Now: h.Journal.Now})...),
		Doors:  []room.Door{{Rank: 20, Permission: payment.MayTake, Label: "app.nav_pay", Href: "/pay"}},
		Office: []room.Tab{
			{Rank: 60, Permission: payment.MayApproveRefund, Label: "tillpage.room_refunds", Path: "/refunds"},
			{Rank: 70, Permission: payment.MayNoteReturn, Label: "tillpage.room_returns", Path: "/returns"},
			{Rank: 80, Permission: till.MayRead, Label: "tillpage.room_notices", Path: "/notices"},
		},
		Start: p.Keyring.Ensure,
		Jobs: []jobs.Job{
			{Name: "receipt.keys", Every: 24 * time.Hour, Within: time.Minute, Run: p.Keyring.Ensure},
			{Name: "card.take_up", Every: time.Minute, Within: time.Minute, Run: p.Service.TakeUp},
			{Name: "receipt.codes", Every: 5 * time.Minute, Within: 10 * time.Minute, Run: p.Lookup.Read},
			{Name: "baskets.sweep", Every: time.Hour, Within: time.Minute, Run: p.sweep},
		},
		Deliveries: []delivery.Kind{paymenthttp.Notices(h.Journal, n.Bill.Store, h.Outside, p.Confirmed.Note)},
		Checks: []audit.Check{
			paymentsql.Check(), paymentsql.CheckKeyring(h.Sealer), audit.Found("receipt", paymentsql.CheckKept),
		},
		Readings: []httpx.Reading{{
			Name: "vienkopus_receipt_key_seconds", Help: "For how long this node has keys to sign receipts with; less than four weeks is an alarm.",
			Read: p.keyLeft,
		}},
	}
	return p
}

// serviceOf names the service under which the payment of a bill is counted: the municipality's of the same name.
func serviceOf(kind bill.Kind) string { return "municipality-" + string(kind) }

func (p Payment) door(n Needs) paymenthttp.Deps {
	return paymenthttp.Deps{
		Journal: p.house.Journal, Payments: p.Service, Store: p.Store, Baskets: p.baskets, Bills: n.Bill.Service, Sight: n.Sight.Service, Links: n.Bill.Store,
		Creditors: n.Bill.Store, Shifts: n.Till.Store, Visits: n.Visit.Store, Counter: n.Visit.Service, Places: n.Centre.Store, PublicURL: p.house.PublicURL,
		Texts: n.Texts, HasTerminal: n.Terminal != nil, Issuers: n.Office.Store, Municipalities: n.Territory.Store, Called: n.Staff.Called, Consents: n.Consent.Store,
	}
}

// Unpaid returns how many bills wait unpaid in the basket of somebody for a visit, and what they come to in cents.
func (p Payment) Unpaid(ctx context.Context, who *httpx.Caller, v id.ID) (int, money.Amount, error) {
	items, err := p.baskets.Load(ctx, payment.Whose{Desk: who.Desk, Staff: who.Person.String(), Visit: v.String()})
	var sum money.Amount
	for _, i := range items {
		sum += i.Cents
	}
	return len(items), sum, err
}

// Drop empties the baskets of a visit, whoever has filled them.
func (p Payment) Drop(ctx context.Context, desk string, v id.ID) error {
	return p.baskets.ForgetVisit(ctx, desk, v.String())
}

// Left empties all baskets of somebody who leaves a desk.
func (p Payment) Left(ctx context.Context, who *httpx.Caller) error {
	return p.baskets.ForgetOf(ctx, who.Desk, who.Person.String())
}

// keyLeft is for how many seconds the node can sign receipts, as a metric.
func (p Payment) keyLeft(ctx context.Context) (map[string]float64, error) {
	now := p.house.Clock.Now()
	until, err := p.Keyring.CoveredUntil(ctx, p.house.DB, now)
	if err != nil {
		return nil, err
	}
	return map[string]float64{"": until.Sub(now).Seconds()}, nil
}

// basketsKept is how long what was put together and not paid is kept.
const basketsKept = 24 * time.Hour

// sweep forgets what was put together long ago and never paid.
func (p Payment) sweep(ctx context.Context) error {
	return p.baskets.Sweep(ctx, p.house.Clock.Now().Add(-basketsKept))
}
