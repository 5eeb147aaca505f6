package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"

	"filippo.io/age"

	"vienkopus/cmd/vienkopus/keys"
	"vienkopus/internal/app"
	"vienkopus/internal/platform/backup"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sqldb"
)

type backupCmd struct {
	database
	Recipient []string `help:"Who may open the file (age1…), or a file with one a line; repeat it for more. Without it whoever has the backup can read it." env:"VIENKOPUS_BACKUP_RECIPIENTS" placeholder:"RECIPIENT"`
	File      string   `arg:"" help:"File to write; it must not be there yet."`
}

// Run writes the backup and reads it again from its beginning: what cannot be read back is no backup.
func (c backupCmd) Run(ctx context.Context) error {
	to, err := custody.Recipients(c.Recipient)
	if err != nil {
		return err
	}
	if len(to) == 0 {
		fmt.Fprintln(os.Stderr, "vienkopus:", lang.T(ctx, "cli.unsealed"))
	}
	return with(ctx, c.database, func(a *app.App) error {
		f, err := os.OpenFile(c.File, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			return err
		}
		written, err := c.write(ctx, a, f, to)
		if err = errors.Join(err, f.Close()); err != nil {
			return errors.Join(err, os.Remove(c.File))
		}
		_, err = fmt.Printf("%s: %d lines of %d desks, checked\n", c.File, written.Lines, written.Desks)
		return err
	})
}

// write fills the file and checks it. A sealed one is sealed for this program too, which forgets how to open it when it has.
func (backupCmd) write(ctx context.Context, a *app.App, f *os.File, to []age.Recipient) (written backup.Summary, err error) {
	if len(to) == 0 {
		if written, err = a.Backup(ctx, f, counter("backup")); err != nil {
			return written, err
		}
		return written, checkBackup(ctx, f, written, nil)
	}
	itself, err := age.GenerateX25519Identity()
	if err != nil {
		return written, err
	}
	w, err := age.Encrypt(f, append(slices.Clone(to), itself.Recipient())...)
	if err != nil {
		return written, err
	}
	written, err = a.Backup(ctx, w, counter("backup"))
	if err = errors.Join(err, w.Close()); err != nil {
		return written, err
	}
	return written, checkBackup(ctx, f, written, []age.Identity{itself})
}

func checkBackup(ctx context.Context, f *os.File, written backup.Summary, by []age.Identity) error {
	if err := f.Sync(); err != nil {
		return err
	}
	if _, err := f.Seek(0, 0); err != nil {
		return err
	}
	plain, err := opened(f, by)
	if err != nil {
		return err
	}
	read, err := backup.Check(ctx, plain)
	if err != nil {
		return err
	}
	if read.Sum != written.Sum || read.Lines != written.Lines || read.By != written.By {
		return fmt.Errorf("the file does not say what was written: %d lines instead of %d", read.Lines, written.Lines)
	}
	return nil
}

// opened returns what is in a backup, sealed or not.
func opened(r io.Reader, by []age.Identity) (io.Reader, error) {
	whole, sealed := custody.IsSealed(r)
	if !sealed {
		return whole, nil
	}
	plain, err := custody.Unseal(whole, by)
	if errors.Is(err, custody.ErrCopy) {
		err = fmt.Errorf("%w: %w", backup.ErrDamaged, err)
	}
	return plain, err
}

type restoreCmd struct {
	database
	OldKey   string   `help:"Key file of the database that was backed up, when the restored one goes on with other keys." type:"existingfile" placeholder:"FILE"`
	Identity []string `help:"File with the identity that opens a sealed backup, of age or typed from paper." type:"existingfile" placeholder:"FILE"`
	Public   []string `help:"Public key of the node that has signed the backup; that of the key file unless you say." placeholder:"KEY"`
	Unsigned bool     `help:"Take a backup that nobody has signed, such as one from before backups were signed."`
	Erasures string   `help:"List of erasures, so that nobody who was erased comes back; the one beside the database unless you say." type:"existingfile" placeholder:"FILE"`
	NoList   bool     `name:"no-erasures" help:"Restore although the list of erasures is lost: names that were erased since the backup come back."`
	File     string   `arg:"" type:"existingfile" help:"Backup to read."`
}

// Run fills the empty database, makes every table from the lines, and verifies the whole.
func (c restoreCmd) Run(ctx context.Context) error {
	from, err := c.from()
	if err != nil {
		return err
	}
	by, err := keys.Identities(c.Identity)
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	restored, err := c.fill(ctx, f, from, by)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	switch {
	case restored.By == (backup.Signature{}):
		fmt.Fprintln(os.Stderr, "vienkopus:", lang.T(ctx, "cli.not_signed"))
	case len(from.Trusted) == 0:
		fmt.Fprintln(os.Stderr, "vienkopus:", lang.T(ctx, "cli.signed_by", "Key", restored.By.Public))
	}
	if restored.Unproven {
		fmt.Fprintln(os.Stderr, "vienkopus:", lang.T(ctx, "cli.restored_unproven"))
	}
	if restored.Wrong > 0 {
		fmt.Fprintln(os.Stderr, "vienkopus:", lang.T(ctx, "cli.restored_wrong", "Rows", restored.Wrong))
	}
	if err := withConfig(ctx, c.database, app.Config{Erasures: c.Erasures}, func(a *app.App) error { return verify(ctx, a) }); err != nil {
		return err
	}
	_, err = fmt.Printf("%s: %d lines of %d desks, restored and verified\n", public(c.DB), restored.Lines, restored.Desks)
	return err
}

// fill opens the backup before the database, so that one that cannot be opened leaves nothing behind.
func (c restoreCmd) fill(ctx context.Context, f io.Reader, from app.RestoreFrom, by []age.Identity) (app.Restored, error) {
	plain, err := opened(f, by)
	if err != nil {
		return app.Restored{}, err
	}
	db, err := sqldb.Open(ctx, c.DB)
	if err != nil {
		return app.Restored{}, err
	}
	from.From = plain
	restored, err := app.Restore(ctx, db, from)
	return restored, errors.Join(err, db.Close())
}

// from returns who is trusted to have signed the backup, and with which keys the rows go on that follow from no line.
func (c restoreCmd) from() (app.RestoreFrom, error) {
	from := app.RestoreFrom{Tell: counter("restore"), Trusted: c.Public, Unsigned: c.Unsigned}
	from.Unlisted = !c.NoList && c.Erasures == "" && !keys.Exists(c.database.Erasures())
	held, err := c.Keys()
	if err != nil {
		return from, err
	}
	if held != nil {
		from.Rows, from.Old = held.Rows, held.EarlierRows
	}
	if held != nil && len(c.Public) == 0 {
		from.Trusted = held.Node.Publics()
	}
	if c.OldKey != "" {
		old, err := custody.Read(c.OldKey)
		if err != nil {
			return from, err
		}
		from.Old = append(from.Old, old.EarlierRows...)
		if old.Rows != nil {
			from.Old = append(from.Old, old.Rows)
		}
		if len(c.Public) == 0 {
			from.Trusted = append(from.Trusted, old.Node.Publics()...)
		}
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
