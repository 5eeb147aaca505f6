package kept_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
)

var forgotten = bill.Payer{Name: "Kanārijputns Žagatiņš", Address: "Upes iela 3, Dzērbene"}

// listing opens the program with a key, or with none, and with a list of erasures.
func listing(t *testing.T, dsn, list string, codes rowcode.Needs) *town {
	t.Helper()
	w := &town{t: t, clock: clock.NewHand(start.Add(time.Minute))}
	var err error
	w.App, err = app.Open(context.WithoutCancel(t.Context()), app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: w.clock, Node: "LV-TEST", Codes: codes, Erasures: list})
	must(t, err)
	return w
}

// delivers puts a bill of a creditor in the name of who is to be forgotten, or of another person at another house.
func (w *town) delivers(creditor regno.Number, number string, who bill.Payer) bill.Bill {
	w.t.Helper()
	day := civil.MustDate("2026-11-20")
	c := bill.Content{
		Creditor: creditor, Number: number, Reference: "C-1", Kind: "water", Municipality: "0026000", Issued: day, Instalments: []bill.Instalment{{Due: day.AddDays(7), Cents: 1230}},
	}
	done, err := w.Bill.PutAll(w.t.Context(), bill.Batch{By: by, Key: w.at("").Key + number, Bills: []bill.Said{{Content: c, Payer: &who}}})
	must(w.t, err)
	return bill.Bill{ID: done[0].Bill, Content: c}
}

// known are how many bills are found in the name, and how often it stands on receipts.
func (w *town) known() string {
	w.t.Helper()
	found, err := w.Bill.Find(w.t.Context(), "kanarijputns")
	must(w.t, err)
	var names int
	must(w.t, w.DB.QueryRow(w.t.Context(), "SELECT COUNT(*) FROM receipt_payer").Scan(&names))
	return fmt.Sprintf("%d bills, %d receipts", len(found), names)
}

// Whoever was erased stays so: the creditor's next delivery, another bill in his name and an old backup do not bring him back. Only the list prevents the last.
func TestWhoWasErasedDoesNotComeBack(t *testing.T) {
	t.Parallel()
	bare.Each(t, func(t *testing.T, dsn string) {
		for _, keyed := range []bool{true, false} {
			t.Run(fmt.Sprintf("keyed %t", keyed), func(t *testing.T) {
				at := dsn
				if !keyed {
					at = map[string]func(testing.TB) string{"sqlite": bare.SQLite, "postgres": bare.Postgres}[dbtest.Engine(dsn)](t)
				}
				erases(t, at, keyed)
			})
		}
	})
}

func erases(t *testing.T, dsn string, keyed bool) {
	t.Helper()
	var needs rowcode.Needs
	key := filepath.Join(t.TempDir(), "node.key")
	again := func() rowcode.Needs {
		if !keyed {
			return needs
		}
		keys, err := custody.Open(t.Context(), dsn, key, "LV-TEST")
		must(t, err)
		return keys.Codes()
	}
	list := filepath.Join(t.TempDir(), "vienkopus.erased")
	w := listing(t, dsn, list, again())
	for _, number := range []regno.Number{water, council} {
		must(t, w.Bill.RegisterCreditor(t.Context(), w.at(staff.NetworkDesk), bill.Creditor{Number: number, Name: "SIA", IBAN: "LV80BANK0000435195001"}))
	}
	must(t, w.Keyring.Ensure(t.Context()))
	_, err := w.Till.Open(t.Context(), w.at("CES-1"), 2000)
	must(t, err)
	paid := w.delivers(water, "W-1", forgotten)
	_, err = w.Payment.Take(t.Context(), w.at("CES-1"), payment.Order{Cash: true, Items: []payment.Item{{Bill: paid.ID, Cents: 1230}}, Payer: forgotten.Name})
	must(t, err)
	w.delivers(water, "W-2", forgotten)
	w.delivers(council, "C-1", forgotten)
	other := forgotten
	other.Address = "Meža iela 9, Taurene"
	w.delivers(council, "C-2", other) // a namesake
	if got := w.known(); got != "3 bills, 1 receipts" {
		t.Fatalf("before: %s", got)
	}
	var backup bytes.Buffer
	_, err = w.Backup(t.Context(), &backup, nil)
	must(t, err)
	must(t, w.ErasePayer(t.Context(), w.at(staff.NetworkDesk), bill.PayerOf{Creditor: water, Number: "W-1"}, true))
	if got := w.known(); got != "1 bills, 0 receipts" {
		t.Errorf("erased: %s", got)
	}
	for _, number := range []string{"W-1", "W-2"} {
		w.delivers(water, number, forgotten)
		w.delivers(water, number, bill.Payer{Name: "Kanārijputns cits", Address: "Citur"}) // the bill stays without a name
	}
	w.delivers(council, "C-1", forgotten)
	if keyed {
		w.delivers(council, "C-3", forgotten) // the person, on another bill
	}
	if got := w.known(); got != "1 bills, 0 receipts" {
		t.Errorf("delivered again: %s", got)
	}
	if found := w.problems(); len(found) > 0 {
		t.Errorf("verify finds %q", found)
	}
	must(t, w.Close())
	text, err := os.ReadFile(list)
	must(t, err)
	if lines := strings.Count(string(text), "\n"); lines != map[bool]int{true: 5, false: 4}[keyed] || strings.Contains(string(text), "arijputn") {
		t.Errorf("the list is\n%s", text)
	}
	for _, c := range []struct{ list, want string }{{list, "1 bills, 0 receipts"}, {filepath.Join(t.TempDir(), "lost"), "3 bills, 1 receipts"}} {
		into := dbtest.SQLite(t)
		db, err := sqldb.Open(t.Context(), into)
		must(t, err)
		held := again()
		_, err = app.Restore(t.Context(), db, app.RestoreFrom{From: bytes.NewReader(backup.Bytes()), Rows: held.Key})
		must(t, err)
		must(t, db.Close())
		r := listing(t, into, c.list, held)
		if got := r.known(); got != c.want {
			t.Errorf("restored with %s: %s, want %s", filepath.Base(c.list), got, c.want)
		}
		if found := r.problems(); len(found) > 0 {
			t.Errorf("verify finds %q", found)
		}
		if c.list == list {
			dump, err := journaltest.Dump(t.Context(), r.DB, "payer_erased")
			must(t, err)
			if !strings.Contains(dump, "rows") || strings.Contains(dump, ": 0 rows") {
				t.Errorf("the restored database has not learnt who was erased: %s", dump)
			}
		}
		must(t, r.Close())
	}
}

// A backup in which somebody was erased is not restored without the list, unless it is said that it is lost.
func TestARestoreAsksForTheListOfErasures(t *testing.T) {
	t.Parallel()
	bare.Each(t, func(t *testing.T, dsn string) {
		w, _ := coded(t, dsn)
		var backup bytes.Buffer
		_, err := w.Backup(t.Context(), &backup, nil)
		must(t, err)
		for unlisted, want := range map[bool]error{true: app.ErrErasures, false: nil} {
			db, err := sqldb.Open(t.Context(), dbtest.SQLite(t))
			must(t, err)
			if _, err := app.Restore(t.Context(), db, app.RestoreFrom{From: bytes.NewReader(backup.Bytes()), Unlisted: unlisted}); !errors.Is(err, want) {
				t.Errorf("unlisted %t: %v", unlisted, err)
			}
			must(t, db.Close())
		}
	})
}
