package witness_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/checkpoint/witness"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// said is a fact about nothing.
type said struct {
	N int `json:"n"`
}

func (said) Kind() string       { return "test.said" }
func (said) Version() int       { return 1 }
func (said) Subjects() []string { return nil }

var template = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		return err
	}
	return errors.Join(db.Migrate(ctx, journaltest.Steps(checkpoint.Migration)), db.Close())
})

// pair is a node with a witness, which may have a liar in between.
type pair struct {
	witness.Witnessed
	t       *testing.T
	dir     string
	keeper  *witness.Witness
	server  *httptest.Server
	between func(http.ResponseWriter, *http.Request) bool
	journal *journal.Journal
	lines   int
}

func newPair(t *testing.T, dsn string) *pair {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	dir := t.TempDir()
	key, err := checkpoint.MakeKey(filepath.Join(dir, "node.key"), "LV-CESIS", 0)
	must(t, err)
	j, err := journal.New(journal.Config{DB: db, Clock: clock.System{}, Facts: []journal.Definition{journal.Define[said]()}})
	must(t, err)
	p := &pair{t: t, dir: filepath.Join(dir, "witness"), journal: j}
	public, err := witness.Make(p.dir, "VARAM")
	must(t, err)
	p.opens()
	t.Cleanup(func() { must(t, p.keeper.Close()) })
	must(t, p.keeper.Know(key.Public()))
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.between == nil || !p.between(w, r) {
			p.keeper.Handler().ServeHTTP(w, r)
		}
	}))
	t.Cleanup(p.server.Close)
	client, err := witness.NewClient(public + "@" + p.server.URL + "/")
	must(t, err)
	p.Witnessed = witness.Witnessed{
		Client: client, Kept: filepath.Join(dir, "node.cosigned"),
		Node: &checkpoint.Node{DB: db, Clock: clock.System{}, Key: key, Last: filepath.Join(dir, "node.stated")},
	}
	return p
}

func (p *pair) opens() {
	p.t.Helper()
	var err error
	p.keeper, err = witness.Open(p.dir, clock.NewHand(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)))
	must(p.t, err)
}

// says posts a line at each desk and states them.
func (p *pair) says(desks ...string) checkpoint.Checkpoint {
	p.t.Helper()
	for _, desk := range desks {
		p.lines++
		req := journal.Request{By: actor.System("test"), Desk: desk, Key: fmt.Sprint("k", p.lines)}
		_, err := p.journal.Do(p.t.Context(), req, p.lines, func(tx *journal.Tx) error { return tx.Record(p.t.Context(), said{N: p.lines}) })
		must(p.t, err)
	}
	must(p.t, p.Node.State(p.t.Context()))
	c, _, err := checkpoint.Latest(p.t.Context(), p.Node.DB)
	must(p.t, err)
	return c
}

func (p *pair) status() witness.Status {
	p.t.Helper()
	all, err := p.keeper.Nodes()
	must(p.t, err)
	if len(all) != 1 {
		p.t.Fatalf("%d nodes", len(all))
	}
	return all[0]
}

func (p *pair) change(statements ...string) {
	p.t.Helper()
	must(p.t, p.Node.DB.Write(p.t.Context(), func(tx *sqldb.Tx) error {
		for _, s := range statements {
			if n, err := tx.Exec(p.t.Context(), s); err != nil || n == 0 {
				return fmt.Errorf("%s: %d rows, %w", s, n, err)
			}
		}
		return nil
	}))
}

func each(t *testing.T, test func(t *testing.T, p *pair)) {
	t.Helper()
	t.Parallel()
	template.Each(t, func(t *testing.T, dsn string) { test(t, newPair(t, dsn)) })
}

