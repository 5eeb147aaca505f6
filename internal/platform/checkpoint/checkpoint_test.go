package checkpoint_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// said is a fact about nothing.
type said struct {
	N int `json:"n"`
}

func (said) Kind() string       { return "test.said" }
func (said) Version() int       { return 1 }
func (said) Subjects() []string { return nil }

// template is a database with a journal and a log, and nothing in either.
var template = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		return err
	}
	return errors.Join(db.Migrate(ctx, journaltest.Steps(checkpoint.Migration)), db.Close())
})

// place is a node with its database, its key and what lies beside it.
type place struct {
	checkpoint.Node
	t       *testing.T
	journal *journal.Journal
	n       int
}

func newPlace(t *testing.T, dsn string) *place {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	dir := t.TempDir()
	key, err := checkpoint.MakeKey(filepath.Join(dir, "node.key"), "LV-CESIS", 0)
	must(t, err)
	j, err := journal.New(journal.Config{DB: db, Clock: clock.System{}, Facts: []journal.Definition{journal.Define[said]()}})
	must(t, err)
	p := &place{t: t, journal: j, Node: checkpoint.Node{DB: db, Clock: clock.NewHand(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)), Key: key, Last: filepath.Join(dir, "node.stated"), Hand: filepath.Join(dir, "out")}}
	must(t, os.Mkdir(p.Hand, 0o700))
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// says posts lines at a desk.
func (p *place) says(desk string, lines int) {
	p.t.Helper()
	for range lines {
		p.n++
		req := journal.Request{By: actor.System("test"), Desk: desk, Key: fmt.Sprint("k", p.n)}
		_, err := p.journal.Do(p.t.Context(), req, p.n, func(tx *journal.Tx) error { return tx.Record(p.t.Context(), said{N: p.n}) })
		must(p.t, err)
	}
}

// states states the heads and returns the checkpoint.
func (p *place) states() checkpoint.Checkpoint {
	p.t.Helper()
	must(p.t, p.State(p.t.Context()))
	c, found, err := checkpoint.Latest(p.t.Context(), p.DB)
	must(p.t, err)
	if !found {
		p.t.Fatal("nothing is stated")
	}
	return c
}

// differs returns in what the database differs from a checkpoint.
func (p *place) differs(c checkpoint.Checkpoint) []string {
	p.t.Helper()
	signed, err := checkpoint.Read([]byte(c.Note), p.Key.Public())
	must(p.t, err)
	var all []string
	must(p.t, checkpoint.Holds(p.t.Context(), p.DB, signed, func(what string) { all = append(all, what) }))
	return all
}

func (p *place) change(statements ...string) {
	p.t.Helper()
	must(p.t, p.DB.Write(p.t.Context(), func(tx *sqldb.Tx) error {
		for _, s := range statements {
			if n, err := tx.Exec(p.t.Context(), s); err != nil || n == 0 {
				return fmt.Errorf("%s: %d rows, %w", s, n, err)
			}
		}
		return nil
	}))
}

func each(t *testing.T, test func(t *testing.T, p *place)) {
	t.Helper()
	t.Parallel()
	template.Each(t, func(t *testing.T, dsn string) { test(t, newPlace(t, dsn)) })
}

func TestWhatWasStatedIsHeldWhileTheJournalGrows(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		var all []checkpoint.Checkpoint
		for n := range 20 {
			p.says(fmt.Sprint("D", n%3), 1+n%4)
			p.says("E", n%2)
			all = append(all, p.states())
			if again := p.states(); again.Size != all[n].Size {
				t.Errorf("nothing has moved, but %d heads are stated after %d", again.Size, all[n].Size)
			}
		}
		for _, c := range all {
			if found := p.differs(c); len(found) > 0 {
				t.Errorf("at %d: %v", c.Size, found)
			}
		}
		if found, err := checkpoint.Check(p.Key)(t.Context(), p.DB); err != nil || len(found) > 0 {
			t.Errorf("%v %v", found, err)
		}
		must(t, p.Ready(t.Context()))
		last := all[len(all)-1]
		if len(last.Code()) != 19 || last.At.IsZero() {
			t.Errorf("%q at %s", last.Code(), last.At)
		}
		for _, suffix := range []string{"checkpoint", "heads"} {
			files, err := filepath.Glob(filepath.Join(p.Hand, "*."+suffix))
			if err != nil || len(files) != 20 {
				t.Errorf("%d files of %s were handed out, %v", len(files), suffix, err)
			}
		}
	})
}

func TestWhatWasTakenBackIsFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		damage []string
		want   []string
	}{
		"the end of a journal is cut": {
			[]string{"DELETE FROM entry WHERE desk = 'A' AND number > 3", "UPDATE desk_head SET number = 3 WHERE desk = 'A'"},
			[]string{"line 5 of A was stated and is not there"},
		},
		"and the statements with it": {
			[]string{"DELETE FROM entry WHERE desk = 'A' AND number > 3", "DELETE FROM checkpoint_leaf WHERE desk = 'A' AND number > 3", "DELETE FROM checkpoint WHERE size > 1"},
			[]string{"3 heads were stated, the database knows 2 of them", "are not those"},
		},
		"all is put back": {
			[]string{"DELETE FROM entry WHERE number > 3", "DELETE FROM checkpoint_leaf WHERE position > 0", "DELETE FROM checkpoint WHERE size > 1"},
			[]string{"3 heads were stated, the database knows 1 of them: it was put back or cut"},
		},
		"a line is another one": {
			[]string{"UPDATE entry SET hash = (SELECT o.hash FROM entry o WHERE o.desk = 'A' AND o.number = 2) WHERE desk = 'A' AND number = 5"},
			[]string{"line 5 of A is not the one that was stated"},
		},
		"a statement is another one": {
			[]string{"UPDATE checkpoint_leaf SET number = 4, hash = (SELECT e.hash FROM entry e WHERE e.desk = 'A' AND e.number = 4) WHERE desk = 'A' AND number = 5"},
			[]string{"the heads that the database says were stated are not those that were signed: another history stands there"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, p *place) {
				p.says("A", 3)
				p.states()
				p.says("A", 2)
				p.says("B", 1)
				last := p.states()
				p.change(c.damage...)
				found := p.differs(last)
				if !contains(found, c.want) {
					t.Errorf("found %q", found)
				}
				if err := p.Ready(t.Context()); !errors.Is(err, checkpoint.ErrLower) {
					t.Errorf("it would serve: %v", err)
				}
			})
		})
	}
}

// contains tells whether some text of all holds some wanted words; any of them is enough.
func contains(all, want []string) bool {
	return slices.ContainsFunc(all, func(text string) bool {
		return slices.ContainsFunc(want, func(words string) bool { return strings.Contains(text, words) })
	})
}

func TestTheHeadsAreStatedWhenItIsTimeOrADayCloses(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		hand, ok := p.Clock.(*clock.Hand)
		if !ok {
			t.Fatal("the clock is not ours")
		}
		size := func() int64 {
			must(t, p.Keep(t.Context()))
			c, _, err := checkpoint.Latest(t.Context(), p.DB)
			must(t, err)
			return c.Size
		}
		p.says("A", 3)
		if n := size(); n != 1 {
			t.Errorf("at first %d heads are stated", n)
		}
		hand.Advance(checkpoint.Every - time.Minute)
		p.says("A", 1)
		if n := size(); n != 1 {
			t.Errorf("too early, %d heads are stated", n)
		}
		p.Closing = []string{"test.said"}
		if n := size(); n != 2 {
			t.Errorf("something was closed, and %d heads are stated", n)
		}
		p.Closing = nil
		p.says("A", 1)
		hand.Advance(checkpoint.Every)
		if n := size(); n != 3 {
			t.Errorf("when it is time, %d heads are stated", n)
		}
	})
}

func TestACodeOnPaperLeadsToItsCheckpoint(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		var all []checkpoint.Checkpoint
		for range 5 {
			p.says("A", 1)
			p.says("B", 2)
			all = append(all, p.states())
		}
		for _, c := range all {
			got, found, err := checkpoint.ByCode(t.Context(), p.DB, strings.ToUpper(c.Code()))
			if err != nil || !found || got.Size != c.Size || got.Note != c.Note {
				t.Errorf("%s leads to %d, %t, %v", c.Code(), got.Size, found, err)
			}
		}
		if _, found, err := checkpoint.ByCode(t.Context(), p.DB, "0000 0000 0000 0000"); found || err != nil {
			t.Errorf("a code of nothing: %t, %v", found, err)
		}
		for _, code := range []string{"", "1234", all[0].Code() + "0", "xyz0 0000 0000 0000"} {
			if _, _, err := checkpoint.ByCode(t.Context(), p.DB, code); !errors.Is(err, checkpoint.ErrCode) {
				t.Errorf("%q: %v", code, err)
			}
		}
	})
}

