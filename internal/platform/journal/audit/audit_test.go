package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/base/actor"
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

const desks, requests = 3, 600

// template holds desks with requests of two lines each.
var template = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		return err
	}
	return errors.Join(fill(ctx, db), db.Close())
})

func fill(ctx context.Context, db *sqldb.DB) error {
	if err := db.Migrate(ctx, journaltest.Steps()); err != nil {
		return err
	}
	j, err := journal.New(journal.Config{DB: db, Clock: clock.System{}, Facts: []journal.Definition{journal.Define[said]()}})
	if err != nil {
		return err
	}
	for d := range desks {
		for r := range requests {
			key, err := journal.NewKey(fmt.Sprint("k", r), r)
			if err != nil {
				return err
			}
			_, err = j.Post(ctx, actor.Staff("s1", "clerk"), desk(d), key, func(tx *journal.Tx) error {
				return errors.Join(tx.Record(ctx, said{"first"}), tx.Record(ctx, said{"second"}))
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func desk(n int) string { return fmt.Sprintf("D-%d", n) }

// run audits the database after the given statements.
func run(t *testing.T, dsn string, checks []audit.Check, damage ...string) audit.Report {
	t.Helper()
	ctx := t.Context()
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, query := range damage {
			if n, err := tx.Exec(ctx, query); err != nil || n == 0 {
				return fmt.Errorf("%d rows: %w", n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var last, total int64
	report, err := audit.Run(ctx, audit.Config{DB: db, Checks: checks, Tell: func(n, of int64) { last, total = n, of }})
	if err != nil {
		t.Fatal(err)
	}
	if last != report.Lines || total < last {
		t.Errorf("progress ended at %d of %d with %d lines", last, total, report.Lines)
	}
	return report
}

func TestASoundJournalIsClean(t *testing.T) {
	t.Parallel()
	template.Each(t, func(t *testing.T, dsn string) {
		report := run(t, dsn, nil)
		want := audit.Report{Desks: desks, Lines: desks * requests * 2, Requests: desks * requests, Subjects: desks * requests * 2}
		if diff := cmp.Diff(want, report); diff != "" || !report.Clean() {
			t.Errorf("report:\n%s", diff)
		}
	})
}

// zero is a hash of nothing, as both engines write it.
func zero(dsn string) string {
	bytes := strings.Repeat("00", 32)
	if dbtest.Engine(dsn) == "postgres" {
		return `'\x` + bytes + `'`
	}
	return "x'" + bytes + "'"
}

// flip changes one byte of the column, which holds JSON or a hash.
func flip(dsn, column string) string {
	if dbtest.Engine(dsn) == "postgres" {
		return fmt.Sprintf("%s = set_byte(%[1]s, 10, (get_byte(%[1]s, 10) + 1) %% 128)", column)
	}
	return fmt.Sprintf("%s = CAST(substr(%[1]s, 1, 10) || char((unicode(substr(%[1]s, 11, 1)) + 1) %% 128) || substr(%[1]s, 12) AS BLOB)", column)
}

func TestEveryDamageIsSeen(t *testing.T) {
	t.Parallel()
	const where = " WHERE desk = 'D-1' AND number = "
	for name, c := range map[string]struct {
		damage func(dsn string) []string
		want   []string
	}{
		"a flipped byte in a body": {
			func(dsn string) []string { return []string{"UPDATE entry SET " + flip(dsn, "body") + where + "7"} },
			[]string{"line: line 7 of D-1: its hash is not that of its contents: something in it was changed"},
		},
		"a body with its own hash": {
			func(dsn string) []string { return []string{"UPDATE entry SET hash = " + zero(dsn) + where + "7"} },
			[]string{
				"line: line 7 of D-1: its hash is not that of its contents: something in it was changed",
				"line: line 8 of D-1: it does not follow the line before it: one of the two was replaced",
			},
		},
		"another actor": {
			func(string) []string { return []string{"UPDATE entry SET actor = 'clerk:s2'" + where + "7"} },
			[]string{"line: line 7 of D-1: its hash is not that of its contents: something in it was changed"},
		},
		"another moment": {
			func(string) []string { return []string{"UPDATE entry SET recorded_at = recorded_at + 1" + where + "7"} },
			[]string{"line: line 7 of D-1: its hash is not that of its contents: something in it was changed"},
		},
		"a short id": {
			func(dsn string) []string { return []string{"UPDATE entry SET id = hash" + where + "7"} },
			[]string{"line: line 7 of D-1: an id or a hash has the wrong length"},
		},
		"the last line is gone": {
			func(string) []string { return []string{"DELETE FROM entry" + where + "1200"} },
			[]string{
				"line: line 1200 of D-1: it is missing",
				"request: line 1199 of D-1: a request answers with lines that are not there",
				"request: line 1199 of D-1: no request answers with it",
				"subject: line 1200 of D-1: a subject names it, but it is not there",
			},
		},
		"the last request is gone without a trace but the head": {
			func(string) []string {
				return []string{
					"DELETE FROM entry WHERE desk = 'D-1' AND number > 1198", "DELETE FROM request WHERE desk = 'D-1' AND first > 1198",
					"DELETE FROM entry_subject WHERE desk = 'D-1' AND number > 1198",
				}
			},
			[]string{"line: line 1199 of D-1: it and those up to 1200 are missing"},
		},
		"lines in the middle are gone": {
			func(string) []string {
				return []string{"DELETE FROM entry WHERE desk = 'D-1' AND number IN (501, 502)"}
			},
			[]string{
				"line: line 501 of D-1: it and those up to 502 are missing",
				"subject: line 501 of D-1: a subject names it, but it is not there",
				"subject: line 502 of D-1: a subject names it, but it is not there",
			},
		},
		"two lines changed places": {
			func(string) []string {
				return []string{
					"UPDATE entry SET number = -1" + where + "20", "UPDATE entry SET number = 20" + where + "21", "UPDATE entry SET number = 21" + where + "-1",
				}
			},
			[]string{
				"line: line 20 of D-1: its hash is not that of its contents: something in it was changed",
				"line: line 21 of D-1: its hash is not that of its contents: something in it was changed",
				"line: line 22 of D-1: it does not follow the line before it: one of the two was replaced",
				"request: line 20 of D-1: it was written under another request than the one that answers with it",
				"request: line 21 of D-1: it was written under another request than the one that answers with it",
			},
		},
		"a line of another desk in its place": {
			func(string) []string {
				return []string{"DELETE FROM entry" + where + "20", "UPDATE entry SET desk = 'D-1' WHERE desk = 'D-2' AND number = 20"}
			},
			[]string{
				"line: line 20 of D-1: its hash is not that of its contents: something in it was changed",
				"line: line 21 of D-1: it does not follow the line before it: one of the two was replaced",
				"line: line 20 of D-2: it is missing",
				"request: line 20 of D-1: it was written under another request than the one that answers with it",
				"subject: line 20 of D-2: a subject names it, but it is not there",
			},
		},
		"a head moved back": {
			func(string) []string { return []string{"UPDATE desk_head SET number = 1199 WHERE desk = 'D-1'"} },
			[]string{"head: D-1: it stands at 1199, but the last line is 1200"},
		},
		"a head of another chain": {
			func(dsn string) []string {
				return []string{"UPDATE desk_head SET hash = " + zero(dsn) + " WHERE desk = 'D-1'"}
			},
			[]string{"head: D-1: its hash is not that of the last line"},
		},
		"no head": {
			func(string) []string { return []string{"DELETE FROM desk_head WHERE desk = 'D-1'"} },
			[]string{"head: D-1: there is no head, but 1200 lines"},
		},
		"a forged request": {
			func(string) []string {
				return []string{"INSERT INTO request (desk, key, input, first, count) SELECT desk, 'forged', input, 5, 2 FROM request WHERE desk = 'D-1' AND key = 'k1'"}
			},
			[]string{
				"request: line 5 of D-1: two requests answer with it", "request: line 5 of D-1: it was written under another request than the one that answers with it",
				"request: line 6 of D-1: it was written under another request than the one that answers with it",
			},
		},
		"the key of a request": {
			func(string) []string {
				return []string{"UPDATE request SET key = 'another' WHERE desk = 'D-1' AND key = 'k3'"}
			},
			[]string{"request: line 7 of D-1: it was written under another request than the one that answers with it", "request: line 8 of D-1: it was written under another request than the one that answers with it"},
		},
		"the input of a request": {
			func(string) []string {
				return []string{"UPDATE request SET input = (SELECT input FROM request WHERE desk = 'D-1' AND key = 'k1') WHERE desk = 'D-1' AND key = 'k3'"}
			},
			[]string{"request: line 7 of D-1: it was written under another request than the one that answers with it", "request: line 8 of D-1: it was written under another request than the one that answers with it"},
		},
		"a number that no journal reaches": {
			func(string) []string {
				return []string{"UPDATE entry SET number = 4611686018427387904 WHERE desk = 'D-1' AND number = 1200"}
			},
			[]string{
				"line: line 4611686018427387904 of D-1: no journal reaches so far", "line: line 1200 of D-1: it is missing",
				"request: line 1199 of D-1: a request answers with lines that are not there", "request: line 1199 of D-1: no request answers with it",
				"subject: line 1200 of D-1: a subject names it, but it is not there",
			},
		},
		"a request at a desk that is none": {
			func(string) []string {
				return []string{"INSERT INTO request (desk, key, input, first, count) SELECT 'X', 'forged', input, 5, 2 FROM request WHERE desk = 'D-1' AND key = 'k1'"}
			},
			[]string{"request: X: there are requests, but no lines"},
		},
		"a request forgotten": {
			func(string) []string { return []string{"DELETE FROM request WHERE desk = 'D-1' AND key = 'k3'"} },
			[]string{"request: line 7 of D-1: no request answers with it"},
		},
		"a subject of nothing": {
			func(string) []string {
				return []string{"INSERT INTO entry_subject (subject, desk, number) VALUES ('what:else', 'D-1', 1201)"}
			},
			[]string{"subject: line 1201 of D-1: a subject names it, but it is not there"},
		},
		"a line in quarantine": {
			func(string) []string {
				return []string{"INSERT INTO quarantine (desk, number, reason) VALUES ('D-1', 9, 'poisoned')"}
			},
			[]string{"quarantine: line 9 of D-1: poisoned"},
		},
		"a rebuild that stopped": {
			func(string) []string {
				return []string{"INSERT INTO rebuild_cursor (desk, number, upto) VALUES ('D-1', 9, 1200)"}
			},
			[]string{"rebuild: line 9 of D-1: the tables are incomplete: a rebuild stopped behind this line"},
		},
		"a follower ahead of the lines": {
			func(string) []string {
				return []string{"INSERT INTO follower_cursor (follower, desk, number) VALUES ('mail', 'D-1', 1201)"}
			},
			[]string{"follower: line 1201 of D-1: mail believes to have seen it, but it is not there"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template.Each(t, func(t *testing.T, dsn string) {
				var got []string
				report := run(t, dsn, nil, c.damage(dsn)...)
				for _, p := range report.Problems {
					got = append(got, p.String())
				}
				if diff := cmp.Diff(c.want, got); diff != "" || report.Clean() {
					t.Errorf("problems:\n%s", diff)
				}
			})
		})
	}
}

func TestFeaturesAddTheirOwnChecks(t *testing.T) {
	t.Parallel()
	template.Each(t, func(t *testing.T, dsn string) {
		report := run(t, dsn, []audit.Check{{Name: "tally", Run: func(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) error {
			var n int
			if err := r.QueryRow(ctx, "SELECT COUNT(*) FROM entry").Scan(&n); err != nil {
				return err
			}
			for range 2000 {
				report(audit.Problem{What: fmt.Sprintf("%d lines are too many", n)})
			}
			return nil
		}}})
		if report.Found != 2000 || len(report.Problems) != 1000 || report.Problems[0].String() != "tally: 3600 lines are too many" {
			t.Errorf("%d found, %d kept, the first: %s", report.Found, len(report.Problems), report.Problems[0])
		}
	})
}

// BenchmarkAudit measures lines per second.
func BenchmarkAudit(b *testing.B) {
	for engine, open := range map[string]func(testing.TB) string{"sqlite": template.SQLite, "postgres": template.Postgres} {
		b.Run(engine, func(b *testing.B) {
			ctx := b.Context()
			db, err := sqldb.Open(ctx, open(b))
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			b.ResetTimer()
			start := time.Now()
			lines := int64(0)
			for range b.N {
				report, err := audit.Run(ctx, audit.Config{DB: db})
				if err != nil || !report.Clean() {
					b.Fatal(report, err)
				}
				lines += report.Lines
			}
			b.ReportMetric(float64(lines)/time.Since(start).Seconds(), "lines/s")
		})
	}
}
