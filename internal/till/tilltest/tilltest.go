// Package tilltest gives the tests of money a small network on a real database: two municipalities, three desks in Cēsis, and a fact that moves money as a
// payment does. Later features stand in it by More.
package tilltest

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/territory"
	"vienkopus/internal/territory/territorysql"
	"vienkopus/internal/till"
	"vienkopus/internal/till/tillsql"
)

// Codes of the network.
const (
	Cesis   = "0026000"
	Aluksne = "0021000"
	// Ces1 and Ces2 stand in the town, Dze1 in a library of the same municipality, and Alu1 in another one.
	Ces1 = "CES-1"
	Ces2 = "CES-2"
	Dze1 = "DZE-1"
	Alu1 = "ALU-1"
)

// Office is the desk of those who work for Cēsis without a counter.
var Office = office.Desk(Cesis)

// Accounts of the municipality and of those who get money.
const (
	Account iban.IBAN = "LV80BANK0000435195001"
	Other   iban.IBAN = "LT121000011101001000"

	Water   regno.Number = "90000028508"
	Council regno.Number = "40003032949"
)

// Desks are the desks in Cēsis municipality.
var Desks = []string{Ces1, Ces2, Dze1}

// People of the network (staff ids).
var (
	Clerk     = person(1)
	Colleague = person(2)
	Manager   = person(3)
	Collector = person(4)
	Second    = person(5)
)

func person(n byte) string { return id.ID{15: n}.String() }

// Paid is a payment as the till sees one.
type Paid struct {
	till.Moved
	ledger.Booked
}

// Kind implements journal.Fact.
func (Paid) Kind() string { return "money.moved" }

// Version implements journal.Fact.
func (Paid) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Paid) Subjects() []string { return []string{till.Subject(f.Shift)} }

// World is an open database with the network in it.
type World struct {
	TB      testing.TB
	Journal *journal.Journal
	Clock   *clock.Hand
	Till    *till.Service
	Ledger  *ledger.Service
	Store   tillsql.Store
	keys    atomic.Int64
	name    string
	more    More
}

// Projections are the tables of the network.
var Projections = []journal.Projection{territorysql.Store{}, centresql.Store{}, ledgersql.Store{}, billsql.Store{}, tillsql.Store{}}

// More is what a later feature brings into the network: kinds of line, and tables that Dump holds too.
type More struct {
	Facts       []journal.Definition
	Projections []journal.Projection
}

// Zone is where books are closed.
func Zone(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("Europe/Riga")
	Must(tb, err)
	return zone
}

// New opens the network at dsn on 21 November 2026, 9:00 UTC, and closes it with the test.
func New(tb testing.TB, dsn string, more ...More) *World {
	tb.Helper()
	w := Join(tb, dsn, "", more...)
	w.Seed()
	return w
}

// Join opens a network that is there already, as a second program does; the name tells its request keys from those of others.
func Join(tb testing.TB, dsn, name string, more ...More) *World {
	tb.Helper()
	ctx := tb.Context()
	db, err := sqldb.Open(ctx, dsn)
	Must(tb, err)
	tb.Cleanup(func() { Must(tb, db.Close()) })
	Must(tb, db.Migrate(ctx, journaltest.Steps()))
	w := &World{TB: tb, Clock: clock.NewHand(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)), name: name}
	facts := []journal.Definition{journal.Define[Paid]()}
	for _, of := range [][]journal.Definition{territory.Facts(), centre.Facts(), ledger.Facts(), bill.Facts(), till.Facts()} {
		facts = append(facts, of...)
	}
	for _, m := range more {
		w.more.Facts, w.more.Projections = append(w.more.Facts, m.Facts...), append(w.more.Projections, m.Projections...)
	}
	w.Journal, err = journal.New(journal.Config{
		DB: db, Clock: w.Clock, Facts: append(facts, w.more.Facts...), Projections: append(slices.Clone(Projections), w.more.Projections...),
	})
	Must(tb, err)
	_, err = w.Journal.Prepare(ctx, nil)
	Must(tb, err)
	w.Ledger = ledger.New(ledger.Config{Journal: w.Journal, Store: ledgersql.Store{}, Zone: Zone(tb)})
	w.Till = till.New(till.Config{Journal: w.Journal, Store: w.Store, Places: centresql.Store{}, Ledger: w.Ledger})
	return w
}

// Must ends the test when there is an error.
func Must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// Seed writes the lines of the network.
func (w *World) Seed() {
	w.TB.Helper()
	day := civil.MustDate("2010-01-01")
	facts := []journal.Fact{
		territory.Registered{Code: Cesis, Name: "Cēsu novads", Country: territory.Latvia, From: day},
		territory.Registered{Code: Aluksne, Name: "Alūksnes novads", Country: territory.Latvia, From: day},
		bill.CreditorRegistered{Creditor: bill.Creditor{Number: Water, Name: "SIA „Vinda”", IBAN: Account}},
		bill.CreditorRegistered{Creditor: bill.Creditor{Number: Council, Name: "Cēsu novads", IBAN: Other}},
	}
	for _, c := range []struct {
		code, municipality string
		desks              []string
	}{{"cesis", Cesis, []string{Ces1, Ces2}}, {"dzerbene", Cesis, []string{Dze1}}, {"aluksne", Aluksne, []string{Alu1}}} {
		facts = append(facts, centre.Opened{Code: c.code, Name: c.code, Municipality: c.municipality, Host: centre.ParishLibrary, Zone: "Europe/Riga"})
		for _, desk := range c.desks {
			facts = append(facts, centre.DeskOpened{Desk: desk, Centre: c.code, Name: desk})
		}
	}
	Must(w.TB, w.Post(territory.Network, Clerk, facts...))
}

