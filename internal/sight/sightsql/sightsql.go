// Package sightsql keeps who has looked persons up.
package sightsql

import (
	"context"
	"database/sql"
	_ "embed" // the tables
	"fmt"
	"time"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/sight"
)

//go:embed schema.sql
var schema string

// Store is the projection and its answers.
type Store struct{}

// Name implements journal.Projection.
func (Store) Name() string { return "sight" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[sight.Searched](), journal.Of[sight.Opened](), journal.Of[sight.Refused](), journal.Of[sight.BudgetSet](), journal.Of[sight.Exported](),
	}
}

// Apply implements journal.Projection.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case sight.Searched:
		return insert(ctx, tx, e, sight.Look{Kind: kindOf(f.ByNumber, sight.Asking, sight.BySearch), Day: f.Day, Municipality: f.Municipality, Mark: f.Query, Found: f.Found})
	case sight.Opened:
		if err := insert(ctx, tx, e, sight.Look{Kind: kindOf(f.ByNumber, sight.ByNumber, sight.ByOpening), Day: f.Day, Municipality: f.Municipality, Mark: f.Payer, Found: len(f.Bills)}); err != nil {
			return err
		}
		for _, b := range f.Bills {
			if err := tx.Run(ctx, "sight: bill", `INSERT INTO sight_bill (desk, number, bill) VALUES ($1, $2, $3)`, e.Desk, e.Number, b); err != nil {
				return err
			}
		}
		return nil
	case sight.Refused:
		return insert(ctx, tx, e, sight.Look{Kind: sight.InVain, Day: f.Day, Municipality: f.Municipality, Mark: f.Payer, Found: f.PerHour, Why: f.Why})
	case sight.Exported:
		return insert(ctx, tx, e, sight.Look{Kind: sight.ByExport, Day: f.Day, Municipality: f.Municipality, Found: f.Persons})
	case sight.BudgetSet:
		const query = `INSERT INTO sight_budget (from_day, per_hour, why, source, who) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (from_day) DO UPDATE SET per_hour = excluded.per_hour, why = excluded.why, source = excluded.source, who = excluded.who`
		return tx.Run(ctx, "sight: budget", query, f.From, f.PerHour, f.Why, f.Source, e.Actor.String())
	}
	return nil
}

func kindOf(byNumber bool, number, other sight.LookKind) sight.LookKind {
	if byNumber {
		return number
	}
	return other
}

func insert(ctx context.Context, tx *journal.Tx, e journal.Entry, l sight.Look) error {
	const query = `INSERT INTO sight (desk, number, at, day, kind, staff, role, municipality, mark, found, why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	return tx.Run(ctx, "sight: look", query, e.Desk, e.Number, e.RecordedAt.UnixMicro(), l.Day, string(l.Kind), e.Actor.Who(), e.Actor.Role(), l.Municipality, l.Mark, l.Found, string(l.Why))
}

// Looks returns how often somebody has looked since a moment (UTC), and whether her budget was used up since then. An opening behind which one of the bills was paid at that desk on that day
// does not count: it was what the client had come for.
func (Store) Looks(ctx context.Context, r journal.Reader, staff string, since time.Time) (n int, refused bool, err error) {
	const query = `SELECT COALESCE(SUM(CASE WHEN kind IN ('search', 'asked') THEN 1 WHEN kind IN ('open', 'number') AND NOT ` + paid + ` THEN 1 ELSE 0 END), 0),
COALESCE(SUM(CASE WHEN kind = 'refused' AND why = '' THEN 1 ELSE 0 END), 0) FROM sight v WHERE staff = $1 AND at > $2`
	var times int
	if err := r.QueryRow(ctx, query, staff, since.UnixMicro()).Scan(&n, &times); err != nil {
		return 0, false, fmt.Errorf("sightsql: looks: %w", err)
	}
	return n, times > 0, nil
}

// Refusals returns how often somebody was refused since a moment (UTC) for another reason than the budget.
func (Store) Refusals(ctx context.Context, r journal.Reader, staff string, since time.Time) (n int, err error) {
	const query = `SELECT COUNT(*) FROM sight WHERE staff = $1 AND at > $2 AND kind = 'refused' AND why <> ''`
	if err := r.QueryRow(ctx, query, staff, since.UnixMicro()).Scan(&n); err != nil {
		return 0, fmt.Errorf("sightsql: refusals: %w", err)
	}
	return n, nil
}

// Budgets returns all budgets.
func (Store) Budgets(ctx context.Context, r journal.Reader) ([]sight.Budget, error) {
	type budgets struct{}
	return journal.Refer(r, budgets{}, func() ([]sight.Budget, error) {
		var all []sight.Budget
		err := sqldb.Each(ctx, r, `SELECT from_day, per_hour, why, source, who FROM sight_budget ORDER BY from_day`, nil, func(rows *sql.Rows) error {
			var b sight.Budget
			if err := rows.Scan(&b.From, &b.PerHour, &b.Why, &b.Source, &b.Who); err != nil {
				return fmt.Errorf("sightsql: budget: %w", err)
			}
			all = append(all, b)
			return nil
		})
		return all, err
	})
}
