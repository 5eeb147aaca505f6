package kept_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/personcode"
)

const (
	water    regno.Number = "90000028508"
	council  regno.Number = "40003032949"
	password              = "zilonis ar šalli"
)

var (
	start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	by    = actor.System("test")
)

// bare is the places and roles, and nobody.
var bare = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	a, err := app.Open(ctx, app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.NewHand(start), Node: "LV-TEST"})
	if err != nil {
		return err
	}
	if err := a.DefineRoles(ctx, by); err != nil {
		return err
	}
	if err := places.Seed(ctx, places.Services{Territory: a.Territory, Centre: a.Centre}, by); err != nil {
		return err
	}
	return a.Close()
})

// town is a program with rows in every table that follows from no line.
type town struct {
	*app.App
	t     *testing.T
	clock *clock.Hand
	keys  int
	bills []bill.Bill
	staff []id.ID
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open opens the program with the keys at path, which are made when they are not there, or without any.
func open(t *testing.T, dsn, path string) *town {
	t.Helper()
	w := &town{t: t, clock: clock.NewHand(start)}
	c := app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: w.clock, Node: "LV-TEST", Persons: make([]byte, personcode.SecretSize)}
	if path != "" {
		keys, err := custody.Open(t.Context(), dsn, path, "LV-TEST")
		must(t, err)
		c.Codes = keys.Codes()
	}
	var err error
	w.App, err = app.Open(t.Context(), c)
	must(t, err)
	t.Cleanup(func() { must(t, w.Close()) })
	return w
}

// coded is a town in which half the rows were there before they had codes, and half came after.
func coded(t *testing.T, dsn string) (w *town, keyFile string) {
	t.Helper()
	before := open(t, dsn, "")
	before.live("1")
	must(t, before.Close())
	keyFile = filepath.Join(t.TempDir(), "node.key")
	w = open(t, dsn, keyFile)
	w.clock.Set(start.Add(time.Hour))
	w.live("2")
	return w, keyFile
}

func (w *town) at(desk string) journal.Request {
	w.keys++
	return journal.Request{By: by, Desk: desk, Key: fmt.Sprintf("%d:%d", w.clock.Now().Unix(), w.keys)}
}

// live writes into each table.
func (w *town) live(name string) {
	w.t.Helper()
	ctx := w.t.Context()
	for i, number := range []regno.Number{water, council} {
		must(w.t, w.Bill.RegisterCreditor(ctx, w.at(staff.NetworkDesk), bill.Creditor{Number: number, Name: "SIA " + name, IBAN: "LV80BANK0000435195001"}))
		lookup, notify := "https://a.example/"+name, "https://b.example/"+name
		link := bill.Connection{Creditor: number, Lookup: &lookup, Notify: &notify, Secret: bill.Secret("secret-of-sixteen-" + name)}
		if i == 0 || name == "1" {
			must(w.t, w.Bill.Connect(ctx, w.at(staff.NetworkDesk), link))
		}
	}
	who, err := w.Staff.Enrol(ctx, by, staff.NewPerson{SignIn: "anna" + name, Name: "Anna " + name, Password: password, Scope: scope.Network}, w.at("").Key)
	must(w.t, err)
	w.staff = append(w.staff, who)
	other, err := w.Staff.Enrol(ctx, by, staff.NewPerson{SignIn: "berta" + name, Name: "Berta " + name, Scope: scope.Network}, w.at("").Key)
	must(w.t, err)
	must(w.t, w.Staff.Identify(ctx, by, who, staff.NewCode{Kind: "lv", Number: "3200000000" + name}, w.at("").Key))
	must(w.t, w.Staff.Identify(ctx, by, other, staff.NewCode{Kind: "LT-id", Number: "1234567" + name}, w.at("").Key))
	must(w.t, w.Staff.SetPassword(ctx, by, other, password, w.at("").Key))
	_, err = w.Proofs.MakeRecovery(ctx, by, who, w.at("").Key)
	must(w.t, err)
	_, _, err = w.Staff.CreateToken(ctx, by, staff.NewToken{Label: "kiosks " + name, Role: "auditor", Scope: scope.Network}, w.at("").Key)
	must(w.t, err)
	must(w.t, w.Keyring.Ensure(ctx))
	_, err = w.Keyring.Introduce(ctx, w.at(staff.NetworkDesk), w.clock.Now(), w.clock.Now().AddDate(0, 1, 0))
	must(w.t, err)
	w.pays(name)
}

// pays puts two bills and pays one of them, with the name of the payer on the receipt; the payer of a third one is erased.
func (w *town) pays(name string) {
	w.t.Helper()
	ctx, today := w.t.Context(), civil.MustDate("2026-11-20")
	var first bill.Bill
	for i := range 3 {
		c := bill.Content{
			Creditor: water, Number: fmt.Sprintf("W-%s-%d", name, i), Reference: "C-1", Kind: "water", Municipality: "0026000", Issued: today,
			Instalments: []bill.Instalment{{Due: today.AddDays(7), Cents: 1230}},
		}
		b, err := w.Bill.Put(ctx, w.at(bill.Feed(water)), c, bill.Payer{Name: "Jānis Liepa " + name, Address: "Dzērbene"})
		must(w.t, err)
		if i == 2 {
			must(w.t, w.Bill.ErasePayer(ctx, w.at(staff.NetworkDesk), water, b.Number))
			continue
		}
		w.bills = append(w.bills, b)
		if i == 0 {
			first = b
		}
	}
	if name == "1" {
		_, err := w.Till.Open(ctx, w.at("CES-1"), 2000)
		must(w.t, err)
	}
	_, err := w.Payment.Take(ctx, w.at("CES-1"), payment.Order{Cash: true, Items: []payment.Item{{Bill: first.ID, Cents: first.Total()}}, Payer: "Jānis " + name})
	must(w.t, err)
}

// look opens the database to verify it with the keys at path.
func look(t *testing.T, dsn string, k *rowcode.Key) *app.App {
	t.Helper()
	a, err := app.Look(t.Context(), app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.System{}, Codes: rowcode.Needs{Key: k}})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	return a
}

func openWith(ctx context.Context, dsn string, n rowcode.Needs) (*app.App, error) {
	return app.Open(ctx, app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.NewHand(start), Node: "LV-TEST", Codes: n})
}
