// Package audittest runs one check alone.
package audittest

import (
	"context"
	"errors"
	"strings"

	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
)

// Look runs one check and returns what it finds, one line each. It returns an error when the check could not look.
func Look(ctx context.Context, r sqldb.Reader, check audit.Check) ([]string, error) {
	report, err := audit.Look(ctx, []sqldb.Reader{r}, audit.Config{Checks: []audit.Check{check}})
	if err != nil {
		return nil, err
	}
	var found []string
	for _, p := range report.Problems {
		if p.Check != check.Name {
			continue
		}
		if why, not := strings.CutPrefix(p.What, "it could not look: "); not {
			return nil, errors.New(why)
		}
		found = append(found, p.What)
	}
	return found, nil
}
