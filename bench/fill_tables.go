package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/tally"
	"vienkopus/internal/visit"
)

// tables fills act, served and the two tallies without the journal, so that ten million acts are made in minutes. What a line
// counts as is asked of tally.Of, which the journal's own path asks too; checkSame compares the outcome of both.
type tables struct {
	conn    *sql.Conn
	act     *sql.Stmt
	served  *sql.Stmt
	kinds   map[tally.Cell]int64
	cells   map[tally.Cell]int64
	month   civil.Month
	numbers map[string]int64 // of lines, by desk
	acts    int
}

const (
	insertAct = `INSERT INTO act (visit, id, desk, number, recorded_at, day, municipality, centre, kind, channel,
service, service_version, institution, depth, reason, identity, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', '')`
	insertServed = `INSERT INTO served (desk, day, number, recorded_at, channel, centre, municipality) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertKind   = `INSERT INTO tally_kind (month, desk, kind, source, centre, municipality, n) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertCell   = `INSERT INTO tally_service (month, desk, service, institution, kind, channel, depth, reason, source, centre, municipality, n)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	// rowsPerCommit bounds what waits for one commit.
	rowsPerCommit = 200_000
)

// fillTables makes a database at path with so many acts. Its journal holds the network only.
func fillTables(ctx context.Context, path string, centres, acts int) error {
	hand := clock.NewHand(evening(civil.YearPeriod(drawnYear).From))
	a, err := openApp(ctx, path, hand)
	if err != nil {
		return err
	}
	sites, err := openNetwork(ctx, a, centres)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	offers, err := offered(ctx, a)
	if err = errors.Join(err, a.Close()); err != nil {
		return err
	}
	return withTables(ctx, path, func(t *tables) error {
		for v := range newDraw(sites, offers).visits(drawnYear, acts) {
			if err := t.add(ctx, &v); err != nil {
				return err
			}
		}
		return t.flush(ctx)
	})
}

// withTables opens the file for filling; what is lost when the machine stops meanwhile is made again.
func withTables(ctx context.Context, path string, fill func(*tables) error) error {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(OFF)&_pragma=cache_size(-200000)")
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return errors.Join(fmt.Errorf("fill: %w", err), db.Close())
	}
	t := &tables{conn: conn, kinds: map[tally.Cell]int64{}, cells: map[tally.Cell]int64{}, numbers: map[string]int64{}}
	t.act, err = conn.PrepareContext(ctx, insertAct)
	if err == nil {
		t.served, err = conn.PrepareContext(ctx, insertServed)
	}
	if err == nil {
		// The index is made at the end, which sorts once; its text is the schema's own.
		err = t.withoutIndex(ctx, func() error { return errors.Join(t.exec(ctx, "BEGIN"), fill(t), t.exec(ctx, "COMMIT")) })
	}
	return errors.Join(err, conn.Close(), db.Close())
}

func (t *tables) withoutIndex(ctx context.Context, fill func() error) error {
	var text string
	row := t.conn.QueryRowContext(ctx, "SELECT sql FROM sqlite_schema WHERE name = 'act_day'")
	if err := row.Scan(&text); err != nil {
		return fmt.Errorf("fill: index: %w", err)
	}
	if err := t.exec(ctx, "DROP INDEX act_day"); err != nil {
		return err
	}
	if err := fill(); err != nil {
		return err
	}
	return errors.Join(t.exec(ctx, text), t.exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"))
}

func (t *tables) exec(ctx context.Context, text string, args ...any) error {
	if _, err := t.conn.ExecContext(ctx, text, args...); err != nil {
		return fmt.Errorf("fill: %.40s: %w", text, err)
	}
	return nil
}

// add writes the rows of one visit and counts it.
func (t *tables) add(ctx context.Context, v *drawnVisit) error {
	if month := civil.MonthOf(v.day); month != t.month {
		if err := t.flush(ctx); err != nil {
			return err
		}
		t.month = month
	}
	at := evening(v.day)
	desk, of := v.site.desk, id.New(at)
	t.numbers[desk]++ // the line that opens the visit
	for _, l := range v.acts {
		t.numbers[desk]++
		_, err := t.act.ExecContext(ctx, of, id.New(at), desk, t.numbers[desk], at.UnixMicro(), l.Day, l.Municipality, l.Centre,
			string(l.Kind), string(l.Channel), l.Service, l.ServiceVersion, l.Institution, string(l.Depth), string(l.Reason))
		if err != nil {
			return fmt.Errorf("fill: act: %w", err)
		}
		t.count(tally.Of(desk, visit.ActRecorded{Line: l}))
		if t.acts++; t.acts%rowsPerCommit == 0 {
			say("%d acts written", t.acts)
			if err := errors.Join(t.exec(ctx, "COMMIT"), t.exec(ctx, "BEGIN")); err != nil {
				return err
			}
		}
	}
	t.numbers[desk]++
	closed := closedAs(of, v)
	_, err := t.served.ExecContext(ctx, desk, v.day, t.numbers[desk], at.UnixMicro(), string(closed.Channel), closed.Centre, closed.Municipality)
	if err != nil {
		return fmt.Errorf("fill: served: %w", err)
	}
	t.count(tally.Of(desk, closed))
	return nil
}

func closedAs(of id.ID, v *drawnVisit) visit.Closed {
	return visit.Closed{
		Visit: of, Day: v.day, Served: true, Municipality: v.site.municipality, Centre: v.site.centre, Channel: v.acts[0].Channel,
	}
}

func (t *tables) count(counts []tally.Count) {
	for _, c := range counts {
		t.cells[c.Cell] += c.N
		t.kinds[tally.Cell{
			Span: c.Span, Desk: c.Desk, Kind: c.Kind, Source: c.Source, Centre: c.Centre, Municipality: c.Municipality,
		}] += c.N
	}
}

// flush writes the tallies of the month that is over; no later act changes them.
func (t *tables) flush(ctx context.Context) error {
	for c, n := range t.kinds {
		if err := t.exec(ctx, insertKind, c.Span, c.Desk, string(c.Kind), string(c.Source), c.Centre, c.Municipality, n); err != nil {
			return err
		}
	}
	for c, n := range t.cells {
		err := t.exec(ctx, insertCell, c.Span, c.Desk, c.Service, c.Institution, string(c.Kind), string(c.Channel), string(c.Depth),
			string(c.Reason), string(c.Source), c.Centre, c.Municipality, n)
		if err != nil {
			return err
		}
	}
	clear(t.kinds)
	clear(t.cells)
	return nil
}
