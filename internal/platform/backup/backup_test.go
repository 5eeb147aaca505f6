package backup_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/backup"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

type said struct {
	What string `json:"what"`
}

func (said) Kind() string         { return "test.said" }
func (said) Version() int         { return 1 }
func (s said) Subjects() []string { return []string{"what:" + s.What} }

// counts is a projection: how often each thing was said.
type counts struct{}

func (counts) Name() string { return "counts" }
func (counts) Schema() string {
	return "CREATE TABLE said_count (what TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);\n"
}

func (counts) Reads() []journal.Type { return []journal.Type{journal.Of[said]()} }

func (counts) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	const add = `INSERT INTO said_count (what, n) VALUES ($1, 1) ON CONFLICT (what) DO UPDATE SET n = said_count.n + 1`
	s, ok := e.Fact.(said)
	if !ok {
		return nil
	}
	_, err := tx.Exec(ctx, add, s.What)
	return err
}

// accounts is a table outside the journal, with every type and with NULL.
var accounts = sqldb.Migration{Number: 2, Name: "accounts", SQL: `
CREATE TABLE account (
  id     BLOB    NOT NULL PRIMARY KEY,
  name   TEXT    NOT NULL,
  active BOOLEAN NOT NULL,
  since  BIGINT  NOT NULL,
  secret BLOB,
  note   TEXT
);
`}

var (
	outside = []string{"account"}
	durable = append(append([]string{}, journal.Durable...), "account", "said_count")
	clerk   = actor.Staff("s1", "clerk")
	at      = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
)

