package visitsql

import (
	"context"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[visit.Opened](), journal.Of[visit.Held](), journal.Of[visit.Resumed](), journal.Of[visit.ActRecorded](), journal.Of[visit.ActUndone](),
		journal.Of[visit.ActCorrected](), journal.Of[visit.Closed](), journal.Of[visit.DayCorrected](), journal.Of[visit.Tied](),
	}
}

// Apply implements journal.Projection.
func (s Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case visit.Opened:
		return opened(ctx, tx, e, f)
	case visit.Held:
		return turn(ctx, tx, e, f.Visit, visit.OnHold)
	case visit.Resumed:
		return turn(ctx, tx, e, f.Visit, visit.Serving)
	case visit.ActRecorded:
		return insertAct(ctx, tx, e, visit.Act{ID: f.Act, Visit: f.Visit, Line: f.Line, Identity: f.Identity})
	case visit.ActUndone:
		return setState(ctx, tx, f.Visit, f.Act, visit.Undone)
	case visit.ActCorrected:
		return corrected(ctx, tx, e, f)
	case visit.Closed:
		return closed(ctx, tx, e, f)
	case visit.DayCorrected:
		return redated(ctx, tx, f)
	case visit.Tied:
		return tx.Run(ctx, "visitsql: tie", `INSERT INTO act_tie (act, desk, number) VALUES ($1, $2, $3)`, f.CountedBy(), e.Desk, e.Number)
	}
	return nil
}

func opened(ctx context.Context, tx *journal.Tx, e journal.Entry, f visit.Opened) error {
	const query = `INSERT INTO visit (id, desk, municipality, centre, channel, state, opened_at, closed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`
	if err := tx.Run(ctx, "visitsql: opened", query, f.Visit, e.Desk, f.Municipality, f.Centre, string(f.Channel), string(visit.Serving), e.RecordedAt.UnixMicro()); err != nil {
		return err
	}
	return begin(ctx, tx, e, f.Visit, true)
}

// turn moves the visit to another state: one span ends and the next begins.
func turn(ctx context.Context, tx *journal.Tx, e journal.Entry, v id.ID, to visit.State) error {
	if err := tx.Change(ctx, "visitsql: turn", `UPDATE visit SET state = $1 WHERE id = $2`, string(to), v); err != nil {
		return err
	}
	if err := end(ctx, tx, e, v); err != nil {
		return err
	}
	return begin(ctx, tx, e, v, to == visit.Serving)
}

func closed(ctx context.Context, tx *journal.Tx, e journal.Entry, f visit.Closed) error {
	const query = `UPDATE visit SET state = $1, closed_at = $2 WHERE id = $3`
	if err := tx.Change(ctx, "visitsql: closed", query, string(visit.Ended), e.RecordedAt.UnixMicro(), f.Visit); err != nil {
		return err
	}
	return end(ctx, tx, e, f.Visit)
}

func begin(ctx context.Context, tx *journal.Tx, e journal.Entry, v id.ID, serving bool) error {
	const query = `INSERT INTO visit_span (visit, number, serving, from_at, to_at) VALUES ($1, $2, $3, $4, 0)`
	return tx.Run(ctx, "visitsql: span begins", query, v, e.Number, serving, e.RecordedAt.UnixMicro())
}

func end(ctx context.Context, tx *journal.Tx, e journal.Entry, v id.ID) error {
	// The span that lasts is the last one. Named by its key it is one row: for what may be more, SQLite keeps a journal of the statement and
	// walks it from its beginning, which took a third of a rebuild.
	const query = `UPDATE visit_span SET to_at = $1 WHERE visit = $2 AND number = (SELECT MAX(number) FROM visit_span WHERE visit = $2) AND to_at = 0`
	return tx.Change(ctx, "visitsql: span ends", query, e.RecordedAt.UnixMicro(), v)
}

func insertAct(ctx context.Context, tx *journal.Tx, e journal.Entry, a visit.Act) error {
	const query = `INSERT INTO act (visit, id, desk, number, recorded_at, day, municipality, centre, kind, channel,
service, service_version, institution, depth, reason, identity, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '')`
	return tx.Run(ctx, "visitsql: act", query, a.Visit, a.ID, e.Desk, e.Number, e.RecordedAt.UnixMicro(), a.Day.String(),
		a.Municipality, a.Centre, string(a.Kind), string(a.Channel), a.Service, a.ServiceVersion, a.Institution,
		string(a.Depth), string(a.Reason), string(a.Identity))
}

func setState(ctx context.Context, tx *journal.Tx, v, act id.ID, to visit.ActState) error {
	return tx.Change(ctx, "visitsql: state of an act", `UPDATE act SET state = $1 WHERE visit = $2 AND id = $3`, string(to), v, act)
}

// redated moves acts to the days on which they were done.
func redated(ctx context.Context, tx *journal.Tx, f visit.DayCorrected) error {
	for _, a := range f.Acts {
		const query = `UPDATE act SET day = $1 WHERE visit = $2 AND id = $3`
		if err := tx.Change(ctx, "visitsql: day of an act", query, a.Day.AddDays(f.Shift), f.Visit, a.Act); err != nil {
			return err
		}
	}
	return nil
}

// corrected takes the old act out of the count; the new one is known by the id of the correcting line.
func corrected(ctx context.Context, tx *journal.Tx, e journal.Entry, f visit.ActCorrected) error {
	if err := setState(ctx, tx, f.Visit, f.Act, visit.Corrected); err != nil {
		return err
	}
	if f.Now == nil {
		return nil
	}
	return insertAct(ctx, tx, e, visit.Act{ID: e.ID, Visit: f.Visit, Line: *f.Now})
}
