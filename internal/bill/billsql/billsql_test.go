package billsql_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/bill/billtest"
	"vienkopus/internal/bill/epc"
	"vienkopus/internal/bill/rf"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// paidFor is the fact of some later feature that pays bills.
type paidFor struct {
	Bill  id.ID        `json:"bill"`
	Day   civil.Date   `json:"day"`
	Cents money.Amount `json:"cents"`
}

func (paidFor) Kind() string       { return "bill.paid-for" }
func (paidFor) Version() int       { return 1 }
func (paidFor) Subjects() []string { return nil }

// Settles implements bill.Settler.
func (f paidFor) Settles() []bill.Settled {
	return []bill.Settled{{Bill: f.Bill, Settlement: bill.Settlement{Day: f.Day, Cents: f.Cents}}}
}

type office struct {
	*billtest.Office
	tb      testing.TB
	journal *journal.Journal
	service *bill.Service
}

const (
	water   = billtest.Water
	council = billtest.Council
)

var accounts = billtest.Accounts

func open(tb testing.TB, dsn string) *office {
	tb.Helper()
	o := billtest.New(tb, dsn, billtest.Options{Facts: []journal.Definition{journal.Define[paidFor]()}})
	return &office{Office: o, tb: tb, journal: o.Journal, service: o.Service}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	billtest.Must(tb, err)
}

func day(text string) civil.Date { return civil.MustDate(text) }

func (o *office) at(desk string) journal.Request { return o.At(desk) }

func content(creditor, number, reference string, cents money.Amount) bill.Content {
	return billtest.Content(creditor, number, reference, cents)
}

var anna = billtest.Anna

func (o *office) put(desk string, c bill.Content, payer bill.Payer) bill.Bill {
	o.tb.Helper()
	return o.Put(desk, c, payer)
}

func (o *office) pay(b id.ID, cents money.Amount) {
	o.tb.Helper()
	key, err := journal.NewKey(o.at("").Key, nil)
	must(o.tb, err)
	_, err = o.journal.Post(o.tb.Context(), actor.Staff("s2", "cashier"), "DZE-1", key, func(tx *journal.Tx) error {
		return tx.Record(o.tb.Context(), paidFor{Bill: b, Day: day("2026-11-21"), Cents: cents})
	})
	must(o.tb, err)
}

func (o *office) find(query string) []string {
	o.tb.Helper()
	found, err := o.service.Find(o.tb.Context(), query)
	must(o.tb, err)
	var all []string
	for _, f := range found {
		all = append(all, fmt.Sprintf("%s %s %s %t", f.Number, f.Due.State, f.Due.Total, f.Exact))
	}
	slices.Sort(all)
	return all
}

func (o *office) lines() int64 { return o.Lines() }

func wantFault(t *testing.T, err error, key string) {
	t.Helper()
	billtest.WantFault(t, err, key)
}

