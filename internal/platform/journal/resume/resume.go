// Package resume lets desks go on after lines were lost, and takes lost lines in that turn up.
//
// A database that was restored, replaced or put back lacks lines that somebody has seen: on receipts, in checkpoints, in other systems. Their numbers are
// never given again: each desk goes on behind a gap that a line declares (Resume). When the lines turn up, in a newer copy of the database or in a
// backup, those that chain to what is held go into the gap under their own numbers. Those whose numbers were given to other lines are a stray branch: it
// is kept in a table, and a person says of each request of it whether it is taken in (Adopt) or not (Dismiss).
//
// The design is in docs/adr/0031-resume-and-adopt.md, the format in docs/formats/journal.md.
package resume

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// Migration makes the table of stray lines. Rows are only added.
var Migration = sqldb.Migration{Number: 14, Name: "stray lines", SQL: `
CREATE TABLE stray_entry (
	hash        TEXT   NOT NULL PRIMARY KEY,
	desk        TEXT   NOT NULL,
	number      BIGINT NOT NULL,
	id          BLOB   NOT NULL,
	recorded_at BIGINT NOT NULL,
	actor       TEXT   NOT NULL,
	kind        TEXT   NOT NULL,
	version     BIGINT NOT NULL,
	body        BLOB   NOT NULL,
	prev        TEXT   NOT NULL,
	request     TEXT   NOT NULL,
	input       BLOB   NOT NULL,
	first       BIGINT NOT NULL,
	told        BIGINT NOT NULL
);
CREATE INDEX stray_entry_desk ON stray_entry (desk, number);
`}

// Kept are the tables that a backup holds.
var Kept = []string{"stray_entry"}

// Service is what is done with the desks of one database.
type Service struct{ Journal *journal.Journal }

// Order says which desks shall go on, and why.
type Order struct {
	By actor.Actor
	// Seen are heads that somebody has seen, with their hashes where these are known.
	Seen []journal.Head
	// Desks go on; all that have lines or were seen when it is empty.
	Desks []string
	// Why and Evidence are in the operator's words.
	Why, Evidence string
}

// MostLost bounds how many lines may be lost at a desk: more is a mistyped number.
const MostLost = 10_000_000

// ErrMuch says that somebody claims to have seen a number that is out of reach.
var ErrMuch = errors.New("resume: more lines would be lost than a desk can have")

// ErrSeen says that a number was seen at a desk that shall not go on, or at one that is not there.
var ErrSeen = errors.New("resume: no such desk")

// Resume lets the desks go on behind a gap, all of them in one transaction. A desk whose last line is such a line already, behind all that was seen, is left
// as it is: the command can be given again. It returns the lines that were written, and ErrMuch.
func (s *Service) Resume(ctx context.Context, o Order) ([]journal.Entry, error) {
	held, err := s.Journal.Heads(ctx, s.Journal.DB())
	if err != nil {
		return nil, err
	}
	gaps, err := journal.Gaps(ctx, s.Journal.DB(), "")
	if err != nil {
		return nil, err
	}
	at, seen := map[string]int64{}, map[string]int64{}
	for _, h := range held {
		at[h.Desk] = h.Number
		seen[h.Desk] = 0
	}
	for _, h := range o.Seen {
		seen[h.Desk] = max(seen[h.Desk], h.Number)
	}
	for _, desk := range o.Desks {
		if _, known := seen[desk]; !known {
			return nil, fmt.Errorf("%w: %s", ErrSeen, desk)
		}
	}
	var all []journal.Resumption
	for desk, number := range seen {
		last := slices.ContainsFunc(gaps, func(g journal.Gap) bool { return g.Desk == desk && g.Number == at[desk] && g.LostTo >= number })
		switch {
		case last || len(o.Desks) > 0 && !slices.Contains(o.Desks, desk):
		case number-at[desk] > MostLost:
			return nil, fmt.Errorf("%w: %d of %s", ErrMuch, number, desk)
		default:
			all = append(all, journal.Resumption{Desk: desk, Seen: number, Why: o.Why, Evidence: o.Evidence})
		}
	}
	return s.Journal.Resume(ctx, o.By, all)
}

// Missing returns the heads that were seen and are neither held nor behind the gap of a desk that goes on: of these, numbers could be given twice.
func Missing(ctx context.Context, r journal.Reader, seen []journal.Head) ([]journal.Head, error) {
	gaps, err := journal.Gaps(ctx, r, "")
	if err != nil {
		return nil, err
	}
	var missing []journal.Head
	for _, h := range seen {
		if slices.ContainsFunc(gaps, func(g journal.Gap) bool { return g.Desk == h.Desk && g.LostTo >= h.Number }) {
			continue
		}
		var there bool
		const query = `SELECT EXISTS (SELECT 1 FROM entry WHERE desk = $1 AND number = $2 AND hash = $3)`
		if err := r.QueryRow(ctx, query, h.Desk, h.Number, h.Hash[:]).Scan(&there); err != nil {
			return nil, fmt.Errorf("resume: line %d of %s: %w", h.Number, h.Desk, err)
		}
		if !there {
			missing = append(missing, h)
		}
	}
	return missing, nil
}

// ParseSeen reads DESK=NUMBER. It returns an error that names what cannot be read.
func ParseSeen(text string) (journal.Head, error) {
	desk, number, found := strings.Cut(text, "=")
	h := journal.Head{Desk: strings.TrimSpace(desk)}
	if _, err := fmt.Sscanf(number+"\n", "%d\n", &h.Number); err != nil || !found || h.Desk == "" || h.Number < 1 {
		return h, fmt.Errorf("%w: %q", errSeen, text)
	}
	return h, nil
}

var errSeen = errors.New("resume: this is no DESK=NUMBER")
