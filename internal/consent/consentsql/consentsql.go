// Package consentsql keeps about which payments a second person is asked, and what she said.
package consentsql

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/consent"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

//go:embed schema.sql
var schema string

// Store is the projection and the queries of consents.
type Store struct{}

// Name implements journal.Projection.
func (Store) Name() string { return "consent" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{journal.Of[consent.Asked](), journal.Of[consent.Decided](), journal.Of[consent.LimitsSet](), journal.Of[consent.Used]()}
}

// Apply implements journal.Projection.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case consent.Asked:
		return asked(ctx, tx, e, f)
	case consent.Decided:
		return tx.Run(ctx, "consent: decision", `INSERT INTO consent_decision (consent, desk, entry, at, who, agreed) VALUES ($1, $2, $3, $4, $5, $6)`,
			f.Consent, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.Who(), f.Agreed)
	case consent.LimitsSet:
		return limits(ctx, tx, e, f)
	case consent.Used:
		if f.AgreedBy().IsZero() {
			return nil
		}
		return tx.Run(ctx, "consent: used", `INSERT INTO consent_used (consent, desk, entry) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, f.AgreedBy(), e.Desk, e.Number)
	}
	return nil
}

func limits(ctx context.Context, tx *journal.Tx, e journal.Entry, f consent.LimitsSet) error {
	const query = `INSERT INTO consent_limits (from_day, paper_days, overpaid, forgiven, void_minutes, why, source, who) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (from_day) DO UPDATE SET paper_days = excluded.paper_days, overpaid = excluded.overpaid, forgiven = excluded.forgiven, void_minutes = excluded.void_minutes,
why = excluded.why, source = excluded.source, who = excluded.who`
	var forgiven, minutes sql.NullInt64
	if f.Forgiven != nil {
		forgiven = sql.NullInt64{Int64: int64(*f.Forgiven), Valid: true}
	}
	if f.VoidMinutes != nil {
		minutes = sql.NullInt64{Int64: int64(*f.VoidMinutes), Valid: true}
	}
	return tx.Run(ctx, "consent: limits", query, f.From, f.PaperDays, int64(f.Overpaid), forgiven, minutes, f.Why, f.Source, e.Actor.Who())
}

func asked(ctx context.Context, tx *journal.Tx, e journal.Entry, f consent.Asked) error {
	why := make([]string, len(f.Why))
	for i, w := range f.Why {
		why[i] = string(w)
	}
	var paper consent.Paper
	if f.Paper != nil {
		paper = *f.Paper
	}
	var void consent.Void
	var of any // nothing where a payment is to be taken
	takenAt := int64(0)
	if f.Void != nil {
		void, of, takenAt = *f.Void, f.Void.Payment, f.Void.TakenAt.UnixMicro()
	}
	const query = `INSERT INTO consent (id, desk, entry, at, actor, day, centre, municipality, card, book, number, paper_day, because, forgives, void, receipt, reason,
taken_at, taken_by, why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`
	err := tx.Run(ctx, "consent: asked", query, f.Consent, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.String(), f.Day, f.Centre, f.Municipality,
		int64(f.Card), paper.Book, int64(paper.Number), paper.Day, f.Because, int64(f.Forgives), of, void.Receipt, void.Reason, takenAt, void.TakenBy, strings.Join(why, " "))
	for i, item := range f.Items {
		if err == nil {
			err = tx.Run(ctx, "consent: item", `INSERT INTO consent_item (consent, part, bill, number, cents, due, today) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				f.Consent, i+1, item.Bill, item.Number, int64(item.Cents), int64(item.Due), int64(item.Today))
		}
	}
	return err
}

// questions read what was asked, with the first decision (agreed: -1 none, 0 no, 1 yes) and whether it was recorded.
const questions = `SELECT id, desk, entry, at, actor, day, centre, municipality, card, book, number, paper_day, because, forgives,
void, receipt, reason, taken_at, taken_by, why, agreed, decided, decider, used FROM (
SELECT c.*, COALESCE((SELECT CASE WHEN d.agreed THEN 1 ELSE 0 END FROM consent_decision d WHERE d.consent = c.id ORDER BY d.desk, d.entry LIMIT 1), -1) AS agreed,
COALESCE((SELECT d.at FROM consent_decision d WHERE d.consent = c.id ORDER BY d.desk, d.entry LIMIT 1), 0) AS decided,
COALESCE((SELECT d.who FROM consent_decision d WHERE d.consent = c.id ORDER BY d.desk, d.entry LIMIT 1), '') AS decider,
(SELECT COUNT(*) FROM consent_used u WHERE u.consent = c.id) AS used FROM consent c) q `