func TestOneLookUpOverAllCreditors(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		first := o.put("FEED-W", content(water, "W-1", "C-100", 1230), anna)
		o.put("FEED-W", content(water, "W-2", "C-101", 500), bill.Payer{Name: "Anna Bērziņa", Address: "Elsewhere 5"})
		ref, err := rf.New("77")
		must(t, err)
		c := content(council, "N-7", "0026-77", 10000)
		c.RF = ref
		o.put("FEED-C", c, anna)
		// The tax was due on Monday the 16th; five days late are 25 cents.
		mine := []string{"N-7 open 100.25 false", "W-1 open 12.30 true"}
		code, err := epc.Code{Name: "Vinda", IBAN: accounts[water].IBAN, Amount: 1230, Text: "Bill W-1"}.Encode()
		must(t, err)
		// As some programs write it: the number where a structured reference belongs, the account as people read it.
		loose := strings.NewReplacer("\n\nBill W-1", "\nBill W-1", string(accounts[water].IBAN), strings.ToLower(accounts[water].IBAN.Display())).Replace(code)
		for _, query := range []string{"w-1", "W 1", "c100", code, loose} {
			if got := o.find(query); !slices.Equal(got, mine) {
				t.Errorf("%q finds %q", query, got)
			}
		}
		for _, query := range []string{"berz", "Bērziņa a", "anna BERZINA"} {
			if got := o.find(query); !slices.Equal(got, []string{"N-7 open 100.25 false", "W-1 open 12.30 false", "W-2 open 5.00 false"}) {
				t.Errorf("%q finds %q", query, got)
			}
		}
		if got := o.find(ref.Display()); !slices.Equal(got, []string{"N-7 open 100.25 true", "W-1 open 12.30 false"}) {
			t.Errorf("the reference finds %q", got)
		}
		foreign := strings.Replace(code, string(accounts[water].IBAN), "GB29NWBK60161331926819", 1)
		if got := o.find(foreign); len(got) > 0 {
			t.Errorf("another creditor's code finds %q", got)
		}
		for query, key := range map[string]string{"be": "bill.query", " ": "bill.query", "BCD\n002\n1\nSCT": "bill.code_damaged"} {
			_, err := o.service.Find(t.Context(), query)
			wantFault(t, err, key)
		}
		o.put("FEED-W", content(water, "W-3", "C-103", 700), bill.Payer{Name: "SIA „BCD”"})
		if got := o.find("BCD SIA"); !slices.Equal(got, []string{"W-3 open 7.00 false"}) {
			t.Errorf("a payer who is named like a code is found as %q", got)
		}
		// What is paid is found by its code only; what is partly paid is open still.
		o.pay(first.ID, 1000)
		if got := o.find("W-1"); !slices.Contains(got, "W-1 partly-paid 2.30 true") {
			t.Errorf("found %q", got)
		}
		o.pay(first.ID, 230)
		if got := o.find("W-1"); !slices.Equal(got, []string{"N-7 open 100.25 false", "W-1 paid 0.00 true"}) {
			t.Errorf("found %q", got)
		}
		if got := o.find("anna"); len(got) != 2 {
			t.Errorf("found %q", got)
		}
	})
}

func TestAPayerIsFoundAmongHundredsOfHisName(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		o.put("FEED-C", content(council, "N-7", "0026-77", 10000), anna)
		o.Clock.Advance(time.Hour)
		batch := bill.Batch{By: billtest.Accountant, Key: "namesakes"}
		for i := range bill.MostFound + 50 {
			c := content(water, fmt.Sprintf("W-%d", i), fmt.Sprintf("C-%d", i), 1230)
			batch.Bills = append(batch.Bills, bill.Said{Content: c, Payer: &bill.Payer{Name: "ANNA Berzina", Address: fmt.Sprintf("Rīgas iela %d, Dzērbene", i+1)}})
		}
		_, err := o.service.PutAll(t.Context(), batch)
		must(t, err)
		if got := o.find("W-0"); !slices.Equal(got, []string{"N-7 open 100.25 false", "W-0 open 12.30 true"}) {
			t.Errorf("found %q", got)
		}
		if got := o.find("W-1"); !slices.Equal(got, []string{"W-1 open 12.30 true"}) {
			t.Errorf("found %q", got)
		}
		if got := o.find("anna berzina"); len(got) != bill.MostFound {
			t.Errorf("found %d bills", len(got))
		}
	})
}

