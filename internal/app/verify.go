package app

import (
	"context"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
)

// Verify recomputes chains, numbers, counts and money from the raw lines and compares them with what is stored. Others may go on writing.
func (a *App) Verify(ctx context.Context, tell journal.Progress) (audit.Report, error) {
	c := audit.Config{DB: a.DB, Tell: tell}
	for _, r := range a.rooms {
		c.Checks = append(c.Checks, r.Checks...)
	}
	return audit.Run(ctx, c)
}
