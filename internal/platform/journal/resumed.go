package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/sqldb"
)

// Jump is how far behind the highest number that anybody has seen a desk goes on, so that a few lines that nobody saw keep their numbers too.
const Jump = 10_000

// Resumed says that a desk goes on behind a gap: its lines from LostFrom to LostTo were seen by somebody and are not here. LostTo is LostFrom − 1 where
// nobody has seen a line that is missing. Its line has the number LostTo + Jump, and its Prev is the hash of line LostFrom − 1.
type Resumed struct {
	LostFrom int64 `json:"lost_from"`
	LostTo   int64 `json:"lost_to"`
	// Nth is the number of the desk's series from here on: receipts go on as DESK/2, DESK/3 …, from 1.
	Nth int64 `json:"nth"`
	// Why and Evidence are in the operator's words: what happened, and who had seen the highest number.
	Why      string `json:"why"`
	Evidence string `json:"evidence"`
	// Desk is the desk of the line, once more, so that the line is found by its gap.
	Desk string `json:"desk"`
}

// KindResumed is the kind of Resumed.
const KindResumed = "journal.resumed"

// SubjectResumed is a subject of every line that stands behind a gap.
const SubjectResumed = "journal:resumed"

// Kind is "journal.resumed".
func (Resumed) Kind() string { return KindResumed }

// Version is 1.
func (Resumed) Version() int { return 1 }

// Subjects are all gaps together, and the one gap.
func (f Resumed) Subjects() []string { return []string{SubjectResumed, GapSubject(f.Desk, f.LostFrom)} }

// GapSubject names the gap of a desk that begins with a number.
func GapSubject(desk string, from int64) string { return fmt.Sprintf("gap:%s:%d", desk, from) }

// GapOf reads a subject that GapSubject has made, and tells whether it is one.
func GapOf(subject string) (desk string, from int64, is bool) {
	rest, is := strings.CutPrefix(subject, "gap:")
	at := strings.LastIndex(rest, ":")
	if !is || at < 0 {
		return "", 0, false
	}
	if _, err := fmt.Sscan(rest[at+1:], &from); err != nil {
		return "", 0, false
	}
	return rest[:at], from, true
}

// Facts are those that the journal itself writes.
func Facts() []Definition {
	return []Definition{Define[Resumed](), Define[Strayed](), Define[Adopted](), Define[Dismissed](), Define[ClockConfirmed]()}
}

// Gap is a run of numbers of a desk that were given and whose lines are not here.
type Gap struct {
	Resumed
	// Number is that of the line behind the gap.
	Number int64
}

// Gaps returns the declared gaps of a desk, or of all desks when it is "", in the order of desks and numbers.
func Gaps(ctx context.Context, r Reader, desk string) ([]Gap, error) {
	const query = `SELECT e.desk, e.number, e.body FROM entry_subject s JOIN entry e ON e.desk = s.desk AND e.number = s.number
WHERE s.subject = $1 AND ($2 = '' OR s.desk = $2) ORDER BY e.desk, e.number`
	var all []Gap
	err := sqldb.Each(ctx, r, query, []any{SubjectResumed, desk}, func(rows *sql.Rows) error {
		var g Gap
		var body []byte
		var of string
		if err := rows.Scan(&of, &g.Number, &body); err != nil {
			return fmt.Errorf("journal: gap: %w", err)
		}
		if err := json.Unmarshal(body, &g.Resumed); err != nil {
			return fmt.Errorf("journal: gap in front of line %d of %s: %w", g.Number, of, err)
		}
		g.Desk = of
		all = append(all, g)
		return nil
	})
	return all, err
}

// Resumption is what somebody knows of a desk that shall go on.
type Resumption struct {
	Desk string
	// Seen is the highest number that anybody has seen.
	Seen          int64
	Why, Evidence string
	// When is asked in the transaction, while the desk is locked, whether it need go on behind a gap at all; nil is always. Of two who ask at once the second one is told by what the first has written.
	When func(ctx context.Context, tx *Tx) (bool, error)
}

// Resume writes, in one transaction, a line behind a gap at each of the desks, so that no number that was seen is given again. The lines come in the order
// of the desks' codes; where Resumption.When says no there is none. Unlike Post it is not asked twice under one key: whoever asks looks first.
func (j *Journal) Resume(ctx context.Context, by actor.Actor, all []Resumption) ([]Entry, error) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Resumption) int { return strings.Compare(a.Desk, b.Desk) })
	var lines []Entry
	err := j.db.Write(sqldb.Patient(ctx), func(stx *sqldb.Tx) error {
		lines = nil
		for _, r := range all {
			e, err := j.ResumeIn(ctx, stx, by, r)
			if err != nil {
				return err
			}
			if e.Number > 0 {
				lines = append(lines, e)
			}
		}
		return nil
	})
	if err == nil && len(lines) > 0 {
		j.announce(lines)
	}
	return lines, err
}

// ResumeIn is Resume of one desk inside a transaction that does more. The line is the zero value where Resumption.When says no.
func (j *Journal) ResumeIn(ctx context.Context, stx *sqldb.Tx, by actor.Actor, r Resumption) (Entry, error) {
	var line Entry
	_, err := j.within(ctx, stx, by, r.Desk, func(tx *Tx) error {
		if r.When != nil {
			if needed, err := r.When(ctx, tx); err != nil || !needed {
				return err
			}
		}
		gaps, err := Gaps(ctx, tx, r.Desk)
		if err != nil {
			return err
		}
		held := tx.head.number
		f := Resumed{LostFrom: held + 1, LostTo: max(held, r.Seen), Nth: 1, Why: r.Why, Evidence: r.Evidence, Desk: r.Desk}
		for _, g := range gaps {
			f.Nth = max(f.Nth, g.Nth)
		}
		// What is lost may hold lines like this one, each at least Jump behind the one before: their series were given too.
		f.Nth += 1 + (f.LostTo-held)/Jump
		tx.head.number = f.LostTo + Jump - 1
		if tx.key, err = NewKey(fmt.Sprintf("resume:%d", f.LostTo+Jump), f); err != nil {
			return err
		}
		if err := tx.Record(ctx, f); err != nil {
			return err
		}
		line = tx.entries[0]
		return nil
	})
	return line, err
}

// within runs a rule at a desk, in a transaction that may hold rules at other desks. The rule says under which key it was asked, before it records.
func (j *Journal) within(ctx context.Context, stx *sqldb.Tx, by actor.Actor, desk string, rule func(*Tx) error) ([]Entry, error) {
	at, reference, _, err := j.open(ctx, ctx, stx, desk, Key{})
	if err != nil {
		return nil, err
	}
	tx := &Tx{Tx: stx, journal: j, desk: desk, by: by, now: j.now(), head: at}
	tx.reference, tx.refers = reference, desk != ReferenceDesk
	if err := rule(tx); err != nil {
		return nil, err
	}
	return tx.entries, tx.finish(ctx)
}