func TestAWitnessCosignsALogThatGoesOn(t *testing.T) {
	each(t, func(t *testing.T, p *pair) {
		ctx := t.Context()
		must(t, p.Ready(ctx))
		must(t, p.Tell(ctx)) // nothing is stated yet
		for n := range 12 {
			desks := strings.Split("ABCDEFG"[:1+n%7], "")
			c := p.says(desks...)
			if n%5 == 4 {
				must(t, os.Remove(p.Kept)) // the node has forgotten where the witness stands
			}
			must(t, p.Tell(ctx))
			must(t, p.Tell(ctx))
			if s := p.status(); s.Size != c.Size || s.At.IsZero() || s.Forks != 0 {
				t.Fatalf("the witness has %+v of a log of %d", s, c.Size)
			}
			if n == 6 {
				must(t, p.keeper.Close())
				p.opens()
			}
		}
		must(t, p.Ready(ctx))
		signed, err := os.ReadFile(p.Kept)
		must(t, err)
		if strings.Count(string(signed), "\n— ") != 2 {
			t.Errorf("kept: %s", signed)
		}
		if _, err := witness.Open(p.dir, clock.System{}); !errors.Is(err, witness.ErrTaken) {
			t.Errorf("two programs are the same witness: %v", err)
		}
	})
}

func TestEveryProofOfALogHolds(t *testing.T) {
	each(t, func(t *testing.T, p *pair) {
		var all []checkpoint.Checkpoint
		for n := range 40 {
			all = append(all, p.says(strings.Split("ABCDE"[:1+n*n%5], "")...))
		}
		last := all[len(all)-1]
		for _, c := range all {
			got, hashes, err := checkpoint.Proof(t.Context(), p.Node.DB, c.Size)
			must(t, err)
			if err := proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(c.Size), uint64(got.Size), hashes, c.Root, last.Root); err != nil {
				t.Errorf("from %d to %d: %v", c.Size, got.Size, err)
			}
		}
		if _, _, err := checkpoint.Proof(t.Context(), p.Node.DB, last.Size+1); !errors.Is(err, checkpoint.ErrUnstated) {
			t.Errorf("from beyond the end: %v", err)
		}
	})
}

func TestADatabaseThatWasPutBackIsSeenByTheWitness(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]func(p *pair){
		"and nothing was written since": func(*pair) {},
		"and less was written since":    func(p *pair) { p.says("B") },
		"and as much":                   func(p *pair) { p.says("C", "D") },
		"and more":                      func(p *pair) { p.says("C", "D", "E", "F") },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, p *pair) {
				ctx := t.Context()
				p.says("A", "B")
				must(t, p.Tell(ctx))
				c := p.says("A", "B")
				must(t, p.Tell(ctx))
				p.change("DELETE FROM entry WHERE number > 1", "UPDATE desk_head SET number = 1, hash = (SELECT e.hash FROM entry e WHERE e.desk = desk_head.desk)",
					"DELETE FROM checkpoint_leaf WHERE position > 1", "DELETE FROM checkpoint WHERE size > 2", "DELETE FROM request WHERE key IN ('k3', 'k4')")
				p.lines -= 2
				must(t, os.Remove(p.Node.Last)) // whoever put the database back put the file beside the key back too
				after(p)
				for range 2 {
					if err := p.Ready(ctx); !errors.Is(err, checkpoint.ErrLower) {
						t.Errorf("it would serve: %v", err)
					}
					if err := p.Tell(ctx); !errors.Is(err, checkpoint.ErrLower) {
						t.Errorf("nobody hears of it: %v", err)
					}
					must(t, os.RemoveAll(p.Kept))
				}
				if s := p.status(); s.Size != c.Size {
					t.Errorf("the witness went back to %+v", s)
				}
				must(t, p.keeper.Restart("LV-CESIS", "restored on purpose"))
				must(t, p.Ready(ctx))
				must(t, p.Tell(ctx))
				kept, err := filepath.Glob(filepath.Join(p.dir, "LV-CESIS.*", "last.checkpoint"))
				if err != nil || len(kept) != 1 {
					t.Errorf("what was cosigned before is gone: %v %v", kept, err)
				}
			})
		})
	}
}