// Post records facts without a rule, as lines that come from another node do.
func (w *World) Post(desk, who string, facts ...journal.Fact) error {
	r := w.By(who, desk)
	key, err := journal.NewKey(r.Key, nil)
	if err != nil {
		return err
	}
	_, err = w.Journal.Post(w.TB.Context(), r.By, desk, key, func(tx *journal.Tx) error {
		for _, f := range facts {
			if err := tx.Record(w.TB.Context(), f); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// By is a request of somebody at a desk, with a key of its own.
func (w *World) By(who, desk string) journal.Request {
	return journal.Request{By: actor.Staff(who, "clerk"), Desk: desk, Key: fmt.Sprintf("%sk%d", w.name, w.keys.Add(1))}
}

// Pay takes money for a creditor at a desk, or gives it back (negative), as a payment does.
func (w *World) Pay(r journal.Request, to regno.Number, parts ...till.Part) error {
	ctx := w.TB.Context()
	key, err := journal.NewKey(r.Key, []any{"pay", to, parts})
	if err != nil {
		return err
	}
	_, err = w.Journal.Post(ctx, r.By, r.Desk, key, func(tx *journal.Tx) error {
		shift, err := w.Till.Current(ctx, tx)
		if err != nil {
			return err
		}
		f := Paid{Moved: till.Moved{Shift: shift.ID, Parts: parts}}
		if err := w.Till.AdmitCash(ctx, tx, f.Cents(till.Cash)); err != nil {
			return err
		}
		entry, err := w.entry(ctx, tx, f, to)
		if err != nil {
			return err
		}
		f.Ledger = []ledger.Entry{entry}
		return tx.Record(ctx, f)
	})
	return err
}

func (w *World) entry(ctx context.Context, tx *journal.Tx, f Paid, to regno.Number) (ledger.Entry, error) {
	at, err := w.Till.Here(ctx, tx)
	if err != nil {
		return ledger.Entry{}, err
	}
	var postings []ledger.Posting
	var sum money.Amount
	for _, t := range []struct {
		tender  till.Tender
		account ledger.Account
	}{{till.Cash, ledger.Cash(tx.Desk())}, {till.Card, ledger.Card(tx.Desk())}} {
		if cents := f.Cents(t.tender); cents != 0 {
			postings = append(postings, ledger.Posting{Account: t.account, Cents: cents})
			sum += cents
		}
	}
	entry, err := ledger.NewEntry(at, append(postings, ledger.Posting{Account: ledger.Creditor(to), Cents: -sum})...)
	if err != nil {
		return entry, err
	}
	return entry, w.Ledger.Admit(ctx, tx, entry)
}

// InCash and ByCard are a payment in one tender.
func InCash(cents money.Amount) till.Part { return till.Part{Tender: till.Cash, Cents: cents} }

// ByCard is a payment by card.
func ByCard(cents money.Amount) till.Part {
	return till.Part{Tender: till.Card, Cents: cents, Slip: "7"}
}

// Found is a count of so many cents, in the largest pieces; none is a count of an empty drawer.
func Found(cents money.Amount) till.CountIn {
	in := till.CountIn{Pieces: []till.Pieces{}}
	for _, piece := range till.Denominations {
		n := min(int64(cents/piece), till.MostPieces)
		in.Pieces = append(in.Pieces, till.Pieces{Cents: piece, N: n})
		cents -= piece * money.Amount(n)
	}
	return in
}

// Dump returns the rows of the till, the ledger, and of More.
func (w *World) Dump() string {
	w.TB.Helper()
	var tables []string
	for _, p := range append([]journal.Projection{tillsql.Store{}, ledgersql.Store{}}, w.more.Projections...) {
		tables = append(tables, journal.Tables(p)...)
	}
	text, err := journaltest.Dump(w.TB.Context(), w.Journal.DB(), tables...)
	Must(w.TB, err)
	return text
}

// Plant changes the database behind the program's back.
func (w *World) Plant(statement string, args ...any) {
	w.TB.Helper()
	Must(w.TB, w.Journal.DB().Write(w.TB.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(w.TB.Context(), statement, args...)
		return err
	}))
}

// Lines counts the lines of all journals.
func (w *World) Lines() int64 {
	w.TB.Helper()
	var n int64
	Must(w.TB, w.Journal.DB().QueryRow(w.TB.Context(), "SELECT COUNT(*) FROM entry").Scan(&n))
	return n
}

// OpenDesk makes one more desk known in the town of Cēsis.
func (w *World) OpenDesk(code string) {
	w.TB.Helper()
	Must(w.TB, w.Post(territory.Network, Clerk, centre.DeskOpened{Desk: code, Centre: "cesis", Name: code}))
}
