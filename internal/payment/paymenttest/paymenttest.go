// Package paymenttest gives tests and measurements a network with creditors, bills and an open till, on a real database.
package paymenttest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/consent"
	"vienkopus/internal/consent/consentsql"
	democatalogue "vienkopus/internal/demo/catalogue"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/paperbook"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
)

// The creditors of the network.
const (
	Water   regno.Number = "90000028508"
	Council regno.Number = "40003032949"
)

// Day is the day on which the clock stands, a Friday.
var Day = civil.MustDate("2026-11-20")

// Start is where the clock stands: 11:00 in Riga.
var Start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// Template is a database with places, services, creditors and a key for receipts.
var Template = dbtest.NewTemplate(Seed)

// Seed fills an empty database with what Template holds.
func Seed(ctx context.Context, dsn string) error {
	a, err := app.Open(ctx, app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.NewHand(Start), Node: "LV-TEST"})
	if err != nil {
		return err
	}
	by := actor.System("test")
	if err := places.Seed(ctx, places.Services{Territory: a.Territory, Centre: a.Centre}, by); err != nil {
		return err
	}
	if err := democatalogue.Seed(ctx, a.Publisher, by); err != nil {
		return err
	}
	for number, name := range map[regno.Number]string{Water: "SIA „Vinda”", Council: "Cēsu novads"} {
		c := bill.Creditor{Number: number, Name: name, IBAN: "LV80BANK0000435195001"}
		if err := a.Bill.RegisterCreditor(ctx, journal.Request{By: by, Desk: "NETWORK", Key: "creditor:" + string(number)}, c); err != nil {
			return err
		}
	}
	fee := bill.LateFee{Creditor: Council, Kind: bill.PropertyTax, PerMillion: 500, Basis: dated.On("2010-01-01", "test", "test")}
	if err := a.Bill.SetLateFee(ctx, journal.Request{By: by, Desk: "NETWORK", Key: "fee"}, fee); err != nil {
		return err
	}
	if err := books(ctx, a, by); err != nil {
		return err
	}
	from := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	key := journal.Request{By: by, Desk: "NETWORK", Key: "key"}
	if _, err := a.Keyring.Introduce(ctx, key, from, from.AddDate(3, 0, 0)); err != nil {
		return err
	}
	return a.Close()
}

// Books are the paper books that lie at desks, each with the numbers 1 to 9999.
var Books = map[string][]string{"DZE-1": {"A", "B", "A-7", "KV-7"}, "CES-1": {"C", "D"}, "CES-2": {"E", "F"}}

