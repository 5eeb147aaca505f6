package harness_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
)

// check looks at the database after the last child is gone and returns everything that is wrong.
func (s *story) check(t *testing.T) []string {
	t.Helper()
	ctx := t.Context()
	j, err := open(ctx, s.part.DSN, tables{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := j.DB().Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := s.lines(ctx, j.DB()); err != nil {
		t.Fatal(err)
	}
	report, err := audit.Run(ctx, audit.Config{DB: j.DB()})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range report.Problems {
		s.blame("audit: %s", p)
	}
	s.again(ctx, j)
	if err := s.rebuild(ctx, j); err != nil {
		t.Fatal(err)
	}
	return s.wrong
}

// lines compares what was answered with what is stored, and counts every fact.
func (s *story) lines(ctx context.Context, db *sqldb.DB) error {
	stored := map[string]map[int64]string{}
	seen := map[string]int{} // key/index → how often
	facts := map[string]int{}
	const query = "SELECT desk, number, hash, body FROM entry"
	err := sqldb.Each(ctx, db, query, nil, func(rows *sql.Rows) error {
		var desk string
		var number int64
		var hash, body []byte
		if err := rows.Scan(&desk, &number, &hash, &body); err != nil {
			return err
		}
		if stored[desk] == nil {
			stored[desk] = map[int64]string{}
		}
		stored[desk][number] = fmt.Sprintf("%x", hash)
		var f told
		if err := json.Unmarshal(body, &f); err != nil {
			return err
		}
		facts[f.Key]++
		if id := fmt.Sprintf("%s/%d", f.Key, f.Index); seen[id] > 0 {
			s.blame("%s stands twice, also in line %d of %s", id, number, desk)
		} else {
			seen[id]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	for desk, lines := range s.answers {
		for number, hash := range lines {
			if got := stored[desk][number]; got != hash {
				s.blame("lost: line %d of %s, answered to %s, is %q, not %q", number, desk, s.keyOf[desk][number], got, hash)
			}
		}
	}
	for key, n := range facts {
		q := newRequest(key)
		if q.refused || n != len(q.facts) {
			s.blame("%s has %d lines, of %d facts (refused: %v)", key, n, len(q.facts), q.refused)
		}
	}
	return nil
}

// again sends requests that were answered once more: they get their first answer.
func (s *story) again(ctx context.Context, j *journal.Journal) {
	sent := 0
	for key := range s.acked {
		if sent++; sent > 300 {
			return
		}
		posted, err := send(ctx, j, newRequest(key))
		if err != nil || !posted.Replayed {
			s.blame("%s, sent again: replayed %v, %v", key, posted.Replayed, err)
			continue
		}
		for _, e := range posted.Entries {
			s.answered(key, e.Desk, e.Number, fmt.Sprintf("%x", e.Hash))
		}
	}
}

// rebuild compares the tables with those that the lines alone make.
func (s *story) rebuild(ctx context.Context, j *journal.Journal) error {
	names := journal.Tables(tables{})
	live, err := journaltest.Dump(ctx, j.DB(), names...)
	if err != nil {
		return err
	}
	if err := j.Rebuild(ctx, nil); err != nil {
		return err
	}
	rebuilt, err := journaltest.Dump(ctx, j.DB(), names...)
	if err != nil {
		return err
	}
	if live != rebuilt {
		s.blame("the tables are not those that the lines make (- live, + rebuilt): %s", cmp.Diff(live, rebuilt))
	}
	return nil
}
