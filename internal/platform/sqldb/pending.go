package sqldb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Pending is a change of one row that waits for the end of the group: a row that many requests touch is written once.
type Pending interface {
	// Merge returns the change that does the work of both, the receiver first.
	Merge(next Pending) Pending
	// Write makes the change in the database.
	Write(ctx context.Context, tx *Tx) error
}

// pendings are changes by key, in the order in which the keys came.
type pendings struct {
	byKey map[any]Pending
	keys  []any
}

func (p *pendings) add(key any, change Pending) {
	if earlier, ok := p.byKey[key]; ok {
		p.byKey[key] = earlier.Merge(change)
		return
	}
	if p.byKey == nil {
		p.byKey = map[any]Pending{}
	}
	p.byKey[key] = change
	p.keys = append(p.keys, key)
}

func (p *pendings) addAll(other *pendings) {
	for _, key := range other.keys {
		p.add(key, other.byKey[key])
	}
}

// sort puts the keys in an order that is the same in every transaction, so that two of them cannot wait for each other's rows.
func (p *pendings) sort() {
	if len(p.keys) < 2 {
		return
	}
	slices.SortStableFunc(p.keys, func(a, b any) int { return strings.Compare(name(a), name(b)) })
}

func name(key any) string { return fmt.Sprintf("%T %v", key, key) }

// flush makes the changes. What a change defers in its turn is made as well.
func (p *pendings) flush(ctx context.Context, tx *Tx) error {
	tx.pending = p
	err := attempt(tx, func(tx *Tx) error {
		for len(p.keys) > 0 {
			key := p.keys[0]
			change := p.byKey[key]
			p.keys = p.keys[1:]
			delete(p.byKey, key)
			if err := change.Write(ctx, tx); err != nil {
				return fmt.Errorf("%s: %w", name(key), err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%w: %w", errDeferred, err)
	}
	return nil
}

// Deferred tells whether err comes from a change that had been left to the end of the transaction; on PostgreSQL also from what nothing was asked behind, which
// goes with it.
func Deferred(err error) bool { return errors.Is(err, errDeferred) }

// Count is a Pending that adds N to one row. Upsert takes the key columns as $1 … and the sum as the last parameter.
type Count struct {
	Upsert string
	Key    []any
	N      int64
}

// Merge adds the two sums. It panics when next is no Count: two changes of different kinds must not share a key.
func (c Count) Merge(next Pending) Pending {
	n, ok := next.(Count)
	if !ok {
		panic(fmt.Sprintf("sqldb: a count cannot be merged with a %T", next))
	}
	c.N += n.N
	return c
}

// Write runs the upsert.
func (c Count) Write(ctx context.Context, tx *Tx) error {
	args := make([]any, 0, len(c.Key)+1)
	return tx.Run(ctx, "sqldb: count", c.Upsert, append(append(args, c.Key...), c.N)...)
}