func collect(ctx context.Context, r journal.Reader, where string, args ...any) ([]consent.Question, error) {
	var all []consent.Question
	err := sqldb.Each(ctx, r, questions+where, args, func(rows *sql.Rows) error {
		q, err := scan(rows)
		all = append(all, q)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range all {
		const query = `SELECT bill, number, cents, due, today FROM consent_item WHERE consent = $1 ORDER BY part`
		if err := sqldb.Each(ctx, r, query, []any{all[i].ID}, func(rows *sql.Rows) error {
			var item consent.Item
			if err := rows.Scan(&item.Bill, &item.Number, &item.Cents, &item.Due, &item.Today); err != nil {
				return fmt.Errorf("consentsql: item: %w", err)
			}
			all[i].Items = append(all[i].Items, item)
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func scan(rows *sql.Rows) (consent.Question, error) {
	var q consent.Question
	var at, number, agreed, decided, used, takenAt int64
	var book, why string
	var day civil.Date
	var of []byte
	var void consent.Void
	if err := rows.Scan(&q.ID, &q.Desk, &q.Entry, &at, &q.By, &q.Day, &q.Centre, &q.Municipality, &q.Card, &book, &number, &day, &q.Because, &q.Forgives,
		&of, &void.Receipt, &void.Reason, &takenAt, &void.TakenBy, &why, &agreed, &decided, &q.Decider, &used); err != nil {
		return q, fmt.Errorf("consentsql: question: %w", err)
	}
	q.At = time.UnixMicro(at).UTC()
	if book != "" {
		q.Paper = &consent.Paper{Book: book, Number: uint32(number), Day: day} //nolint:gosec // as it was written
	}
	if of != nil {
		copy(void.Payment[:], of)
		void.TakenAt = time.UnixMicro(takenAt).UTC()
		q.Void = &void
	}
	for _, w := range strings.Fields(why) {
		q.Why = append(q.Why, consent.Why(w))
	}
	switch {
	case used > 0: // its decision may stand at a desk whose lines are read later
		q.State = consent.Recorded
	case agreed < 0:
		q.State = consent.Waiting
	case agreed > 0:
		q.State = consent.Agreed
	default:
		q.State = consent.Refused
	}
	if decided > 0 {
		q.Decided = time.UnixMicro(decided).UTC()
	}
	return q, nil
}

// Question returns what was asked, or the fault "consent.unknown".
func (Store) Question(ctx context.Context, r journal.Reader, of id.ID) (consent.Question, error) {
	all, err := collect(ctx, r, `WHERE id = $1`, of)
	if err == nil && len(all) == 0 {
		err = fault.NewNotFound("consent.unknown")
	}
	if err != nil {
		return consent.Question{}, err
	}
	return all[0], nil
}

// Undecided returns up to limit of what waits for a second person in a municipality, the oldest first, and how many there are.
func (Store) Undecided(ctx context.Context, r journal.Reader, municipality string, limit int) ([]consent.Question, int, error) {
	all, err := collect(ctx, r, `WHERE municipality = $1 AND agreed < 0 AND used = 0 ORDER BY id LIMIT $2`, municipality, limit)
	if err != nil || len(all) < limit {
		return all, len(all), err
	}
	var n int
	const query = `SELECT COUNT(*) FROM consent c WHERE municipality = $1 AND NOT EXISTS (SELECT 1 FROM consent_decision d WHERE d.consent = c.id)
AND NOT EXISTS (SELECT 1 FROM consent_used u WHERE u.consent = c.id)`
	err = sqldb.Each(ctx, r, query, []any{municipality}, func(rows *sql.Rows) error { return rows.Scan(&n) })
	return all, n, err
}

// Decided returns the latest of what was decided in a municipality, the latest question first.
func (Store) Decided(ctx context.Context, r journal.Reader, municipality string, limit int) ([]consent.Question, error) {
	return collect(ctx, r, `WHERE municipality = $1 AND (agreed >= 0 OR used > 0) ORDER BY id DESC LIMIT $2`, municipality, limit)
}

// AtDesk returns what a desk has asked and not recorded yet, the oldest first: what waits, what a second person has agreed to, and what she has refused since a moment (UTC).
func (Store) AtDesk(ctx context.Context, r journal.Reader, desk string, since time.Time, limit int) ([]consent.Question, error) {
	return collect(ctx, r, `WHERE desk = $1 AND used = 0 AND (agreed <> 0 OR decided >= $2) ORDER BY id LIMIT $3`, desk, since.UnixMicro(), limit)
}

// Behind returns to what a second person has agreed that a line of a desk then recorded, and whether there was need of it.
func (Store) Behind(ctx context.Context, r journal.Reader, desk string, entry int64) (consent.Question, bool, error) {
	all, err := collect(ctx, r, `WHERE id IN (SELECT consent FROM consent_used WHERE desk = $1 AND entry = $2)`, desk, entry)
	if err != nil || len(all) == 0 {
		return consent.Question{}, false, err
	}
	return all[0], true, nil
}

// Limits returns from which point on a second person is needed, by day.
func (Store) Limits(ctx context.Context, r journal.Reader) ([]consent.Limits, error) {
	type limits struct{}
	return journal.Refer(r, limits{}, func() ([]consent.Limits, error) {
		var all []consent.Limits
		const query = `SELECT from_day, paper_days, overpaid, forgiven, void_minutes, why, source, who FROM consent_limits ORDER BY from_day`
		err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
			var l consent.Limits
			if err := rows.Scan(&l.From, &l.PaperDays, &l.Overpaid, &l.Forgiven, &l.VoidMinutes, &l.Why, &l.Source, &l.Who); err != nil {
				return fmt.Errorf("consentsql: limits: %w", err)
			}
			all = append(all, l)
			return nil
		})
		return all, err
	})
}
