package keep_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/httpx/keep"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Pages name people: what is kept for half an hour is no more readable than the tables, with a key and without one, and opens for its owner alone.
func TestAKeptPageIsSealed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		db, err := sqldb.Open(t.Context(), dsn)
		must(t, err)
		defer func() { must(t, db.Close()) }()
		step := seal.Migration
		step.Number = 1
		must(t, db.Migrate(t.Context(), []sqldb.Migration{step}))
		key, err := rowcode.NewKey(rowcode.NewSecret())
		must(t, err)
		with := &seal.Sealer{}
		must(t, with.Unlock(t.Context(), db, seal.Needs{Rows: key}, time.Now()))
		for _, sealer := range []*seal.Sealer{with, {}, nil} {
			s := keep.Store{DB: db.Side(keep.Tables), Clock: clock.System{}, Sealer: sealer}
			page := []byte("<td>Kanārijputns Žagatiņš</td>")
			name, err := s.Keep(t.Context(), "anna", httpx.Kept{Status: 200, Body: page})
			must(t, err)
			if k, is, err := s.Kept(t.Context(), "anna", name); err != nil || !is || !bytes.Equal(k.Body, page) || k.Status != 200 {
				t.Errorf("%q %v %v", k.Body, is, err)
			}
			if _, is, err := s.Kept(t.Context(), "berta", name); err != nil || is {
				t.Errorf("somebody else opens it: %v %v", is, err)
			}
		}
		must(t, sqldb.Each(t.Context(), db.Side(), `SELECT body FROM side_kept`, nil, func(rows *sql.Rows) error {
			var body []byte
			err := rows.Scan(&body)
			if bytes.Contains(body, []byte("putns")) {
				t.Errorf("in clear: %s", body)
			}
			return err
		}))
		// Of another process that had no key: as good as lost.
		must(t, db.Side().Write(t.Context(), func(tx *sqldb.Tx) error {
			return tx.Run(t.Context(), "planted", fmt.Sprintf("UPDATE side_kept SET name = name || '%s'", "x"))
		}))
		s := keep.Store{DB: db.Side(keep.Tables), Clock: clock.System{}, Sealer: with}
		must(t, sqldb.Each(t.Context(), db.Side(), `SELECT name, owner FROM side_kept`, nil, func(rows *sql.Rows) error {
			var name, owner string
			if err := rows.Scan(&name, &owner); err != nil {
				return err
			}
			if _, is, err := s.Kept(t.Context(), owner, name); err != nil || is {
				t.Errorf("%v %v", is, err)
			}
			return nil
		}))
	})
}
