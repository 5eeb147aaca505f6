package journal

import (
	"context"
	"fmt"

	"vienkopus/internal/base/actor"
)

// Request is who asks for something, at which desk, and under which name, so that it has one effect however often it arrives.
type Request struct {
	By   actor.Actor
	Desk string
	Key  string
}

// Do posts the rule under the name of the request. Input is what the request says: the same name with another input is a conflict.
// It returns the faults of NewKey and whatever Post returns.
func (j *Journal) Do(ctx context.Context, r Request, input any, rule func(*Tx) error) (Posted, error) {
	key, err := NewKey(r.Key, input)
	if err != nil {
		return Posted{}, err
	}
	return j.Post(ctx, r.By, r.Desk, key, rule)
}

// Record is Do for a rule that answers one fact. It returns the fact as it was stored, now or the first time, with its line.
func Record[F Fact](ctx context.Context, j *Journal, r Request, input any, rule func(*Tx) (F, error)) (F, Entry, error) {
	posted, err := j.Do(ctx, r, input, func(tx *Tx) error {
		f, err := rule(tx)
		if err != nil {
			return err
		}
		return tx.Record(ctx, f)
	})
	if err != nil {
		var none F
		return none, Entry{}, err
	}
	return Answer[F](posted)
}

// RecordAll is Do for a rule that answers any number of facts of one kind. It returns them as they were stored, now or the first time, with the first
// line; none when the rule answered none.
func RecordAll[F Fact](ctx context.Context, j *Journal, r Request, input any, rule func(*Tx) ([]F, error)) ([]F, Entry, error) {
	posted, err := j.Do(ctx, r, input, func(tx *Tx) error {
		facts, err := rule(tx)
		if err != nil {
			return err
		}
		for _, f := range facts {
			if err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(posted.Entries) == 0 {
		return nil, Entry{}, err
	}
	facts := make([]F, len(posted.Entries))
	for i, e := range posted.Entries {
		f, ok := e.Fact.(F)
		if !ok {
			return nil, e, fmt.Errorf("journal: the answer to a request at %s holds %s", r.Desk, e.Kind)
		}
		facts[i] = f
	}
	return facts, posted.Entries[0], nil
}
