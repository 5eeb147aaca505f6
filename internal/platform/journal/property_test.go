package journal_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// request is one request of a random run: some facts at a desk, sent once or more often, which may be refused at the end.
type request struct {
	desk    string
	name    string
	facts   []journal.Fact
	refused bool
}

func genFact(t *rapid.T) journal.Fact {
	thing := strconv.Itoa(rapid.IntRange(0, 3).Draw(t, "thing"))
	if rapid.Bool().Draw(t, "moved") {
		return moved{Thing: thing, To: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "to")}
	}
	return noted{Thing: thing, Text: rapid.StringN(0, 12, 40).Draw(t, "text")}
}

// TestMain has random tests run forty times unless somebody says how often (-rapid.checks); in a soak run as often as rapid does by itself.
func TestMain(m *testing.M) {
	if os.Getenv("VIENKOPUS_SOAK") == "" {
		if err := flag.Set("rapid.checks", "40"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run()) // which reads the flags
}

// TestSoakRandomRequestsHaveOneEffectEach sends random requests, many of them twice and all at once, and then compares.
func TestSoakRandomRequestsHaveOneEffectEach(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	runs := 0
	t.Run("sqlite", func(t *testing.T) {
		rapid.Check(t, func(r *rapid.T) {
			runs++
			j := with(t, openDB(t, filepath.Join(dir, strconv.Itoa(runs)+".db")), projections...)
			defer j.DB().Close()
			prepare(t, j)
			randomRun(t, r, j)
		})
	})
	// One database on PostgreSQL for all runs, told apart by the names of the desks: to make a database costs more than a run.
	t.Run("postgres", func(t *testing.T) {
		j := with(t, openDB(t, dbtest.Postgres(t)), projections...)
		prepare(t, j)
		rapid.Check(t, func(r *rapid.T) { randomRun(t, r, j) })
	})
}

func randomRun(t *testing.T, r *rapid.T, j *journal.Journal) {
	before := intact(t, j)
	prefix := rapid.StringMatching("[A-Z]{12}").Draw(r, "prefix")
	var list []request
	expected := before
	for i := range rapid.IntRange(1, 12).Draw(r, "requests") {
		q := request{
			desk: prefix + strconv.Itoa(rapid.IntRange(0, 2).Draw(r, "desk")), name: fmt.Sprint("k", i),
			facts: rapid.SliceOfN(rapid.Custom(genFact), 0, 4).Draw(r, "facts"), refused: rapid.IntRange(0, 4).Draw(r, "refused") == 0,
		}
		if !q.refused {
			expected += len(q.facts)
		}
		for range rapid.IntRange(1, 3).Draw(r, "times") {
			list = append(list, q)
		}
	}
	answers := make([]journal.Posted, len(list))
	var wg sync.WaitGroup
	for i, q := range rapid.Permutation(list).Draw(r, "order") {
		list[i] = q
		wg.Go(func() { answers[i] = send(t, j, q) })
	}
	wg.Wait()
	if n := intact(t, j); n != expected {
		r.Errorf("%d lines, expected %d", n, expected)
	}
	first := map[string]journal.Posted{}
	for i, q := range list {
		known, ok := first[q.name]
		if !ok {
			first[q.name] = answers[i]
			continue
		}
		if !sameLines(known, answers[i]) {
			r.Errorf("two answers to %s: %v and %v", q.name, known, answers[i])
		}
	}
	sameAfterRebuild(t, j)
}

func send(t *testing.T, j *journal.Journal, q request) journal.Posted {
	posted, err := j.Post(t.Context(), clerk, q.desk, key(t, q.name, q.facts), func(tx *journal.Tx) error {
		for _, f := range q.facts {
			if err := tx.Record(t.Context(), f); err != nil {
				return err
			}
		}
		if q.refused {
			return errRefused
		}
		return nil
	})
	if (err != nil) != q.refused {
		t.Errorf("request %s: %v", q.name, err)
	}
	return posted
}

var errRefused = errors.New("refused")

func sameLines(a, b journal.Posted) bool {
	if len(a.Entries) != len(b.Entries) {
		return false
	}
	for i := range a.Entries {
		if a.Entries[i].Hash != b.Entries[i].Hash {
			return false
		}
	}
	return true
}
