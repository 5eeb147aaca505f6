package audit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
)

// recorder notes what it is handed.
type recorder struct {
	seen []string
	fail string // of which line it has an error
	more bool   // it wants to see everything once more
}

func (f *recorder) Line(l audit.Raw) error {
	at := fmt.Sprintf("%s %04d", l.Desk, l.Number)
	if at == f.fail {
		return errors.New("planted")
	}
	var b said
	if err := l.Into(&b); err != nil {
		return err
	}
	f.seen = append(f.seen, at+" "+b.What)
	return nil
}

func (f *recorder) End(_ context.Context, _ sqldb.Reader, report func(audit.Problem)) (audit.Follower, error) {
	report(audit.Problem{What: fmt.Sprintf("%d lines, again: %t", len(f.seen), !f.more)})
	if f.more {
		return &recorder{}, nil
	}
	return nil, nil
}

func check(name string, f *recorder) audit.Check {
	return audit.Check{Name: name, Follow: func(context.Context, sqldb.Reader) (audit.Follower, error) { return f, nil }}
}

func opened(t *testing.T, dsn string, damage ...string) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
		for _, query := range damage {
			if n, err := tx.Exec(t.Context(), query); err != nil || n == 0 {
				return fmt.Errorf("%d rows: %w", n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// However many checks follow the lines and however many readers there are, each line is read and taken apart once, and everybody gets all in order.
func TestEachLineIsReadAndTakenApartOnce(t *testing.T) {
	t.Parallel()
	template.Each(t, func(t *testing.T, dsn string) {
		db := opened(t, dsn)
		const lines = desks * requests * 2
		for _, n := range []int{1, 2, 5} {
			var mu sync.Mutex
			bodies := 0
			db.WatchReads(func(query string) {
				mu.Lock()
				defer mu.Unlock()
				if strings.Contains(query, " body,") {
					bodies++
				}
			})
			followers := []*recorder{{}, {}, {}}
			var checks []audit.Check
			for i, f := range followers {
				checks = append(checks, check(fmt.Sprint("c", i), f))
			}
			err := db.Snapshots(t.Context(), n, func(readers []sqldb.Reader) error {
				if len(readers) != n {
					t.Errorf("%d readers, not %d", len(readers), n)
				}
				report, decoded, err := audit.Decoded(t.Context(), readers, audit.Config{Checks: checks})
				if decoded != lines || report.Lines != lines {
					t.Errorf("%d lines were seen and %d taken apart, not %d", report.Lines, decoded, lines)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if want := desks * 2; bodies != want { // a thousand lines each, and the rest
				t.Errorf("the lines were read by %d questions, not %d", bodies, want)
			}
			for _, f := range followers {
				if len(f.seen) != lines || !slices.IsSorted(f.seen) || f.seen[0] != "D-0 0001 first" || f.seen[lines-1] != "D-2 1200 second" {
					t.Errorf("%d lines, from %s to %s", len(f.seen), f.seen[0], f.seen[len(f.seen)-1])
				}
			}
		}
	})
}

// What is found, and in which order it is said, does not depend on how many look at once.
func TestManyReadersSayTheSameAsOne(t *testing.T) {
	t.Parallel()
	template.Each(t, func(t *testing.T, dsn string) {
		db := opened(
			t, dsn, "DELETE FROM entry WHERE desk = 'D-0' AND number IN (3, 999, 1000, 1001)", "UPDATE entry SET actor = 'clerk:s2' WHERE number % 400 = 7",
			"DELETE FROM entry WHERE desk = 'D-2' AND number > 1190", "DELETE FROM desk_head WHERE desk = 'D-1'", "DELETE FROM request WHERE key IN ('k3', 'k9')",
			"UPDATE entry_subject SET number = number + 5000 WHERE number = 17", "INSERT INTO quarantine (desk, number, reason) VALUES ('D-1', 9, 'poisoned')",
		)
		var want audit.Report
		for _, n := range []int{1, 2, 4, 4, 4} {
			checks := []audit.Check{
				check("all", &recorder{}), check("fails", &recorder{fail: "D-1 0500"}), check("again", &recorder{more: true}),
				{Name: "late", Run: func(context.Context, sqldb.Reader, func(audit.Problem)) error { return errors.New("no table") }},
			}
			err := db.Snapshots(t.Context(), n, func(readers []sqldb.Reader) error {
				report, err := audit.Look(t.Context(), readers, audit.Config{Checks: checks})
				if n == 1 {
					want = report
				}
				if diff := cmp.Diff(want, report); diff != "" {
					t.Errorf("with %d readers:\n%s", n, diff)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var last []string
		for _, p := range want.Problems[len(want.Problems)-4:] {
			last = append(last, p.String())
		}
		if diff := cmp.Diff([]string{
			"all: 3586 lines, again: true", "fails: it could not look: planted", "again: 3586 lines, again: true", "late: it could not look: no table",
		}, last); diff != "" || want.Found < 20 {
			t.Errorf("%d found, the last: %v", want.Found, last)
		}
	})
}

// Whoever gives an audit up does not wait for it.
func TestAnAuditIsGivenUp(t *testing.T) {
	t.Parallel()
	template.Each(t, func(t *testing.T, dsn string) {
		db := opened(t, dsn)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		_, err := audit.Run(ctx, audit.Config{DB: db, Checks: []audit.Check{check("c", &recorder{})}, Tell: func(int64, int64) { stop() }})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error: %v", err)
		}
	})
}
