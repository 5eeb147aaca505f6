package billsql_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/bill/billtest"
	"vienkopus/internal/bill/epc"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// A bill is found by house, address, words in any order, without apostrophes and diacritics, and by a name of one letter where few have it.
func TestABillIsFoundByWhateverIsKnown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		for number, payer := range map[string]bill.Payer{
			"W-1": {Name: "Jānis d’Arc-Ozols", Address: "„Kalnāji”, Taurenes pagasts"},
			"W-2": {Name: "Sean O'Connor", Address: "Rīgas iela 12-4, Dzērbene"},
			"W-3": {Name: "Sean O'Connor", Address: "Rīgas iela 120, Dzērbene"},
			"W-4": {Name: "O", Address: "Upes iela 3a, Vecpiebalga"},
			"W-5": {Name: "Xu Li", Address: ""},
			"W-6": {Name: "SIA „Kalna māja”", Address: "Annas iela 1"},
		} {
			o.put(bill.Feed(water), content(water, number, "C-"+number, 1230), payer)
		}
		for query, want := range map[string][]string{
			"kalnaji": {"W-1"}, "„Kalnāji”": {"W-1"}, "taurenes KALNĀJI": {"W-1"}, "darc": {"W-1"}, "d'arc": {"W-1"}, "d’Arc": {"W-1"}, "ozols janis": {"W-1"}, "arc ozols": {"W-1"},
			"oconnor": {"W-2", "W-3"}, "o connor": {"W-2", "W-3"}, "connor sean": {"W-2", "W-3"}, "sean dzerbene": {"W-2", "W-3"},
			"rigas iela 12": {"W-2"}, "12 rīgas": {"W-2"}, "rigas 120": {"W-3"}, "Rīgas iela 12-4": {"W-2"}, "dzerbene connor 12": {"W-2"}, "rigas 1": nil,
			"upes 3": {"W-4"}, "upes 3a": {"W-4"}, "o": {"W-4"}, "O": {"W-4"}, "li": {"W-5"}, "xu": {"W-5"}, "li xu": {"W-5"},
			"kalna": {"W-6"}, "annas": {"W-6"}, "nobody": nil, "sean sean": nil,
		} {
			var got []string
			for _, line := range o.find(query) {
				got = append(got, line[:3])
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q finds %q, want %q", query, got, want)
			}
		}
		for _, query := range []string{"s", "zz", "12"} {
			_, err := o.service.Find(t.Context(), query)
			wantFault(t, err, "bill.query")
		}
		if found := checked(t, o); len(found) > 0 {
			t.Errorf("the check finds %q", found)
		}
		var namesakes bill.Batch
		for i := range 25 {
			c := content(water, "N-"+string(rune('A'+i)), "C", 1230)
			namesakes.Bills = append(namesakes.Bills, bill.Said{Content: c, Payer: &bill.Payer{Name: "O"}})
		}
		namesakes.By, namesakes.Key = billtest.Accountant, "namesakes"
		_, err := o.service.PutAll(t.Context(), namesakes)
		must(t, err)
		_, err = o.service.Find(t.Context(), "o")
		wantFault(t, err, "bill.query")
		// Erased, he is found nowhere.
		must(t, o.service.ErasePayer(t.Context(), o.at("NETWORK"), water, "W-2"))
		if got := o.find("rigas iela 12"); len(got) > 0 {
			t.Errorf("an erased payer is found: %q", got)
		}
		must(t, o.journal.DB().Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE payer SET address = 'Elsewhere 5' WHERE name = 'SIA „Kalna māja”'`)
			return err
		}))
		if found := checked(t, o); len(found) != 1 {
			t.Errorf("of a payer who has moved by himself the check finds %q", found)
		}
	})
}

// A code that asks another sum than what is due is told with both.
func TestACodeThatAsksAnotherSum(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		o.put(bill.Feed(water), content(water, "W-1", "C-100", 1230), anna)
		for cents, other := range map[money.Amount]bool{9999: true, 1230: false, 1231: true} {
			code, err := epc.Code{Name: "Vinda", IBAN: accounts[water].IBAN, Amount: cents, Text: "W-1"}.Encode()
			must(t, err)
			found, err := o.service.Find(t.Context(), code)
			must(t, err)
			if f := found[0]; len(found) != 1 || f.Asked != cents || f.Due.Total != 1230 || f.OtherSum() != other {
				t.Errorf("a code of %s: asked %s, due %s, other %v", cents, f.Asked, f.Due.Total, f.OtherSum())
			}
		}
		if found, err := o.service.Find(t.Context(), "W-1"); err != nil || found[0].Asked != 0 || found[0].OtherSum() {
			t.Errorf("a number asks %+v, %v", found, err)
		}
	})
}

// Two who connect a creditor at once, each one system of it, leave both connected: what is not said is read where it is written.
func TestTwoConnectACreditorAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		lookup, notify, none := "https://a.example/l", "https://a.example/n", ""
		for range 5 {
			var both sync.WaitGroup
			for _, c := range []bill.Connection{{Lookup: &lookup}, {Notify: &notify}} {
				c.Creditor, c.Secret = water, "a-secret-of-sixteen"
				both.Go(func() {
					if err := o.service.Connect(context.WithoutCancel(t.Context()), o.at("NETWORK"), c); err != nil {
						t.Error(err)
					}
				})
			}
			both.Wait()
			links, err := billsql.Store{}.Links(t.Context(), o.journal.DB())
			if err != nil || len(links) != 1 || links[0].Lookup != lookup || links[0].Notify != notify {
				t.Fatalf("%+v, %v", links, err)
			}
			must(t, o.service.Connect(t.Context(), o.at("NETWORK"), bill.Connection{Creditor: water, Lookup: &none, Notify: &none}))
		}
		err := o.service.Connect(t.Context(), o.at("NETWORK"), bill.Connection{Creditor: water, Lookup: &lookup})
		wantFault(t, err, "bill.secret")
	})
}

// checked is what verify finds in the tables outside the journal. The codes of rows have no table here, so it cannot look at links.
func checked(t *testing.T, o *office) []string {
	t.Helper()
	report, err := audit.Run(t.Context(), audit.Config{DB: o.journal.DB(), Checks: []audit.Check{o.Store.CheckKept()}})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, p := range report.Problems {
		if text := p.String(); !strings.Contains(text, "row_code_key") {
			found = append(found, text)
		}
	}
	return found
}
