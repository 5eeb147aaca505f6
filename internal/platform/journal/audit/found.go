package audit

import (
	"context"

	"vienkopus/internal/platform/sqldb"
)

// Found makes a check of a function that returns its findings, one line each.
func Found(name string, look func(context.Context, sqldb.Reader) ([]string, error)) Check {
	return Check{Name: name, Run: func(ctx context.Context, r sqldb.Reader, report func(Problem)) error {
		all, err := look(ctx, r)
		for _, what := range all {
			report(Problem{What: what})
		}
		return err
	}}
}
