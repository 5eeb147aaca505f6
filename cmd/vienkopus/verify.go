package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"vienkopus/internal/app"
	"vienkopus/internal/platform/lang"
)

type verifyCmd struct{ database }

// errUnsound says that verify found something; what it is has been printed.
var errUnsound = errors.New("the journal or its tables are not as they must be")

// Run checks everything and prints what is wrong. Others may go on writing meanwhile.
func (c verifyCmd) Run(ctx context.Context) error {
	return with(ctx, c.DB, func(a *app.App) error { return verify(ctx, a) })
}

func verify(ctx context.Context, a *app.App) error {
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
	return with(ctx, c.DB, func(a *app.App) error { return a.Journal.Rebuild(ctx, progress("rebuild")) })
}