func open(t testing.TB, dsn string, steps ...sqldb.Migration) *journal.Journal {
	t.Helper()
	ctx := t.Context()
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if len(steps) == 0 {
		steps = journaltest.Steps(accounts)
	}
	if err := db.Migrate(ctx, steps); err != nil {
		t.Fatal(err)
	}
	j, err := journal.New(journal.Config{
		DB: db, Clock: clock.NewHand(at), Facts: []journal.Definition{journal.Define[said]()}, Projections: []journal.Projection{counts{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Prepare(ctx, nil); err != nil {
		t.Fatal(err)
	}
	return j
}

func post(t testing.TB, j *journal.Journal, desk, name string, facts ...journal.Fact) {
	t.Helper()
	ctx := t.Context()
	key, err := journal.NewKey(name, facts)
	if err != nil {
		t.Fatal(err)
	}
	_, err = j.Post(ctx, clerk, desk, key, func(tx *journal.Tx) error {
		for _, f := range facts {
			if err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fill makes a journal of some desks and a few accounts.
func fill(t testing.TB, j *journal.Journal) {
	t.Helper()
	ctx := t.Context()
	for d := range 3 {
		for r := range 40 {
			post(t, j, fmt.Sprintf("D-%d", d), fmt.Sprint("k", r), said{fmt.Sprint("ā <&> \"", r%7)}, said{"\u2028"})
		}
	}
	err := j.DB().Write(ctx, func(tx *sqldb.Tx) error {
		const insert = "INSERT INTO account (id, name, active, since, secret, note) VALUES ($1, $2, $3, $4, $5, $6)"
		for i := range 120 {
			var secret, note any
			if i%2 == 0 {
				secret, note = []byte{0, 1, 254, 255}, "Ķīķerītis\n\t\"'"
			}
			if _, err := tx.Exec(ctx, insert, []byte{1, byte(i)}, "", i%3 == 0, int64(-i)<<50, secret, note); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "INSERT INTO follower_cursor (follower, desk, number) VALUES ('mail', 'D-1', 7)")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, j *journal.Journal) ([]byte, backup.Summary) {
	t.Helper()
	var file bytes.Buffer
	summary, err := backup.Write(t.Context(), j.DB(), &file, backup.Plan{Tables: outside, At: at})
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes(), summary
}

func dump(t testing.TB, j *journal.Journal) string {
	t.Helper()
	text, err := journaltest.Dump(t.Context(), j.DB(), durable...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// restore restores the file and does what a start does then.
func restore(t testing.TB, j *journal.Journal, file []byte) backup.Summary {
	t.Helper()
	ctx := t.Context()
	summary, err := backup.Restore(ctx, j.DB(), backup.Source{From: bytes.NewReader(file)})
	if err != nil {
		t.Fatal(err)
	}
	if replayed, err := j.Prepare(ctx, nil); err != nil || !replayed {
		t.Fatalf("after a restore: replayed %v, %v", replayed, err)
	}
	report, err := audit.Run(ctx, audit.Config{DB: j.DB()})
	if err != nil || !report.Clean() {
		t.Errorf("audit after the restore: %v %v", report, err)
	}
	return summary
}

func TestFromEngineToEngineAndBack(t *testing.T) {
	t.Parallel()
	for _, engines := range [][3]func(testing.TB) string{
		{dbtest.SQLite, dbtest.Postgres, dbtest.SQLite},
		{dbtest.Postgres, dbtest.SQLite, dbtest.Postgres},
	} {
		first := open(t, engines[0](t))
		fill(t, first)
		want := dump(t, first)
		file, summary := write(t, first)
		checked, err := backup.Check(t.Context(), bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(summary, checked); diff != "" || summary.Lines != 240 || summary.Desks != 3 || summary.Rows["account"] != 120 {
			t.Errorf("written and read back:\n%s\n%+v", diff, summary)
		}
		second := open(t, engines[1](t))
		restore(t, second, file)
		again, _ := write(t, second)
		if !bytes.Equal(file, again) {
			t.Error("a backup of the restored database is another file")
		}
		third := open(t, engines[2](t))
		restore(t, third, again)
		for i, j := range []*journal.Journal{second, third} {
			if diff := cmp.Diff(want, dump(t, j)); diff != "" {
				t.Errorf("database %d differs:\n%s", i+2, diff)
			}
		}
		post(t, third, "D-1", "k3", said{fmt.Sprint("ā <&> \"", 3)}, said{"\u2028"}) // an old request
		post(t, third, "D-1", "new", said{"after"})
		report, err := audit.Run(t.Context(), audit.Config{DB: third.DB()})
		if err != nil || !report.Clean() || report.Lines != 241 {
			t.Errorf("life after the restore: %v %v", report, err)
		}
	}
}

func TestOnlyIntoAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	source := open(t, dbtest.SQLite(t))
	fill(t, source)
	file, _ := write(t, source)
	dbtest.Each(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		j := open(t, dsn)
		serving, err := j.DB().Share(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Restore(ctx, j.DB(), backup.Source{From: bytes.NewReader(file)}); !errors.Is(err, sqldb.ErrInUse) {
			t.Errorf("beside a server: %v", err)
		}
		if err := serving.Release(); err != nil {
			t.Fatal(err)
		}
		post(t, j, "A-1", "k", said{"here already"})
		before := dump(t, j)
		if _, err := backup.Restore(ctx, j.DB(), backup.Source{From: bytes.NewReader(file)}); !errors.Is(err, backup.ErrNotEmpty) {
			t.Errorf("into a journal with lines: %v", err)
		}
		if diff := cmp.Diff(before, dump(t, j)); diff != "" {
			t.Errorf("the refused restore left something:\n%s", diff)
		}
	})
}

// repack changes the text of a backup and makes it a file with a sound sum again.
func repack(t testing.TB, file []byte, change func(string) string) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := io.WriteString(w, change(string(text))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAFileOfANewerProgramIsRefused(t *testing.T) {
	t.Parallel()
	source := open(t, dbtest.SQLite(t))
	fill(t, source)
	file, _ := write(t, source)
	ctx := t.Context()
	newer := repack(t, file, func(s string) string { return strings.Replace(s, `"version":1`, `"version":3`, 1) })
	target := open(t, dbtest.SQLite(t))
	if _, err := backup.Check(ctx, bytes.NewReader(newer)); !errors.Is(err, backup.ErrNewer) {
		t.Errorf("check: %v", err)
	}
	if _, err := backup.Restore(ctx, target.DB(), backup.Source{From: bytes.NewReader(newer)}); !errors.Is(err, backup.ErrNewer) {
		t.Errorf("restore: %v", err)
	}
	older := open(t, dbtest.SQLite(t), journaltest.Steps()...)
	if _, err := backup.Restore(ctx, older.DB(), backup.Source{From: bytes.NewReader(file)}); !errors.Is(err, backup.ErrNewer) {
		t.Errorf("into the database of an older program: %v", err)
	}
	restore(t, target, file)
}

func TestTextThatIsNoUTF8IsSaid(t *testing.T) {
	t.Parallel()
	j := open(t, dbtest.SQLite(t))
	ctx := t.Context()
	err := j.DB().Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO account (id, name, active, since) VALUES ($1, $2, $3, 1)", []byte{1}, "\xff", true)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = backup.Write(ctx, j.DB(), io.Discard, backup.Plan{Tables: outside, At: at})
	if err == nil || !strings.Contains(err.Error(), "table account, row 1: column name") {
		t.Errorf("answered %v", err)
	}
}
