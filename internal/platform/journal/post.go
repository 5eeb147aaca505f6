package journal

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/sqldb"
)

// Key names a request, so that the same request has one effect however often it arrives.
type Key struct {
	id    string
	input Hash
}

// longestKey is the length of a request key, in bytes, that is still accepted.
const longestKey = 128

// NewKey returns the key of a request: the name that the caller gave it, and what the request says.
// It returns a fault when the name is empty, too long, or not plain visible ASCII.
func NewKey(name string, input any) (Key, error) {
	if name == "" || len(name) > longestKey {
		return Key{}, fault.NewInvalid("request.key").On("Idempotency-Key")
	}
	for _, c := range []byte(name) {
		if c <= ' ' || c > '~' {
			return Key{}, fault.NewInvalid("request.key").On("Idempotency-Key")
		}
	}
	text, err := json.Marshal(input)
	if err != nil {
		return Key{}, fmt.Errorf("journal: input of request: %w", err)
	}
	return Key{id: name, input: sha256.Sum256(text)}, nil
}

// Posted is the answer to a Post: the lines that it recorded, now or the first time.
type Posted struct {
	Entries  []Entry
	Replayed bool
}

// Tx is the transaction of one Post. Rules read through it and record facts in it.
type Tx struct {
	*sqldb.Tx
	journal *Journal
	desk    string
	by      actor.Actor
	key     Key
	now     time.Time
	head    head
	entries []Entry
	right   right
	// reference is the head of the ReferenceDesk, and refers whether answers that follow from it may be used: not where lines are written that change them.
	reference head
	refers    bool
	applying  bool  // a projection is at work, which must not record
	failed    error // the first fact that could not be recorded; half of it may be written, so nothing may be committed
}

// head is the last line of a desk.
type head struct {
	number int64
	hash   Hash
}

type headKey string

// turnTime is how long a Post waits for its turn: in the queue of the writer, for a connection, for whoever holds the desk.
const turnTime = 5 * time.Second

// Post runs rule in one transaction at the desk and returns the lines that it recorded, after the commit.
//
// The same key with the same input returns the first answer without running the rule; with another input it is
// a conflict. A request acts by the right by which it was let in, and only while that is held: Post asks again, in the transaction. Whatever rule returns as an error is returned, and nothing is stored; a fact that could not be recorded
// is such an error even when rule swallows it. A rule that records nothing leaves no trace: it runs again when it is asked again.
// Rule may run twice for one Post, and nothing of the first time stays.
//
// Post waits five seconds for its turn at most, and no longer than ctx; then nothing is stored and the error is one of sqldb.Unavailable. When ctx ends after
// the commit has begun, the error is sqldb.ErrUnknown. After either the same key finds out: it is answered with what was stored, or does it now.
func (j *Journal) Post(ctx context.Context, by actor.Actor, desk string, key Key, rule func(*Tx) error) (Posted, error) {
	if by.IsZero() || desk == "" || key.id == "" {
		return Posted{}, fmt.Errorf("journal: a post needs an actor, a desk and a key (have %q, %q, %q)", by, desk, key.id)
	}
	turn, end := context.WithTimeout(ctx, turnTime)
	defer end()
	var posted Posted
	err := j.db.WriteInTurn(ctx, turn, func(stx *sqldb.Tx) error {
		at, reference, earlier, err := j.open(ctx, turn, stx, desk, key)
		if err != nil || earlier != nil {
			posted = Posted{Entries: earlier, Replayed: true}
			return err
		}
		tx := &Tx{Tx: stx, journal: j, desk: desk, by: by, key: key, now: j.now(), head: at}
		tx.reference, tx.refers = reference, desk != ReferenceDesk
		if err := tx.admit(ctx); err != nil {
			return err
		}
		if err := j.inTime(ctx, tx); err != nil {
			return err
		}
		if err := rule(tx); err != nil {
			return err
		}
		posted = Posted{Entries: tx.entries}
		return tx.finish(ctx)
	})
	if err != nil {
		return Posted{}, err
	}
	if len(posted.Entries) > 0 && !posted.Replayed {
		j.announce(posted.Entries)
	}
	return posted, nil
}

// now is the time of a transaction that begins.
func (j *Journal) now() time.Time { return j.clock.Now().UTC().Truncate(time.Microsecond) }

// Answer returns the last fact of type F among the lines of an answer, with its line. It returns an error when there is none, which only a rule that
// recorded something else can bring about.
func Answer[F Fact](p Posted) (F, Entry, error) {
	for _, e := range slices.Backward(p.Entries) {
		if f, ok := e.Fact.(F); ok {
			return f, e, nil
		}
	}
	var none F
	return none, Entry{}, fmt.Errorf("journal: the answer holds no %s", none.Kind())
}

