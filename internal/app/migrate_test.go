package app

import (
	"testing"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func TestOneFollowerTakesTheCursorsOfAllCreditorsOver(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		db, err := sqldb.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		h, err := build(db, Config{})
		if err != nil {
			t.Fatal(err)
		}
		all := h.migrations()
		if err := db.Migrate(t.Context(), all[:oneFollower.Number-1]); err != nil {
			t.Fatal(err)
		}
		err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
			for _, c := range []struct {
				follower, desk string
				number         int
			}{{"notice:1", "A", 5}, {"notice:2", "A", 3}, {"notice:1", "B", 4}, {"witness", "A", 9}} {
				err := tx.Run(t.Context(), "planted", `INSERT INTO follower_cursor (follower, desk, number) VALUES ($1, $2, $3)`, c.follower, c.desk, c.number)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context(), all); err != nil {
			t.Fatal(err)
		}
		notices, err := h.journal.Cursors(t.Context(), "notice")
		if err != nil || len(notices) != 1 || notices["A"] != 3 { // of B one creditor knows nothing yet
			t.Errorf("the cursors are %v, %v", notices, err)
		}
		var others int
		if err := db.QueryRow(t.Context(), `SELECT COUNT(*) FROM follower_cursor WHERE follower <> 'notice'`).Scan(&others); err != nil || others != 1 {
			t.Errorf("%d other cursors, %v", others, err)
		}
	})
}
