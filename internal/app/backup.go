package app

import (
	"context"
	"io"

	"vienkopus/internal/platform/backup"
	"vienkopus/internal/platform/sqldb"
)

// kept are the tables outside the journal that belong into a backup. Sessions and drafts may be lost without harm.
var kept = []string{"staff_account", "token", "payer", "payer_beginning", "receipt_secret", "receipt_payer", "creditor_link"}

// Backup writes everything that cannot be made anew. Check what was written before you rely on it.
func (a *App) Backup(ctx context.Context, w io.Writer, tell func(rows int64)) (backup.Summary, error) {
	return backup.Write(ctx, a.DB, w, backup.Plan{Tables: kept, At: a.Config.Clock.Now(), Tell: tell})
}

// Restore fills an empty database from a backup. Opening it afterwards makes every table from the lines.
func Restore(ctx context.Context, db *sqldb.DB, r io.Reader, tell func(rows int64)) (backup.Summary, error) {
	if err := db.Migrate(ctx, migrations()); err != nil {
		return backup.Summary{}, err
	}
	return backup.Restore(ctx, db, r, tell)
}
