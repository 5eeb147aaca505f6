package ledgersql_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit/audittest"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

const cesis = "0026000"

// moved is a fact of some later feature that moves money.
type moved struct {
	ledger.Booked
	Note string `json:"note"`
}

func (moved) Kind() string       { return "money.moved" }
func (moved) Version() int       { return 1 }
func (moved) Subjects() []string { return nil }

type books struct {
	t       *testing.T
	journal *journal.Journal
	service *ledger.Service
	clock   *clock.Hand
	keys    atomic.Int64
}

func open(t *testing.T, dsn string) *books {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	must(t, db.Migrate(t.Context(), journaltest.Steps()))
	b := &books{t: t, clock: clock.NewHand(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))}
	b.journal, err = journal.New(journal.Config{
		DB: db, Clock: b.clock, Facts: append(ledger.Facts(), journal.Define[moved]()), Projections: []journal.Projection{ledgersql.Store{}},
	})
	must(t, err)
	_, err = b.journal.Prepare(t.Context(), nil)
	must(t, err)
	zone, err := time.LoadLocation("Europe/Riga")
	must(t, err)
	b.service = ledger.New(ledger.Config{Journal: b.journal, Store: ledgersql.Store{}, Zone: zone})
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// request has a key of its own.
func (b *books) request(desk string) journal.Request {
	return journal.Request{By: actor.Staff("s1", "cashier"), Desk: desk, Key: fmt.Sprintf("k%d", b.keys.Add(1))}
}

// post records the entries at the desk; with ask it asks first, as every feature here does. Without it the line comes from a node that did not know better.
func (b *books) post(desk string, ask bool, entries ...ledger.Entry) error {
	r := b.request(desk)
	key, err := journal.NewKey(r.Key, nil)
	must(b.t, err)
	_, err = b.journal.Post(b.t.Context(), r.By, r.Desk, key, func(tx *journal.Tx) error {
		if ask {
			if err := b.service.Admit(b.t.Context(), tx, entries...); err != nil {
				return err
			}
		}
		return tx.Record(b.t.Context(), moved{Booked: ledger.Booked{Ledger: entries}})
	})
	return err
}

func (b *books) dump() string {
	b.t.Helper()
	text, err := journaltest.Dump(b.t.Context(), b.journal.DB(), journal.Tables(ledgersql.Store{})...)
	must(b.t, err)
	return text
}

func (b *books) check() []string {
	b.t.Helper()
	found, err := audittest.Look(b.t.Context(), b.journal.DB(), ledgersql.Check())
	must(b.t, err)
	return found
}

func account(text string) ledger.Account {
	a, err := ledger.ParseAccount(text)
	if err != nil {
		panic(err)
	}
	return a
}

// pay is cents of cash taken at a desk for the waterworks.
func pay(t *testing.T, desk, day string, cents money.Amount) ledger.Entry {
	t.Helper()
	e, err := ledger.NewEntry(ledger.Place{Day: civil.MustDate(day), Centre: strings.ToLower(desk[:3]), Municipality: cesis},
		ledger.Posting{Account: ledger.Cash(desk), Cents: cents}, ledger.Posting{Account: ledger.Creditor("90000028508"), Cents: -cents})
	must(t, err)
	return e
}

