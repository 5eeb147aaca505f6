// Package reportsql answers the questions of reports from the tables of the counts and of the visits, and keeps the published figures.
//
// Reports own no figures: they read the roll-ups, tally_kind and tally_service for whole months, and act, served and imported_act line by line.
package reportsql

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"fmt"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/report"
	"vienkopus/internal/tally/tallysql"
)

//go:embed schema.sql
var schema string

// Store is the projection of published figures and the queries of reports. Without roll-ups (the zero value) it adds up the counts of the desks each time.
type Store struct {
	rollups    *tallysql.Rollups
	remembered *memory
	last       *lastDays
}

// New returns a store that reads the roll-ups as far as they go.
func New(rollups *tallysql.Rollups) Store {
	return Store{rollups: rollups, remembered: &memory{}, last: &lastDays{of: map[journal.Head]lastDay{}, at: map[string]journal.Head{}}}
}

// Name implements journal.Projection.
func (Store) Name() string { return "report" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[report.FigurePublished](),
	}
}

// Apply implements journal.Projection.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	f, ok := e.Fact.(report.FigurePublished)
	if !ok {
		return nil
	}
	const query = `INSERT INTO published_figure (code, day_from, number, doc) VALUES ($1, $2, $3, $4)
ON CONFLICT (code) DO UPDATE SET day_from = excluded.day_from, number = excluded.number, doc = excluded.doc`
	doc, err := json.Marshal(f.Figure)
	if err != nil {
		return fmt.Errorf("reportsql: figure: %w", err)
	}
	return tx.Run(ctx, "reportsql: figure", query, f.Code, f.Period.From, e.Number, doc)
}

// Figures returns the published figures, the latest period first.
func (Store) Figures(ctx context.Context, r journal.Reader) ([]report.Figure, error) {
	var figures []report.Figure
	err := sqldb.Each(ctx, r, "SELECT doc FROM published_figure ORDER BY day_from DESC, number", nil, func(rows *sql.Rows) error {
		var doc []byte
		if err := rows.Scan(&doc); err != nil {
			return fmt.Errorf("reportsql: figure: %w", err)
		}
		var f report.Figure
		if err := json.Unmarshal(doc, &f); err != nil {
			return fmt.Errorf("reportsql: figure: %w", err)
		}
		figures = append(figures, f)
		return nil
	})
	return figures, err
}
