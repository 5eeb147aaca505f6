package staffsql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/base/id"
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
CREATE INDEX side_sign_in_failure_last ON side_sign_in_failure (last_at);
CREATE TABLE side_device (
  device  BLOB   NOT NULL,
  staff   BLOB   NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (device, staff)
) WITHOUT ROWID;
`}

// Attempts counts failed sign-ins and implements staff.Attempts. Losing the counts gives everybody a few more tries.
type Attempts struct {
	// DB is a side store that was told of AttemptTables.
	DB *sqldb.DB
	// Most bounds the rows; 0 stands for 4096. Of more the oldest are forgotten.
	Most int
}

// usualMost is more names than people mistype in a quarter of an hour. Who guesses enough names to have another's forgotten has guessed longer than its pause.
const usualMost = 4096

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
		if _, err = tx.Exec(ctx, upsert, name[:], next.Failures, next.Last.UnixMicro()); err != nil || next.Failures > 1 {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM side_sign_in_failure WHERE last_at <=
(SELECT last_at FROM side_sign_in_failure ORDER BY last_at DESC LIMIT 1 OFFSET $1)`, cmp.Or(a.Most, usualMost))
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

// deviceTime is how long a device is known from which somebody signs in no more.
const deviceTime = 180 * 24 * time.Hour

// Devices keeps from which devices people have signed in, and implements staff.Devices.
type Devices struct {
	// DB is a side store that was told of AttemptTables.
	DB *sqldb.DB
}

// Knows implements staff.Devices.
func (d Devices) Knows(ctx context.Context, device staff.DeviceHash, person id.ID) (bool, error) {
	var n int
	if err := d.DB.QueryRow(ctx, "SELECT COUNT(*) FROM side_device WHERE device = $1 AND staff = $2", device[:], person).Scan(&n); err != nil {
		return false, fmt.Errorf("staffsql: device: %w", err)
	}
	return n > 0, nil
}

// Remember implements staff.Devices.
func (d Devices) Remember(ctx context.Context, device staff.DeviceHash, person id.ID, at time.Time) error {
	return d.DB.Write(ctx, func(tx *sqldb.Tx) error {
		return tx.Run(ctx, "staffsql: device", `INSERT INTO side_device (device, staff, seen_at) VALUES ($1, $2, $3)
ON CONFLICT (device, staff) DO UPDATE SET seen_at = excluded.seen_at`, device[:], person, at.UnixMicro())
	})
}

// Sweep forgets devices that nobody has used for half a year.
func (d Devices) Sweep(ctx context.Context, now time.Time) error {
	return d.DB.Write(ctx, func(tx *sqldb.Tx) error {
		return tx.Run(ctx, "staffsql: devices", "DELETE FROM side_device WHERE seen_at < $1", now.Add(-deviceTime).UnixMicro())
	})
}
