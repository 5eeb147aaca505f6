package app

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// What proves a table that follows from no projection. A new table stands here, or the test fails.
var (
	// byVerify are checked by the audit: chains, heads, requests, statements; stray lines; subjects and quarantine by verify --tables.
	byVerify = strings.Fields("entry desk_head request entry_subject quarantine rebuild_cursor checkpoint checkpoint_leaf stray_entry")
	// losable may be lost or changed without harm: cursors, the names of steps and schemas, and what stands in the side store since.
	losable = strings.Fields("follower_cursor schema_migration projection generation session draft basket_item sign_in_failure")
	// unproven follow from no line and are compared with nothing yet. The list may only get shorter.
	unproven = strings.Fields("staff_account token payer payer_beginning creditor_link receipt_secret receipt_payer")
)

func TestEveryTableIsProvenOrDeclared(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		a, err := Open(t.Context(), Config{DSN: dsn, Clock: clock.System{}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		declared := slices.Concat(byVerify, losable, unproven)
		for _, r := range a.rooms {
			for _, p := range r.Projections {
				declared = append(declared, journal.Tables(p)...)
			}
		}
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
		for _, table := range there {
			if !slices.Contains(declared, table) && !strings.HasPrefix(table, "side_") {
				t.Errorf("nothing proves the table %s", table)
			}
		}
		for _, table := range declared {
			if !slices.Contains(there, table) {
				t.Errorf("there is no table %s", table)
			}
		}
	})
}
