package sqldb

import (
	"context"
	"database/sql"
	"time"
)

// Waiting returns how many requests wait for the writer of an SQLite database.
func Waiting(db *DB) int { return db.waiting() }

// WatchedLease takes a lease of PostgreSQL that is looked after at the given interval.
func WatchedLease(ctx context.Context, db *DB, every time.Duration) (*Lease, error) {
	return postgresLease(db.read, every)(ctx, leaseName, false)
}

// Pool returns the pool of an open database.
func Pool(db *DB) *sql.DB { return db.read }
