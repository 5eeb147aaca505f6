package banksql

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// CardArrived returns the day on which all that the card terminal of a desk had taken up to and including a day was paid by the bank or given back, the oldest
// first, and whether it is. It reads balances and is not for rules.
func (Store) CardArrived(ctx context.Context, r journal.Reader, desk string, through civil.Date) (civil.Date, bool, error) {
	const query = `SELECT day, CAST(SUM(debit) AS BIGINT), CAST(SUM(credit) AS BIGINT) FROM ledger_balance WHERE account = $1 GROUP BY day ORDER BY day`
	var days []civil.Date
	var gone []int64
	var taken int64
	err := sqldb.Each(ctx, r, query, []any{ledger.Card(desk).String()}, func(rows *sql.Rows) error {
		var day civil.Date
		var in, out int64
		if err := rows.Scan(&day, &in, &out); err != nil {
			return fmt.Errorf("banksql: cards: %w", err)
		}
		if !day.After(through) {
			taken += in
		}
		days, gone = append(days, day), append(gone, out)
		return nil
	})
	if err != nil {
		return civil.Date{}, false, err
	}
	for i, day := range days {
		if taken -= gone[i]; taken <= 0 && !day.Before(through) {
			return day, true, nil
		}
	}
	return civil.Date{}, false, nil
}

// PassedOn returns the remittance with which all that was taken for a creditor in a municipality up to and including a day was passed on, the oldest first, and whether
// there is one. It reads balances and is not for rules.
func (s Store) PassedOn(ctx context.Context, r journal.Reader, municipality string, creditor regno.Number, through civil.Date) (bank.Remittance, bool, error) {
	taken, err := s.OwingAt(ctx, r, municipality, creditor, through)
	if err != nil {
		return bank.Remittance{}, false, err
	}
	all, err := s.Remittances(ctx, r, municipality, always)
	if err != nil {
		return bank.Remittance{}, false, err
	}
	var mine []bank.Remittance
	for _, m := range all {
		if m.Creditor != creditor {
			continue
		}
		if mine = append(mine, m); !m.Day.After(through) {
			taken += m.Cents // what stands in the balance of those days already
		}
	}
	for _, m := range mine {
		if taken -= m.Cents; taken <= 0 && !m.Through.Before(through) {
			return m, true, nil
		}
	}
	return bank.Remittance{}, false, nil
}

// OwingAt returns what stood in the books for a creditor of a municipality at the end of a day, in cents. It reads balances and is not for rules.
func (Store) OwingAt(ctx context.Context, r journal.Reader, municipality string, creditor regno.Number, on civil.Date) (money.Amount, error) {
	const query = `SELECT CAST(COALESCE(SUM(credit - debit), 0) AS BIGINT) FROM ledger_balance WHERE account = $1 AND municipality = $2 AND day <= $3`
	var cents money.Amount
	if err := r.QueryRow(ctx, query, ledger.Creditor(creditor).String(), municipality, on).Scan((*int64)(&cents)); err != nil {
		return 0, fmt.Errorf("banksql: owing: %w", err)
	}
	return cents, nil
}
