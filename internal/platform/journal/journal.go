// Package journal keeps the numbered lines that never change, and everything that is derived from them.
//
// A desk is a journal: its lines are numbered 1, 2, 3 … without gaps and chained by hash. Post is the only
// way to write. It locks the desk, answers a request key that it has seen with the first answer, runs the rule,
// numbers and chains the facts that the rule records, applies them to the projections, and commits; only then
// does it return. What a screen or a report reads is a projection: it can be thrown away and rebuilt.
//
// The format of a line and of the hash is in docs/formats/journal.md.
package journal

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
)

// Hash is a SHA-256 sum.
type Hash [sha256.Size]byte

// Reader answers queries: the database, or a transaction of the journal, which sees its own writes.
type Reader = sqldb.Reader

// Entry is one line.
type Entry struct {
	Desk       string
	Number     int64
	ID         id.ID
	RecordedAt time.Time // UTC, whole microseconds
	Actor      actor.Actor
	Kind       string
	Version    int
	Body       []byte // JSON, hashed as stored
	Prev, Hash Hash
	Fact       Fact // Body, decoded; of an adopted line what the line says that it takes in
	// Adopted is the line that this one takes in, when it is a line.adopted.
	Adopted *Adopted
}

// Recomputed is a projection whose rows no line writes: a job makes them out of the tables of other projections. They are proven by making them again.
type Recomputed interface {
	Projection
	// Compare tells of every row that is not what it should be. All that it reads comes from r, one snapshot.
	Compare(ctx context.Context, r Reader, differs func(what string)) error
}

// Journal reads and writes the lines of one database.
type Journal struct {
	db          *sqldb.DB
	clock       clock.Clock
	codes       *rowcode.Codes
	facts       map[kindVersion]Definition
	projections []Projection
	readers     readers
	told        func(Plan)
	generation  atomic.Int64 // of the tables, as Prepare left them; 0 before
	outdated    atomic.Bool  // whether the database was seen to have another one
	references  references
	rights      Rights        // nil asks nobody
	ahead       time.Duration // how far the clock may be ahead of the newest line; 0 is without bound
	newest      atomic.Int64  // when the newest line that we know of was recorded, in microseconds

	mu      sync.Mutex
	changed chan struct{} // closed and replaced when something was committed
	waiters []*waiter
}

// Config is what a journal is made of.
type Config struct {
	DB    *sqldb.DB
	Clock clock.Clock
	// Codes code the rows that follow from no line; nil for none.
	Codes       *rowcode.Codes
	Facts       []Definition
	Projections []Projection
	// Told is told what is about to be made anew, and again once it is known how long that takes; it may be nil.
	Told func(Plan)
}

// New returns a journal that has learned the facts and projections of its configuration. It returns the errors of Learn.
func New(c Config) (*Journal, error) {
	j := &Journal{db: c.DB, clock: c.Clock, codes: c.Codes, facts: map[kindVersion]Definition{}, told: c.Told, changed: make(chan struct{})}
	return j, j.Learn(c.Facts, c.Projections)
}

// Learn adds kinds of line and projections, before the journal is prepared. It returns an error when two definitions claim the same kind and version,
// two projections the same name or table, a schema says more than CREATE TABLE and CREATE INDEX, or a projection leans on one that is not there before it.
func (j *Journal) Learn(facts []Definition, projections []Projection) error {
	for _, d := range facts {
		k := kindVersion{d.Kind, d.Version}
		if _, taken := j.facts[k]; taken {
			return fmt.Errorf("journal: %s version %d is defined twice", d.Kind, d.Version)
		}
		j.facts[k] = d
	}
	j.projections = append(j.projections, projections...)
	j.readers = j.readersOf(j.projections)
	return j.checkProjections()
}

// DB returns the database of the journal, for reading.
func (j *Journal) DB() *sqldb.DB { return j.db }

// Now returns the time outside a transaction; inside one, ask the Tx.
func (j *Journal) Now() time.Time { return j.clock.Now() }

// Changed returns a channel that is closed at the next commit of this process.
func (j *Journal) Changed() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.changed
}

// ChangedBy is Changed for whoever has nothing to do with most lines: the channels that it returns are closed at the next commit of this process with a line of one of the kinds.
func (j *Journal) ChangedBy(kinds ...string) func() <-chan struct{} {
	w := &waiter{kinds: kinds, changed: make(chan struct{})}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiters = append(j.waiters, w)
	return func() <-chan struct{} {
		j.mu.Lock()
		defer j.mu.Unlock()
		return w.changed
	}
}