func TestABillIsPutAsOftenAsOneLikes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		c := content(water, "W-1", "C-100", 1230)
		b := o.put("FEED-W", c, anna)
		if b.Instalments[0].Due != day("2026-11-16") || len(b.Settled) > 0 || b.Desk != "FEED-W" {
			t.Errorf("put as %+v", b)
		}
		before := o.lines()
		if again := o.put("FEED-W", c, anna); again.ID != b.ID || o.lines() != before {
			t.Errorf("the same bill again: %s, %d lines more", again.ID, o.lines()-before)
		}
		c.Instalments[0].Cents, c.Reference = 1500, "C-200"
		if changed := o.put("FEED-W", c, anna); changed.ID != b.ID || changed.Total() != 1500 || o.lines() != before+1 {
			t.Errorf("changed to %+v", changed)
		}
		if found := o.find("C-100"); len(found) > 0 {
			t.Errorf("the old reference finds %q", found)
		}
		if found := o.find("C-200"); len(found) != 1 {
			t.Errorf("the new reference finds %q", found)
		}
		_, err := o.service.Put(t.Context(), o.at("FEED-X"), content(water, "W-1", "C-1", 1), anna)
		wantFault(t, err, "bill.other_desk")
		wantFault(t, o.service.Cancel(t.Context(), o.at("FEED-X"), b.ID, bill.Mistaken), "bill.other_desk")
		must(t, o.service.Cancel(t.Context(), o.at("FEED-W"), b.ID, bill.Mistaken))
		wantFault(t, o.service.Cancel(t.Context(), o.at("FEED-W"), b.ID, bill.Mistaken), "bill.is_cancelled")
		_, err = o.service.Put(t.Context(), o.at("FEED-W"), c, anna)
		wantFault(t, err, "bill.is_cancelled")
		wantFault(t, o.service.Cancel(t.Context(), o.at("FEED-W"), id.ID{1}, bill.Waived), "bill.unknown")
		for key, spoil := range map[string]func(*bill.Content){
			"bill.creditor_unknown": func(c *bill.Content) { c.Creditor = "40003000642" },
			"bill.creditor_number":  func(c *bill.Content) { c.Creditor = "90000028509" },
			"bill.code":             func(c *bill.Content) { c.Number = " " },
			"bill.instalments":      func(c *bill.Content) { c.Instalments = nil },
			"bill.amount_zero":      func(c *bill.Content) { c.Instalments[0].Cents = 0 },
			"bill.due_missing":      func(c *bill.Content) { c.Instalments[0].Due = civil.Date{} },
			"bill.issued_missing":   func(c *bill.Content) { c.Issued = civil.Date{} },
			"bill.rf":               func(c *bill.Content) { c.RF = "RF00" },
		} {
			wrong := content(water, "W-9", "C-1", 100)
			spoil(&wrong)
			_, err := o.service.Put(t.Context(), o.at("FEED-W"), wrong, anna)
			wantFault(t, err, key)
		}
	})
}

// The payer stands in no line; erased, it is nowhere, and the bill is as it was, also after a rebuild and for a payment that came before its bill.
func TestThePayerIsErasable(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		b := o.put("FEED-W", content(water, "W-1", "C-100", 1230), anna)
		o.pay(b.ID, 30)
		c := b.Content
		c.Instalments = []bill.Instalment{{Due: day("2026-12-01"), Cents: 1530}}
		o.put("FEED-W", c, anna)
		tables := journal.Tables(billsql.Store{})
		before := o.dump(tables...)
		must(t, o.journal.Rebuild(t.Context(), nil))
		if after := o.dump(tables...); after != before {
			t.Errorf("a rebuild makes other rows:\n%s\nwere\n%s", after, before)
		}
		if got := o.find("berzina"); !slices.Equal(got, []string{"W-1 partly-paid 15.00 false"}) {
			t.Errorf("after the rebuild the name finds %q", got)
		}
		must(t, o.service.ErasePayer(t.Context(), o.at("DPO"), b.Creditor, b.Number))
		wantFault(t, o.service.ErasePayer(t.Context(), o.at("DPO"), b.Creditor, "no such bill"), "bill.unknown")
		if got := o.find("berzina"); len(got) > 0 {
			t.Errorf("the erased name finds %q", got)
		}
		if got := o.find("W-1"); !slices.Equal(got, []string{"W-1 partly-paid 15.00 true"}) {
			t.Errorf("the number finds %q", got)
		}
		if text := o.dump("payer", "payer_beginning"); text != "== payer: 0 rows\n== payer_beginning: 0 rows\n" || o.marks() != 1 || o.namesInLines() {
			t.Errorf("the payer is still somewhere:\n%s", text)
		}
	})
}

func (o *office) dump(tables ...string) string {
	o.tb.Helper()
	text, err := journaltest.Dump(o.tb.Context(), o.journal.DB(), tables...)
	must(o.tb, err)
	return text
}

// marks are how many there are of payers, with the one that tells with which key they are made.
func (o *office) marks() (n int) {
	o.tb.Helper()
	must(o.tb, o.journal.DB().QueryRow(o.tb.Context(), `SELECT COUNT(*) FROM payer_mark`).Scan(&n))
	return n
}

// namesInLines tells whether a body holds the name.
func (o *office) namesInLines() bool {
	lines, err := o.journal.Lines(o.tb.Context(), o.journal.DB(), "FEED-W", 0, 100)
	must(o.tb, err)
	return len(lines) == 0 || slices.ContainsFunc(lines, func(e journal.Entry) bool {
		return bytes.Contains(e.Body, []byte("Anna")) || bytes.Contains(e.Body, []byte("iela"))
	})
}
