package seal_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

var (
	now    = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	secret = seal.Place{Table: "link", Column: "secret"}
	links  = rowcode.Table{Name: "link", Columns: []string{"creditor", "secret"}, Key: 1, Sealed: []string{"secret"}}
)

var linkMigration = sqldb.Migration{Number: 2, Name: "links", SQL: `
CREATE TABLE link (creditor TEXT NOT NULL PRIMARY KEY, secret TEXT NOT NULL, code BLOB);
`}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, dsn string) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	first := seal.Migration
	first.Number = 1
	must(t, db.Migrate(t.Context(), []sqldb.Migration{first, linkMigration}))
	return db
}

func newKey(t *testing.T) *rowcode.Key {
	t.Helper()
	k, err := rowcode.NewKey(rowcode.NewSecret())
	must(t, err)
	return k
}

func unlocked(t *testing.T, db *sqldb.DB, n seal.Needs) *seal.Sealer {
	t.Helper()
	s := &seal.Sealer{}
	must(t, s.Unlock(t.Context(), db, n, now))
	return s
}

func TestWhatIsSealedOpensOnlyAtItsPlace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		db, key := open(t, dsn), newKey(t)
		s := unlocked(t, db, seal.Needs{Rows: key})
		stored, err := s.SealText(secret, []byte("4"), "whsec_open sesame")
		must(t, err)
		if strings.Contains(stored, "sesame") || !seal.IsSealed(stored) {
			t.Errorf("stored in clear: %s", stored)
		}
		if again, err := s.SealText(secret, []byte("4"), "whsec_open sesame"); err != nil || again == stored {
			t.Errorf("the same value is sealed in the same way: %v", err)
		}
		other := unlocked(t, db, seal.Needs{Rows: key}) // another start
		if got, err := other.OpenText(secret, []byte("4"), stored); err != nil || got != "whsec_open sesame" {
			t.Errorf("%q %v", got, err)
		}
		for name, open := range map[string]func() (string, error){
			"another row": func() (string, error) { return s.OpenText(secret, []byte("5"), stored) },
			"another column": func() (string, error) {
				return s.OpenText(seal.Place{Table: "link", Column: "url"}, []byte("4"), stored)
			},
			"another table": func() (string, error) {
				return s.OpenText(seal.Place{Table: "lin", Column: "ksecret"}, []byte("4"), stored)
			},
			"a changed letter": func() (string, error) { return s.OpenText(secret, []byte("4"), changedAt(stored, 20)) },
			"no base64":        func() (string, error) { return s.OpenText(secret, []byte("4"), stored+"!") },
		} {
			if got, err := open(); !errors.Is(err, seal.ErrSealed) || got != "" {
				t.Errorf("%s: %q %v", name, got, err)
			}
		}
		if empty, err := s.SealText(secret, nil, ""); empty != "" || err != nil {
			t.Errorf("the empty text: %q %v", empty, err)
		}
	})
}

func TestAnotherKeyOpensNothingAndALostOneIsReplaced(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		db, key := open(t, dsn), newKey(t)
		s := unlocked(t, db, seal.Needs{Rows: key})
		stored, err := s.Seal(secret, nil, []byte("sesame"))
		must(t, err)
		none := unlocked(t, db, seal.Needs{})
		if _, err := none.Open(secret, nil, stored); !errors.Is(err, seal.ErrNoKey) {
			t.Errorf("without a key: %v", err)
		}
		if _, err := none.Seal(secret, nil, []byte("x")); !errors.Is(err, seal.ErrNoKey) {
			t.Errorf("written in clear beside what is sealed: %v", err)
		}
		next := newKey(t)
		if err := (&seal.Sealer{}).Unlock(t.Context(), db, seal.Needs{Rows: next}, now); !errors.Is(err, rowcode.ErrOtherKey) {
			t.Errorf("with another key: %v", err)
		}
		must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error { return seal.Rewrap(t.Context(), tx, key, next) }))
		if got, err := unlocked(t, db, seal.Needs{Rows: next}).Open(secret, nil, stored); err != nil || string(got) != "sesame" {
			t.Errorf("with the key that took over: %q %v", got, err)
		}
		anew := unlocked(t, db, seal.Needs{Rows: newKey(t), Anew: true})
		if _, err := anew.Open(secret, nil, stored); !errors.Is(err, seal.ErrSealed) {
			t.Errorf("the key was lost: %v", err)
		}
		if mine, err := anew.Seal(secret, nil, []byte("x")); err != nil || bytes.Contains(mine, []byte("x")) && len(mine) < 20 {
			t.Errorf("%x %v", mine, err)
		}
	})
}

