package journal

import (
	"context"
	"errors"
	"fmt"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/sqldb"
)

// Asked is a request as it is stored: its name and the hash of what it said.
type Asked struct {
	Key   string
	Input []byte
}

// KeyOf is the key of a request that was asked elsewhere.
func KeyOf(a Asked) Key {
	k := Key{id: a.Key}
	copy(k.input[:], a.Input)
	return k
}

// Place puts lines that were written elsewhere, answers to one request, under their own numbers where they belong; whoever calls has seen that they chain to what
// is held. Projections are told of them by Outdate only.
func (j *Journal) Place(ctx context.Context, tx *sqldb.Tx, lines []Entry, asked Asked) error {
	for i := range lines {
		e := &lines[i]
		if err := j.decode(e); err != nil {
			return err
		}
		if err := insert(ctx, tx, e); err != nil {
			return err
		}
	}
	err := tx.Run(ctx, "journal: request", insertRequest, lines[0].Desk, asked.Key, asked.Input, lines[0].Number, len(lines))
	if err != nil {
		return fmt.Errorf("journal: request %s of %s: %w", asked.Key, lines[0].Desk, err)
	}
	return nil
}

// MoveHead notes where a desk ends behind lines that were placed.
func MoveHead(ctx context.Context, tx *sqldb.Tx, h Head) error {
	tx.Keep(headKey(h.Desk), head{number: h.Number, hash: h.Hash})
	return tx.Run(ctx, "journal: head", upsertHead, h.Desk, h.Number, h.Hash[:])
}

// RecordIn records one fact at a desk, in a transaction that does more, under a key that is asked once.
func (j *Journal) RecordIn(ctx context.Context, stx *sqldb.Tx, by actor.Actor, desk string, f Fact, key string) (Entry, error) {
	lines, err := j.within(ctx, stx, by, desk, func(tx *Tx) (err error) {
		if tx.key, err = NewKey(key, f); err != nil {
			return err
		}
		return tx.Record(ctx, f)
	})
	if err != nil {
		return Entry{}, err
	}
	return lines[0], nil
}

// Outdate notes that the tables of all projections do not follow from the lines any more, because some were put between others: the next Prepare makes them anew.
func Outdate(ctx context.Context, tx *sqldb.Tx) error {
	_, err := tx.Exec(ctx, "UPDATE projection SET ddl = ddl || $1", "\n-- lines were placed between others\n")
	return err
}

// IsApply tells whether a Post failed because a projection could not apply what was recorded.
func IsApply(err error) bool {
	var apply *applyError
	return errors.As(err, &apply)
}
