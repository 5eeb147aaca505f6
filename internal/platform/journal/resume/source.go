package resume

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// request is what a run of lines answers.
type request struct {
	desk, key    string
	input        []byte
	first, count int64
}

// found is a request with its lines, as it stands in the journal that turned up.
type found struct {
	request
	lines []journal.Entry
}

// chain is what is held of a desk: where each line stands, by its hash, and which line has a number.
type chain struct {
	numbers map[journal.Hash]int64
	hashes  map[int64]journal.Hash
	head    journal.Head
	gaps    []journal.Gap
	keys    map[string]bool // of the requests that were answered here
}

const linesOf = `SELECT number, id, recorded_at, actor, kind, version, body, prev, hash FROM entry WHERE desk = $1 AND number >= $2 ORDER BY number`

// held reads the chain of a desk.
func (s *Service) held(ctx context.Context, r journal.Reader, desk string) (*chain, error) {
	c := &chain{numbers: map[journal.Hash]int64{{}: 0}, hashes: map[int64]journal.Hash{}, keys: map[string]bool{}}
	err := sqldb.Each(ctx, r, `SELECT number, hash FROM entry WHERE desk = $1`, []any{desk}, func(rows *sql.Rows) error {
		var number int64
		var bytes []byte
		if err := rows.Scan(&number, &bytes); err != nil {
			return fmt.Errorf("resume: line: %w", err)
		}
		hash := journal.Hash(bytes)
		c.numbers[hash], c.hashes[number] = number, hash
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = sqldb.Each(ctx, r, `SELECT key FROM request WHERE desk = $1`, []any{desk}, func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		c.keys[key] = true
		return err
	})
	if err != nil {
		return nil, err
	}
	if c.head, err = s.Journal.Head(ctx, r, desk); err != nil {
		return nil, err
	}
	c.gaps, err = journal.Gaps(ctx, r, desk)
	return c, err
}

// branch reads the requests of a desk in the journal that turned up whose lines are not held, in the order of their numbers.
func branch(ctx context.Context, from journal.Reader, desk string, c *chain) ([]*found, error) {
	var all []*found
	err := sqldb.Each(ctx, from, `SELECT key, input, first, count FROM request WHERE desk = $1 ORDER BY first`, []any{desk}, func(rows *sql.Rows) error {
		f := &found{request: request{desk: desk}}
		if err := rows.Scan(&f.key, &f.input, &f.first, &f.count); err != nil {
			return fmt.Errorf("resume: request: %w", err)
		}
		all = append(all, f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	at := 0
	err = sqldb.Each(ctx, from, linesOf, []any{desk, 0}, func(rows *sql.Rows) error {
		e, err := scan(rows, desk)
		if err != nil {
			return err
		}
		for at < len(all) && e.Number >= all[at].first+all[at].count {
			at++
		}
		if at == len(all) || e.Number < all[at].first {
			return fmt.Errorf("%w: line %d of %s answers no request", ErrUnsound, e.Number, desk)
		}
		if c.hashes[e.Number] == e.Hash {
			return nil
		}
		if !journal.StrayOf(e).Sound() {
			return fmt.Errorf("%w: line %d of %s", ErrUnsound, e.Number, desk)
		}
		all[at].lines = append(all[at].lines, e)
		return nil
	})
	var fresh []*found
	for _, f := range all {
		if len(f.lines) > 0 {
			fresh = append(fresh, f)
		}
	}
	return fresh, err
}

// scan reads a line of linesOf, without its fact.
func scan(rows *sql.Rows, desk string) (journal.Entry, error) {
	e := journal.Entry{Desk: desk}
	var micros int64
	var by string
	var prev, hash []byte
	if err := rows.Scan(&e.Number, &e.ID, &micros, &by, &e.Kind, &e.Version, &e.Body, &prev, &hash); err != nil {
		return e, fmt.Errorf("resume: line: %w", err)
	}
	if len(prev) != len(e.Prev) || len(hash) != len(e.Hash) {
		return e, fmt.Errorf("%w: line %d of %s", ErrUnsound, e.Number, desk)
	}
	e.Prev, e.Hash, e.RecordedAt = journal.Hash(prev), journal.Hash(hash), time.UnixMicro(micros).UTC()
	var err error
	if e.Actor, err = actor.Parse(by); err != nil {
		return e, fmt.Errorf("%w: line %d of %s: %w", ErrUnsound, e.Number, desk, err)
	}
	return e, nil
}

// fits tells whether the lines of a request go where they say: behind the last line, or into a gap, chained to what is held; and whether the request was not
// answered here anew.
func (c *chain) fits(f *found) bool {
	if c.keys[f.key] {
		return false
	}
	placed := map[journal.Hash]int64{}
	head := c.head
	for _, e := range f.lines {
		parent, known := c.numbers[e.Prev]
		if n, here := placed[e.Prev]; here {
			parent, known = n, true
		}
		_, taken := c.hashes[e.Number]
		if !known || taken || !c.stands(e, parent, head) {
			return false
		}
		placed[e.Hash] = e.Number
		if e.Number > head.Number {
			head.Number, head.Hash = e.Number, e.Hash
		}
	}
	return int64(len(f.lines)) == f.count
}

// stands tells whether a line stands where it must behind its parent.
func (c *chain) stands(e journal.Entry, parent int64, head journal.Head) bool {
	behind := parent + 1
	var nth int64
	if e.Kind == journal.KindResumed {
		r, err := resumedOf(e.Body)
		if err != nil || r.LostFrom != parent+1 || r.LostTo < parent || e.Number != r.LostTo+journal.Jump {
			return false
		}
		behind, nth = e.Number, r.Nth
	}
	if e.Number != behind {
		return false
	}
	if e.Number > head.Number {
		return e.Prev == head.Hash // it goes on where the desk stands
	}
	for _, g := range c.gaps {
		if g.LostFrom <= e.Number && e.Number < g.Number {
			return nth < g.Nth
		}
	}
	return false
}

// place notes the lines of a request as held.
func (c *chain) place(f *found) {
	c.keys[f.key] = true
	for _, e := range f.lines {
		c.numbers[e.Hash], c.hashes[e.Number] = e.Number, e.Hash
		if e.Number > c.head.Number {
			c.head.Number, c.head.Hash = e.Number, e.Hash
		}
	}
}
