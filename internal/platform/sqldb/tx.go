package sqldb

import (
	"context"
	"database/sql"
	"fmt"
)

// Tx is a transaction that may write. It belongs to the function that it was handed to.
type Tx struct {
	engine  Engine
	run     runner
	lock    func(ctx context.Context, name string) error
	pending *pendings
	kept    map[any]any // what this request keeps; joins the group's when the request succeeds
	base    map[any]any // what earlier requests kept; nil when nothing outlives a transaction
}

// runner is one connection inside a transaction.
type runner interface {
	exec(ctx context.Context, query string, args []any) (sql.Result, error)
	query(ctx context.Context, query string, args []any) (*sql.Rows, error)
	queryRow(ctx context.Context, query string, args []any) *sql.Row
}

// Pending is a change of one row that waits for the end of the group: a row that many requests touch is written once.
type Pending interface {
	// Merge returns the change that does the work of both, the receiver first.
	Merge(next Pending) Pending
	// Write makes the change in the database.
	Write(ctx context.Context, tx *Tx) error
}

// Engine tells which engine runs the transaction, for the few statements that must differ.
func (tx *Tx) Engine() Engine { return tx.engine }

// Exec runs a statement and returns the number of rows that it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := tx.run.exec(ctx, query, args)
	if err != nil {
		return 0, fmt.Errorf("sqldb: exec: %w", classify(err))
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("sqldb: rows affected: %w", err)
	}
	return n, nil
}

// Query implements Reader inside the transaction.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := tx.run.query(ctx, query, args)
	if err != nil {
		return nil, fmt.Errorf("sqldb: query: %w", err)
	}
	return rows, nil
}

// QueryRow implements Reader inside the transaction.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return tx.run.queryRow(ctx, query, args)
}

// Lock makes every other transaction that locks the same name wait until this one ends.
// A rule that reads a shared thing in order to change it locks it first. On SQLite there is one writer and nothing to wait for.
func (tx *Tx) Lock(ctx context.Context, name string) error {
	return tx.lock(ctx, name)
}

// Defer leaves a change of one row, known by key (comparable), to the end of the group.
// Queries in the meantime do not see it: use it for counts and heads that nobody reads in a rule.
func (tx *Tx) Defer(key any, change Pending) { tx.pending.add(key, change) }

// Keep remembers a value for later transactions of this process. It is forgotten when the transaction
// fails, and when another process writes to the database.
func (tx *Tx) Keep(key, value any) { tx.kept[key] = value }

// Kept returns what an earlier transaction, or this one, kept under key.
func (tx *Tx) Kept(key any) (any, bool) {
	if v, ok := tx.kept[key]; ok {
		return v, true
	}
	v, ok := tx.base[key]
	return v, ok
}

// pendings are changes by key, in the order in which the keys came.
type pendings struct {
	byKey map[any]Pending
	keys  []any
}

func newPendings() *pendings { return &pendings{byKey: map[any]Pending{}} }

func (p *pendings) add(key any, change Pending) {
	if earlier, ok := p.byKey[key]; ok {
		p.byKey[key] = earlier.Merge(change)
		return
	}
	p.byKey[key] = change
	p.keys = append(p.keys, key)
}

func (p *pendings) addAll(other *pendings) {
	for _, key := range other.keys {
		p.add(key, other.byKey[key])
	}
}

func (p *pendings) flush(ctx context.Context, tx *Tx) error {
	for _, key := range p.keys {
		if err := p.byKey[key].Write(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// Count is a Pending that adds N to one row. Upsert takes the key columns as $1 … and the sum as the last parameter.
type Count struct {
	Upsert string
	Key    []any
	N      int64
}

// Merge adds the two sums.
func (c Count) Merge(next Pending) Pending {
	if n, ok := next.(Count); ok {
		c.N += n.N
	}
	return c
}

// Write runs the upsert.
func (c Count) Write(ctx context.Context, tx *Tx) error {
	args := make([]any, 0, len(c.Key)+1)
	_, err := tx.Exec(ctx, c.Upsert, append(append(args, c.Key...), c.N)...)
	return err
}
