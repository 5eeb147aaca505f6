package app

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// proven are the tables of which somebody has said what proves them, or that they may be lost; twice said is a mistake.
func proven(rooms []room.Room, steps []room.Kept) []string {
	all := []string{"schema_migration"} // which steps were taken: it is older than every step
	for _, r := range rooms {
		for _, p := range r.Projections {
			all = append(all, journal.Tables(p)...)
		}
	}
	for _, k := range steps {
		all = slices.Concat(all, k.Checked, k.Losable)
		for _, t := range k.Coded {
			all = append(all, t.Name)
		}
	}
	return all
}

// complain says what is wrong between the tables that are there and what is said of them.
func complain(there, said []string) []string {
	var wrong []string
	for _, table := range there {
		if !slices.Contains(said, table) && !strings.HasPrefix(table, "side_") {
			wrong = append(wrong, "nothing proves the table "+table)
		}
	}
	for i, table := range said {
		if !slices.Contains(there, table) {
			wrong = append(wrong, "there is no table "+table)
		}
		if slices.Contains(said[:i], table) {
			wrong = append(wrong, "it is said twice what proves "+table)
		}
	}
	return wrong
}

// Every table follows from lines, carries codes, is checked or may be lost, and its room says which.
func TestEveryTableIsProvenOrDeclared(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		a, err := Open(t.Context(), Config{DSN: dsn, Clock: clock.System{}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
		if a.DB.Engine() == sqldb.Postgres {
			query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
		}
		var there []string
		err = sqldb.Each(t.Context(), a.DB, query, nil, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			there = append(there, name)
			return err
		})
		if err != nil || len(there) < 70 {
			t.Fatalf("%d tables, %v", len(there), err)
		}
		for _, wrong := range complain(there, proven(a.rooms, a.steps())) {
			t.Error(wrong)
		}
		for _, code := range a.coded() {
			columns(t, a.DB, code)
		}
		for _, k := range a.steps() { // what is kept is not losable
			for _, table := range k.Backup {
				for _, other := range a.steps() {
					if slices.Contains(other.Losable, table) {
						t.Errorf("%s is in a backup, and may be lost", table)
					}
				}
			}
		}
	})
}

// columns sees that a code covers every column of its table but its own.
func columns(t *testing.T, db *sqldb.DB, code rowcode.Table) {
	t.Helper()
	rows, err := db.Query(t.Context(), "SELECT * FROM "+code.Name+" WHERE 1 = 0")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	there, err := rows.Columns()
	if err != nil || rows.Err() != nil {
		t.Fatal(err, rows.Err())
	}
	covered := append(slices.Clone(code.Columns), rowcode.Column)
	slices.Sort(covered)
	slices.Sort(there)
	if !slices.Equal(covered, there) {
		t.Errorf("%s has the columns %q; its codes cover %q", code.Name, there, covered)
	}
}

func TestATableThatNothingProvesIsSeen(t *testing.T) {
	t.Parallel()
	steps := []room.Kept{{Coded: []rowcode.Table{{Name: "payer"}}, Checked: []string{"entry"}, Losable: []string{"draft", "entry"}}}
	got := complain([]string{"schema_migration", "payer", "entry", "side_session", "secret"}, proven(nil, steps))
	want := []string{"nothing proves the table secret", "there is no table draft", "it is said twice what proves entry"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// facts are the kinds of line of all rooms. Rooms are made without a database, so nothing here needs one.
func facts() []journal.Definition {
	h, err := build(nil, Config{})
	if err != nil {
		panic(err)
	}
	var all []journal.Definition
	for _, r := range h.rooms {
		all = append(all, r.Facts...)
	}
	return all
}

// Kept hands the tables that do not follow from lines to tests that stand outside.
func (a *App) Kept() []room.Kept { return a.steps() }
