// Package billtest puts the bills together for tests: a real database, two creditors, and a clock that stands still.
package billtest

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/territory"
	"vienkopus/internal/territory/territorysql"
)

// The creditors of the tests.
const (
	Water   = "90000028508"
	Council = "40003032949"
)

// Accounts are the creditors of the tests, by number.
var Accounts = map[string]bill.Creditor{
	Water:   {Number: Water, Name: "SIA „Vinda”", IBAN: "LV80BANK0000435195001"},
	Council: {Number: Council, Name: "Cēsu novads", IBAN: "LT121000011101001000"},
}

// Anna is in whose name bills are.
var Anna = bill.Payer{Name: "Anna Bērziņa", Address: "Rīgas iela 1, Dzērbene"}

// Accountant acts in the tests.
var Accountant = actor.Staff("s1", "accountant")

// Office keeps bills in a database.
type Office struct {
	TB      testing.TB
	Journal *journal.Journal
	Service *bill.Service
	Store   billsql.Store
	Clock   *clock.Hand
	keys    atomic.Int64
}

// Options are what a test brings along.
type Options struct {
	// Remote asks the systems of creditors; nil asks nobody.
	Remote Remote
	// Projection stands in place of the store of the bills, and Facts beside those of the bills.
	Projection journal.Projection
	Facts      []journal.Definition
	// Rows is the row key out of which the key grows that seals payers; without one they stand in clear.
	Rows *rowcode.Key
	// Known leaves the creditors of a database that was filled before as they are.
	Known bool
}

// Remote is what bill.Config wants.
type Remote interface {
	Ask(ctx context.Context, l bill.Link, query string) ([]bill.Said, error)
}

// New opens the database, and registers the creditors and the late fee of the property tax.
func New(tb testing.TB, dsn string, opt Options) *Office {
	tb.Helper()
	db, err := sqldb.Open(tb.Context(), dsn)
	Must(tb, err)
	tb.Cleanup(func() { Must(tb, db.Close()) })
	Must(tb, db.Migrate(tb.Context(), steps()))
	o := &Office{TB: tb, Clock: clock.NewHand(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)), Store: billsql.Store{Sealer: &seal.Sealer{}}}
	Must(tb, o.Store.Sealer.Unlock(tb.Context(), db, seal.Needs{Rows: opt.Rows}, o.Clock.Now()))
	if opt.Projection == nil {
		opt.Projection = o.Store
	}
	o.Journal, err = journal.New(journal.Config{
		DB: db, Clock: o.Clock, Facts: slices.Concat(territory.Facts(), bill.Facts(), opt.Facts), Projections: []journal.Projection{territorysql.New(), opt.Projection},
	})
	Must(tb, err)
	_, err = o.Journal.Prepare(tb.Context(), nil)
	Must(tb, err)
	Must(tb, o.Store.Refill(tb.Context(), db))
	zone, err := time.LoadLocation("Europe/Riga")
	Must(tb, err)
	c := bill.Config{Journal: o.Journal, Store: o.Store, Calendar: civil.NewCalendar(civil.LatvianHolidays, nil, nil), Zone: zone, Territory: territorysql.New()}
	if opt.Remote != nil {
		c.Remote = opt.Remote
	}
	o.Service = bill.New(c)
	if opt.Known {
		return o
	}
	o.registerPlaces()
	for _, c := range Accounts {
		Must(tb, o.Service.RegisterCreditor(tb.Context(), o.At("NETWORK"), c))
	}
	Must(tb, o.Service.SetLateFee(tb.Context(), o.At("NETWORK"), bill.LateFee{Creditor: Council, Kind: bill.PropertyTax, PerMillion: 500, Basis: dated.On("2010-01-01", "test", "test")}))
	return o
}

// registerPlaces makes the municipalities of the tests known.
func (o *Office) registerPlaces() {
	service := territory.New(territory.Config{Journal: o.Journal, Store: territorysql.New()})
	for _, code := range []string{"0026000", "0027000"} {
		Must(o.TB, service.Register(o.TB.Context(), Accountant, "place:"+code, territory.Registered{
			Code: code, Country: territory.Latvia, Name: "Novads " + code, From: civil.MustDate("2021-07-01"),
		}))
	}
}

// steps are the migrations of the bills; what stands between them is something else's.
func steps() []sqldb.Migration {
	known := map[int]sqldb.Migration{1: journal.Migration}
	for _, m := range []sqldb.Migration{billsql.PayerMigration, billsql.LinkMigration, billsql.CodeMigration, seal.Migration, billsql.MarkMigration, billsql.ErasedMigration} {
		known[m.Number] = m
	}
	var all []sqldb.Migration
	for n := 1; n <= billsql.ErasedMigration.Number; n++ {
		m, ok := known[n]
		if !ok {
			m = sqldb.Migration{Number: n, Name: fmt.Sprint(n)}
		}
		all = append(all, m)
	}
	last := journal.OneByOne
	last.Number = len(all) + 1
	return append(all, last)
}

// At is a request at a desk, under a key of its own.
func (o *Office) At(desk string) journal.Request {
	return journal.Request{By: Accountant, Desk: desk, Key: fmt.Sprintf("k%d", o.keys.Add(1))}
}

// Content is a bill of one instalment that was due on Sunday the 15th of November.
func Content(creditor, number, reference string, cents money.Amount) bill.Content {
	kind := bill.Kind("water")
	if creditor == Council {
		kind = bill.PropertyTax
	}
	return bill.Content{
		Creditor: regno.Number(creditor), Number: number, Reference: reference, Kind: kind, Municipality: "0026000",
		Issued: civil.MustDate("2026-11-01"), Instalments: []bill.Instalment{{Due: civil.MustDate("2026-11-15"), Cents: cents}},
	}
}

// Put puts a bill, which must succeed.
func (o *Office) Put(desk string, c bill.Content, payer bill.Payer) bill.Bill {
	o.TB.Helper()
	b, err := o.Service.Put(o.TB.Context(), o.At(desk), c, payer)
	Must(o.TB, err)
	return b
}

// Lines returns how many lines all journals hold.
func (o *Office) Lines() int64 {
	o.TB.Helper()
	var n int64
	Must(o.TB, o.Journal.DB().QueryRow(o.TB.Context(), "SELECT COUNT(*) FROM entry").Scan(&n))
	return n
}

// Must ends the test on an error.
func Must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// WantFault complains unless the first fault has the key.
func WantFault(tb testing.TB, err error, key string) {
	tb.Helper()
	if f := fault.First(err); f == nil || f.Key != key {
		tb.Errorf("got %v, want %s", err, key)
	}
}
