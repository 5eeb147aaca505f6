package banksql

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// remittedAfter is what was passed on to the creditor in whose account the query looks, on days after the last one that it looks at: these remittances hold money of
// earlier days.
const remittedAfter = `COALESCE((SELECT SUM(m.cents) FROM bank_remittance m WHERE m.municipality = $1
AND NOT EXISTS (SELECT 1 FROM bank_remittance_cancelled x WHERE x.remittance = m.id) AND 'creditor:' || m.creditor = `

// OwedTo returns what was taken for a creditor up to and including a day and not passed on yet, in cents; never more than is owed to it in all, and never negative.
// It reads postings, so that a rule may ask.
func (Store) OwedTo(ctx context.Context, r journal.Reader, municipality string, creditor regno.Number, through civil.Date) (money.Amount, error) {
	const query = `SELECT CAST(COALESCE(SUM(CASE WHEN day <= $3 THEN -cents ELSE 0 END), 0) AS BIGINT), CAST(COALESCE(SUM(-cents), 0) AS BIGINT),
CAST(` + remittedAfter + `$2 AND m.day > $3), 0) AS BIGINT) FROM ledger_posting WHERE account = $2 AND municipality = $1`
	var taken, all, later int64
	err := r.QueryRow(ctx, query, municipality, ledger.Creditor(creditor).String(), through).Scan(&taken, &all, &later)
	if err != nil {
		return 0, fmt.Errorf("banksql: owed: %w", err)
	}
	return owed(taken, all, later), nil
}

func owed(taken, all, later int64) money.Amount { return money.Amount(max(min(taken-later, all), 0)) }

// Owed returns what is to be passed on to the creditors of a municipality for the days up to and including one, in the order of their numbers. It reads balances and is
// not for rules.
func (Store) Owed(ctx context.Context, r journal.Reader, municipality string, through civil.Date) ([]bank.Owing, error) {
	const query = `SELECT b.account, CAST(SUM(CASE WHEN b.day <= $2 THEN b.credit - b.debit ELSE 0 END) AS BIGINT), CAST(SUM(b.credit - b.debit) AS BIGINT),
CAST(` + remittedAfter + `b.account AND m.day > $2), 0) AS BIGINT)
FROM ledger_balance b WHERE b.municipality = $1 AND b.account LIKE 'creditor:%' GROUP BY b.account ORDER BY b.account`
	var list []bank.Owing
	err := sqldb.Each(ctx, r, query, []any{municipality, through}, func(rows *sql.Rows) error {
		var account string
		var taken, all, later int64
		if err := rows.Scan(&account, &taken, &all, &later); err != nil {
			return fmt.Errorf("banksql: owed: %w", err)
		}
		if cents := owed(taken, all, later); cents > 0 {
			list = append(list, bank.Owing{Creditor: numberOf(account), Cents: cents})
		}
		return nil
	})
	return list, err
}

func numberOf(account string) regno.Number {
	_, code, _ := strings.Cut(account, ":")
	return regno.Number(code)
}

// PerCreditor returns what was taken for each creditor of a municipality in a period, what was given back and what was passed on, in the order of their numbers.
func (Store) PerCreditor(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]bank.CreditorLine, error) {
	const query = `SELECT p.account, CAST(SUM(CASE WHEN p.cents < 0 AND x.remittance IS NULL THEN -p.cents ELSE 0 END) AS BIGINT),
CAST(SUM(CASE WHEN p.cents > 0 AND m.id IS NULL THEN p.cents ELSE 0 END) AS BIGINT),
CAST(SUM(CASE WHEN m.id IS NULL AND x.remittance IS NULL THEN 0 ELSE p.cents END) AS BIGINT)
FROM ledger_posting p LEFT JOIN bank_remittance m ON m.municipality = p.municipality AND m.day = p.day AND m.desk = p.desk AND m.number = p.number
LEFT JOIN bank_remittance_cancelled x ON x.desk = p.desk AND x.number = p.number
WHERE p.municipality = $1 AND p.day >= $2 AND p.day <= $3 AND p.account LIKE 'creditor:%' GROUP BY p.account ORDER BY p.account`
	var list []bank.CreditorLine
	err := sqldb.Each(ctx, r, query, []any{municipality, over.From, over.To}, func(rows *sql.Rows) error {
		var account string
		var l bank.CreditorLine
		if err := rows.Scan(&account, (*int64)(&l.Received), (*int64)(&l.Returned), (*int64)(&l.Remitted)); err != nil {
			return fmt.Errorf("banksql: creditor: %w", err)
		}
		l.Creditor = numberOf(account)
		list = append(list, l)
		return nil
	})
	return list, err
}

// CardTakings returns what card terminals of a municipality have taken and the bank has not paid yet, the oldest first. What was given back or settled
// is taken off the oldest takings of its desk.
func (Store) CardTakings(ctx context.Context, r journal.Reader, municipality string) ([]bank.CardTaking, error) {
	const query = `SELECT account, day, centre, CAST(SUM(CASE WHEN cents > 0 THEN cents ELSE 0 END) AS BIGINT),
CAST(SUM(CASE WHEN cents < 0 THEN -cents ELSE 0 END) AS BIGINT)
FROM ledger_posting WHERE municipality = $1 AND account LIKE 'card:%' GROUP BY account, day, centre ORDER BY day, account, centre`
	var all []bank.CardTaking
	off := map[string]money.Amount{}
	err := sqldb.Each(ctx, r, query, []any{municipality}, func(rows *sql.Rows) error {
		var account string
		var taken, gone int64
		t := bank.CardTaking{Place: ledger.Place{Municipality: municipality}}
		if err := rows.Scan(&account, &t.Day, &t.Centre, &taken, &gone); err != nil {
			return fmt.Errorf("banksql: cards: %w", err)
		}
		_, t.Desk, _ = strings.Cut(account, ":")
		t.Cents = money.Amount(taken)
		off[t.Desk] += money.Amount(gone)
		all = append(all, t)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var open []bank.CardTaking
	for _, t := range all {
		part := min(t.Cents, off[t.Desk])
		off[t.Desk] -= part
		if t.Cents -= part; t.Cents > 0 {
			open = append(open, t)
		}
	}
	return open, nil
}
