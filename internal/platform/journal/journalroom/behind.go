package journalroom

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/platform/sqldb"
)

// behind counts for each follower the lines that it has not seen.
func behind(ctx context.Context, r sqldb.Reader) (map[string]float64, error) {
	const query = `SELECT f.follower, SUM(h.number - COALESCE(c.number, 0)) FROM (SELECT DISTINCT follower FROM follower_cursor) f
CROSS JOIN desk_head h LEFT JOIN follower_cursor c ON c.follower = f.follower AND c.desk = h.desk GROUP BY f.follower`
	lag := map[string]float64{}
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var follower string
		var lines int64
		if err := rows.Scan(&follower, &lines); err != nil {
			return fmt.Errorf("journalroom: followers: %w", err)
		}
		lag[follower] = float64(lines)
		return nil
	})
	return lag, err
}
