package main

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/sqldb"
)

// paper is an everyday payment of now: 42,50 for the bill 2026000417, 30,00 in cash and the rest by card.
func paper() *receipt.Receipt {
	r := &receipt.Receipt{
		Kind: receipt.Payment, Node: app.DefaultNode, Series: "CES-1", Number: 1, At: clock.System{}.Now(), Creditor: "90000028508",
		Currency: "EUR", Total: 4250, Tenders: map[receipt.Tender]money.Amount{receipt.Cash: 3000, receipt.Card: 1250},
	}
	r.AddBill("2026000417", 4250)
	return r
}

// signs returns the code of a receipt, signed by the program of a database that has a key.
func signs(t *testing.T, dsn string, r *receipt.Receipt) *receipt.Code {
	t.Helper()
	var code *receipt.Code
	a, err := app.Open(t.Context(), app.Config{DSN: dsn, Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Keyring.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	key, err := a.Keyring.Current(t.Context(), a.DB, r.SignedAt())
	if err != nil {
		t.Fatal(err)
	}
	if code, err = receipt.Sign(r, key); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return code
}

// plain takes a text as it is looked for: without no-break spaces.
func plain(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

// shows complains unless the output says all the words.
func (s said) shows(words ...string) said {
	s.t.Helper()
	for _, word := range words {
		if !strings.Contains(plain(s.out), word) {
			s.t.Errorf("%s: does not show %q\n%s", s.asked, word, s.out)
		}
	}
	return s
}

func keep(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAReceiptIsCheckedOnTheCommandLine(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		r := paper()
		code := signs(t, dsn, r)
		keys := keep(t, "keys.json", call(t, "receipt", "keys", "--db", dsn).well().out)
		for _, one := range []said{
			call(t, "receipt", "verify", code.Text(), "--db", dsn),
			call(t, "receipt", "verify", code.Text(), "--keys", keys),
			call(t, "receipt", "verify", "--file", keep(t, "code", code.Text()+"\r\n"), "--keys", keys),
			callWith(t, "\t"+code.Text()+"\n", "receipt", "verify", "--keys", keys),
			callWith(t, code.Text()+"\n", "receipt", "verify", "-", "--keys", keys),
		} {
			one.well().shows("The receipt is genuine.", "Compare what stands below with the paper.", "CES-1 1\n", "€42.50\n", "€30.00 in cash, €12.50 by card",
				"90000028508", "LV-NODE", "Original", code.CheckCode(), "voided or refunded later")
		}
		riga, err := time.LoadLocation("Europe/Riga")
		if err != nil {
			t.Fatal(err)
		}
		verify := func(args ...string) said {
			return call(t, append([]string{"receipt", "verify", "--keys", keys}, args...)...)
		}
		verify("--lang", "lv", code.Text()).well().shows("Kvīts ir īsta.", "42,50 €", "30,00 € skaidrā naudā, 12,50 € ar karti", "Oriģināls", r.At.In(riga).Format("02.01.2006 15:04"))
		verify("--lang", "lt", code.Text()).well().shows("Kvitas tikras.", "grynaisiais", "Patikros kodas")

		verify(code.Text(), "--bill", "2026-000417=42,50").well().shows("Yes, this receipt proves that €42.50 was paid for the bill 2026-000417.")
		verify(code.Text(), "--bill", "2026000417=42,51").badly(invalid).shows("genuine", "No, there is no bill 2026000417 with €42.51 in this receipt.")
		for _, bill := range []string{"2026000417", "=42,50", "2026000417=", "2026000417=0", "2026000417=-1", "2026000417=1,234"} {
			verify(code.Text(), "--bill", bill).badly(unanswered, "Give the number of the bill and the amount")
		}
	})
}

func TestVerdictsAreStatuses(t *testing.T) {
	t.Parallel()
	dsn := town.SQLite(t)
	r := paper()
	code := signs(t, dsn, r)
	text := code.Text()
	forged := text[:len(text)-9] + strings.Replace("1", text[len(text)-9:len(text)-8], "0", 1) + text[len(text)-8:]
	none := keep(t, "none.json", `{"format":"vienkopus-receipt-keys-1","keys":[]}`)
	for _, c := range []struct {
		args   []string
		status int
		shows  []string
		hides  bool
	}{
		{[]string{forged}, invalid, []string{"Reason: "}, true},
		{[]string{"VK1:nonsense"}, invalid, []string{"The code could not be read.", "Reason: alphabet"}, true},
		{[]string{"BCD"}, invalid, []string{"This is not a receipt code.", "Reason: prefix"}, true},
		{[]string{"VK2:" + text[4:]}, uncertain, []string{"This program cannot check the receipt.", "Reason: newer"}, true},
		{[]string{text, "--keys", none}, uncertain, []string{"The receipt cannot be confirmed.", "What the code claims (not confirmed):", "CES-1 1", "Reason: unknown_key"}, false},
	} {
		got := call(t, append([]string{"receipt", "verify", "--db", dsn}, c.args...)...).badly(c.status).shows(c.shows...)
		if c.hides && strings.Contains(got.out, "CES-1") || got.err != "" {
			t.Errorf("%s: shows what a forger wrote, or complains: %s%s", got.asked, got.out, got.err)
		}
	}
	// A question that cannot be answered is no forgery.
	missing := filepath.Join(t.TempDir(), "none.db")
	for _, c := range []struct {
		input string
		args  []string
		says  string
	}{
		{"", []string{"--db", dsn}, "There is no code."},
		{"\n\n", []string{"-", "--db", dsn}, "There is no code."},
		{"", []string{text, "--db", missing}, "There is no database " + missing},
		{"", []string{text, "--keys", keep(t, "keys", "{}")}, "The file holds no list of receipt keys"},
		{"", []string{text, "--keys", missing}, missing},
		{"", []string{text, "--file", none, "--keys", none}, "either a code or --file"},
	} {
		callWith(t, c.input, append([]string{"receipt", "verify"}, c.args...)...).badly(unanswered, "vienkopus: ", c.says)
	}
	// A code is read however an editor saved the file; what holds none was not checked, and is no forgery.
	wide := func(text string, low int) string {
		var b strings.Builder
		for i := range len(text) {
			two := []byte{0, 0}
			two[low] = text[i]
			b.Write(two)
		}
		return b.String()
	}
	for name, saved := range map[string]string{
		"mark": "\ufeff" + text + "\r\n", "utf16le": "\xff\xfe" + wide(text+"\r\n", 0), "utf16be": "\xfe\xff" + wide(text, 1), "no-mark": wide(text, 0), "unseen": "\u200b" + text + "\u200b",
	} {
		call(t, "receipt", "verify", "--file", keep(t, name, saved), "--db", dsn).well()
		callWith(t, saved, "receipt", "verify", "--db", dsn).well()
	}
	for name, saved := range map[string]string{
		"zip": "PK\x03\x04" + text, "pdf": "%PDF-1.7", "picture": "\x89PNG\r\n\x1a\n\x00", "bytes": "VK1:\xff\xfe", "letter": "Labdien!", "utf32": "\xff\xfe\x00\x00V\x00\x00\x00",
	} {
		call(t, "receipt", "verify", "--file", keep(t, name, saved), "--db", dsn).badly(unanswered, "vienkopus: ")
	}
	var answer struct {
		receipt.Result
		Receipt struct{ Series string } `json:"receipt"`
		Pays    *bool
	}
	read := func(s said) {
		t.Helper()
		answer.Pays = nil
		if err := json.Unmarshal([]byte(s.out), &answer); err != nil {
			t.Fatalf("%v: %s", err, s.out)
		}
	}
	read(call(t, "receipt", "verify", text, "--json", "--db", dsn).well())
	if answer.Verdict != receipt.Valid || answer.Receipt.Series != "CES-1" || answer.CheckCode != code.CheckCode() || answer.Pays != nil {
		t.Errorf("%+v", answer)
	}
	read(call(t, "receipt", "verify", text, "--json", "--bill", "1=1", "--db", dsn).badly(invalid))
	if answer.Verdict != receipt.Valid || answer.Pays == nil || *answer.Pays {
		t.Errorf("%+v", answer)
	}
	if s := call(t, "receipt", "verify", forged, "--json", "--bill", "1=1", "--db", dsn).badly(invalid); strings.Contains(s.out, "CES-1") || strings.Contains(s.out, "pays") {
		t.Errorf("%s", s.out)
	}
}

func TestCopiesAndReversalsAreSaid(t *testing.T) {
	t.Parallel()
	dsn := town.SQLite(t)
	r := paper()
	copied := signs(t, dsn, r.CopyAt(3, r.At.Add(time.Second)))
	call(t, "receipt", "verify", copied.Text(), "--db", dsn).well().shows("Copy no. 3 (")
	link, err := r.Link()
	if err != nil {
		t.Fatal(err)
	}
	back := *r
	back.Kind, back.Number, back.Bills, back.Original, back.Previous, back.Currency = receipt.Refund, 2, nil, link, link, "USD"
	back.Tenders = map[receipt.Tender]money.Amount{receipt.Transfer: 4000, 7: 250}
	call(t, "receipt", "verify", signs(t, dsn, &back).Text(), "--db", dsn).well().
		shows("Refund", "This receipt takes another one back.", "40.00 USD by transfer, 2.50 USD otherwise (7)")
}

func TestOperatorsMakeAndMarkKeys(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		code := signs(t, dsn, paper())
		made := call(t, "receipt", "key", "new", "--db", dsn).well()
		kid := regexp.MustCompile(`^[0-9a-f]{8}\n$`).FindString(made.out)
		if kid == "" || !strings.Contains(made.err, "of LV-NODE signs from ") {
			t.Fatalf("made: %q %q", made.out, made.err)
		}
		other := call(t, "receipt", "key", "new", "--node", "LV-BUS", "--from", "2100-01-01T00:00:00+02:00", "--to", "2101-01-01T00:00:00Z", "--db", dsn).well()
		if listed := call(t, "receipt", "keys", "--db", dsn).well().out; !strings.Contains(listed, `"from": "2099-12-31T22:00:00Z"`) || strings.Count(listed, `"kid"`) != 3 {
			t.Errorf("listed: %s", listed)
		}
		for _, c := range []struct {
			args []string
			says string
		}{
			{[]string{"new", "--node", "Cēsis"}, "must be the name of the network and that of the node"},
			{[]string{"new", "--to", "2020-01-01T00:00:00Z"}, "The time of a key ends after it begins"},
			{[]string{"compromised", "x"}, "This is not the id of a key."},
			{[]string{"compromised", strings.TrimSpace(other.out)}, "LV-NODE has no key "},
			{[]string{"compromised", code.Key.String(), "--since", "2100-01-01T00:00:00Z"}, "Give a moment that has passed."},
		} {
			call(t, append(append([]string{"receipt", "key"}, c.args...), "--db", dsn)...).badly(failed, c.says)
		}
		call(t, "receipt", "verify", code.Text(), "--db", dsn).well()
		call(t, "receipt", "key", "compromised", code.Key.String(), "--db", dsn).well().shows("No receipt of the key "+code.Key.String(), strings.TrimSpace(kid)+" signs")
		call(t, "receipt", "verify", code.Text(), "--db", dsn).badly(uncertain).shows("The code alone is not enough.", "Reason: compromised")
		call(t, "receipt", "key", "compromised", code.Key.String(), "--db", dsn).badly(failed, "is marked already")
		clean(t, dsn)
	})
}

