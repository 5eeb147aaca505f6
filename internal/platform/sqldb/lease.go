package sqldb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
)

// ErrInUse says that another process holds a lease that excludes the one that was asked for.
var ErrInUse = errors.New("sqldb: another process is using the database")

// Lease tells other processes how this one uses the database, until it is released or the process ends, however it ends.
type Lease struct {
	release func() error
	lost    <-chan struct{}
}

// leaseName is the name of the lease that Share and Exclude take.
const leaseName = "lease"

// leaser takes a lease of an engine.
type leaser func(ctx context.Context, name string, exclusive bool) (*Lease, error)

// Share takes the lease that every process holds while it serves or posts; many may hold it at once.
// It returns ErrInUse while somebody holds the database for himself.
func (db *DB) Share(ctx context.Context) (*Lease, error) { return db.lease(ctx, leaseName, false) }

// Exclude takes the database for this process alone, as a rebuild or a restore must.
// It returns ErrInUse when another process, or another part of this one, holds a lease.
func (db *DB) Exclude(ctx context.Context) (*Lease, error) { return db.lease(ctx, leaseName, true) }

// Claim takes the name for this process alone, beside whoever serves. It returns ErrInUse when another process, or another part of this one, holds it.
func (db *DB) Claim(ctx context.Context, name string) (*Lease, error) {
	return db.lease(ctx, name, true)
}

// Release gives the lease back. A second Release does nothing.
func (l *Lease) Release() error {
	release := l.release
	l.release = func() error { return nil }
	return release()
}

// Lost returns a channel that is closed when the lease was taken away and could not be had again: on PostgreSQL, when the
// connection broke and somebody has excluded us meanwhile. Whoever serves must stop then. On SQLite it never happens.
func (l *Lease) Lost() <-chan struct{} { return l.lost }

// fileLease locks a file beside the database (flock, which the kernel takes back when the process ends). The file itself stays
// and means nothing.
func fileLease(path string) leaser {
	return func(_ context.Context, name string, exclusive bool) (*Lease, error) {
		lock := path + ".lock"
		if name != leaseName {
			lock += "-" + name
		}
		file, err := os.OpenFile(lock, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the file
		if err != nil {
			return nil, fmt.Errorf("sqldb: lease: %w", err)
		}
		how := syscall.LOCK_SH
		if exclusive {
			how = syscall.LOCK_EX
		}
		err = syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(ErrInUse, file.Close())
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("sqldb: lease: %w", err), file.Close())
		}
		return &Lease{release: file.Close}, nil
	}
}
