package harness_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
)

// told is one of the facts of a request. It names the request, so that the lines can be counted without the program's help.
type told struct {
	Key   string `json:"key"`
	Index int    `json:"index"`
	Thing string `json:"thing"`
	Pad   string `json:"pad"`
}

func (told) Kind() string         { return "harness.told" }
func (told) Version() int         { return 1 }
func (f told) Subjects() []string { return []string{"thing:" + f.Thing} }

// request is what is sent under a key. It follows from the key alone, so that it can be sent again.
type request struct {
	key, desk string
	facts     []journal.Fact
	refused   bool
}

const desks = 4

func newRequest(key string) request {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key))
	r := rand.New(rand.NewPCG(h.Sum64(), 1))
	q := request{key: key, desk: fmt.Sprintf("H-%d", r.IntN(desks)), refused: r.IntN(12) == 0}
	for i := range 1 + r.IntN(3) {
		q.facts = append(q.facts, told{Key: key, Index: i, Thing: fmt.Sprint(r.IntN(5)), Pad: strings.Repeat("x", r.IntN(2000))})
	}
	return q
}

var errRefused = errors.New("refused after it was recorded")

// send posts the request.
func send(ctx context.Context, j *journal.Journal, q request) (journal.Posted, error) {
	key, err := journal.NewKey(q.key, q.facts)
	if err != nil {
		return journal.Posted{}, err
	}
	return j.Post(ctx, actor.System("harness"), q.desk, key, func(tx *journal.Tx) error {
		for _, f := range q.facts {
			if err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		if q.refused {
			return errRefused
		}
		return nil
	})
}

// tables is a projection: every fact, a count per thing, and the last fact of each thing at each desk.
type tables struct {
	// early is called before the commit; only the program that cheats has it.
	early func(journal.Entry)
	// twice applies some lines a second time, as a broken program might.
	twice bool
}

func (tables) Name() string { return "harness" }
func (tables) Schema() string {
	return `
CREATE TABLE heard (desk TEXT NOT NULL, number BIGINT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (desk, number)) WITHOUT ROWID;
CREATE INDEX heard_key ON heard (key);
CREATE TABLE heard_count (thing TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);
CREATE TABLE heard_last (desk TEXT NOT NULL, thing TEXT NOT NULL, key TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (desk, thing));
`
}

func (tables) Reads() []journal.Type { return []journal.Type{journal.Of[told]()} }

func (p tables) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	f, ok := e.Fact.(told)
	if !ok {
		return nil
	}
	if p.early != nil {
		p.early(e)
	}
	_, err := tx.Exec(ctx, "INSERT INTO heard (desk, number, key) VALUES ($1, $2, $3)", e.Desk, e.Number, f.Key)
	if err != nil {
		return err
	}
	const add = `INSERT INTO heard_count (thing, n) VALUES ($1, $2) ON CONFLICT (thing) DO UPDATE SET n = heard_count.n + excluded.n`
	tx.Defer("heard "+f.Thing, sqldb.Count{Upsert: add, Key: []any{f.Thing}, N: 1})
	if p.twice && e.Number%10 == 0 {
		tx.Defer("heard "+f.Thing, sqldb.Count{Upsert: add, Key: []any{f.Thing}, N: 1})
	}
	const last = `INSERT INTO heard_last (desk, thing, key, n) VALUES ($1, $2, $3, 1)
ON CONFLICT (desk, thing) DO UPDATE SET key = excluded.key, n = heard_last.n + 1`
	_, err = tx.Exec(ctx, last, e.Desk, f.Thing, f.Key)
	return err
}

// open opens the database and makes the journal ready, as a program does at its start.
func open(ctx context.Context, dsn string, p tables) (*journal.Journal, error) {
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, journaltest.Steps()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	j, err := journal.New(journal.Config{
		DB: db, Clock: clock.System{}, Facts: []journal.Definition{journal.Define[told]()}, Projections: []journal.Projection{p},
	})
	if err == nil {
		_, err = j.Prepare(ctx, nil)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return j, nil
}