func TestAClosedPeriodStaysAsItIs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		b := open(t, dsn)
		must(t, b.post("CES-1", true, pay(t, "CES-1", "2026-10-30", 1200)))
		must(t, b.post("DZE-1", true, pay(t, "DZE-1", "2026-11-21", 300)))
		closeAt := func(day string) error {
			_, err := b.service.Close(t.Context(), b.request("ACC"), cesis, civil.MustDate(day))
			return err
		}
		wantFault(t, closeAt("2026-11-20"), "ledger.too_early")
		must(t, closeAt("2026-10-31"))
		wantFault(t, closeAt("2026-10-31"), "ledger.already_closed")
		wantFault(t, closeAt("2026-09-30"), "ledger.already_closed")

		wantFault(t, b.post("CES-1", true, pay(t, "CES-1", "2026-10-31", 100)), "ledger.period_closed")
		wantFault(t, b.post("CES-1", true, pay(t, "CES-1", "2026-11-22", 100)), "ledger.day_ahead")
		must(t, b.post("CES-1", true, pay(t, "CES-1", "2026-11-01", 100)))
		// The clock of the machine was set back: the period is closed all the same.
		b.clock.Set(time.Date(2026, 10, 30, 9, 0, 0, 0, time.UTC))
		wantFault(t, b.post("CES-1", true, pay(t, "CES-1", "2026-10-30", 100)), "ledger.period_closed")
		b.clock.Set(time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC))

		// The bus was away, and so was a desk that nobody here had heard of.
		must(t, b.post("CES-1", false, pay(t, "CES-1", "2026-10-29", 700)))
		must(t, b.post("BUS-1", false, pay(t, "BUS-1", "2026-10-29", 500)))
		late, err := ledgersql.Store{}.Late(t.Context(), b.journal.DB(), cesis)
		must(t, err)
		if len(late) != 2 || late[0].Desk != "BUS-1" || late[1].Desk != "CES-1" || late[1].Number != 3 || late[0].Through.String() != "2026-10-31" {
			t.Errorf("late: %+v", late)
		}
		balance, err := ledgersql.Store{}.Balance(t.Context(), b.journal.DB(), ledger.Creditor("90000028508"), civil.MustDate("2026-10-31"))
		if err != nil || balance != -2400 {
			t.Errorf("what is late is money all the same: %s, %v", balance, err)
		}
	})
}

func wantFault(t *testing.T, err error, key string) {
	t.Helper()
	if f := fault.First(err); f == nil || f.Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

var somePlaces = []struct{ desk, centre string }{{"CES-1", "cesis"}, {"CES-2", "cesis"}, {"DZE-1", "dzerbene"}}

func randomEntry(t *rapid.T) (string, ledger.Entry) {
	at := rapid.SampledFrom(somePlaces).Draw(t, "place")
	day := rapid.SampledFrom([]string{"2026-10-31", "2026-11-01", "2026-11-20", "2026-11-21"}).Draw(t, "day")
	accounts := []string{"cash:" + at.desk, "card:" + at.desk, "creditor:90000028508", "transit:B-1", "bank:LV80BANK0000435195001"}
	n := rapid.IntRange(2, len(accounts)).Draw(t, "accounts")
	var postings []ledger.Posting
	var sum money.Amount
	for _, a := range accounts[:n-1] {
		cents := money.Amount(rapid.Int64Range(1, 5_000_000).Draw(t, "cents"))
		postings, sum = append(postings, ledger.Posting{Account: account(a), Cents: cents}), sum+cents
	}
	postings = append(postings, ledger.Posting{Account: account(accounts[n-1]), Cents: -sum})
	e, err := ledger.NewEntry(ledger.Place{Day: civil.MustDate(day), Centre: at.centre, Municipality: cesis}, postings...)
	if err != nil {
		t.Fatal(err)
	}
	if rapid.Bool().Draw(t, "back") {
		if e, err = e.Reverse(e.Place()); err != nil {
			t.Fatal(err)
		}
	}
	return at.desk, e
}

// TestRandomEntries posts at random, and then: the checker agrees, everything sums to zero, the reports say what the postings say, and
// a rebuild makes the same rows.
func TestRandomEntries(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		b := open(t, dsn)
		want := map[string]money.Amount{}
		rapid.Check(t, func(rt *rapid.T) {
			desk, e := randomEntry(rt)
			if err := b.post(desk, true, e); err != nil {
				rt.Fatal(err)
			}
			for _, p := range e.Postings() {
				want[p.Account.String()] += p.Cents
				want[e.Place().Centre+" "+p.Account.String()] += p.Cents
			}
		})
		for _, centre := range []string{"", "cesis", "dzerbene"} {
			compareTrial(t, b, centre, want)
		}
		_, err := b.service.Close(t.Context(), b.request("ACC"), cesis, civil.MustDate("2026-11-01"))
		must(t, err)
		if found := b.check(); len(found) > 0 {
			t.Fatalf("the ledger is wrong: %q", found)
		}
		before := b.dump()
		must(t, b.journal.Rebuild(t.Context(), nil))
		if after := b.dump(); after != before {
			t.Errorf("a rebuild makes other rows:\n%s\nwere\n%s", after, before)
		}
	})
}

