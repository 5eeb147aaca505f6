package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"vienkopus/internal/platform/backup"
	"vienkopus/internal/platform/sqldb"
)

// kept are the tables outside the journal that belong into a backup.
func (h *house) kept() []string {
	var tables []string
	for _, k := range h.steps() {
		tables = append(tables, k.Backup...)
	}
	return tables
}

// Backup writes everything that cannot be made anew. Check what was written before you rely on it.
func (a *App) Backup(ctx context.Context, w io.Writer, tell func(rows int64)) (backup.Summary, error) {
	return backup.Write(ctx, a.DB, w, backup.Plan{Tables: a.kept(), At: a.Config.Clock.Now(), Tell: tell})
}

// OpenBackup opens what a backup holds, in a file for a while that is gone when it is closed.
func OpenBackup(ctx context.Context, r io.Reader) (db *sqldb.DB, closing func() error, err error) {
	dir, err := os.MkdirTemp("", "vienkopus-backup-")
	if err != nil {
		return nil, nil, fmt.Errorf("app: %w", err)
	}
	db, err = sqldb.Open(ctx, filepath.Join(dir, "backup.db"))
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	closing = func() error { return errors.Join(db.Close(), os.RemoveAll(dir)) }
	if _, err := Restore(ctx, db, r, nil); err != nil {
		return nil, nil, errors.Join(err, closing())
	}
	return db, closing, nil
}

// Restore fills an empty database from a backup. Opening it afterwards makes every table from the lines.
func Restore(ctx context.Context, db *sqldb.DB, r io.Reader, tell func(rows int64)) (backup.Summary, error) {
	h, err := build(db, Config{})
	if err != nil {
		return backup.Summary{}, err
	}
	if err := db.Migrate(ctx, h.migrations()); err != nil {
		return backup.Summary{}, err
	}
	return backup.Restore(ctx, db, r, tell)
}
