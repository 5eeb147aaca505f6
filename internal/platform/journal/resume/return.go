package resume

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// ErrUnsound says that the journal that turned up is not sound by itself. Nothing is taken from it.
var ErrUnsound = errors.New("resume: the journal that turned up is not sound")

// Returned is what became of the lines that turned up, at one desk.
type Returned struct {
	Desk string
	// Placed went into a gap, or behind the last line, under their own numbers; Stray wait for a person's decision.
	Placed, Stray int64
	// Resumed is the number of the line behind which the desk goes on, where the branch made that necessary.
	Resumed int64
}

func resumedOf(body []byte) (r journal.Resumed, err error) {
	if err := json.Unmarshal(body, &r); err != nil {
		return r, fmt.Errorf("resume: gap: %w", err)
	}
	return r, nil
}

// Return takes in the lines of a journal that turned up and that are not held, with the requests that they answer: all of them, or nothing. Nobody else may use
// the database meanwhile. Where lines were placed, the tables are made anew at the next Prepare, because they stand before lines that are there already. A desk with a stray
// branch goes on behind a gap, so that no number that was given there is given again.
// It returns ErrUnsound, and sqldb.ErrInUse.
func (s *Service) Return(ctx context.Context, by actor.Actor, from journal.Reader, why string) (all []Returned, err error) {
	db := s.Journal.DB()
	lease, err := db.Exclude(ctx)
	if err != nil {
		return nil, fmt.Errorf("resume: %w", err)
	}
	defer func() { err = errors.Join(err, lease.Release()) }()
	heads, err := s.Journal.Heads(ctx, from)
	if err != nil {
		return nil, err
	}
	err = db.Write(sqldb.Patient(ctx), func(tx *sqldb.Tx) error {
		all = nil
		placed := false
		for _, h := range heads {
			one, err := s.returned(ctx, tx, from, by, h.Desk, why)
			if err != nil {
				return err
			}
			if one.Placed+one.Stray > 0 {
				all = append(all, one)
			}
			placed = placed || one.Placed > 0
		}
		if !placed {
			return nil
		}
		return journal.Outdate(ctx, tx)
	})
	return all, err
}

func (s *Service) returned(ctx context.Context, tx *sqldb.Tx, from journal.Reader, by actor.Actor, desk, why string) (Returned, error) {
	r := Returned{Desk: desk}
	c, err := s.held(ctx, tx, desk)
	if err != nil {
		return r, err
	}
	fresh, err := branch(ctx, from, desk, c)
	if err != nil {
		return r, err
	}
	var strays []*found
	before := c.head
	for _, f := range fresh {
		if !c.fits(f) {
			strays = append(strays, f)
			continue
		}
		c.place(f)
		if err := s.Journal.Place(ctx, tx, f.lines, journal.Asked{Key: f.key, Input: f.input}); err != nil {
			return r, err
		}
		r.Placed += int64(len(f.lines))
	}
	if r.Placed > 0 {
		if err := moved(ctx, tx, before, c, fresh); err != nil {
			return r, err
		}
	}
	return s.strayed(ctx, tx, c, strays, branched{by: by, why: why, returned: r})
}

// moved moves the head to where the desk ends now, and the followers back to where the first placed line stands: they are told at least once.
func moved(ctx context.Context, tx *sqldb.Tx, before journal.Head, c *chain, fresh []*found) error {
	if c.head.Number > before.Number {
		if err := journal.MoveHead(ctx, tx, c.head); err != nil {
			return err
		}
	}
	first := fresh[0].lines[0].Number
	_, err := tx.Exec(ctx, `UPDATE follower_cursor SET number = $1 WHERE desk = $2 AND number >= $3`, max(0, first-1), fresh[0].desk, first)
	return err
}

// branched is who found a stray branch, and what else was found at the desk.
type branched struct {
	by       actor.Actor
	why      string
	returned Returned
}

// strayed keeps the lines of a branch that are not known yet, says so at the desk, and lets the desk go on behind all numbers of the branch.
func (s *Service) strayed(ctx context.Context, tx *sqldb.Tx, c *chain, strays []*found, b branched) (Returned, error) {
	r := b.returned
	known, err := hashesOf(ctx, tx, r.Desk)
	if err != nil {
		return r, err
	}
	f := journal.Strayed{Desk: r.Desk, Why: b.why}
	var fresh []*found
	var sums []string
	for _, one := range strays {
		one.lines = slices.DeleteFunc(one.lines, func(e journal.Entry) bool { return known[hex.EncodeToString(e.Hash[:])] })
		if len(one.lines) == 0 {
			continue
		}
		fresh = append(fresh, one)
		for _, e := range one.lines {
			sums = append(sums, hex.EncodeToString(e.Hash[:]))
			f.First, f.Last = cmp.Or(f.First, e.Number), e.Number
		}
	}
	if len(fresh) == 0 {
		return r, nil
	}
	f.Lines, f.Hash = int64(len(sums)), sumOf(sums)
	if !slices.ContainsFunc(c.gaps, func(g journal.Gap) bool { return g.LostTo >= f.Last }) {
		e, err := s.Journal.ResumeIn(ctx, tx, b.by, journal.Resumption{Desk: r.Desk, Seen: f.Last, Why: b.why, Evidence: "a branch that turned up"})
		if err != nil {
			return r, err
		}
		r.Resumed = e.Number
	}
	told, err := s.Journal.RecordIn(ctx, tx, b.by, r.Desk, f, "strayed:"+f.Hash)
	if err != nil {
		return r, err
	}
	const insert = `INSERT INTO stray_entry (hash, desk, number, id, recorded_at, actor, kind, version, body, prev, request, input, first, told)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`
	for _, one := range fresh {
		for _, e := range one.lines {
			line := journal.StrayOf(e)
			_, err := tx.Exec(ctx, insert, line.Hash, line.Desk, line.Number, e.ID, line.RecordedAt, line.By, line.LineKind, line.LineVersion, e.Body, line.Prev,
				one.key, one.input, one.first, told.Number)
			if err != nil {
				return r, err
			}
		}
	}
	r.Stray = f.Lines
	return r, nil
}

// sumOf is the SHA-256, in hexadecimal, over hashes in hexadecimal, in their order, each behind the other.
func sumOf(hashes []string) string {
	slices.Sort(hashes)
	h := sha256.New()
	for _, one := range hashes {
		h.Write([]byte(one))
	}
	return hex.EncodeToString(h.Sum(nil))
}
