package billsql

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// Creditor returns a creditor, or the fault "bill.creditor_unknown".
func (Store) Creditor(ctx context.Context, r journal.Reader, number regno.Number) (bill.Creditor, error) {
	c := bill.Creditor{Number: number}
	err := r.QueryRow(ctx, `SELECT name, iban FROM creditor WHERE number = $1`, string(number)).Scan(&c.Name, &c.IBAN)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fault.NewNotFound("bill.creditor_unknown").On("creditor")
	}
	if err != nil {
		return c, fmt.Errorf("billsql: creditor: %w", err)
	}
	return c, nil
}

// CreditorName returns what a creditor is called; one that nobody has registered stands for itself by its number.
func (s Store) CreditorName(ctx context.Context, r journal.Reader, number regno.Number) (string, error) {
	c, err := s.Creditor(ctx, r, number)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return string(number), nil
	}
	return c.Name, err
}

// Creditors returns the creditors of those numbers that are there.
func (Store) Creditors(ctx context.Context, r journal.Reader, numbers []regno.Number) (map[regno.Number]bill.Creditor, error) {
	names := make([]string, len(numbers))
	for i, n := range numbers {
		names[i] = string(n)
	}
	slices.Sort(names)
	all := map[regno.Number]bill.Creditor{}
	err := sqldb.InLots(slices.Compact(names), func(list string, args []any) error {
		return sqldb.Each(ctx, r, `SELECT number, name, iban FROM creditor WHERE number IN `+list, args, func(rows *sql.Rows) error {
			var c bill.Creditor
			if err := rows.Scan(&c.Number, &c.Name, &c.IBAN); err != nil {
				return fmt.Errorf("billsql: creditors: %w", err)
			}
			all[c.Number] = c
			return nil
		})
	})
	return all, err
}

// LateFees returns all rates, by kind and day.
func (Store) LateFees(ctx context.Context, r journal.Reader) ([]bill.LateFee, error) {
	type lateFees struct{}
	return journal.Refer(r, lateFees{}, func() ([]bill.LateFee, error) { return readLateFees(ctx, r) })
}

func readLateFees(ctx context.Context, r journal.Reader) ([]bill.LateFee, error) {
	var all []bill.LateFee
	const query = `SELECT creditor, kind, from_day, per_million, fee_first, why, source, who FROM late_fee ORDER BY kind, creditor, from_day`
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var f bill.LateFee
		if err := rows.Scan(&f.Creditor, &f.Kind, &f.From, &f.PerMillion, &f.FeeFirst, &f.Why, &f.Source, &f.Who); err != nil {
			return fmt.Errorf("billsql: late fee: %w", err)
		}
		all = append(all, f)
		return nil
	})
	return all, err
}

// one is a bill with a row for each settlement, in the order of the bills and days. Ids begin with the time, so the newest bills have the largest.
const one = `SELECT b.id, b.desk, b.line, b.creditor, b.number, b.reference, b.kind, b.municipality, b.rf, b.issued, b.instalments, b.fee, b.fee_until,
b.as_of, b.cancelled, COALESCE(s.day, ''), COALESCE(s.cents, 0) FROM `

// newest joins the settlements to the bills that a query names b.
const (
	newest = ` LEFT JOIN bill_settlement s ON s.bill = b.id` + order
	order  = ` ORDER BY b.id DESC, s.day, s.desk, s.number, s.part`
)

func collect(ctx context.Context, r journal.Reader, query string, args ...any) ([]bill.Bill, error) {
	var all []bill.Bill
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var b bill.Bill
		var instalments, day string
		var cents int64
		var fee sql.NullInt64
		var until civil.Date
		err := rows.Scan(&b.ID, &b.Desk, &b.Line, &b.Creditor, &b.Number, &b.Reference, &b.Kind, &b.Municipality, &b.RF, &b.Issued,
			&instalments, &fee, &until, &b.AsOf, &b.Cancelled, &day, &cents)
		if err != nil {
			return fmt.Errorf("billsql: bill: %w", err)
		}
		if len(all) == 0 || all[len(all)-1].ID != b.ID {
			if err := json.Unmarshal([]byte(instalments), &b.Instalments); err != nil {
				return fmt.Errorf("billsql: instalments: %w", err)
			}
			if fee.Valid {
				b.Figure = &bill.Figure{Fee: money.Amount(fee.Int64), Until: until}
			}
			all = append(all, b)
		}
		if day == "" {
			return nil
		}
		on, err := civil.ParseDate(day)
		if err != nil {
			return fmt.Errorf("billsql: settlement: %w", err)
		}
		last := &all[len(all)-1]
		last.Settled = append(last.Settled, bill.Settlement{Day: on, Cents: money.Amount(cents)})
		return nil
	})
	return all, err
}

const byID = one + `bill b LEFT JOIN bill_settlement s ON s.bill = b.id WHERE b.id = $1 ORDER BY s.day, s.desk, s.number, s.part`

// Bill returns a bill, or the fault "bill.unknown".
func (Store) Bill(ctx context.Context, r journal.Reader, b id.ID) (bill.Bill, error) {
	found, err := collect(ctx, r, byID, b)
	if err == nil && len(found) == 0 {
		return bill.Bill{}, fault.NewNotFound("bill.unknown")
	}
	if err != nil {
		return bill.Bill{}, err
	}
	return found[0], nil
}

// Bills returns the bills that are there, the newest first.
func (Store) Bills(ctx context.Context, r journal.Reader, bills []id.ID) ([]bill.Bill, error) {
	var all []bill.Bill
	err := sqldb.InLots(bills, func(list string, args []any) error {
		found, err := collect(ctx, r, one+`bill b LEFT JOIN bill_settlement s ON s.bill = b.id WHERE b.id IN `+list+order, args...)
		all = append(all, found...)
		return err
	})
	slices.SortFunc(all, func(a, b bill.Bill) int { return bytes.Compare(b.ID[:], a.ID[:]) })
	return all, err
}

// Keyed returns the newest bills that have the key, at most bill.MostFound.
func (Store) Keyed(ctx context.Context, r journal.Reader, key string) ([]bill.Bill, error) {
	const which = `(SELECT b.* FROM bill_key k JOIN bill b ON b.id = k.bill WHERE k.key = $1 ORDER BY k.bill DESC LIMIT $2) b`
	return collect(ctx, r, one+which+newest, key, bill.MostFound)
}