// books issues the books in which tests write.
func books(ctx context.Context, a *app.App, by actor.Actor) error {
	for desk, all := range Books {
		for _, book := range all {
			o := paperbook.Order{Book: book, Municipality: "0026000", Desk: desk, Range: paperbook.Range{First: 1, Last: 9_999}, From: civil.MustDate("2026-01-01")}
			if err := a.Books.Issue(ctx, journal.Request{By: by, Desk: "OFFICE-0026000", Key: "book:" + book}, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// World is an open network, on a clock that stands still.
type World struct {
	*app.App
	Clock *clock.Hand
	tb    testing.TB
	keys  atomic.Int64
	bills atomic.Int64
}

// Open opens a database of Template and closes it with the test.
func Open(tb testing.TB, dsn string) *World {
	tb.Helper()
	return OpenWith(tb, dsn, rowcode.Needs{})
}

// OpenWith is Open with the key by which rows are coded and secrets sealed.
func OpenWith(tb testing.TB, dsn string, codes rowcode.Needs) *World {
	tb.Helper()
	hand := clock.NewHand(Start)
	a, err := app.Open(tb.Context(), app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: hand, Node: "LV-TEST", Codes: codes})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := a.Close(); err != nil {
			tb.Error(err)
		}
	})
	a.Journal.Heed(nil) // who works here has no account: the tests of staff say who is a second person
	return &World{App: a, Clock: hand, tb: tb}
}

// Each runs the test on both engines.
func Each(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	t.Parallel()
	Template.Each(t, func(t *testing.T, dsn string) { test(t, Open(t, dsn)) })
}

// Clerk is who takes money at a desk.
var Clerk = actor.Staff("s1", "clerk")

// At is a request of the clerk at a desk, under a key of its own.
func (w *World) At(desk string) journal.Request {
	return journal.Request{By: Clerk, Desk: desk, Key: fmt.Sprintf("k%d", w.keys.Add(1))}
}

// OpenTill begins a shift with 20 euro of change money.
func (w *World) OpenTill(desk string) till.Shift {
	w.tb.Helper()
	s, err := w.Till.Open(w.tb.Context(), w.At(desk), 2000)
	if err != nil {
		w.tb.Fatal(err)
	}
	return s
}

// Bill issues a bill of a creditor, ten days ago, due in a week.
func (w *World) Bill(creditor regno.Number, cents money.Amount) bill.Bill {
	w.tb.Helper()
	n := w.bills.Add(1)
	c := bill.Content{
		Creditor: creditor, Number: fmt.Sprintf("2026-%06d", n), Reference: fmt.Sprintf("DZ-%d", n), Kind: "water", Municipality: "0026000",
		Issued: Day.AddDays(-10), Instalments: []bill.Instalment{{Due: Day.AddDays(7), Cents: cents}},
	}
	r := journal.Request{By: actor.System("test"), Desk: "BILLS-" + string(creditor), Key: fmt.Sprintf("bill:%s:%d", creditor, n)}
	b, err := w.App.Bill.Put(w.tb.Context(), r, c, bill.Payer{Name: "Jānis Liepa", Address: "Dzērbene"})
	if err != nil {
		w.tb.Fatal(err)
	}
	return b
}

// Pay takes the whole of some bills in cash.
func (w *World) Pay(desk string, bills ...bill.Bill) payment.Basket {
	w.tb.Helper()
	b, err := w.Payment.Take(w.tb.Context(), w.At(desk), Whole(bills...))
	if err != nil {
		w.tb.Fatal(err)
	}
	return b
}

// VoidBySecond voids a payment that one person alone may not void: the clerk asks, somebody else agrees at the office, and the desk records it. It returns the number of the paper.
func (w *World) VoidBySecond(p id.ID, why payment.Reason) *payment.Numbered {
	w.tb.Helper()
	one, err := paymentsql.Store{}.Payment(w.tb.Context(), w.DB, p)
	if err != nil {
		w.tb.Fatal(err)
	}
	q := w.AgreeToVoid(one, why)
	n, err := w.Payment.VoidAgreed(w.tb.Context(), w.At(one.Desk), q)
	if err != nil {
		w.tb.Fatal(err)
	}
	return n
}

// AgreeToVoid asks a second person about the void of a payment and agrees to it, without recording it.
func (w *World) AgreeToVoid(p payment.Payment, why payment.Reason) consent.Question {
	w.tb.Helper()
	asked, err := w.Payment.AskVoid(w.tb.Context(), w.At(p.Desk), p.ID, why)
	if err != nil {
		w.tb.Fatal(err)
	}
	office := journal.Request{By: actor.Staff("m1", "municipal-manager"), Desk: "OFFICE-" + p.Municipality, Key: w.At("").Key}
	if err := w.Consent.Decide(w.tb.Context(), office, consent.Decision{Consent: asked, Municipality: p.Municipality, Agreed: true}); err != nil {
		w.tb.Fatal(err)
	}
	q, err := consentsql.Store{}.Question(w.tb.Context(), w.DB, asked)
	if err != nil {
		w.tb.Fatal(err)
	}
	return q
}

// Whole is an order for the whole principal of some bills, in cash.
func Whole(bills ...bill.Bill) payment.Order {
	o := payment.Order{Cash: true}
	for _, b := range bills {
		o.Items = append(o.Items, payment.Item{Bill: b.ID, Cents: b.Total()})
	}
	return o
}

// WantFault fails unless err is the fault of that kind and key.
func WantFault(tb testing.TB, err error, kind fault.Kind, key string) {
	tb.Helper()
	f := fault.First(err)
	if f == nil || f.Kind != kind || f.Key != key {
		tb.Errorf("got %v, want %s %s", err, kind, key)
	}
}

// Sound fails unless verify finds nothing.
func (w *World) Sound() {
	w.tb.Helper()
	report, err := w.Verify(w.tb.Context(), nil)
	if err != nil {
		w.tb.Fatal(err)
	}
	for _, p := range report.Problems {
		w.tb.Error(p)
	}
}

// ReadBill reads a bill.
func (w *World) ReadBill(b id.ID) (bill.Bill, error) {
	return billsql.Store{}.Bill(w.tb.Context(), w.DB, b)
}
