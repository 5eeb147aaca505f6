package app

import (
	"context"
	"errors"
	"os"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/journal/mirror"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
)

// Look opens a database that is there and changes nothing in it: it is not upgraded, and nothing can be written. It serves Verify and VerifyTables.
// It returns sqldb.ErrNewer for a database of a newer program.
func Look(ctx context.Context, c Config) (*App, error) {
	db, err := sqldb.Look(ctx, c.DSN)
	if err != nil {
		return nil, err
	}
	a, err := assemble(db, c)
	if err == nil {
		var steps int
		if steps, err = db.Steps(ctx, a.migrations()); err == nil && steps >= seal.Migration.Number {
			err = a.sealer.Look(ctx, db, c.Codes.Key)
		}
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return a, nil
}

// Verify recomputes chains, numbers, counts and money from the raw lines and compares them with what is stored. Others may go on writing.
func (a *App) Verify(ctx context.Context, tell journal.Progress) (audit.Report, error) {
	c := audit.Config{DB: a.DB, Tell: tell}
	for _, r := range a.rooms {
		c.Checks = append(c.Checks, r.Checks...)
	}
	c.Checks = append(c.Checks, audit.Check{Name: "schema", Run: a.checkSteps})
	if a.codes.Provable() {
		c.Checks = append(c.Checks, audit.Check{Name: "row", Run: a.checkRows})
	}
	return audit.Run(ctx, c)
}

// checkSteps sees whether the steps that were taken are those of the program.
func (a *App) checkSteps(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) error {
	return a.DB.CheckSteps(ctx, r, a.migrations(), func(what string) { report(audit.Problem{What: what}) })
}

// checkRows sees whether the codes of the rows that follow from no line hold.
func (a *App) checkRows(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) error {
	say := func(what string) { report(audit.Problem{What: what}) }
	return errors.Join(rowcode.Check(ctx, r, a.coded(), a.codes.Key(), say), seal.Check(ctx, r, a.codes.Key(), say))
}

// Rekey gives the rows that follow from no line codes of another key, and returns how many it left as they are because their code does not hold.
func (a *App) Rekey(ctx context.Context, next *rowcode.Key) (left int64, err error) {
	err = a.DB.Write(sqldb.Patient(ctx), func(tx *sqldb.Tx) error {
		_, left, err = rowcode.Reseal(ctx, tx, a.coded(), a.codes.Key(), next, a.Config.Clock.Now())
		if err != nil {
			return err
		}
		return seal.Rewrap(ctx, tx, a.codes.Key(), next)
	})
	return left, err
}

// Unproven tells whether rows carry codes that Verify cannot check, because their key is not here.
func (a *App) Unproven(ctx context.Context) (bool, error) {
	if a.codes.Provable() {
		return false, nil
	}
	steps, err := a.DB.Steps(ctx, nil)
	if err != nil || steps < rowcode.Migration.Number {
		return false, err
	}
	named, _, err := rowcode.Marked(ctx, a.DB)
	return named != "", err
}

// VerifyTables makes every table that follows from lines anew in a scratch file and compares it with what is stored, row by row. Others may go on writing.
// Scratch is a directory with room for a file as large as the database, "" the system's for temporary files. It returns mirror.ErrNoRoom where it has none.
func (a *App) VerifyTables(ctx context.Context, scratch string, tell journal.Progress, found func(audit.Problem)) (mirror.Result, error) {
	if scratch == "" {
		scratch = os.TempDir()
	}
	c := a.Mirror()
	c.Scratch, c.Found, c.Tell = scratch, found, tell
	return mirror.Run(ctx, c)
}

// Mirror is what VerifyTables compares with what, for whoever wants it in another order.
func (a *App) Mirror() mirror.Config {
	c := mirror.Config{DB: a.DB, Migrations: a.migrations()}
	for _, r := range a.rooms {
		c.Facts, c.Projections = append(c.Facts, r.Facts...), append(c.Projections, r.Projections...)
	}
	return c
}