func TestACheckpointOfAnotherOrAChangedOneIsRefused(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.says("A", 3)
		c := p.states()
		other, err := checkpoint.MakeKey(filepath.Join(t.TempDir(), "other.key"), "LV-CESIS", 0)
		must(t, err)
		if _, err := checkpoint.Read([]byte(c.Note), other.Public()); !errors.Is(err, checkpoint.ErrForeign) {
			t.Errorf("another key: %v", err)
		}
		for _, changed := range []string{"", "x", strings.Replace(c.Note, "\n1\n", "\n2\n", 1), c.Note[:len(c.Note)-9], strings.Replace(c.Note, "CESIS", "TUKUMS", 1)} {
			if _, err := checkpoint.Read([]byte(changed), p.Key.Public()); !errors.Is(err, checkpoint.ErrNote) && !errors.Is(err, checkpoint.ErrForeign) {
				t.Errorf("%q: %v", changed, err)
			}
		}
		p.Key = other
		if err := p.Ready(t.Context()); !errors.Is(err, checkpoint.ErrForeign) {
			t.Errorf("a foreign key would serve: %v", err)
		}
	})
}

func TestAKeyIsMadeOnceAndMissedLater(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "node.key")
	first, err := checkpoint.KeyFor(t.Context(), filepath.Join(dir, "none.db"), path, "LV-CESIS")
	must(t, err)
	again, err := checkpoint.KeyFor(t.Context(), filepath.Join(dir, "none.db"), path, "LV-OTHER")
	must(t, err)
	if first.Public() != again.Public() || !strings.HasPrefix(first.Public(), "LV-CESIS+") {
		t.Errorf("%s, then %s", first.Public(), again.Public())
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key can be read by others: %s", info.Mode())
	}
	text, err := os.ReadFile(path)
	must(t, err)
	for _, damaged := range []string{"", "private x\n", strings.Replace(string(text), "private PRIVATE", "private RIVATE", 1), strings.Replace(string(text), "public LV", "public LW", 1)} {
		must(t, os.WriteFile(path, []byte(damaged), 0o600))
		if _, err := checkpoint.ReadKey(path); !errors.Is(err, checkpoint.ErrBadKey) || strings.Contains(fmt.Sprint(err), "PRIVATE+") {
			t.Errorf("%.20q: %v", damaged, err)
		}
	}
}

// What an owner does to older checkpoints of the log is found too, and one of the future keeps nobody from stating the next.
func TestEveryCheckpointOfTheLogIsProven(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		hand, ok := p.Clock.(*clock.Hand)
		if !ok {
			t.Fatal("the clock is no hand")
		}
		for range 3 {
			p.says("A", 2)
			p.states()
			hand.Advance(time.Hour)
		}
		found := func() string {
			all, err := checkpoint.Check(p.Key)(t.Context(), p.DB)
			if err != nil { // verify says that it could not look
				all = append(all, err.Error())
			}
			return strings.Join(all, "\n")
		}
		if got := found(); got != "" {
			t.Fatalf("nothing was changed, yet: %s", got)
		}
		for change, says := range map[string]string{
			"note = (SELECT note FROM checkpoint WHERE size = 1)":   "does not fit what was signed",
			"spine = (SELECT spine FROM checkpoint WHERE size = 3)": "spine of the log is damaged",
			"note = note || 'x'":     "is not signed by this node",
			"at = at - 7200000000":   "is older than the one before it",
			"at = at + 720000000000": "is older than the one before it",
		} {
			var at int64
			var spine []byte
			var note string
			must(t, p.DB.QueryRow(t.Context(), "SELECT at, spine, note FROM checkpoint WHERE size = 2").Scan(&at, &spine, &note))
			p.change("UPDATE checkpoint SET " + change + " WHERE size = 2")
			if got := found(); got == "" || !strings.Contains(got, says) {
				t.Errorf("%s: %q", change, got)
			}
			must(t, p.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
				return tx.Run(t.Context(), "back", "UPDATE checkpoint SET at = $1, spine = $2, note = $3 WHERE size = 2", at, spine, note)
			}))
		}
	})
}
