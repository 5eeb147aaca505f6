package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/sqldb"
)

// watch adds what operators want to know of the journal: how many lines there are, and how many could not be applied.
func (a *App) watch(ctx context.Context, m *httpx.Metrics, seen *witness) error {
	count := func(query string) func(context.Context) (map[string]float64, error) {
		return func(ctx context.Context) (map[string]float64, error) {
			var n int64
			if err := a.DB.QueryRow(ctx, query).Scan(&n); err != nil {
				return nil, fmt.Errorf("app: metric: %w", err)
			}
			return map[string]float64{"": float64(n)}, nil
		}
	}
	return errors.Join(
		m.Watch(ctx, httpx.Reading{
			Name: "vienkopus_journal_lines_total", Help: "Lines in the journals of all desks.", Grows: true,
			Read: count("SELECT COALESCE(SUM(number), 0) FROM desk_head"),
		}),
		m.Watch(ctx, httpx.Reading{
			Name: "vienkopus_quarantined_lines", Help: "Lines that a projection could not apply; any is an alarm.",
			Read: count("SELECT COUNT(*) FROM quarantine"),
		}),
		m.Watch(ctx, httpx.Reading{
			Name: "vienkopus_unsound_lines_total", Help: "Lines that the witness found changed since the start; any is an alarm.", Grows: true,
			Read: func(context.Context) (map[string]float64, error) {
				return map[string]float64{"": float64(seen.problems.Load())}, nil
			},
		}),
		m.Watch(ctx, httpx.Reading{
			Name: "vienkopus_follower_behind_lines", Help: "Lines that a follower has not seen yet.", Label: "follower",
			Read: a.behind,
		}),
		m.Watch(ctx, httpx.Reading{
			Name: "vienkopus_receipt_key_seconds", Help: "For how long this node has keys to sign receipts with; less than four weeks is an alarm.",
			Read: a.keyLeft,
		}),
	)
}

// behind counts for each follower the lines that it has not seen.
func (a *App) behind(ctx context.Context) (map[string]float64, error) {
	const query = `SELECT f.follower, SUM(h.number - COALESCE(c.number, 0)) FROM (SELECT DISTINCT follower FROM follower_cursor) f
CROSS JOIN desk_head h LEFT JOIN follower_cursor c ON c.follower = f.follower AND c.desk = h.desk GROUP BY f.follower`
	lag := map[string]float64{}
	err := sqldb.Each(ctx, a.DB, query, nil, func(rows *sql.Rows) error {
		var follower string
		var lines int64
		if err := rows.Scan(&follower, &lines); err != nil {
			return fmt.Errorf("app: followers: %w", err)
		}
		lag[follower] = float64(lines)
		return nil
	})
	return lag, err
}

// keyLeft is for how many seconds the node can sign receipts, as a metric.
func (a *App) keyLeft(ctx context.Context) (map[string]float64, error) {
	now := a.Journal.Now()
	until, err := a.Keyring.CoveredUntil(ctx, a.DB, now)
	if err != nil {
		return nil, err
	}
	return map[string]float64{"": until.Sub(now).Seconds()}, nil
}
