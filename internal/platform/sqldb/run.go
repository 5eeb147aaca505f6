package sqldb

import (
	"context"
	"fmt"
	"time"
)

// Run executes a statement whose result does not matter; what says in an error what it was for, such as "till: shift".
func (tx *Tx) Run(ctx context.Context, what, query string, args ...any) error {
	if _, err := tx.Exec(ctx, query, args...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Moment reads a time as it is stored, in microseconds (UTC); 0 is none.
func Moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
