package reportsql

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// lastDay is the last day on which an act was recorded at a desk and still counts, and in which centre; the centre is "" when there is none.
type lastDay struct {
	centre string
	day    civil.Date
}

// lastDays keeps the last day of each desk for the line with which its journal ends: no act comes or goes without a line.
type lastDays struct {
	mu sync.Mutex
	of map[journal.Head]lastDay
	at map[string]journal.Head
}

// LastDays returns for each centre the last day on which an act was recorded there and still counts.
func (s Store) LastDays(ctx context.Context, r journal.Reader) (map[string]civil.Date, error) {
	heads, err := headsOf(ctx, r)
	if err != nil {
		return nil, err
	}
	days := map[string]civil.Date{}
	for _, h := range heads {
		last, known := s.last.recall(h)
		if !known {
			if last, err = readLast(ctx, r, h.Desk); err != nil {
				return nil, err
			}
			s.last.keep(h, last)
		}
		if last.centre != "" && last.day.After(days[last.centre]) {
			days[last.centre] = last.day
		}
	}
	return days, nil
}

func headsOf(ctx context.Context, r journal.Reader) ([]journal.Head, error) {
	var heads []journal.Head
	err := sqldb.Each(ctx, r, "SELECT desk, number, hash FROM desk_head", nil, func(rows *sql.Rows) error {
		var h journal.Head
		var hash []byte
		if err := rows.Scan(&h.Desk, &h.Number, &hash); err != nil {
			return fmt.Errorf("reportsql: desk: %w", err)
		}
		copy(h.Hash[:], hash)
		heads = append(heads, h)
		return nil
	})
	return heads, err
}

func readLast(ctx context.Context, r journal.Reader, desk string) (lastDay, error) {
	const query = `SELECT centre, day FROM act WHERE desk = $1 AND state = '' ORDER BY day DESC, number DESC LIMIT 1`
	var last lastDay
	err := sqldb.Each(ctx, r, query, []any{desk}, func(rows *sql.Rows) error {
		if err := rows.Scan(&last.centre, &last.day); err != nil {
			return fmt.Errorf("reportsql: last day: %w", err)
		}
		return nil
	})
	return last, err
}

func (l *lastDays) recall(h journal.Head) (lastDay, bool) {
	if l == nil {
		return lastDay{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	last, known := l.of[h]
	return last, known
}

func (l *lastDays) keep(h journal.Head, last lastDay) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.of, l.at[h.Desk])
	l.at[h.Desk], l.of[h] = h, last
}
