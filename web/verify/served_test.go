package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
	"vienkopus/web"
)

// running is a program that serves the page, and a code that it has just signed.
type running struct {
	*app.App
	address, code string
}

func program(t *testing.T, dsn string) running {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{DSN: dsn, Node: "LV-CESIS", Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	must(t, a.Keyring.Ensure(t.Context()))
	handler, err := a.Handler(nil)
	must(t, err)
	site := httptest.NewServer(handler)
	t.Cleanup(site.Close)
	now := a.Journal.Now()
	key, err := a.Keyring.Current(t.Context(), a.DB, now)
	must(t, err)
	code, err := receipt.Sign(&receipt.Receipt{
		Kind: receipt.Payment, Node: "LV-CESIS", Series: "CES-1", Number: 1, At: now, Creditor: "90000028508", Currency: "EUR",
		Total: 4250, Tenders: map[receipt.Tender]money.Amount{receipt.Cash: 4250},
	}, key)
	must(t, err)
	return running{App: a, address: site.URL, code: code.Text()}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r running) get(t *testing.T, path string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.address+path, http.NoBody)
	must(t, err)
	answer, err := http.DefaultClient.Do(request)
	must(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(t, err)
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%s is answered with %d", path, answer.StatusCode)
	}
	return body
}

func TestTheProgramHoldsThisPage(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(web.VerifyPage(), builtPage(t)) {
		t.Error("web/dist/verify.html is not the page of today: run make web")
	}
}

// The page that the program serves, under the policy that the program sends, knows a receipt that the program has just signed; so does the
// file that somebody took home. Once the key is known to be stolen, it no longer does.
func TestTheServedPageVerifiesAFreshReceipt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		r := program(t, dsn)
		says := func(how, shown, verdict, words string) {
			t.Helper()
			if !strings.Contains(shown, `<section id="result" class="`+verdict+`">`) || !strings.Contains(shown, words) {
				t.Errorf("%s: not %s (%s): %s", how, verdict, words, shown)
			}
		}
		says("served", browse(t, r.address+"/verify", "lv", r.code), "valid", "Kvīts ir īsta")
		says("from a disk", inBrowser(t, r.get(t, "/verify?download"), "lv", r.code), "valid", "Kvīts ir īsta")
		code, err := receipt.Parse(r.code)
		must(t, err)
		request := journal.Request{By: actor.System("test"), Desk: staff.NetworkDesk, Key: "stolen"}
		must(t, r.Keyring.Compromised(t.Context(), request, code.Key, r.Journal.Now()))
		says("served later", browse(t, r.address+"/verify", "lv", r.code), "uncertain", "Ar kodu vien nepietiek")
	})
}
