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

// InTurn is a PostgreSQL database on the pool of another in which so many transactions write at once, and wait so long for their turn.
func InTurn(db *DB, most int, wait time.Duration) *DB {
	return postgresOn(db.read, db.watch, turns{free: make(chan struct{}, most), wait: wait})
}

// Pool returns the pool of an open database.
func Pool(db *DB) *sql.DB { return db.read }