func compareTrial(t *testing.T, b *books, centre string, want map[string]money.Amount) {
	t.Helper()
	over := civil.Period{From: civil.MustDate("2026-11-01"), To: civil.MustDate("2026-11-21")}
	sums, err := ledgersql.Store{}.Trial(t.Context(), b.journal.DB(), cesis, centre, over)
	must(t, err)
	var opening, closing, turnover money.Amount
	for _, s := range sums {
		opening, closing, turnover = opening+s.Opening, closing+s.Closing, turnover+s.Debit-s.Credit
		if got := want[strings.TrimSpace(centre+" "+s.Account.String())]; got != s.Closing {
			t.Errorf("%q %s: %s, the entries make %s", centre, s.Account, s.Closing, got)
		}
		if centre != "" {
			continue
		}
		book, err := ledgersql.Store{}.Movements(t.Context(), b.journal.DB(), s.Account, over)
		must(t, err)
		inBook := s.Opening
		for _, m := range book {
			inBook += m.Cents
		}
		if inBook != s.Closing {
			t.Errorf("the book of %s ends at %s, the balance at %s", s.Account, inBook, s.Closing)
		}
	}
	if len(sums) == 0 || opening != 0 || closing != 0 || turnover != 0 {
		t.Errorf("%q: %d accounts, opening %s, turnover %s, closing %s", centre, len(sums), opening, turnover, closing)
	}
}

func TestCheckFindsPlantedFaults(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		b := open(t, dsn)
		must(t, b.post("CES-1", true, pay(t, "CES-1", "2026-11-20", 1200)))
		if found := b.check(); len(found) > 0 {
			t.Fatalf("before: %q", found)
		}
		for _, c := range []struct{ statement, says string }{
			{"UPDATE ledger_balance SET debit = debit + 1 WHERE account = 'cash:CES-1'", "debits"},
			{"UPDATE ledger_posting SET cents = 7 WHERE account = 'cash:CES-1'", "says 7; the lines make 1200"},
			{"DELETE FROM ledger_posting WHERE account = 'cash:CES-1'", "there is no row"},
			{"INSERT INTO ledger_balance (municipality, centre, day, account, debit, credit) VALUES ('x', 'x', '2026-01-01', 'cash:X', 0, 0)", "says 0"},
		} {
			b.plant(c.statement)
			if found := strings.Join(b.check(), "\n"); !strings.Contains(found, c.says) {
				t.Errorf("%s: found %q", c.statement, found)
			}
			must(t, b.journal.Rebuild(t.Context(), nil))
		}
		if found := b.check(); len(found) > 0 {
			t.Errorf("after the rebuild: %q", found)
		}
		// A line that was changed behind the program's back.
		b.plant("UPDATE entry SET body = CAST('{\"ledger\":[{\"day\":\"2026-11-20\",\"centre\":\"ces\",\"municipality\":\"0026000\",\"postings\":[{\"account\":\"cash:CES-1\",\"cents\":1}]}]}' AS " +
			map[string]string{"sqlite": "BLOB", "postgres": "BYTEA"}[dbtest.Engine(dsn)] + ")")
		found := strings.Join(b.check(), "\n")
		for _, says := range []string{"line 1 of CES-1 does not sum to zero", "ces 2026-11-20 do not sum to zero"} {
			if !strings.Contains(found, says) {
				t.Errorf("found %q, want %q", found, says)
			}
		}
	})
}

func (b *books) plant(statement string) {
	b.t.Helper()
	must(b.t, b.journal.DB().Write(b.t.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(b.t.Context(), statement)
		return err
	}))
}