// open takes the desk, with turn for as long as that is waited for, and looks what stands there: the lines that the key was answered with before, or else the
// last line of the desk and that of the ReferenceDesk. A known key with other input is a conflict.
func (j *Journal) open(ctx, turn context.Context, tx *sqldb.Tx, desk string, key Key) (at, reference head, earlier []Entry, err error) {
	var input []byte
	var first, count int64
	questions := []sqldb.Question{{
		Query: "SELECT input, first, count FROM request WHERE desk = $1 AND key = $2", Args: []any{desk, key.id},
		Scan: orNone(&input, &first, &count),
	}}
	for _, h := range []struct {
		desk string
		into *head
	}{{desk, &at}, {ReferenceDesk, &reference}} {
		if q, ok := askHead(tx, h.desk, h.into); ok {
			questions = append(questions, q)
		}
	}
	generation, asked := j.askGeneration(tx)
	if asked != nil {
		questions = append(questions, *asked)
	}
	if err := tx.Ask(turn, "desk:"+desk, questions...); err != nil {
		return head{}, head{}, nil, fmt.Errorf("journal: %s: %w", desk, err)
	}
	if err := j.checkGeneration(tx, *generation); err != nil {
		return head{}, head{}, nil, err
	}
	switch {
	case count == 0:
		tx.Keep(headKey(ReferenceDesk), reference)
		return at, reference, nil, nil
	case string(input) != string(key.input[:]):
		return head{}, head{}, nil, fault.NewConflict("request.key_reused")
	}
	earlier, err = j.Lines(ctx, tx, desk, first-1, int(count))
	if err == nil && (int64(len(earlier)) != count || earlier[0].Number != first) {
		err = fmt.Errorf("journal: the answer to a request at %s, lines %d to %d, is not there", desk, first, first+count-1)
	}
	return head{}, head{}, earlier, err
}

// askHead finds the last line of a desk where it is kept, or else returns the question for it.
func askHead(tx *sqldb.Tx, desk string, into *head) (sqldb.Question, bool) {
	if kept, known := tx.Kept(headKey(desk)); known {
		if at, ok := kept.(head); ok {
			*into = at
			return sqldb.Question{}, false
		}
	}
	return sqldb.Question{
		Query: "SELECT number, hash FROM desk_head WHERE desk = $1", Args: []any{desk},
		Scan: func(scan func(dest ...any) error) error {
			var hash []byte
			err := orNone(&into.number, &hash)(scan)
			copy(into.hash[:], hash)
			return err
		},
	}, true
}

// orNone scans a row and leaves everything as it is when there is none.
func orNone(into ...any) func(func(dest ...any) error) error {
	return func(scan func(dest ...any) error) error {
		if err := scan(into...); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("journal: %w", err)
		}
		return nil
	}
}

// Now returns the time of the transaction, in UTC and whole microseconds; it stands still while the transaction lasts.
func (tx *Tx) Now() time.Time { return tx.now }

// By returns who acts.
func (tx *Tx) By() actor.Actor { return tx.by }

// Desk returns the desk at whose journal the transaction writes.
func (tx *Tx) Desk() string { return tx.desk }

// NewID returns an identifier for a thing that begins in this transaction.
func (tx *Tx) NewID() id.ID { return id.New(tx.now) }

// Record writes a fact as the next line of the desk and applies it to every projection. The projections, and whoever reads the
// answer, get the fact as it was stored, so that a replay cannot differ.
func (tx *Tx) Record(ctx context.Context, fact Fact) error {
	if tx.failed == nil {
		tx.failed = tx.record(ctx, fact)
	}
	return tx.failed
}

func (tx *Tx) record(ctx context.Context, fact Fact) error {
	if tx.applying {
		return fmt.Errorf("journal: a projection must not record (%s)", fact.Kind())
	}
	body, err := json.Marshal(fact)
	if err != nil {
		return fmt.Errorf("journal: %s: %w", fact.Kind(), err)
	}
	number := tx.head.number + 1
	first := number
	if len(tx.entries) > 0 {
		first = tx.entries[0].Number
	}
	e := Entry{
		Desk: tx.desk, Number: number, ID: tx.key.lineID(tx.now, place{tx.desk, number}, first), RecordedAt: tx.now, Actor: tx.by,
		Kind: fact.Kind(), Version: fact.Version(), Body: body, Prev: tx.head.hash,
	}
	if err := tx.journal.decode(&e); err != nil {
		return err
	}
	e.Hash = e.sum()
	if err := insert(ctx, tx.Tx, &e); err != nil {
		return err
	}
	if err := tx.apply(ctx, e, tx.journal.readers.of(e)); err != nil {
		return err
	}
	tx.head = head{number: e.Number, hash: e.Hash}
	tx.entries = append(tx.entries, e)
	return nil
}