func TestAWitnessThatLiesIsFound(t *testing.T) {
	t.Parallel()
	answer := func(status int, text string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost {
				w.WriteHeader(status)
				_, _ = io.WriteString(w, text)
			}
			return r.Method == http.MethodPost
		}
	}
	for name, lie := range map[string]func(http.ResponseWriter, *http.Request) bool{
		"a signature of another":   answer(http.StatusOK, "— VARAM lbEFnAAAAABrDS3xeh/IuW6WfDrmxOmzzFvIL02LxdcO7WHqLCMIZ8ebDDEnVV3kz5D+x7i5XPkC8+o6qCat351McX/CaBJ7b873Dg==\n"),
		"no signature at all":      answer(http.StatusOK, "thank you\n"),
		"more than there is":       answer(http.StatusConflict, "4000\n"),
		"no size":                  answer(http.StatusConflict, "many\n"),
		"another history, it says": answer(http.StatusUnprocessableEntity, ""),
		"another size, for ever":   answer(http.StatusConflict, "2\n"),
		"a checkpoint of its own": func(w http.ResponseWriter, r *http.Request) bool { // whatever it is asked
			w.WriteHeader(map[string]int{http.MethodGet: http.StatusOK, http.MethodPost: http.StatusConflict}[r.Method])
			_, _ = io.WriteString(w, "4000\n")
			return true
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, p *pair) {
				p.says("A", "B")
				must(t, p.Tell(t.Context()))
				p.says("A")
				p.between = lie
				if err := p.Tell(t.Context()); !errors.Is(err, witness.ErrLies) {
					t.Errorf("told: %v", err)
				}
				if err := p.Ready(t.Context()); err != nil {
					t.Errorf("a witness that lies keeps the node from serving: %v", err)
				}
			})
		})
	}
}

func TestAWitnessTakesNothingFromStrangers(t *testing.T) {
	each(t, func(t *testing.T, p *pair) {
		c := p.says("A", "B")
		must(t, p.Tell(t.Context()))
		other, err := checkpoint.MakeKey(filepath.Join(t.TempDir(), "other.key"), "LV-CESIS", 0)
		must(t, err)
		stranger := p.Witnessed
		node := *p.Node
		node.Key, stranger.Node, stranger.Kept = other, &node, filepath.Join(t.TempDir(), "kept")
		p.change("DELETE FROM checkpoint", "DELETE FROM checkpoint_leaf")
		must(t, node.State(t.Context()))
		if err := stranger.Tell(t.Context()); err == nil || !strings.Contains(err.Error(), "403") {
			t.Errorf("another key: %v", err)
		}
		for want, body := range map[string]string{
			"400 no request":       "old\n\nx",
			"400 a size in words":  "old two\n\n" + c.Note,
			"400 a foreign proof":  "old 2\nAAAA\n\n" + c.Note,
			"400 behind it":        "old 3\n\n" + c.Note,
			"404 another network":  "old 2\n\n" + strings.Replace(c.Note, "CESIS", "TUKUMS", 1),
			"400 changed":          "old 2\n\n" + strings.Replace(c.Note, "\n2\n", "\n3\n", 1),
			"409 from another one": "old 0\n\n" + c.Note,
			"400 too long":         "old 2\n\n" + strings.Repeat("x", 70000),
		} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.server.URL+"/add-checkpoint", strings.NewReader(body))
			must(t, err)
			res, err := http.DefaultClient.Do(req)
			must(t, err)
			text, err := io.ReadAll(res.Body)
			must(t, errors.Join(err, res.Body.Close()))
			if got := fmt.Sprint(res.StatusCode); got != want[:3] || got == "409" && string(text) != "2\n" {
				t.Errorf("%s: %s %q", want, got, text)
			}
		}
		if s := p.status(); s.Size != 2 || s.Forks != 0 {
			t.Errorf("%+v", s)
		}
	})
}
