package kept_test

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/backup"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// restore fills an empty database and tells what verify finds in it then.
func restore(t *testing.T, dsn string, file []byte, from app.RestoreFrom) (done app.Restored, found int64, err error) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	must(t, err)
	from.From = bytes.NewReader(file)
	done, err = app.Restore(t.Context(), db, from)
	must(t, db.Close())
	if err != nil {
		return done, 0, err
	}
	a, err := openWith(t.Context(), dsn, rowcode.Needs{Key: from.Rows})
	must(t, err)
	report, err := a.Verify(t.Context(), nil)
	must(t, err)
	must(t, a.Close())
	return done, report.Found, nil
}

func TestABackupCarriesItsCodes(t *testing.T) {
	t.Parallel()
	bare.Each(t, func(t *testing.T, dsn string) {
		w, path := coded(t, dsn)
		must(t, w.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			return tx.Run(t.Context(), "planted", "UPDATE token SET label = 'another'")
		}))
		spoiled := int64(len(w.read("token").rows))
		var file bytes.Buffer
		_, err := w.Backup(t.Context(), &file, nil)
		must(t, err)
		must(t, w.Close())
		keys, err := custody.Read(path)
		must(t, err)
		other := foreign(t)
		for _, c := range []struct {
			name     string
			from     app.RestoreFrom
			found    int64
			wrong    int64
			unproven bool
			err      error
		}{
			{"with its key", app.RestoreFrom{Rows: keys.Rows}, spoiled, 0, false, nil},
			{"with another key, and its own to check them", app.RestoreFrom{Rows: other, Old: []*rowcode.Key{keys.Rows}}, spoiled, spoiled, false, nil},
			{"with another key", app.RestoreFrom{Rows: other}, 0, 0, false, rowcode.ErrOtherKey},
			{"with two others", app.RestoreFrom{Rows: other, Old: []*rowcode.Key{foreign(t)}}, 0, 0, false, rowcode.ErrOtherKey},
			{"without a key", app.RestoreFrom{}, 0, 0, true, nil},
		} {
			into := dbtest.SQLite(t)
			if dbtest.Engine(dsn) == "postgres" {
				into = dbtest.Postgres(t)
			}
			done, found, err := restore(t, into, file.Bytes(), c.from)
			if !errors.Is(err, c.err) || found != c.found || done.Wrong != c.wrong || done.Unproven != c.unproven {
				t.Errorf("%s: found %d, %+v, %v", c.name, found, done, err)
			}
			if c.err != nil { // nothing is there, so it goes in once the right key is here
				if _, _, err := restore(t, into, file.Bytes(), app.RestoreFrom{Rows: keys.Rows}); err != nil {
					t.Errorf("%s: and then: %v", c.name, err)
				}
			} else if _, _, err := restore(t, into, file.Bytes(), c.from); !errors.Is(err, backup.ErrNotEmpty) {
				t.Errorf("%s: again: %v", c.name, err)
			}
		}
	})
}

// The keys change while the database is in nobody's hands; what was wrong stays wrong, and a change that is interrupted goes on.
func TestKeysAreRotated(t *testing.T) {
	t.Parallel()
	bare.Each(t, func(t *testing.T, dsn string) {
		w, path := coded(t, dsn)
		must(t, w.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			return tx.Run(t.Context(), "planted", "UPDATE token SET label = 'another'")
		}))
		spoiled := int64(len(w.read("token").rows))
		old, err := custody.Read(path)
		must(t, err)
		next, err := old.Next(0)
		must(t, err)
		left, err := w.Rekey(t.Context(), next.Rows)
		must(t, err)
		must(t, w.Close()) // and here the power fails, before the file is in place
		if left != spoiled {
			t.Errorf("%d rows are left as they are, %d were changed", left, spoiled)
		}
		if now, err := custody.Read(path); err != nil || now.Fingerprint() != old.Fingerprint() {
			t.Error("the file is in place already", err)
		}
		again := open(t, dsn, path)
		if now, err := custody.Read(path); err != nil || now.Fingerprint() != next.Fingerprint() {
			t.Error("the change does not go on", err)
		}
		if found := again.problems(); int64(len(found)) != spoiled {
			t.Errorf("%d rows were changed: %q", spoiled, found)
		}
		must(t, again.Close())
		// The same, interrupted before the database: the old keys go on.
		held, err := custody.Read(path)
		must(t, err)
		_, err = held.Next(0)
		must(t, err)
		third := open(t, dsn, path)
		if found := third.problems(); int64(len(found)) != spoiled {
			t.Errorf("after a change that never began: %q", found)
		}
	})
}

// A key file that is lost takes the seeds of the keys of receipts with it: the next key takes over, and the counters go on.
func TestPaymentsGoOnAfterALostKey(t *testing.T) {
	t.Parallel()
	bare.Each(t, func(t *testing.T, dsn string) {
		w, path := coded(t, dsn)
		lost, err := w.Keyring.Current(t.Context(), w.DB, w.clock.Now())
		must(t, err)
		before := len(w.read("receipt_secret").rows)
		must(t, w.Close())
		must(t, os.Remove(path))
		_, err = custody.Lost(path, "LV-TEST", 0)
		must(t, err)

		again := open(t, dsn, path)
		again.clock.Set(start.Add(2 * time.Hour))
		if _, err := again.Keyring.Find(t.Context(), again.DB, lost.Public().ID); fault.First(err) == nil || fault.First(err).Key != "keyring.key_unknown" {
			t.Errorf("a seed whose key is lost: %v", err)
		}
		must(t, again.Keyring.Ensure(t.Context()))
		must(t, again.Keyring.Ensure(t.Context())) // and only one
		again.pays("3")
		next, err := again.Keyring.Current(t.Context(), again.DB, again.clock.Now())
		must(t, err)
		if next.Public().ID == lost.Public().ID || len(again.read("receipt_secret").rows) != before+1 {
			t.Errorf("signed with %s after %s was lost, of %d seeds", next.Public().ID, lost.Public().ID, len(again.read("receipt_secret").rows))
		}
		if found := again.problems(); len(found) != 0 {
			t.Errorf("found: %q", found)
		}
	})
}

// Whoever restores first and finds the key afterwards loses nothing.
func TestTheKeyMayComeAfterTheBackup(t *testing.T) {
	t.Parallel()
	dsn := bare.SQLite(t)
	w, path := coded(t, dsn)
	var file bytes.Buffer
	_, err := w.Backup(t.Context(), &file, nil)
	must(t, err)
	must(t, w.Close())
	into := dbtest.SQLite(t)
	if done, _, err := restore(t, into, file.Bytes(), app.RestoreFrom{}); err != nil || !done.Unproven {
		t.Fatal(done, err)
	}
	again := open(t, into, path)
	if found := again.problems(); len(found) > 0 {
		t.Errorf("the codes do not hold: %q", found)
	}
	must(t, again.Close())
}
