package billsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// Numbered returns the bill of a creditor whose number is most alike, and how alike it is. Where two nodes issued it, it is the newer one.
func (Store) Numbered(ctx context.Context, r journal.Reader, creditor regno.Number, number string) (best bill.Bill, like bill.Likeness, err error) {
	for _, key := range bill.NumberKeys(number) {
		found, err := numbered(ctx, r, key, creditor, number)
		if err != nil {
			return best, bill.Unlike, err
		}
		for _, b := range found {
			if is := bill.Compare(b.Number, number); is > like {
				best, like = b, is
			}
			if b.Number == number {
				return b, bill.Alike, nil
			}
		}
	}
	return best, like, nil
}

// numbered returns the bills of a creditor that have the key, the newest first.
func numbered(ctx context.Context, r journal.Reader, key string, creditor regno.Number, number string) ([]bill.Bill, error) {
	ids, err := keyed(ctx, r, key)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	if len(ids) > 1 {
		return among(ctx, r, key, creditor, number)
	}
	// The usual case in two steps, each by a primary key: PostgreSQL, as long as it has not counted a table that grows quickly, would read all of it to join.
	found, err := collect(ctx, r, byID, ids[0])
	if err != nil || len(found) == 0 || found[0].Creditor != creditor {
		return nil, err
	}
	return found, nil
}

// keyed returns up to two bills that have the key.
func keyed(ctx context.Context, r journal.Reader, key string) ([]id.ID, error) {
	var ids []id.ID
	err := sqldb.Each(ctx, r, `SELECT bill FROM bill_key WHERE key = $1 LIMIT 2`, []any{key}, func(rows *sql.Rows) error {
		var b id.ID
		if err := rows.Scan(&b); err != nil {
			return fmt.Errorf("billsql: key: %w", err)
		}
		ids = append(ids, b)
		return nil
	})
	return ids, err
}

// among is numbered where several bills have the key, as a number or a reference: first the one with exactly the number, or else all of the creditor, since a
// reference may stand for many.
func among(ctx context.Context, r journal.Reader, key string, creditor regno.Number, number string) ([]bill.Bill, error) {
	const exact = `(SELECT b.* FROM bill_key k JOIN bill b ON b.id = k.bill WHERE k.key = $1 AND b.creditor = $2 AND b.number = $3
ORDER BY k.bill DESC LIMIT 1) b`
	found, err := collect(ctx, r, one+exact+newest, key, string(creditor), number)
	if err != nil || len(found) > 0 {
		return found, err
	}
	const all = `(SELECT b.* FROM bill_key k JOIN bill b ON b.id = k.bill WHERE k.key = $1 AND b.creditor = $2) b`
	return collect(ctx, r, one+all+newest, key, string(creditor))
}

// Outside returns what is known of a payment of a bill elsewhere by its reference, and whether there is one.
func (Store) Outside(ctx context.Context, r journal.Reader, b id.ID, reference string) (known bill.Known, there bool, err error) {
	const query = `SELECT reference, cents, day, taken_back FROM bill_outside WHERE bill = $1 AND form = $2`
	err = r.QueryRow(ctx, query, b, bill.Form(reference)).Scan(&known.Reference, &known.Cents, &known.Day, &known.TakenBack)
	if errors.Is(err, sql.ErrNoRows) {
		return known, false, nil
	}
	if err != nil {
		return known, false, fmt.Errorf("billsql: outside: %w", err)
	}
	return known, true, nil
}

// Limits returns what of bills is believed, by day.
func (Store) Limits(ctx context.Context, r journal.Reader) ([]bill.Limits, error) {
	type limits struct{}
	return journal.Refer(r, limits{}, func() ([]bill.Limits, error) {
		var all []bill.Limits
		const query = `SELECT from_day, oldest_days, ask_days, why, source, who FROM bill_limits ORDER BY from_day`
		err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
			var l bill.Limits
			if err := rows.Scan(&l.From, &l.OldestDays, &l.AskDays, &l.Why, &l.Source, &l.Who); err != nil {
				return fmt.Errorf("billsql: limits: %w", err)
			}
			all = append(all, l)
			return nil
		})
		return all, err
	})
}
