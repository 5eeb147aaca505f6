package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"

	"vienkopus/internal/app"
	"vienkopus/internal/platform/backup"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sqldb"
)

type backupCmd struct {
	database
	File string `arg:"" help:"File to write; it must not be there yet."`
}

// Run writes the backup and reads it again from its beginning: what cannot be read back is no backup.
func (c backupCmd) Run(ctx context.Context) error {
	return with(ctx, c.database, func(a *app.App) error {
		f, err := os.OpenFile(c.File, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			return err
		}
		written, err := a.Backup(ctx, f, counter("backup"))
		err = errors.Join(err, f.Sync())
		if err == nil {
			err = checkBackup(ctx, f, written)
		}
		if err = errors.Join(err, f.Close()); err != nil {
			return errors.Join(err, os.Remove(c.File))
		}
		_, err = fmt.Printf("%s: %d lines of %d desks, checked\n", c.File, written.Lines, written.Desks)
		return err
	})
}

func checkBackup(ctx context.Context, f *os.File, written backup.Summary) error {
	if _, err := f.Seek(0, 0); err != nil {
		return err
	}
	read, err := backup.Check(ctx, f)
	if err != nil {
		return err
	}
	if read.Sum != written.Sum || read.Lines != written.Lines {
		return fmt.Errorf("the file does not say what was written: %d lines instead of %d", read.Lines, written.Lines)
	}
	return nil
}

type restoreCmd struct {
	database
	OldKey string `help:"Key file of the database that was backed up, when the restored one goes on with other keys." type:"existingfile" placeholder:"FILE"`
	File   string `arg:"" type:"existingfile" help:"Backup to read."`
}

// Run fills the empty database, makes every table from the lines, and verifies the whole.
func (c restoreCmd) Run(ctx context.Context) error {
	from, err := c.from()
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	from.From = f
	db, err := sqldb.Open(ctx, c.DB)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	restored, err := app.Restore(ctx, db, from)
	if err = errors.Join(err, db.Close(), f.Close()); err != nil {
		return err
	}
	if restored.Unproven {
		fmt.Fprintln(os.Stderr, "vienkopus:", lang.T(ctx, "cli.restored_unproven"))
	}
	if restored.Wrong > 0 {
		fmt.Fprintln(os.Stderr, "vienkopus:", lang.T(ctx, "cli.restored_wrong", "Rows", restored.Wrong))
	}
	if err := with(ctx, c.database, func(a *app.App) error { return verify(ctx, a) }); err != nil {
		return err
	}
	_, err = fmt.Printf("%s: %d lines of %d desks, restored and verified\n", public(c.DB), restored.Lines, restored.Desks)
	return err
}

// from returns with which keys the rows go on that follow from no line.
func (c restoreCmd) from() (app.RestoreFrom, error) {
	from := app.RestoreFrom{Tell: counter("restore")}
	keys, err := c.keys()
	if err != nil {
		return from, err
	}
	if keys != nil {
		from.Rows = keys.Rows
	}
	if c.OldKey != "" {
		old, err := custody.Read(c.OldKey)
		if err != nil {
			return from, err
		}
		from.Old = old.Rows
	}
	return from, nil
}

// public is the name of a database without its password.
func public(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Host == "" {
		return dsn
	}
	return u.Redacted()
}

// counter shows how many rows are done, when nobody knows how many there will be.
func counter(what string) func(rows int64) {
	tell := progress(what)
	return func(rows int64) { tell(rows, -1) }
}
