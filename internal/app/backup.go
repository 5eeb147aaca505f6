package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"vienkopus/internal/platform/backup"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
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

// Backup writes everything that cannot be made anew, signed with the node key when there is one. Check what was written before you rely on it.
func (a *App) Backup(ctx context.Context, w io.Writer, tell func(rows int64)) (backup.Summary, error) {
	plan := backup.Plan{Tables: a.kept(), At: a.Config.Clock.Now(), Tell: tell}
	if key := a.Config.Checkpoints.Key; key != nil {
		plan.Sign = func(text string) (backup.Signature, error) {
			signed, err := key.Sign(text)
			return backup.Signature{Note: signed, Public: key.Public()}, err
		}
	}
	return backup.Write(ctx, a.DB, w, plan)
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
	if _, err := Restore(ctx, db, RestoreFrom{From: r}); err != nil {
		return nil, nil, errors.Join(err, closing())
	}
	return db, closing, nil
}

// Restored is what was restored.
type Restored struct {
	backup.Summary
	// Unproven says that codes of rows could not be checked, because their key is not here. The database goes on without it.
	Unproven bool
	// Wrong counts the rows whose code did not hold when they were given one of another key; they have none that holds, and verify finds them.
	Wrong int64
}

// RestoreFrom is a backup, and the keys for the rows in it that follow from no line.
type RestoreFrom struct {
	From io.Reader
	// Rows is the key with which the restored database goes on, nil for none, and Old those from before, to check what was coded with them.
	Rows *rowcode.Key
	Old  []*rowcode.Key
	// Trusted are the public keys one of which must have signed it; with none, whoever signed it is believed, and so is a file that nobody signed.
	Trusted []string
	// Unsigned lets a file pass that nobody signed, also where somebody is trusted.
	Unsigned bool
	// Unlisted says that no list of erasures is at hand. A backup in which somebody was erased is not restored then.
	Unlisted bool
	// Tell is told how many rows are in; it may be nil.
	Tell func(rows int64)
}

// ErrErasures says that somebody was erased and the list of erasures is not at hand: whoever was erased since the backup would come back.
var ErrErasures = errors.New("app: the list of erasures is not here")

// heed returns ErrErasures when the list of erasures is needed and not at hand.
func (from RestoreFrom) heed(ctx context.Context, tx *sqldb.Tx) error {
	var some bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM payer_erased)").Scan(&some); err != nil {
		return fmt.Errorf("app: erasures: %w", err)
	}
	if some && from.Unlisted {
		return ErrErasures
	}
	return nil
}

// trust sees that a backup is signed by one of those who are trusted, and by whoever it says. It returns backup.ErrUntrusted.
func (from RestoreFrom) trust(s backup.Summary) error {
	if s.By == (backup.Signature{}) {
		if len(from.Trusted) > 0 && !from.Unsigned {
			return fmt.Errorf("%w: nobody has signed it", backup.ErrUntrusted)
		}
		return nil
	}
	by := from.Trusted
	if len(by) == 0 {
		by = []string{s.By.Public}
	}
	text, err := checkpoint.Signed([]byte(s.By.Note), by...)
	if err != nil {
		return fmt.Errorf("%w: %.200q: %w", backup.ErrUntrusted, s.By.Public, err)
	}
	if text != s.Text() {
		return fmt.Errorf("%w: its contents are not those that were signed", backup.ErrUntrusted)
	}
	return nil
}

// Restore fills an empty database from a backup: all of it, or nothing. Opening it afterwards makes every table from the lines. It returns
// rowcode.ErrOtherKey when there is a key and the rows carry codes of one that is not here.
func Restore(ctx context.Context, db *sqldb.DB, from RestoreFrom) (Restored, error) {
	h, err := build(db, Config{})
	if err != nil {
		return Restored{}, err
	}
	if err := db.Migrate(ctx, h.migrations()); err != nil {
		return Restored{}, err
	}
	var done Restored
	done.Summary, err = backup.Restore(ctx, db, backup.Source{From: from.From, Tell: from.Tell, Then: func(ctx context.Context, tx *sqldb.Tx, s backup.Summary) error {
		if err := from.trust(s); err != nil {
			return err
		}
		if err := from.heed(ctx, tx); err != nil {
			return err
		}
		return from.prove(ctx, tx, h.coded(), &done)
	}})
	return done, err
}

// prove sees that the rows carry codes of the key with which the database goes on.
func (from RestoreFrom) prove(ctx context.Context, tx *sqldb.Tx, tables []rowcode.Table, done *Restored) error {
	named, _, err := rowcode.Marked(ctx, tx)
	if err != nil {
		return err
	}
	now := clock.System{}.Now()
	switch {
	case from.Rows == nil:
		done.Unproven = named != ""
		return rowcode.Unmark(ctx, tx)
	case named == from.Rows.Fingerprint():
		return nil
	case named == "": // from before rows had codes
		_, err = rowcode.Seal(ctx, tx, tables, from.Rows, now)
	default:
		for _, old := range from.Old {
			if named == old.Fingerprint() {
				if _, done.Wrong, err = rowcode.Reseal(ctx, tx, tables, old, from.Rows, now); err != nil {
					return err
				}
				return seal.Rewrap(ctx, tx, old, from.Rows)
			}
		}
		err = fmt.Errorf("%w: %s", rowcode.ErrOtherKey, named)
	}
	return err
}
