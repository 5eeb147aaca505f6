package ledgersql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// ClosedThrough returns the last day whose figures are final, and no date when nothing was closed yet.
func (Store) ClosedThrough(ctx context.Context, r journal.Reader, municipality string) (civil.Date, error) {
	const query = `SELECT through FROM ledger_close WHERE municipality = $1 ORDER BY through DESC LIMIT 1`
	var through civil.Date
	err := r.QueryRow(ctx, query, municipality).Scan(&through)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return civil.Date{}, fmt.Errorf("ledgersql: closed: %w", err)
	}
	return through, nil
}

// Seen returns the last line of each desk that posted in the municipality up to and including the day.
func (Store) Seen(ctx context.Context, r journal.Reader, municipality string, through civil.Date) (map[string]int64, error) {
	const query = `SELECT desk, MAX(number) FROM ledger_posting WHERE municipality = $1 AND day <= $2 GROUP BY desk`
	seen := map[string]int64{}
	err := sqldb.Each(ctx, r, query, []any{municipality, through}, func(rows *sql.Rows) error {
		var desk string
		var upto int64
		if err := rows.Scan(&desk, &upto); err != nil {
			return fmt.Errorf("ledgersql: seen: %w", err)
		}
		seen[desk] = upto
		return nil
	})
	return seen, err
}

// Balance returns what is in the account at the end of the day, in cents; it is negative where more went out than came in.
func (Store) Balance(ctx context.Context, r journal.Reader, account ledger.Account, on civil.Date) (money.Amount, error) {
	const query = `SELECT CAST(COALESCE(SUM(debit - credit), 0) AS BIGINT) FROM ledger_balance WHERE account = $1 AND day <= $2`
	var cents int64
	if err := r.QueryRow(ctx, query, account.String(), on).Scan(&cents); err != nil {
		return 0, fmt.Errorf("ledgersql: balance: %w", err)
	}
	return money.Amount(cents), nil
}

// Trial returns the trial balance of a municipality over a period, in the order of the accounts: what came in, what went out, and the
// balances before and after. The closing balances sum to zero, as do the opening ones; debits equal credits. With a centre it
// is the balance of that centre alone, and the same holds.
func (Store) Trial(ctx context.Context, r journal.Reader, municipality, centre string, over civil.Period) ([]ledger.Sum, error) {
	const query = `SELECT account, CAST(SUM(CASE WHEN day < $3 THEN debit - credit ELSE 0 END) AS BIGINT),
CAST(SUM(CASE WHEN day < $3 THEN 0 ELSE debit END) AS BIGINT), CAST(SUM(CASE WHEN day < $3 THEN 0 ELSE credit END) AS BIGINT)
FROM ledger_balance WHERE municipality = $1 AND (centre = $2 OR $2 = '') AND day <= $4 GROUP BY account ORDER BY account`
	var sums []ledger.Sum
	err := sqldb.Each(ctx, r, query, []any{municipality, centre, over.From, over.To}, func(rows *sql.Rows) error {
		var account string
		var opening, debit, credit int64
		if err := rows.Scan(&account, &opening, &debit, &credit); err != nil {
			return fmt.Errorf("ledgersql: trial balance: %w", err)
		}
		a, err := ledger.ParseAccount(account)
		if err != nil {
			return fmt.Errorf("ledgersql: trial balance: %q: %w", account, err)
		}
		s := ledger.Sum{Account: a, Opening: money.Amount(opening), Debit: money.Amount(debit), Credit: money.Amount(credit)}
		s.Closing = s.Opening + s.Debit - s.Credit
		sums = append(sums, s)
		return nil
	})
	return sums, err
}

// Movements returns the postings of an account over a period, in the order of days and lines: its book.
func (Store) Movements(ctx context.Context, r journal.Reader, account ledger.Account, over civil.Period) ([]ledger.Movement, error) {
	const query = `SELECT day, desk, number, centre, municipality, cents FROM ledger_posting
WHERE account = $1 AND day >= $2 AND day <= $3 ORDER BY day, desk, number, part`
	var all []ledger.Movement
	err := sqldb.Each(ctx, r, query, []any{account.String(), over.From, over.To}, func(rows *sql.Rows) error {
		m := ledger.Movement{Posting: ledger.Posting{Account: account}}
		var cents int64
		if err := rows.Scan(&m.Day, &m.Desk, &m.Number, &m.Centre, &m.Municipality, &cents); err != nil {
			return fmt.Errorf("ledgersql: movement: %w", err)
		}
		m.Cents = money.Amount(cents)
		all = append(all, m)
		return nil
	})
	return all, err
}

// Late returns the entries of a municipality that are dated into a closed period whose figures did not hold them, each under the
// first close that missed it, in the order of days and lines.
func (Store) Late(ctx context.Context, r journal.Reader, municipality string) ([]ledger.Lateness, error) {
	const query = `SELECT p.day, p.desk, p.number, p.centre, MIN(c.through)
FROM ledger_close c JOIN ledger_posting p ON p.municipality = c.municipality AND p.day <= c.through
LEFT JOIN ledger_seen s ON s.municipality = c.municipality AND s.through = c.through AND s.desk = p.desk
WHERE c.municipality = $1 AND p.number > COALESCE(s.upto, 0)
GROUP BY p.day, p.desk, p.number, p.centre ORDER BY p.day, p.desk, p.number`
	var late []ledger.Lateness
	err := sqldb.Each(ctx, r, query, []any{municipality}, func(rows *sql.Rows) error {
		l := ledger.Lateness{Place: ledger.Place{Municipality: municipality}}
		if err := rows.Scan(&l.Day, &l.Desk, &l.Number, &l.Centre, &l.Through); err != nil {
			return fmt.Errorf("ledgersql: late: %w", err)
		}
		late = append(late, l)
		return nil
	})
	return late, err
}

// Stored returns what the postings of every account of these kinds come to, in cents, for checks that follow the money by themselves.
func Stored(ctx context.Context, r journal.Reader, kinds ...string) (map[string]int64, error) {
	const query = `SELECT account, CAST(SUM(cents) AS BIGINT) FROM ledger_posting WHERE account LIKE $1 GROUP BY account`
	stored := map[string]int64{}
	for _, kind := range kinds {
		err := sqldb.Each(ctx, r, query, []any{kind + ":%"}, func(rows *sql.Rows) error {
			var account string
			var cents int64
			if err := rows.Scan(&account, &cents); err != nil {
				return fmt.Errorf("ledgersql: account: %w", err)
			}
			stored[account] = cents
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return stored, nil
}
