package banksql_test

import (
	"context"
	"database/sql"
	_ "embed"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/bank"
	"vienkopus/internal/bank/banksql"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	"vienkopus/internal/till/tillsql"
	tt "vienkopus/internal/till/tilltest"
)

//go:embed testdata/till_before.sql
var schemaBefore string

// before is the till as it was when it kept the tables of the bank too. It fills one of them.
type before struct{ tillsql.Store }

// Schema implements journal.Projection.
func (before) Schema() string { return schemaBefore }

// Reads implements journal.Projection.
func (before) Reads() []journal.Type { return []journal.Type{journal.Of[bank.DepositMade]()} }

// Apply implements journal.Projection.
func (before) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	if f, ok := e.Fact.(bank.DepositMade); ok {
		const query = `INSERT INTO till_deposit (id, desk, number, municipality, day, iban, slip, cents, at, who) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '')`
		return tx.Run(ctx, "before", query, f.Deposit, e.Desk, e.Number, f.Municipality, f.Day, string(f.IBAN), f.Slip, int64(f.Cents))
	}
	return nil
}

// A database that an older program has left, with the tables of the bank among those of the till, has the rows of a new one at the next start, and nothing is left over.
func TestADatabaseFromBeforeTheBank(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		w.WholeWay()
		fresh, made := w.Dump(), tablesOf(t, w.Journal.DB())
		if want := slices.Sorted(slices.Values(append(journal.Tables(tillsql.Store{}), journal.Tables(banksql.Store{})...))); !slices.Equal(made, want) {
			t.Fatalf("the tables are %q, want %q", made, want)
		}
		older(t, w)
		old := tablesOf(t, w.Journal.DB())
		if !slices.Equal(old, slices.Sorted(slices.Values(journal.Tables(before{})))) {
			t.Fatalf("the old tables are %q", old)
		}
		again := bt.Join(t, dsn, "again")
		if after := again.Dump(); after != fresh {
			t.Errorf("an old database has other rows:\n%s\nwant\n%s", after, fresh)
		}
		if left := tablesOf(t, again.Journal.DB()); !slices.Equal(left, made) {
			t.Errorf("the tables are %q, want %q", left, made)
		}
		if found := again.Check(); len(found) > 0 {
			t.Errorf("found %q", found)
		}
	})
}

// older leaves the database of w as an older program would.
func older(t *testing.T, w *bt.World) {
	t.Helper()
	projections := slices.Clone(tt.Projections)
	for i, p := range projections {
		if p.Name() == "till" {
			projections[i] = before{}
		}
	}
	facts := append(append(till.Facts(), bank.Facts()...), journal.Define[tt.Paid]())
	j, err := journal.New(journal.Config{DB: w.Journal.DB(), Clock: w.Clock, Facts: facts, Projections: projections})
	tt.Must(t, err)
	_, err = j.Prepare(t.Context(), nil)
	tt.Must(t, err)
	var deposits int
	tt.Must(t, j.DB().QueryRow(t.Context(), "SELECT COUNT(*) FROM till_deposit").Scan(&deposits))
	if deposits != 2 {
		t.Fatalf("the old table holds %d deposits", deposits)
	}
}

// tablesOf are the tables of till and bank that the database holds, in the order of their names.
func tablesOf(t *testing.T, db *sqldb.DB) []string {
	t.Helper()
	query := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if db.Engine() == sqldb.Postgres {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
	}
	var names []string
	tt.Must(t, sqldb.Each(t.Context(), db, query, nil, func(rows *sql.Rows) error {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		if strings.HasPrefix(name, "till_") || strings.HasPrefix(name, "bank_") {
			names = append(names, name)
		}
		return nil
	}))
	slices.Sort(names)
	return names
}