// apply hands the line to every projection that reads its kind.
func (tx *Tx) apply(ctx context.Context, e Entry, to []Projection) error {
	tx.applying = true
	defer func() { tx.applying = false }()
	e = e.Told()
	for _, p := range to {
		if err := p.Apply(ctx, tx, e); err != nil {
			return &applyError{projection: p.Name(), kind: e.Kind, cause: err}
		}
	}
	return nil
}

// Run is that of sqldb.Tx. In Apply it takes no UPDATE and no DELETE: whether such a change must meet a row is said by Change or ChangeIfAny.
func (tx *Tx) Run(ctx context.Context, what, query string, args ...any) error {
	if err := tx.unsaid(query); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return tx.Tx.Run(ctx, what, query, args...)
}

// Exec is that of sqldb.Tx. In Apply it takes no UPDATE and no DELETE, as Run does not.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := tx.unsaid(query); err != nil {
		return 0, err
	}
	return tx.Tx.Exec(ctx, query, args...)
}

// ChangeIfAny runs an UPDATE or DELETE that may meet no row; what says in an error what it was for.
func (tx *Tx) ChangeIfAny(ctx context.Context, what, query string, args ...any) error {
	return tx.Tx.Run(ctx, what, query, args...)
}

// errUnsaid refuses a change in Apply of which nobody knows whether it may meet nothing.
var errUnsaid = errors.New("journal: a projection changes rows by Change, which must meet one, or by ChangeIfAny")

func (tx *Tx) unsaid(query string) error {
	if tx.applying && (strings.HasPrefix(query, "UPDATE") || strings.HasPrefix(query, "DELETE")) {
		return fmt.Errorf("%w: %.60s", errUnsaid, query)
	}
	return nil
}

// applyError tells a projection that could not apply a line from a line that could not be written.
type applyError struct {
	projection, kind string
	cause            error
}

func (e *applyError) Error() string {
	return "journal: " + e.projection + " applies " + e.kind + ": " + e.cause.Error()
}

func (e *applyError) Unwrap() error { return e.cause }

const (
	insertEntry = `INSERT INTO entry (desk, number, id, recorded_at, actor, kind, version, body, prev, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	insertSubject = `INSERT INTO entry_subject (subject, desk, number) VALUES ($1, $2, $3)`
	insertRequest = `INSERT INTO request (desk, key, input, first, count) VALUES ($1, $2, $3, $4, $5)`
	upsertHead    = `INSERT INTO desk_head (desk, number, hash) VALUES ($1, $2, $3)
ON CONFLICT (desk) DO UPDATE SET number = excluded.number, hash = excluded.hash`
)

func insert(ctx context.Context, tx *sqldb.Tx, e *Entry) error {
	err := tx.Run(ctx, "journal: line", insertEntry, e.Desk, e.Number, e.ID[:], e.RecordedAt.UnixMicro(), e.Actor.String(),
		e.Kind, e.Version, e.Body, e.Prev[:], e.Hash[:])
	if err != nil {
		return fmt.Errorf("line %d of %s: %w", e.Number, e.Desk, err)
	}
	return InsertSubjects(ctx, tx, *e)
}

// InsertSubjects notes about what a line is, so that all that happened to a thing is one query.
func InsertSubjects(ctx context.Context, tx *sqldb.Tx, e Entry) error {
	subjects := e.subjects()
	for i, subject := range subjects {
		if slices.Contains(subjects[:i], subject) {
			continue
		}
		if err := tx.Run(ctx, "journal: subject", insertSubject, subject, e.Desk, e.Number); err != nil {
			return fmt.Errorf("line %d of %s: %w", e.Number, e.Desk, err)
		}
	}
	return nil
}

// finish stores the request key and moves the head. A rule that recorded nothing leaves no trace: it may be asked again.
func (tx *Tx) finish(ctx context.Context) error {
	if tx.failed != nil {
		return tx.failed
	}
	if len(tx.entries) == 0 {
		return nil
	}
	if err := tx.right.proven(); err != nil {
		return err
	}
	err := tx.Run(ctx, "journal: request", insertRequest, tx.desk, tx.key.id, tx.key.input[:], tx.entries[0].Number, len(tx.entries))
	if err != nil {
		return err
	}
	tx.Defer(headKey(tx.desk), headChange{desk: tx.desk, head: tx.head})
	tx.Keep(headKey(tx.desk), tx.head)
	return nil
}

// headChange moves the head of a desk at the end of the group; of several, the last one counts.
type headChange struct {
	desk string
	head head
}

// Merge returns the later change.
func (headChange) Merge(next sqldb.Pending) sqldb.Pending { return next }

// Write stores the head.
func (c headChange) Write(ctx context.Context, tx *sqldb.Tx) error {
	return tx.Run(ctx, "journal: head", upsertHead, c.desk, c.head.number, c.head.hash[:])
}