// waiter waits for lines of some kinds.
type waiter struct {
	kinds   []string
	changed chan struct{}
}

func (j *Journal) announce(lines []Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	close(j.changed)
	j.changed = make(chan struct{})
	for _, w := range j.waiters {
		if slices.ContainsFunc(lines, func(e Entry) bool { return slices.Contains(w.kinds, e.Kind) }) {
			close(w.changed)
			w.changed = make(chan struct{})
		}
	}
}

// Migration makes the tables of the journal. It is the first step of every database.
var Migration = sqldb.Migration{Number: 1, Name: "journal", SQL: schema}

const schema = `
CREATE TABLE entry (
  desk        TEXT   NOT NULL,
  number      BIGINT NOT NULL,
  id          BLOB   NOT NULL,
  recorded_at BIGINT NOT NULL,
  actor       TEXT   NOT NULL,
  kind        TEXT   NOT NULL,
  version     BIGINT NOT NULL,
  body        BLOB   NOT NULL,
  prev        BLOB   NOT NULL,
  hash        BLOB   NOT NULL,
  PRIMARY KEY (desk, number)
);
CREATE TABLE entry_subject (
  subject TEXT   NOT NULL,
  desk    TEXT   NOT NULL,
  number  BIGINT NOT NULL,
  PRIMARY KEY (subject, desk, number)
) WITHOUT ROWID;
CREATE TABLE request (
  desk  TEXT   NOT NULL,
  key   TEXT   NOT NULL,
  input BLOB   NOT NULL,
  first BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (key, desk)
) WITHOUT ROWID;
CREATE TABLE desk_head (
  desk   TEXT   NOT NULL PRIMARY KEY,
  number BIGINT NOT NULL,
  hash   BLOB   NOT NULL
) WITHOUT ROWID;
CREATE TABLE follower_cursor (
  follower TEXT   NOT NULL,
  desk     TEXT   NOT NULL,
  number   BIGINT NOT NULL,
  PRIMARY KEY (follower, desk)
) WITHOUT ROWID;
CREATE TABLE projection (
  name   TEXT NOT NULL PRIMARY KEY,
  ddl    TEXT NOT NULL
);
CREATE TABLE rebuild_cursor (
  desk   TEXT   NOT NULL PRIMARY KEY,
  number BIGINT NOT NULL,
  upto   BIGINT NOT NULL
);
CREATE TABLE quarantine (
  desk   TEXT   NOT NULL,
  number BIGINT NOT NULL,
  reason TEXT   NOT NULL,
  PRIMARY KEY (desk, number)
);
`

// OneByOne makes the tables by which projections are made anew one by one: the quarantine names the projection, and a generation tells a program that another
// one has made the tables anew. A database with lines in quarantine has all its projections made anew, because it was not noted which of them lack the line.
var OneByOne = sqldb.Migration{Number: 15, Name: "projections one by one", SQL: `
CREATE TABLE generation (number BIGINT NOT NULL PRIMARY KEY);
INSERT INTO generation (number) VALUES (1);
ALTER TABLE projection ADD COLUMN replaying BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE projection SET replaying = TRUE WHERE EXISTS (SELECT 1 FROM rebuild_cursor);
UPDATE projection SET ddl = ddl || ' ' WHERE EXISTS (SELECT 1 FROM quarantine);
DROP TABLE quarantine;
CREATE TABLE quarantine (
  projection TEXT   NOT NULL DEFAULT '',
  desk       TEXT   NOT NULL,
  number     BIGINT NOT NULL,
  reason     TEXT   NOT NULL,
  PRIMARY KEY (desk, number, projection)
);
`}

// Durable are the tables of the journal that cannot be made anew from others, in the order in which a backup holds them.
var Durable = []string{"desk_head", "entry_subject", "entry", "request", "follower_cursor"}

// Unapplied notes, in a database whose lines were just put there by other means than Post, that no projection has seen
// any of them: the next Prepare replays them all. The tables of the projections must be empty or not there.
func Unapplied(ctx context.Context, tx *sqldb.Tx) error {
	if err := tx.Run(ctx, "journal: unapplied", "UPDATE projection SET replaying = TRUE"); err != nil {
		return err
	}
	return unapplied(ctx, tx)
}

func unapplied(ctx context.Context, tx *sqldb.Tx) error {
	return tx.Run(ctx, "journal: unapplied", "INSERT INTO rebuild_cursor (desk, number, upto) SELECT desk, 0, number FROM desk_head")
}

// ErrUnknownFact says that a line is of a kind or version that this program does not know.
var ErrUnknownFact = errors.New("journal: unknown kind or version of fact")
