// Package tallysql keeps the tables of the counts, of imported rows and of residents served, and answers questions about them.
//
// tally_kind and tally_service are keyed by month, so that the rows that change lie together; a group of commits writes each
// row once. The column month holds the span of tally.SpanOf.
package tallysql

import (
	"context"
	_ "embed"
	"fmt"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/tally"
	"vienkopus/internal/visit"
)

//go:embed schema.sql
var schema string

// Store is the projection and the queries of the counts.
type Store struct{}

// Name implements journal.Projection.
func (Store) Name() string { return "tally" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[tally.Imported](), journal.Of[visit.ActRecorded](), journal.Of[visit.ActUndone](), journal.Of[visit.ActCorrected](),
		journal.Of[visit.Closed](), journal.Of[visit.DayCorrected](),
	}
}

// Apply implements journal.Projection.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case tally.Imported:
		fresh, err := insertImported(ctx, tx, e, f)
		if err != nil || !fresh {
			return err
		}
		if err := insertOverlaps(ctx, tx, e, f); err != nil {
			return err
		}
	case visit.Closed:
		if err := insertServed(ctx, tx, e, f); err != nil {
			return err
		}
	case visit.DayCorrected:
		if err := moveServed(ctx, tx, e, f); err != nil {
			return err
		}
	}
	for _, c := range tally.Of(e.Desk, e.Fact) {
		count(tx, c)
	}
	return nil
}

const (
	upsertKind = `INSERT INTO tally_kind (month, desk, kind, source, centre, municipality, n)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (month, desk, kind, source, centre, municipality) DO UPDATE SET n = tally_kind.n + excluded.n`
	upsertService = `INSERT INTO tally_service (month, desk, service, institution, kind, channel, depth, reason, source, centre, municipality, n)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (month, desk, service, institution, kind, channel, depth, reason, source, centre, municipality)
DO UPDATE SET n = tally_service.n + excluded.n`
)

// kindKey and serviceKey tell the deferred rows of the two tables apart.
type (
	kindKey    tally.Cell
	serviceKey tally.Cell
)

// count leaves the two rows that a line changes to the end of the group of commits.
func count(tx *journal.Tx, c tally.Count) {
	k := kindKey{
		Span: c.Span, Desk: c.Desk, Kind: c.Kind, Source: c.Source, Centre: c.Centre, Municipality: c.Municipality,
	}
	tx.Defer(k, sqldb.Count{Upsert: upsertKind, N: c.N, Key: []any{
		c.Span, c.Desk, string(c.Kind), string(c.Source), c.Centre, c.Municipality,
	}})
	tx.Defer(serviceKey(c.Cell), sqldb.Count{Upsert: upsertService, N: c.N, Key: []any{
		c.Span, c.Desk, c.Service, c.Institution, string(c.Kind), string(c.Channel), string(c.Depth), string(c.Reason),
		string(c.Source), c.Centre, c.Municipality,
	}})
}

// insertImported tells whether the row was not there yet: a row that came twice counts once, whichever way its line came here.
func insertImported(ctx context.Context, tx *journal.Tx, e journal.Entry, f tally.Imported) (bool, error) {
	const query = `INSERT INTO imported_act (desk, day_from, number, day_to, days, identity, recorded_at, kind, service, institution,
channel, centre, municipality, count, source)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (identity) DO NOTHING`
	n, err := tx.Exec(ctx, query, e.Desk, f.Period.From, e.Number, f.Period.To, f.Period.Days(), f.Identity, e.RecordedAt.UnixMicro(), string(f.Act),
		f.Service, f.Institution, string(f.Channel), f.Centre, f.Municipality, f.Count, f.Source)
	if err != nil {
		return false, fmt.Errorf("tallysql: imported: %w", err)
	}
	return n > 0, nil
}

func insertServed(ctx context.Context, tx *journal.Tx, e journal.Entry, f visit.Closed) error {
	if !f.Served {
		return nil
	}
	const query = `INSERT INTO served (desk, day, number, recorded_at, channel, centre, municipality) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	return tx.Run(ctx, "tallysql: served", query, e.Desk, f.Day, e.Number, e.RecordedAt.UnixMicro(), string(f.Channel), f.Centre, f.Municipality)
}

// moveServed moves a client to the day on which he was served.
func moveServed(ctx context.Context, tx *journal.Tx, e journal.Entry, f visit.DayCorrected) error {
	if f.Client == nil {
		return nil
	}
	const query = `UPDATE served SET day = $1 WHERE desk = $2 AND day = $3 AND number = $4`
	return tx.Change(ctx, "tallysql: day of a client", query, f.Client.Day.AddDays(f.Shift), e.Desk, f.Client.Day, f.Client.Line)
}
