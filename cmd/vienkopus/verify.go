package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"vienkopus/internal/app"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/checkpoint/checkpointroom"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sqldb"
)

type verifyCmd struct {
	database
	Checkpoint string `help:"A checkpoint that was handed out, in a file or at an address: prove that the database still holds what was stated." placeholder:"FILE|URL"`
	Public     string `help:"Public key by which the checkpoint is checked; that of the node key unless you say." placeholder:"KEY"`
	Code       string `help:"Code of a checkpoint as a summary order has it, 16 digits: prove that the database still holds what was stated when it was printed."`
	Tables     bool   `help:"Also make every table anew beside the database and compare row by row; takes longer, and room."`
	Scratch    string `help:"Directory for the tables that are made anew; the system's for temporary files when it is not given." type:"existingdir"`
}

// errUnsound says that verify found something; what it is has been printed.
var errUnsound = errors.New("the journal or its tables are not as they must be")

// Run checks everything and prints what is wrong. The database is only read; others may go on writing meanwhile.
func (c verifyCmd) Run(ctx context.Context) error {
	if err := present(c.DB); err != nil {
		return err
	}
	held, err := c.Keys()
	if err != nil {
		return err
	}
	config := app.Config{DSN: c.DB, Clock: clock.System{}, Version: version}
	var key *checkpoint.Key
	if held != nil {
		key = held.Node
		config.Persons = held.Persons
		config.Codes, config.Checkpoints = held.Codes(), checkpointroom.Needs{Key: key}
	}
	a, err := app.Look(ctx, config)
	if err != nil {
		return err
	}
	return errors.Join(c.stated(ctx, a, key), c.verify(ctx, a), a.Close())
}

// stated proves that the database holds what a checkpoint states, when one is named.
func (c verifyCmd) stated(ctx context.Context, a *app.App, key *checkpoint.Key) error {
	if c.Code != "" {
		return errors.Join(c.coded(ctx, a), c.noted(ctx, a, key))
	}
	return c.noted(ctx, a, key)
}

// coded proves that the database holds what was stated under a code on paper.
func (c verifyCmd) coded(ctx context.Context, a *app.App) error {
	stated, found, err := checkpoint.ByCode(ctx, a.DB, c.Code)
	if err != nil {
		return err
	}
	if !found {
		fmt.Fprintln(os.Stderr, "checkpoint: "+lang.T(ctx, "cli.no_such_code"))
		return errUnsound
	}
	return holds(ctx, a, stated)
}

// noted proves that the database holds what a signed checkpoint states.
func (c verifyCmd) noted(ctx context.Context, a *app.App, key *checkpoint.Key) error {
	if c.Checkpoint == "" {
		return nil
	}
	if c.Public == "" && key == nil {
		return checkpoint.ErrNoKey
	}
	signed, err := readNote(ctx, c.Checkpoint)
	if err != nil {
		return err
	}
	var stated checkpoint.Checkpoint
	if c.Public != "" {
		stated, err = checkpoint.Read(signed, c.Public)
	} else {
		stated, err = key.Read(signed)
	}
	if err != nil {
		return err
	}
	return holds(ctx, a, stated)
}

// holds prints in what the database differs from a checkpoint.
func holds(ctx context.Context, a *app.App, stated checkpoint.Checkpoint) error {
	found := 0
	err := a.DB.Snapshot(ctx, func(r sqldb.Reader) error {
		return checkpoint.Holds(ctx, r, stated, func(what string) {
			found++
			fmt.Fprintln(os.Stderr, "checkpoint: "+what)
		})
	})
	if err != nil {
		return err
	}
	fmt.Println(lang.T(ctx, "cli.verified_checkpoint", "Size", stated.Size, "Problems", found))
	if found > 0 {
		return errUnsound
	}
	return nil
}

func (c verifyCmd) verify(ctx context.Context, a *app.App) error {
	stale, err := a.Journal.Stale(ctx, a.DB)
	if err != nil {
		return err
	}
	if len(stale) > 0 {
		fmt.Println(lang.T(ctx, "cli.verify_stale", "Names", strings.Join(stale, ", ")))
	}
	err = verify(ctx, a)
	if !c.Tables || err != nil && !errors.Is(err, errUnsound) {
		return err
	}
	found := 0
	result, terr := a.VerifyTables(ctx, c.Scratch, progress("tables"), func(p audit.Problem) {
		found++
		fmt.Fprintln(os.Stderr, p)
	})
	if terr != nil {
		return terr
	}
	fmt.Println(lang.T(ctx, "cli.verified_tables", "Tables", result.Tables, "Rows", result.Rows, "Problems", found))
	if found > 0 {
		return errUnsound
	}
	return err
}

func verify(ctx context.Context, a *app.App) error {
	unproven, err := a.Unproven(ctx)
	if err != nil {
		return err
	}
	if unproven {
		fmt.Fprintln(os.Stderr, "vienkopus:", lang.T(ctx, "cli.verify_unproven"))
	}
	report, err := a.Verify(ctx, progress("verify"))
	if err != nil {
		return err
	}
	for _, p := range report.Problems {
		fmt.Fprintln(os.Stderr, p)
	}
	fmt.Println(lang.T(ctx, "app.verified", "Lines", report.Lines, "Desks", report.Desks, "Problems", report.Found))
	if !report.Clean() {
		return errUnsound
	}
	return nil
}

type rebuildCmd struct{ database }

// Run makes every table anew from the lines. Nobody may serve from the database meanwhile.
func (c rebuildCmd) Run(ctx context.Context) error {
	return with(ctx, c.database, func(a *app.App) error { return a.Journal.Rebuild(ctx, progress("rebuild")) })
}
