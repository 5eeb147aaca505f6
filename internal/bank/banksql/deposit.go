package banksql

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// depositRows has a row for each bag of a deposit. Where a number was packed twice, the first packing says where.
const depositRows = `SELECT d.id, d.desk, d.municipality, d.day, d.iban, d.slip, d.cents, d.who, d.at,
COALESCE(m.ref, ''), COALESCE(m.difference, 0),
COALESCE((SELECT x.reason FROM bank_deposit_explanation x WHERE x.deposit = d.id ORDER BY x.at DESC, x.number DESC LIMIT 1), ''),
p.bag, p.cents, COALESCE(b.desk, ''), COALESCE(b.centre, ''), COALESCE(b.municipality, ''), COALESCE(b.day, '')
FROM bank_deposit d JOIN bank_deposit_bag p ON p.deposit = d.id
LEFT JOIN bank_match m ON m.deposit = d.id
  AND NOT EXISTS (SELECT 1 FROM bank_match o WHERE o.deposit = d.id AND (o.desk < m.desk OR o.desk = m.desk AND (o.number < m.number OR o.number = m.number AND o.part < m.part)))
LEFT JOIN till_bag b ON b.bag = p.bag
  AND NOT EXISTS (SELECT 1 FROM till_bag o WHERE o.bag = p.bag AND (o.desk < b.desk OR o.desk = b.desk AND o.number < b.number)) `

const depositOrder = ` ORDER BY d.day, d.id, p.part`

func deposits(ctx context.Context, r journal.Reader, query string, args ...any) ([]bank.Deposit, error) {
	var all []bank.Deposit
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var d bank.Deposit
		var b bank.DepositedBag
		var at int64
		var packed string
		err := rows.Scan(&d.ID, &d.Desk, &d.Municipality, &d.Day, &d.IBAN, &d.Slip, (*int64)(&d.Cents), &d.By, &at, &d.Ref, (*int64)(&d.Difference), &d.Reason,
			&b.Bag, (*int64)(&b.Cents), &b.Desk, &b.Centre, &b.Municipality, &packed)
		if err != nil {
			return fmt.Errorf("banksql: deposit: %w", err)
		}
		if packed != "" {
			if b.Day, err = civil.ParseDate(packed); err != nil {
				return fmt.Errorf("banksql: day of a bag: %w", err)
			}
		}
		if len(all) == 0 || all[len(all)-1].ID != d.ID {
			d.At, d.State = sqldb.Moment(at), bank.Made
			if d.Ref != "" {
				d.State = bank.Matched
			}
			all = append(all, d)
		}
		last := &all[len(all)-1]
		last.Bags = append(last.Bags, b)
		return nil
	})
	return all, err
}

// Deposit returns a deposit with its bags, or the fault "till.deposit_unknown".
func (Store) Deposit(ctx context.Context, r journal.Reader, deposit id.ID) (bank.Deposit, error) {
	found, err := deposits(ctx, r, depositRows+`WHERE d.id = $1`+depositOrder, deposit)
	if err == nil && len(found) == 0 {
		err = fault.NewNotFound("till.deposit_unknown").On("deposit")
	}
	if err != nil {
		return bank.Deposit{}, err
	}
	return found[0], nil
}

// OpenDeposits returns the deposits of a municipality to an account ("" for all) that are not matched yet, in the order of their days.
func (Store) OpenDeposits(ctx context.Context, r journal.Reader, municipality string, account iban.IBAN) ([]bank.Deposit, error) {
	const which = `WHERE d.municipality = $1 AND (d.iban = $2 OR $2 = '') AND m.deposit IS NULL`
	return deposits(ctx, r, depositRows+which+depositOrder, municipality, string(account))
}

// Deposits returns the deposits of a municipality in a period, in the order of their days; the zero period is all days.
func (Store) Deposits(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]bank.Deposit, error) {
	if over.From.IsZero() {
		over = always
	}
	return deposits(ctx, r, depositRows+`WHERE d.municipality = $1 AND d.day >= $2 AND d.day <= $3`+depositOrder, municipality, over.From, over.To)
}

// SlipUsed tells whether a deposit of the municipality has the number of the slip.
func (Store) SlipUsed(ctx context.Context, r journal.Reader, municipality, slip string) (bool, error) {
	var n int64
	err := r.QueryRow(ctx, `SELECT COUNT(*) FROM bank_deposit WHERE municipality = $1 AND slip = $2`, municipality, slip).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("banksql: slip: %w", err)
	}
	return n > 0, nil
}
