package audit

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync/atomic"

	"vienkopus/internal/platform/sqldb"
)

const (
	// unitLines is how many lines are read and taken apart at once.
	unitLines = 1000
	// unitsEach is how many units there are for each reader: some are being read, the others wait for whoever is slower.
	unitsEach = 4
)

// unit is a run of lines of one desk. Any reader takes it, so that a desk with many lines is spread over the cores as well as many desks with few; whoever
// follows gets the units in the order of desks and numbers.
type unit struct {
	desk        any // as it is stored
	after, upto any // numbers as they are stored; nil where there is no bound
	ready       chan struct{}
	batch
	raws   []Raw
	reader reader
	read   row
	err    error        // why it was not read to its end
	left   atomic.Int32 // how many have not yet gone through it
	names  map[string]string
}

// mostNames is how many names a unit remembers.
const mostNames = 10_000

// name returns a name as text. Desks, actors and kinds come again and again, and are the same text each time.
func (u *unit) name(bytes []byte) string {
	if known, ok := u.names[string(bytes)]; ok {
		return known
	}
	if u.names == nil || len(u.names) >= mostNames {
		u.names = map[string]string{}
	}
	name := string(bytes)
	u.names[name] = name
	return name
}

// row reads rows of the table entry. Its fields are those of the last row.
type row struct {
	number, at, version                        int64
	desk, id, actor, kind, body, previous, sum sql.RawBytes
}

const (
	everyLine = `SELECT desk, number, id, recorded_at, actor, kind, version, body, prev, hash FROM entry WHERE desk = $1`
	// nextDesk and nextNumber find where units begin; indexes answer them.
	nextDesk   = `SELECT MIN(desk) FROM entry WHERE desk > $1`
	firstDesk  = `SELECT MIN(desk) FROM entry`
	nextNumber = `SELECT number FROM entry WHERE desk = $1 AND number > $2 ORDER BY number LIMIT 1 OFFSET $3`
	nthNumber  = `SELECT number FROM entry WHERE desk = $1 ORDER BY number LIMIT 1 OFFSET $2`
)

func (r *row) scan(rows *sql.Rows) (*Line, error) {
	err := rows.Scan(&r.desk, &r.number, &r.id, &r.at, &r.actor, &r.kind, &r.version, &r.body, &r.previous, &r.sum)
	if err != nil {
		return nil, fmt.Errorf("audit: line: %w", err)
	}
	return &Line{
		Number: r.number, RecordedAt: r.at, Version: r.version, Desk: r.desk, Actor: r.actor, Kind: r.kind,
		ID: r.id, Body: r.body, Prev: r.previous, Hash: r.sum,
	}, nil
}

// fill reads the lines of the unit, and takes their bodies apart.
func (u *unit) fill(ctx context.Context, r sqldb.Reader, p *pass) {
	u.reset()
	u.raws, u.reader.nodes, u.err = u.raws[:0], u.reader.nodes[:0], nil
	query, args := everyLine, []any{u.desk}
	if u.after != nil {
		args = append(args, u.after)
		query += fmt.Sprintf(" AND number > $%d", len(args))
	}
	if u.upto != nil {
		args = append(args, u.upto)
		query += fmt.Sprintf(" AND number <= $%d", len(args))
	}
	// A query that can be interrupted costs a goroutine per row on SQLite; a unit is soon read.
	err := sqldb.Each(context.WithoutCancel(ctx), r, query+" ORDER BY number", args, func(rows *sql.Rows) error {
		l, err := u.read.scan(rows)
		if err != nil {
			u.lines = append(u.lines, line{unread: unreadable(rows, err)})
			u.raws = append(u.raws, Raw{err: err})
			return nil
		}
		u.add(l)
		u.raws = append(u.raws, Raw{Number: l.Number, At: l.RecordedAt, Version: l.Version})
		return nil
	})
	if err == nil {
		err = ctx.Err()
	}
	u.err = err
	u.take(p)
}

// take looks at the lines that were read, and takes their bodies apart.
func (u *unit) take(p *pass) {
	for i := range u.lines {
		l, raw := &u.lines[i], &u.raws[i]
		if l.unread != nil {
			continue
		}
		input := u.input(l)
		l.look(input)
		all := parts(input)
		raw.Desk, raw.Actor, raw.Kind, raw.Body = u.name(all[0]), u.name(all[1]), u.name(all[2]), all[3]
		if len(p.apart) > 0 {
			raw.apart = p.apart[place{raw.Desk, raw.Number}]
		}
		p.decoded.Add(1)
		if raw.Kind == adoptedKind {
			l.nonsense = !json.Valid(raw.Body)
			raw.tell(Told{Kind: raw.Kind, Actor: raw.Actor, At: raw.At, Version: raw.Version, Body: raw.Body}.Inner())
			raw.body = u.apart(raw.Body)
			continue
		}
		if raw.body = u.apart(raw.Body); len(raw.body.nodes) == 0 {
			l.nonsense = !json.Valid(raw.Body)
		}
	}
}

func (u *unit) apart(data []byte) body {
	before := len(u.reader.nodes)
	if !u.reader.take(data) {
		return body{}
	}
	return body{data: data, nodes: u.reader.nodes[before:len(u.reader.nodes):len(u.reader.nodes)]}
}

func (l *Raw) tell(t Told) {
	l.Adopted = l.Kind != t.Kind
	l.Kind, l.Actor, l.At, l.Version, l.Body = t.Kind, t.Actor, t.At, t.Version, t.Body
}

// unreadable reports a line with a cell that holds what it must not, a text instead of a number for example. To the trail it is missing.
func unreadable(rows *sql.Rows, cause error) *Problem {
	var desk, number, rest sql.RawBytes
	p := Problem{Check: "line", What: fmt.Sprintf("a line has a cell that cannot be read: %v", cause)}
	if rows.Scan(&desk, &number, &rest, &rest, &rest, &rest, &rest, &rest, &rest, &rest) == nil {
		p.Desk = string(desk)
		p.What = fmt.Sprintf("line %s has a cell that cannot be read: %v", number, cause)
	}
	return &p
}
