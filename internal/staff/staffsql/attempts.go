package staffsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/staff"
)

// AttemptTables are those of failed sign-ins, in the side store.
var AttemptTables = sqldb.SideTables{Owner: "attempts", SQL: `
CREATE TABLE side_sign_in_failure (
  name     BLOB   NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at  BIGINT NOT NULL
) WITHOUT ROWID;
`}

// Attempts counts failed sign-ins and implements staff.Attempts. Losing the counts gives everybody a few more tries.
type Attempts struct {
	// DB is a side store that was told of AttemptTables.
	DB *sqldb.DB
}

// Begin implements staff.Attempts.
func (a Attempts) Begin(ctx context.Context, name staff.NameHash, rule func(staff.Tries) (staff.Tries, error)) error {
	const upsert = `INSERT INTO side_sign_in_failure (name, failures, last_at) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at`
	return a.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Lock(ctx, "sign-in:"+string(name[:])); err != nil {
			return err
		}
		var tries staff.Tries
		var last int64
		row := tx.QueryRow(ctx, "SELECT failures, last_at FROM side_sign_in_failure WHERE name = $1", name[:])
		if err := row.Scan(&tries.Failures, &last); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("staffsql: failures: %w", err)
		}
		tries.Last = time.UnixMicro(last).UTC()
		next, err := rule(tries)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, upsert, name[:], next.Failures, next.Last.UnixMicro())
		return err
	})
}

// Clear implements staff.Attempts. It forgets what is a day old of other names too: nobody waits for that any more.
func (a Attempts) Clear(ctx context.Context, name staff.NameHash) error {
	return a.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM side_sign_in_failure WHERE name = $1
OR last_at < (SELECT last_at FROM side_sign_in_failure WHERE name = $1) - 86400000000`, name[:])
		return err
	})
}
