package kept_test

import (
	"bytes"
	"database/sql"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vienkopus/internal/app"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
)

// names are two hundred of people, each a word that stands nowhere else.
func names() (all []string) {
	for i := range 200 {
		all = append(all, fmt.Sprintf("Kanārijputns%c%c Žagatiņš", 'a'+i/26, 'a'+i%26))
	}
	return all
}

// betrayed are the places among texts in which one of the names stands, however it is written.
func betrayed(texts map[string][]byte) (where []string) {
	var forms [][]byte
	for _, name := range names() {
		for _, form := range []string{strings.Fields(name)[0], strings.Fields(bill.Fold(name))[0]} {
			forms = append(forms, []byte(form), []byte(hex.EncodeToString([]byte(form))))
		}
	}
	for place, text := range texts {
		for _, form := range forms {
			if bytes.Contains(text, form) {
				where = append(where, fmt.Sprintf("%s: %s", place, form))
				break
			}
		}
	}
	return where
}

// inhabit has two hundred people in the town: payers, those who wished their names on receipts, staff.
func inhabit(t *testing.T, w *town) {
	t.Helper()
	ctx := t.Context()
	batch := bill.Batch{By: by, Key: "canaries"}
	today := w.clock.Now().Format("2006-01-02")
	for i, name := range names() {
		c := bill.Content{Creditor: towntest.Water, Number: fmt.Sprintf("K-%d", i), Reference: "K", Kind: "water", Municipality: towntest.Cesu}
		must(t, c.Issued.UnmarshalText([]byte(today)))
		c.Instalments = []bill.Instalment{{Due: c.Issued.AddDays(7), Cents: money.Amount(1230)}}
		batch.Bills = append(batch.Bills, bill.Said{Content: c, Payer: &bill.Payer{Name: name, Address: name + " iela 5"}})
	}
	must(t, w.Keyring.Ensure(ctx))
	done, err := w.Bill.PutAll(ctx, batch)
	must(t, err)
	for i, name := range names()[:10] {
		_, err := w.Payment.Take(ctx, w.at("CES-1"), payment.Order{Cash: true, Items: []payment.Item{{Bill: done[i].Bill, Cents: 1230}}, Payer: name})
		must(t, err)
		_, err = w.Staff.Enrol(ctx, by, staff.NewPerson{SignIn: fmt.Sprintf("darbinieks%d", i), Name: name, Password: password, Scope: scope.Network}, w.at("").Key)
		must(t, err)
	}
	for _, name := range names()[10:30] {
		found, err := w.Bill.Find(ctx, strings.Fields(name)[0])
		must(t, err)
		if len(found) != 1 && !strings.HasSuffix(found[0].Payer.Name, "Žagatiņš") {
			t.Errorf("%s finds %d bills", name, len(found))
		}
	}
	must(t, w.Bill.ErasePayer(ctx, w.at(staff.NetworkDesk), towntest.Water, "K-199"))
}

// stored is everything that is stored of a database, as bytes.
func stored(t *testing.T, dsn string) map[string][]byte {
	t.Helper()
	texts := map[string][]byte{}
	if dbtest.Engine(dsn) == "sqlite" {
		files, err := filepath.Glob(strings.TrimPrefix(dsn, "file:") + "*")
		must(t, err)
		for _, file := range files {
			if texts[filepath.Base(file)], err = os.ReadFile(file); err != nil {
				t.Fatal(err)
			}
		}
		return texts
	}
	db, err := sqldb.Open(t.Context(), dsn)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	var tables []string
	must(t, sqldb.Each(t.Context(), db, `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`, nil, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		tables = append(tables, name)
		return err
	}))
	for _, name := range tables {
		text, err := journaltest.Dump(t.Context(), db, name)
		must(t, err)
		texts[name] = []byte(text)
	}
	return texts
}

// Two hundred names are written into a whole town and stand nowhere in clear: not in the database, its log, the store beside it, a backup, or the log of the program.
func TestNoNameStandsAnywhereInClear(t *testing.T) {
	t.Parallel()
	towntest.Whole.Each(t, func(t *testing.T, dsn string) {
		for _, keyed := range []bool{true, false} { // without a key they are found, so that the search can fail
			var said, file bytes.Buffer
			c := app.Config{DSN: dsn, Passwords: towntest.Cheap, Node: "LV-TEST", Persons: make([]byte, 32), Log: slog.New(slog.NewJSONHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug}))}
			if !keyed {
				c.DSN = map[string]func(testing.TB) string{"sqlite": towntest.Whole.SQLite, "postgres": towntest.Whole.Postgres}[dbtest.Engine(dsn)](t)
			} else {
				keys, err := custody.Open(t.Context(), dsn, filepath.Join(t.TempDir(), "node.key"), "LV-TEST")
				must(t, err)
				c.Codes = keys.Codes()
			}
			w := &town{t: t, clock: clock.NewHand(towntest.Start.AddDate(0, 0, 6))}
			c.Clock = w.clock
			var err error
			w.App, err = app.Open(t.Context(), c)
			must(t, err)
			inhabit(t, w)
			_, err = w.Backup(t.Context(), &file, nil)
			must(t, err)
			restored, closing, err := app.OpenBackup(t.Context(), bytes.NewReader(file.Bytes()))
			must(t, err)
			payers, err := journaltest.Dump(t.Context(), restored, "payer", "payer_mark", "payer_beginning", "receipt_payer", "staff_account")
			must(t, err)
			must(t, closing())
			texts := stored(t, c.DSN) // while it is open: with its log
			must(t, w.Close())
			texts["backup"], texts["log"] = []byte(payers), said.Bytes()
			if dbtest.Engine(dsn) == "sqlite" && (len(texts) < 4 || keyed && len(texts["log"]) == 0) {
				t.Errorf("only %d places were searched", len(texts))
			}
			switch where := betrayed(texts); {
			case keyed && len(where) > 0:
				t.Errorf("in clear: %q", where)
			case !keyed && len(where) < 2:
				t.Errorf("without a key names are seen in %q alone: the search does not see", where)
			}
		}
	})
}
