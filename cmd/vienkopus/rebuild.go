package main

import (
	"context"

	"vienkopus/internal/app"
)

type rebuildCmd struct{ database }

// Run makes every table anew from the lines. Nobody may serve from the database meanwhile.
func (c rebuildCmd) Run(ctx context.Context) error {
	return with(ctx, c.DB, func(a *app.App) error { return a.Journal.Rebuild(ctx, progress("rebuild")) })
}
