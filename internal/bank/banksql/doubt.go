package banksql

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

const doubtRows = `SELECT b.doubt, b.municipality, b.iban, b.ref, b.deposit, b.reason, b.at, b.who,
(SELECT COUNT(*) FROM bank_doubt_decided x WHERE x.doubt = b.doubt) FROM bank_doubt b `

func doubts(ctx context.Context, r journal.Reader, query string, args ...any) ([]bank.Doubted, error) {
	var all []bank.Doubted
	err := sqldb.Each(ctx, r, doubtRows+query, args, func(rows *sql.Rows) error {
		var d bank.Doubted
		var at, decided int64
		if err := rows.Scan(&d.ID, &d.Municipality, &d.IBAN, &d.Ref, &d.Deposit, (*string)(&d.Reason), &at, &d.By, &decided); err != nil {
			return fmt.Errorf("banksql: doubt: %w", err)
		}
		d.At, d.Decided = sqldb.Moment(at), decided > 0
		all = append(all, d)
		return nil
	})
	return all, err
}

// Doubt returns a match that was doubted, or the fault "bank.doubt_unknown".
func (Store) Doubt(ctx context.Context, r journal.Reader, doubt id.ID) (bank.Doubted, error) {
	found, err := doubts(ctx, r, `WHERE b.doubt = $1`, doubt)
	if err == nil && len(found) == 0 {
		err = fault.NewNotFound("bank.doubt_unknown")
	}
	if err != nil {
		return bank.Doubted{}, err
	}
	return found[0], nil
}

// Doubts returns the matches of a municipality that somebody doubts and nobody has looked at, the oldest first.
func (Store) Doubts(ctx context.Context, r journal.Reader, municipality string) ([]bank.Doubted, error) {
	return doubts(ctx, r, `WHERE b.municipality = $1 AND NOT EXISTS (SELECT 1 FROM bank_doubt_decided x WHERE x.doubt = b.doubt) ORDER BY b.at, b.doubt`, municipality)
}
