package audit

import (
	"context"

	"vienkopus/internal/platform/sqldb"
)

// Decoded is Look, and says of how many lines the body was taken apart.
func Decoded(ctx context.Context, readers []sqldb.Reader, c Config) (Report, int64, error) {
	a := newAuditor(readers, c)
	err := a.run(ctx)
	return a.report, a.decoded, err
}
