package sqldb

import (
	"context"
	"errors"
)

// ErrInUse says that another process holds a lease that excludes the one that was asked for.
var ErrInUse = errors.New("sqldb: another process is using the database")

// Lease tells other processes how this one uses the database, until it is released or the process ends, however it ends.
type Lease struct {
	release func() error
	lost    <-chan struct{}
}

// leaser takes a lease of an engine.
type leaser func(ctx context.Context, exclusive bool) (*Lease, error)

// Share takes the lease that every process holds while it serves or posts; many may hold it at once.
// It returns ErrInUse while somebody holds the database for himself.
func (db *DB) Share(ctx context.Context) (*Lease, error) { return db.lease(ctx, false) }

// Exclude takes the database for this process alone, as a rebuild or a restore must.
// It returns ErrInUse when another process, or another part of this one, holds a lease.
func (db *DB) Exclude(ctx context.Context) (*Lease, error) { return db.lease(ctx, true) }

// Release gives the lease back. A second Release does nothing.
func (l *Lease) Release() error {
	release := l.release
	l.release = func() error { return nil }
	return release()
}

// Lost returns a channel that is closed when the lease was taken away and could not be had again: on PostgreSQL, when the
// connection broke and somebody has excluded us meanwhile. Whoever serves must stop then. On SQLite it never happens.
func (l *Lease) Lost() <-chan struct{} { return l.lost }
