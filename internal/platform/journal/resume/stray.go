package resume

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// State is what has become of a stray line.
type State string

// The states of a stray line.
const (
	Open      State = "open"
	Adopted   State = "adopted"
	Dismissed State = "dismissed"
)

// Line is a stray line as it is kept.
type Line struct {
	journal.Stray
	// Request is the name of the request that it answers; First the number of that request's first line.
	Request string
	First   int64
	State   State
	input   []byte
	told    int64
}

const strays = `SELECT t.hash, t.desk, t.number, t.id, t.recorded_at, t.actor, t.kind, t.version, t.body, t.prev, t.request, t.input, t.first, t.told,
COALESCE((SELECT MIN(e.kind) FROM entry_subject s JOIN entry e ON e.desk = s.desk AND e.number = s.number
WHERE s.subject = 'stray:' || t.hash AND e.kind IN ('line.adopted', 'line.dismissed')), '') FROM stray_entry t `

// Strays returns the stray lines of a desk, or of all desks when it is "", in the order of desks, branches and numbers.
func Strays(ctx context.Context, r journal.Reader, desk string) ([]Line, error) {
	return lines(ctx, r, `WHERE $1 = '' OR t.desk = $1 ORDER BY t.desk, t.told, t.number, t.hash`, desk)
}

func lines(ctx context.Context, r journal.Reader, where string, args ...any) ([]Line, error) {
	var all []Line
	err := sqldb.Each(ctx, r, strays+where, args, func(rows *sql.Rows) error {
		var l Line
		var body []byte
		var became string
		err := rows.Scan(&l.Hash, &l.Desk, &l.Number, &l.ID, &l.RecordedAt, &l.By, &l.LineKind, &l.LineVersion, &body, &l.Prev, &l.Request, &l.input, &l.First,
			&l.told, &became)
		if err != nil {
			return fmt.Errorf("resume: stray line: %w", err)
		}
		l.Body = json.RawMessage(body)
		l.State = map[string]State{"": Open, journal.KindAdopted: Adopted}[became]
		if l.State == "" {
			l.State = Dismissed
		}
		all = append(all, l)
		return nil
	})
	return all, err
}

func hashesOf(ctx context.Context, r journal.Reader, desk string) (map[string]bool, error) {
	known := map[string]bool{}
	err := sqldb.Each(ctx, r, `SELECT hash FROM stray_entry WHERE desk = $1`, []any{desk}, func(rows *sql.Rows) error {
		var hash string
		err := rows.Scan(&hash)
		known[hash] = true
		return err
	})
	return known, err
}

// open returns the open lines of the request to which the stray line with a hash belongs. It returns the faults "desk.stray_unknown" and "desk.stray_decided".
func open(ctx context.Context, r journal.Reader, hash string) ([]Line, error) {
	one, err := lines(ctx, r, `WHERE t.hash = $1`, hash)
	if err != nil {
		return nil, err
	}
	if len(one) == 0 {
		return nil, fault.NewNotFound("desk.stray_unknown", "Line", short(hash))
	}
	all, err := lines(ctx, r, `WHERE t.desk = $1 AND t.request = $2 AND t.first = $3 AND t.told = $4 ORDER BY t.number`, one[0].Desk, one[0].Request, one[0].First, one[0].told)
	for _, l := range all {
		if l.State != Open {
			return nil, fault.NewConflict("desk.stray_decided", "Line", short(hash))
		}
	}
	return all, err
}

// short is how a hash is written for people.
func short(hash string) string { return hash[:min(12, len(hash))] }

// ErrAdopt says that the tables cannot hold what a stray line says beside what they hold: it must be dismissed, and recorded anew.
var ErrAdopt = errors.New("resume: the line cannot be taken in")

// Adopt takes in the stray line with a hash and all others of its request: what follows from them is there from now on. They stand under new numbers, and under the name
// of their request, so that nothing of it is recorded twice. It returns faults for a line that is not known or decided about, for one that is no fact of the desk's work,
// and for a request that was answered here anew; and ErrAdopt.
func (s *Service) Adopt(ctx context.Context, by actor.Actor, hash string) ([]journal.Entry, error) {
	all, err := open(ctx, s.Journal.DB(), hash)
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		if strings.HasPrefix(l.LineKind, "journal.") || strings.HasPrefix(l.LineKind, "line.") {
			return nil, fault.NewConflict("desk.stray_kind", "Line", short(hash), "Kind", l.LineKind)
		}
		if !l.Sound() {
			return nil, fmt.Errorf("%w: %s", ErrUnsound, hash)
		}
	}
	key := journal.KeyOf(journal.Asked{Key: all[0].Request, Input: all[0].input})
	posted, err := s.Journal.Post(ctx, by, all[0].Desk, key, func(tx *journal.Tx) error {
		if _, err := open(ctx, tx, hash); err != nil {
			return err
		}
		for _, l := range all {
			if err := tx.Record(ctx, journal.Adopted{Stray: l.Stray}); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case journal.IsApply(err):
		return nil, fmt.Errorf("%w: %w", ErrAdopt, err)
	case err == nil && posted.Replayed:
		return nil, fault.NewConflict("desk.stray_again", "Line", short(hash))
	}
	return posted.Entries, err
}

// Dismiss says of the stray line with a hash, and all others of its request, that they are not taken in, and why. It returns faults as Adopt does.
func (s *Service) Dismiss(ctx context.Context, by actor.Actor, hash, why string) ([]journal.Entry, error) {
	if strings.TrimSpace(why) == "" {
		return nil, fault.NewInvalid("desk.why").On("--why")
	}
	all, err := open(ctx, s.Journal.DB(), hash)
	if err != nil {
		return nil, err
	}
	r := journal.Request{By: by, Desk: all[0].Desk, Key: "dismiss:" + all[0].Hash}
	posted, err := s.Journal.Do(ctx, r, why, func(tx *journal.Tx) error {
		if _, err := open(ctx, tx, hash); err != nil {
			return err
		}
		for _, l := range all {
			if err := tx.Record(ctx, journal.Dismissed{Desk: l.Desk, Number: l.Number, Hash: l.Hash, Why: why}); err != nil {
				return err
			}
		}
		return nil
	})
	return posted.Entries, err
}
