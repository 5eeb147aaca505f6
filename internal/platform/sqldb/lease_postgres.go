package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"time"
)

// leaseEvery is how often the holder of a lease looks whether the server still knows of it.
const leaseEvery = 5 * time.Second

// postgresLease takes an advisory lock that belongs to a session, on a connection that does nothing else. The server takes
// it back when the process or the connection ends, so the holder watches it.
func postgresLease(pool *sql.DB, every time.Duration) leaser {
	return func(ctx context.Context, name string, exclusive bool) (*Lease, error) {
		query := "SELECT pg_try_advisory_lock_shared($1)"
		if exclusive {
			query = "SELECT pg_try_advisory_lock($1)"
		}
		take := func(ctx context.Context) (*sql.Conn, error) { return takeLock(ctx, pool, query, name) }
		conn, err := take(ctx)
		if err != nil {
			return nil, err
		}
		watched, stop := context.WithCancel(context.WithoutCancel(ctx))
		w := &leaseWatch{conn: conn, take: take, every: every, lost: make(chan struct{})}
		var ended sync.WaitGroup
		ended.Go(func() { w.watch(watched) })
		return &Lease{lost: w.lost, release: func() error {
			stop()
			ended.Wait()
			return w.end(context.WithoutCancel(ctx))
		}}, nil
	}
}

// takeLock returns a connection that holds the lock of that name, or ErrInUse.
func takeLock(ctx context.Context, pool *sql.DB, query, name string) (*sql.Conn, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("sqldb: lease: %w", err)
	}
	var taken bool
	err = conn.QueryRowContext(ctx, query, lockKey(name)).Scan(&taken)
	switch {
	case err != nil:
		return nil, errors.Join(fmt.Errorf("sqldb: lease: %w", err), conn.Close())
	case !taken:
		return nil, errors.Join(ErrInUse, conn.Close())
	}
	return conn, nil
}

// leaseWatch keeps a lease alive over a restart of the server.
type leaseWatch struct {
	conn  *sql.Conn
	take  func(context.Context) (*sql.Conn, error)
	every time.Duration
	lost  chan struct{}
}

func (w *leaseWatch) watch(ctx context.Context) {
	tick := time.NewTicker(w.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if w.conn.PingContext(ctx) == nil || ctx.Err() != nil {
			continue
		}
		conn, err := w.take(ctx)
		if errors.Is(err, ErrInUse) {
			close(w.lost)
			return
		}
		if err == nil {
			w.discard()
			w.conn = conn
		}
	}
}

// discard closes the connection for good, and with it the lock: a connection that went back to the pool would keep it.
func (w *leaseWatch) discard() {
	_ = w.conn.Raw(func(any) error { return driver.ErrBadConn }) //nolint:errcheck // it always fails, by intent
	_ = w.conn.Close()                                           //nolint:errcheck // gone already
}

// end gives the lock back before it gives up the connection, so that whoever waits for the end of release gets the lock.
func (w *leaseWatch) end(ctx context.Context) error {
	if _, err := w.conn.ExecContext(ctx, "SELECT pg_advisory_unlock_all()"); err != nil {
		w.discard()
		return nil //nolint:nilerr // the connection is gone, and the lock with it
	}
	return w.conn.Close() //nolint:wrapcheck // nobody reads it
}
