package tillsql

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// farthest is how many shifts behind its own the cash of a line is looked for.
const farthest = 400

// BagOf returns the bag that has the cash which a line of a desk put into the drawer of a shift, and whether there is one: that of the first shift, this or a later one,
// after which the drawer holds no more takings than came in behind the line. What is packed counts as the oldest money.
func (Store) BagOf(ctx context.Context, r journal.Reader, shift id.ID, desk string, entry int64) (string, bool, error) {
	const query = `SELECT s.bag, s.state, s.left_cents - s.base_cents, CAST(COALESCE((SELECT SUM(m.cents) FROM till_movement m
WHERE m.shift = s.id AND m.tender = 'cash' AND (m.desk <> $1 OR m.number > $3)), 0) AS BIGINT) FROM till_shift s
WHERE s.desk = $1 AND s.number >= (SELECT o.number FROM till_shift o WHERE o.id = $2) ORDER BY s.number LIMIT $4`
	var bag string
	var found, open bool
	var later int64
	err := sqldb.Each(ctx, r, query, []any{desk, shift, entry, farthest}, func(rows *sql.Rows) error {
		var in, state string
		var stays, moved int64
		if err := rows.Scan(&in, &state, &stays, &moved); err != nil {
			return fmt.Errorf("tillsql: bag of a line: %w", err)
		}
		open = open || state != "closed"
		later += moved
		if !found && !open && in != "" && max(stays, 0) <= max(later, 0) {
			bag, found = in, true
		}
		return nil
	})
	return bag, found, err
}