func TestMarksTellNothingAndStayTheSame(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		db, key := open(t, dsn), newKey(t)
		s, again := unlocked(t, db, seal.Needs{Rows: key}), unlocked(t, db, seal.Needs{Rows: key})
		mark := func(s *seal.Sealer, purpose, text string) string {
			m, err := s.Mark(purpose, text, 6)
			must(t, err)
			if len(m) != 6 {
				t.Fatalf("%d bytes", len(m))
			}
			return string(m)
		}
		if mark(s, "name", "ozols") != mark(again, "name", "ozols") {
			t.Error("the mark changes from start to start")
		}
		if mark(s, "name", "ozols") == mark(s, "address", "ozols") || mark(s, "name", "ozols") == mark(&seal.Sealer{}, "name", "ozols") {
			t.Error("marks of two columns, or of no key, are the same")
		}
	})
}

// What was written while there was no key is sealed at the next start; codes of rows follow where they held, and nowhere else.
func TestWhatStandsInClearIsSealedAndAWrongCodeStaysWrong(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		db, key := open(t, dsn), newKey(t)
		codes := rowcode.New(rowcode.Needs{Key: key})
		must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error {
			for _, creditor := range []string{"4", "5", "6"} {
				code, err := codes.Code(links, creditor, "sesame "+creditor)
				if err != nil {
					return err
				}
				if creditor == "5" { // changed by hand
					code[0]++
				}
				if err := tx.Run(t.Context(), "link", `INSERT INTO link (creditor, secret, code) VALUES ($1, $2, $3)`, creditor, "sesame "+creditor, code); err != nil {
					return err
				}
			}
			return nil
		}))
		s := unlocked(t, db, seal.Needs{Rows: key})
		for _, want := range []int{3, 0} { // and once is enough
			must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error {
				sealed, err := s.Clear(t.Context(), tx, codes, links)
				if sealed != want {
					t.Errorf("%d rows sealed, not %d", sealed, want)
				}
				return err
			}))
		}
		var found []string
		must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error {
			for _, creditor := range []string{"4", "5", "6"} {
				var stored string
				var code []byte
				if err := tx.QueryRow(t.Context(), `SELECT secret, code FROM link WHERE creditor = $1`, creditor).Scan(&stored, &code); err != nil {
					return err
				}
				at, err := seal.Key(creditor)
				if err != nil {
					return err
				}
				if got, err := s.OpenText(secret, at, stored); err != nil || got != "sesame "+creditor || strings.Contains(stored, "sesame") {
					t.Errorf("%s: %q %v", creditor, got, err)
				}
				if want, err := codes.Code(links, creditor, stored); err != nil || !bytes.Equal(want, code) {
					found = append(found, creditor)
				}
			}
			return nil
		}))
		if strings.Join(found, " ") != "5" {
			t.Errorf("codes that do not hold: %q", found)
		}
	})
}

func TestAnErasedPersonIsReadByNobody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		db, key := open(t, dsn), newKey(t)
		codes := rowcode.New(rowcode.Needs{Key: key})
		s := unlocked(t, db, seal.Needs{Rows: key})
		anna, berta := id.New(now), id.New(now.Add(time.Second))
		body := seal.Place{Table: "entry", Column: "body"}
		var sealed []byte
		must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error {
			p, err := s.MakePerson(t.Context(), tx, codes, anna, now)
			if err != nil {
				return err
			}
			if _, err := s.MakePerson(t.Context(), tx, codes, berta, now); err != nil {
				return err
			}
			sealed, err = p.Seal(body, []byte("Anna Ozola"))
			return err
		}))
		again, err := s.Person(t.Context(), db, anna)
		must(t, err)
		if got, err := again.Open(body, sealed); err != nil || string(got) != "Anna Ozola" || bytes.Contains(sealed, []byte("Ozola")) {
			t.Errorf("%q %v", got, err)
		}
		other, err := s.Person(t.Context(), db, berta)
		must(t, err)
		if _, err := other.Open(body, sealed); !errors.Is(err, seal.ErrSealed) {
			t.Errorf("with the key of another person: %v", err)
		}
		must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error { return seal.ErasePerson(t.Context(), tx, anna) }))
		if _, err := s.Person(t.Context(), db, anna); !errors.Is(err, seal.ErrErased) {
			t.Errorf("erased: %v", err)
		}
	})
}

// changedAt changes one letter.
func changedAt(text string, at int) string {
	other := "A"
	if text[at] == 'A' {
		other = "B"
	}
	return text[:at] + other + text[at+1:]
}
