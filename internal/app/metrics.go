package app

import (
	"context"
	"errors"
	"fmt"

	"vienkopus/internal/platform/httpx"
)

// watch adds what operators want to know of the journal: how many lines there are, and how many could not be applied.
func (a *App) watch(ctx context.Context, m *httpx.Metrics) error {
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
	)
}
