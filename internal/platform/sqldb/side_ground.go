package sqldb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
)

const (
	// sideSuffix is what the file of the side store is called more than that of the database.
	sideSuffix = "-side"
	// sideConnections bounds the connections of the side store on PostgreSQL: they do nothing but short statements.
	sideConnections = 8
)

// sideFile opens the file at path, and throws away one that is damaged.
func sideFile(path string) func(context.Context, *watch) (ground, error) {
	return func(ctx context.Context, seen *watch) (ground, error) {
		with := settings{synchronous: "NORMAL", busy: 2000, checkpoint: 1000, cache: 4000, watch: seen}
		db, err := openSound(ctx, path, with, lockDir)
		if damaged(err) {
			slog.WarnContext(ctx, "the side store is damaged and is made anew: everybody signs in again", slog.Any("error", err))
			db, err = replaceFile(ctx, path, with)
		}
		if err != nil {
			return ground{}, err
		}
		mine, err := os.Stat(path)
		if err != nil {
			return ground{}, errors.Join(err, db.Close())
		}
		return ground{db: db, moved: func() bool {
			lies, err := os.Stat(path)
			return err != nil || !os.SameFile(mine, lies)
		}}, nil
	}
}

// openSound opens a file and looks whether it is sound.
func openSound(ctx context.Context, path string, with settings, lock locker) (*DB, error) {
	db, err := openFile(ctx, path, with, lock)
	if err != nil {
		return nil, err
	}
	var says string
	if err = db.QueryRow(ctx, "PRAGMA quick_check(1)").Scan(&says); err == nil && says != "ok" {
		err = fmt.Errorf("%w: %s", errDamaged, says)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// replaceFile throws the damaged file away and makes a new one. Of several programs that find it damaged one does so.
func replaceFile(ctx context.Context, path string, with settings) (_ *DB, err error) {
	unlock, err := lockDir(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	locked := func(string) (func() error, error) { return func() error { return nil }, nil }
	db, err := openSound(ctx, path, with, locked)
	if !damaged(err) {
		return db, err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("sqldb: damaged file: %w", err)
		}
	}
	return openSound(ctx, path, with, locked)
}

// sidePool opens connections of their own to the database at dsn, whose commits wait for no disk.
func sidePool(dsn string) func(context.Context, *watch) (ground, error) {
	return func(_ context.Context, seen *watch) (ground, error) {
		pool, err := postgresPool(dsn, sideConnections, "SET synchronous_commit = off;")
		if err != nil {
			return ground{}, err
		}
		return ground{db: postgresOn(pool, seen), moved: func() bool { return false }}, nil
	}
}
