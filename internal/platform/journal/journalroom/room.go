// Package journalroom hands the journal itself in: its tables, its reader for programs, and the watcher that checks every new line.
package journalroom

import (
	"context"
	"fmt"
	"time"

	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/journal/journalhttp"
	"vienkopus/internal/platform/journal/resume"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/room"
)

// New makes the room.
func New(h room.House) room.Room {
	seen := &Watcher{Journal: h.Journal}
	return room.Room{
		Name: "journal", Facts: journal.Facts(), Permissions: journalhttp.Permissions,
		Kept: []room.Kept{{
			Migration: journal.Migration,
			// Chains, heads, requests and what waits are looked at by the audit, subjects and what was set aside also by verify --tables.
			Checked: []string{"entry", "desk_head", "request", "entry_subject", "quarantine", "rebuild_cursor"},
			// Cursors, and the texts of schemas: where one differs, its tables are made anew.
			Losable: []string{"follower_cursor", "projection", "generation"},
		}, {Migration: resume.Migration, Backup: resume.Kept, Checked: resume.Kept}, {Migration: journal.OneByOne}},
		Checks:     []audit.Check{audit.Found("stray", resume.Check)},
		Operations: func(api *rest.API) { journalhttp.Operations(api, h.Journal) },
		Jobs:       []jobs.Job{{Name: "journal.watch", Every: time.Minute, Within: 10 * time.Minute, Run: seen.Look}},
		Readings: []httpx.Reading{
			{
				Name: "vienkopus_journal_lines_total", Help: "Lines in the journals of all desks.", Grows: true,
				Read: counted(h, "SELECT COALESCE(SUM(number), 0) FROM desk_head"),
			},
			{
				Name: "vienkopus_quarantined_lines", Help: "Lines that a projection could not apply; any is an alarm.",
				Read: counted(h, "SELECT COUNT(*) FROM quarantine"),
			},
			{
				Name: "vienkopus_unsound_lines_total", Help: "Lines that the watcher found changed since the start; any is an alarm.", Grows: true,
				Read: func(context.Context) (map[string]float64, error) {
					return map[string]float64{"": float64(seen.Problems())}, nil
				},
			},
			{
				Name: "vienkopus_follower_behind_lines", Help: "Lines that a follower has not seen yet.", Label: "follower",
				Read: func(ctx context.Context) (map[string]float64, error) { return behind(ctx, h.DB) },
			},
		},
	}
}

// counted reads one number.
func counted(h room.House, query string) func(context.Context) (map[string]float64, error) {
	return func(ctx context.Context) (map[string]float64, error) {
		var n int64
		if err := h.DB.QueryRow(ctx, query).Scan(&n); err != nil {
			return nil, fmt.Errorf("journalroom: metric: %w", err)
		}
		return map[string]float64{"": float64(n)}, nil
	}
}
