package ledger_test

import (
	"encoding/json"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
)

var somewhere = ledger.Place{Day: civil.MustDate("2026-11-20"), Centre: "dzerbene", Municipality: "0026000"}

func post(account string, cents money.Amount) ledger.Posting {
	a, err := ledger.ParseAccount(account)
	if err != nil {
		panic(err)
	}
	return ledger.Posting{Account: a, Cents: cents}
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"cash:CES-1", "float:CES-1", "difference:DZE-1", "card:CES-1", "fee:CES-1", "transit:B-000123", "bank:LV80BANK0000435195001", "creditor:90000028508",
	} {
		a, err := ledger.ParseAccount(text)
		if err != nil || a.String() != text || string(a.Kind())+":"+a.Code() != text {
			t.Errorf("%s: read as %q, %v", text, a, err)
		}
	}
	for _, text := range []string{
		"", "cash", "cash:", "cash:CES 1", "cash:a:b", "cash:Ē", "purse:CES-1", ":CES-1", "creditor:90000028509", "creditor:LV90000028508",
		"bank:LV80BANK0000435195002", "bank:LV80 BANK 0000 4351 9500 1", "CASH:CES-1",
	} {
		if a, err := ledger.ParseAccount(text); !errors.Is(err, ledger.ErrAccount) || a != (ledger.Account{}) {
			t.Errorf("%q: read as %q, %v", text, a, err)
		}
	}
}

func TestAnEntryThatIsNoneCannotBeMade(t *testing.T) {
	t.Parallel()
	cash, water := post("cash:CES-1", 1200), post("creditor:90000028508", -1200)
	for name, c := range map[string]struct {
		at       ledger.Place
		postings []ledger.Posting
		want     error
	}{
		"unbalanced":  {somewhere, []ledger.Posting{cash, post("creditor:90000028508", -1199)}, ledger.ErrUnbalanced},
		"one":         {somewhere, []ledger.Posting{cash}, ledger.ErrPosting},
		"none":        {somewhere, nil, ledger.ErrPosting},
		"of nothing":  {somewhere, []ledger.Posting{post("cash:CES-1", 0), post("cash:CES-2", 0)}, ledger.ErrPosting},
		"too much":    {somewhere, []ledger.Posting{post("cash:CES-1", ledger.LargestPosting+1), post("card:CES-1", -ledger.LargestPosting-1)}, ledger.ErrPosting},
		"twice":       {somewhere, []ledger.Posting{cash, water, cash, post("card:CES-1", -1200)}, ledger.ErrPosting},
		"no account":  {somewhere, []ledger.Posting{{Cents: 1200}, water}, ledger.ErrAccount},
		"no day":      {ledger.Place{Centre: "cesis", Municipality: "0026000"}, []ledger.Posting{cash, water}, ledger.ErrPlace},
		"no centre":   {ledger.Place{Day: somewhere.Day, Municipality: "0026000"}, []ledger.Posting{cash, water}, ledger.ErrPlace},
		"too many":    {somewhere, make([]ledger.Posting, 201), ledger.ErrPosting},
		"not anyhow?": {somewhere, []ledger.Posting{cash, water}, nil},
	} {
		if _, err := ledger.NewEntry(c.at, c.postings...); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestAnEntryThatIsNoneCannotBeReadOrWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		`{"day":"2026-11-20","centre":"cesis","municipality":"0026000","postings":[{"account":"cash:CES-1","cents":5},{"account":"card:CES-1","cents":-4}]}`: ledger.ErrUnbalanced,
		`{"day":"2026-11-20","centre":"cesis","municipality":"0026000","postings":[]}`:                                                                       ledger.ErrPosting,
		`{"day":"2026-11-20","centre":"cesis","municipality":"0026000","postings":[{"account":"purse:x","cents":5}]}`:                                        ledger.ErrAccount,
		`{}`: ledger.ErrPlace,
	} {
		var e ledger.Entry
		if err := json.Unmarshal([]byte(text), &e); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
	if _, err := json.Marshal(ledger.Booked{Ledger: make([]ledger.Entry, 1)}); !errors.Is(err, ledger.ErrPlace) {
		t.Errorf("an entry of nothing is written: %v", err)
	}
}

// What is made sums to zero, is read back as it was written, and is taken back by its reverse.
func TestEntriesSumToZero(t *testing.T) {
	t.Parallel()
	accounts := []string{"cash:CES-1", "card:CES-1", "transit:B-1", "creditor:90000028508", "bank:LV80BANK0000435195001"}
	rapid.Check(t, func(t *rapid.T) {
		var postings []ledger.Posting
		for _, account := range accounts[:rapid.IntRange(2, len(accounts)).Draw(t, "accounts")] {
			postings = append(postings, post(account, money.Amount(rapid.Int64Range(-5, 5).Draw(t, "cents"))))
		}
		var sum money.Amount
		whole := true
		for _, p := range postings {
			sum += p.Cents
			whole = whole && p.Cents != 0
		}
		e, err := ledger.NewEntry(somewhere, postings...)
		if (err == nil) != (sum == 0 && whole) {
			t.Fatalf("%v: %v", postings, err)
		}
		if err != nil {
			return
		}
		text, err := json.Marshal(ledger.Booked{Ledger: []ledger.Entry{e}})
		if err != nil {
			t.Fatal(err)
		}
		var back ledger.Booked
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(text) {
			t.Fatalf("%s was read as %s, %v", text, again, err)
		}
		reverse, err := e.Reverse(somewhere)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range reverse.Postings() {
			if p.Cents != -postings[i].Cents || p.Account != postings[i].Account {
				t.Fatalf("%v is taken back by %v", postings[i], p)
			}
		}
	})
}