// seeds returns the secrets of a database in every way in which they may be written.
func seeds(t *testing.T, dsn string) []string {
	t.Helper()
	db, err := sqldb.Open(context.WithoutCancel(t.Context()), dsn)
	if err != nil {
		t.Fatal(err)
	}
	var seed []byte
	if err := db.QueryRow(t.Context(), "SELECT seed FROM receipt_secret").Scan(&seed); err != nil {
		t.Fatal(err) // there must be one; of several, the first will do
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return []string{string(seed), hex.EncodeToString(seed), base64.StdEncoding.EncodeToString(seed), base64.RawURLEncoding.EncodeToString(seed)}
}

// A program that begins to serve has a key, the next one has the same, and its seed is nowhere but in its table.
func TestWhoServesHasAKeyAndKeepsItsSecret(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		p := serve(t, dsn)
		before := p.get(p.site+receipt.KeysPath, "").body
		keys, err := receipt.ParseKeys([]byte(before))
		if err != nil || len(keys.All()) != 1 || keys.All()[0].Node != app.DefaultNode {
			t.Fatalf("%s: %v", before, err)
		}
		page := p.get(p.site+"/verify", "").body
		metrics := p.get(p.probes+"/metrics", "").body
		if !regexp.MustCompile(`(?m)^vienkopus_receipt_key_seconds 3\.4\d+e\+07$`).MatchString(metrics) {
			t.Errorf("the metrics do not say for how long there is a key: %s", metrics)
		}
		p.stop()
		again := serve(t, dsn)
		if after := again.get(again.site+receipt.KeysPath, "").body; after != before {
			t.Errorf("started again: %s, was %s", after, before)
		}
		again.stop()
		texts := map[string]string{"log": p.said.String() + again.said.String(), "keys": before, "page": page, "metrics": metrics}
		for name, text := range contents(t, dsn) {
			if name != "receipt_secret" {
				texts["table "+name] = text
			}
		}
		for _, secret := range seeds(t, dsn) {
			for where, text := range texts {
				if strings.Contains(text, secret) {
					t.Errorf("the seed stands in the %s", where)
				}
			}
		}
		if !strings.Contains(contents(t, dsn)["receipt_secret"], seeds(t, dsn)[1]) {
			t.Error("the seed is not found where it is: nothing was searched")
		}
		clean(t, dsn)
	})
}

func TestANodeIsNamedAsItMustBe(t *testing.T) {
	t.Parallel()
	dsn := town.SQLite(t)
	call(t, "serve", "--db", dsn, "--node", "cesis").badly(failed, "must be the name of the network and that of the node", "LV-CESIS")
	p := serve(t, dsn, "--node", "LV-CESIS")
	if got := p.get(p.site+receipt.KeysPath, ""); got.status != http.StatusOK || !strings.Contains(got.body, `"node":"LV-CESIS"`) {
		t.Errorf("%s", got.body)
	}
	p.stop()
}

// FuzzParseBill reads whatever is typed as a bill: it is refused, or has a number and an amount.
func FuzzParseBill(f *testing.F) {
	for _, text := range []string{"", "2026000417=42,50", "a=b=1", "=", "=1", "x=", "x=1,234", "ā=1 234,50 €"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := parseBill(text)
		if err == nil && text != "" && (b.number == "" || b.amount <= 0) || err != nil && b != (paidBill{}) {
			t.Errorf("%q is %+v, %v", text, b, err)
		}
	})
}
