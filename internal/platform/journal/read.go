package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/sqldb"
)

const columns = `desk, number, id, recorded_at, actor, kind, version, body, prev, hash`

const (
	linesOfDesk = `SELECT ` + columns + ` FROM entry WHERE desk = $1 AND number > $2 ORDER BY number LIMIT $3`
	selectLines = `SELECT e.desk, e.number, e.id, e.recorded_at, e.actor, e.kind, e.version, e.body, e.prev, e.hash FROM `
	linesAbout  = `SELECT e.desk, e.number, e.id, e.recorded_at, e.actor, e.kind, e.version, e.body, e.prev, e.hash
FROM entry_subject s JOIN entry e ON e.desk = s.desk AND e.number = s.number
WHERE s.subject = $1 ORDER BY e.recorded_at, e.desk, e.number LIMIT $2`
)

// Lines returns up to limit lines of the desk behind number after, in order, with their facts decoded.
func (j *Journal) Lines(ctx context.Context, r Reader, desk string, after int64, limit int) ([]Entry, error) {
	return j.collect(ctx, r, linesOfDesk, desk, after, limit)
}

// About returns up to limit lines about the subject ("thing:id"), over all desks, the oldest first.
func (j *Journal) About(ctx context.Context, r Reader, subject string, limit int) ([]Entry, error) {
	return j.collect(ctx, r, linesAbout, subject, limit)
}

// Select hands over the lines that from names, with their facts decoded: what stands behind FROM, in which the lines are called e.
func (j *Journal) Select(ctx context.Context, r Reader, from string, args []any, each func(Entry) error) error {
	return sqldb.Each(ctx, r, selectLines+from, args, func(rows *sql.Rows) error {
		e, err := scanEntry(rows)
		if err == nil {
			err = j.decode(&e)
		}
		if err != nil {
			return err
		}
		return each(e)
	})
}

func (j *Journal) collect(ctx context.Context, r Reader, query string, args ...any) ([]Entry, error) {
	var lines []Entry
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		e, err := scanEntry(rows)
		if err != nil {
			return err
		}
		lines = append(lines, e)
		return j.decode(&lines[len(lines)-1])
	})
	return lines, err
}

// errMalformed marks a line that is there but is none that this program could have written.
var errMalformed = errors.New("journal: malformed line")

// scanEntry reads the columns. With errMalformed the desk and the number are set all the same.
func scanEntry(rows *sql.Rows) (Entry, error) {
	var e Entry
	var micros int64
	var by string
	var uuid, prev, hash []byte
	err := rows.Scan(&e.Desk, &e.Number, &uuid, &micros, &by, &e.Kind, &e.Version, &e.Body, &prev, &hash)
	if err != nil {
		return Entry{}, fmt.Errorf("journal: line: %w", err)
	}
	if len(uuid) != len(id.ID{}) || len(prev) != len(Hash{}) || len(hash) != len(Hash{}) {
		return e, fmt.Errorf("%w: line %d of %s: an id or hash has the wrong length", errMalformed, e.Number, e.Desk)
	}
	copy(e.ID[:], uuid)
	copy(e.Prev[:], prev)
	copy(e.Hash[:], hash)
	e.RecordedAt = time.UnixMicro(micros).UTC()
	if e.Actor, err = actor.Parse(by); err != nil {
		return e, fmt.Errorf("%w: line %d of %s: %w", errMalformed, e.Number, e.Desk, err)
	}
	return e, nil
}

// Before returns where the line before a number stands, which is not the next lower one behind a gap; zero when there is none.
func (j *Journal) Before(ctx context.Context, r Reader, desk string, number int64) (Head, error) {
	const query = `SELECT number, hash FROM entry WHERE desk = $1 AND number < $2 ORDER BY number DESC LIMIT 1`
	h := Head{Desk: desk}
	var hash []byte
	if err := r.QueryRow(ctx, query, desk, number).Scan(&h.Number, &hash); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return h, fmt.Errorf("journal: line before %d of %s: %w", number, desk, err)
	}
	copy(h.Hash[:], hash)
	return h, nil
}

// Head is where a desk's journal stands.
type Head struct {
	Desk   string
	Number int64
	Hash   Hash
}

// Heads returns where every desk stands, in the order of their codes.
func (j *Journal) Heads(ctx context.Context, r Reader) ([]Head, error) {
	var heads []Head
	err := sqldb.Each(ctx, r, "SELECT desk, number, hash FROM desk_head ORDER BY desk", nil, func(rows *sql.Rows) error {
		var h Head
		var hash []byte
		if err := rows.Scan(&h.Desk, &h.Number, &hash); err != nil {
			return fmt.Errorf("journal: head: %w", err)
		}
		copy(h.Hash[:], hash)
		heads = append(heads, h)
		return nil
	})
	return heads, err
}

// Head returns where one desk stands; a desk without lines stands at zero.
func (j *Journal) Head(ctx context.Context, r Reader, desk string) (Head, error) {
	h := Head{Desk: desk}
	var hash []byte
	err := r.QueryRow(ctx, "SELECT number, hash FROM desk_head WHERE desk = $1", desk).Scan(&h.Number, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return h, nil
	}
	if err != nil {
		return h, fmt.Errorf("journal: head of %s: %w", desk, err)
	}
	copy(h.Hash[:], hash)
	return h, nil
}
