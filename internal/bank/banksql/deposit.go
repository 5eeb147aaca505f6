package banksql

import (
	"context"
	"database/sql"
	"errors"
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
p.bag, p.cents, COALESCE(b.desk, ''), COALESCE(b.centre, ''), COALESCE(b.municipality, '')
FROM bank_deposit d JOIN bank_deposit_bag p ON p.deposit = d.id
LEFT JOIN bank_match m ON m.deposit = d.id
  AND NOT EXISTS (SELECT 1 FROM bank_match o WHERE o.deposit = d.id AND (o.desk < m.desk OR o.desk = m.desk AND o.number < m.number))
LEFT JOIN till_bag b ON b.bag = p.bag
  AND NOT EXISTS (SELECT 1 FROM till_bag o WHERE o.bag = p.bag AND (o.desk < b.desk OR o.desk = b.desk AND o.number < b.number)) `

const depositOrder = ` ORDER BY d.day, d.id, p.part`

func deposits(ctx context.Context, r journal.Reader, query string, args ...any) ([]bank.Deposit, error) {
	var all []bank.Deposit
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var d bank.Deposit
		var b bank.DepositedBag
		var at int64
		err := rows.Scan(&d.ID, &d.Desk, &d.Municipality, &d.Day, &d.IBAN, &d.Slip, (*int64)(&d.Cents), &d.By, &at, &d.Ref, (*int64)(&d.Difference), &d.Reason,
			&b.Bag, (*int64)(&b.Cents), &b.Desk, &b.Centre, &b.Municipality)
		if err != nil {
			return fmt.Errorf("banksql: deposit: %w", err)
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

// lineRows has a row for each line of a statement and what it is matched with.
const lineRows = `SELECT l.iban, l.ref, l.municipality, l.day, l.cents,
(SELECT m.deposit FROM bank_match m WHERE m.iban = l.iban AND m.ref = l.ref ORDER BY m.desk, m.number, m.deposit LIMIT 1),
(SELECT COUNT(*) FROM bank_card_settlement c WHERE c.iban = l.iban AND c.ref = l.ref) FROM bank_line l `

func scanLine(r interface{ Scan(into ...any) error }) (bank.Line, error) {
	var l bank.Line
	var settled int64
	if err := r.Scan(&l.IBAN, &l.Ref, &l.Municipality, &l.Day, (*int64)(&l.Cents), &l.Deposit, &settled); err != nil {
		return l, fmt.Errorf("banksql: line of a statement: %w", err)
	}
	l.Cards = settled > 0
	return l, nil
}

// Line returns a line of a statement, and whether there is one.
func (Store) Line(ctx context.Context, r journal.Reader, account iban.IBAN, ref string) (bank.Line, bool, error) {
	l, err := scanLine(r.QueryRow(ctx, lineRows+`WHERE l.iban = $1 AND l.ref = $2 ORDER BY l.desk, l.number LIMIT 1`, string(account), ref))
	if errors.Is(err, sql.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, err
}

// Lines returns the lines of the statements of a municipality in a period, in the order of their days; the zero period is all days. With open they are those by which money
// came in and that are matched with nothing.
func (Store) Lines(ctx context.Context, r journal.Reader, municipality string, over civil.Period, open bool) ([]bank.Line, error) {
	const which = `WHERE l.municipality = $1 AND l.day >= $2 AND l.day <= $3 AND (NOT $4 OR l.cents > 0
AND NOT EXISTS (SELECT 1 FROM bank_match m WHERE m.iban = l.iban AND m.ref = l.ref)
AND NOT EXISTS (SELECT 1 FROM bank_card_settlement c WHERE c.iban = l.iban AND c.ref = l.ref)) ORDER BY l.day, l.iban, l.ref, l.desk, l.number`
	if over.From.IsZero() {
		over = always
	}
	var all []bank.Line
	err := sqldb.Each(ctx, r, lineRows+which, []any{municipality, over.From, over.To, open}, func(rows *sql.Rows) error {
		l, err := scanLine(rows)
		all = append(all, l)
		return err
	})
	return all, err
}
