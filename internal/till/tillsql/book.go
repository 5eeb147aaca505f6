package tillsql

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/till"
)

// CashBook returns the cash book of a desk on a day, in the order of the lines of its journal.
func (Store) CashBook(ctx context.Context, r journal.Reader, desk string, day civil.Date) (till.Book, error) {
	b := till.Book{Desk: desk, Day: day}
	account := ledger.Cash(desk).String()
	const opening = `SELECT CAST(COALESCE(SUM(cents), 0) AS BIGINT) FROM ledger_posting WHERE account = $1 AND day < $2`
	if err := r.QueryRow(ctx, opening, account, day).Scan((*int64)(&b.Opening)); err != nil {
		return b, fmt.Errorf("tillsql: cash book: %w", err)
	}
	const lines = `SELECT p.number, e.kind, e.recorded_at, CAST(SUM(p.cents) AS BIGINT), CASE WHEN e.kind = 'line.adopted' THEN e.body END FROM ledger_posting p
JOIN entry e ON e.desk = p.desk AND e.number = p.number WHERE p.account = $1 AND p.day = $2
GROUP BY p.desk, p.number, e.kind, e.recorded_at, CASE WHEN e.kind = 'line.adopted' THEN e.body END ORDER BY p.desk, p.number`
	err := sqldb.Each(ctx, r, lines, []any{account, day}, func(rows *sql.Rows) error {
		var l till.BookLine
		var at, cents int64
		var adopted []byte
		if err := rows.Scan(&l.Number, &l.Kind, &at, &cents, &adopted); err != nil {
			return fmt.Errorf("tillsql: cash book: %w", err)
		}
		told := audit.Told{Kind: l.Kind, At: at, Body: adopted}.Inner()
		l.Kind, at = told.Kind, told.At
		l.At, l.In, l.Out = sqldb.Moment(at), money.Amount(max(cents, 0)), money.Amount(max(-cents, 0))
		b.In += l.In
		b.Out += l.Out
		b.Lines = append(b.Lines, l)
		return nil
	})
	b.Closing = b.Opening + b.In - b.Out
	return b, err
}

// BookDays returns the days of a period on which the drawer of a desk moved: those that have a cash book.
func (Store) BookDays(ctx context.Context, r journal.Reader, desk string, over civil.Period) ([]civil.Date, error) {
	const query = `SELECT DISTINCT day FROM ledger_posting WHERE account = $1 AND day >= $2 AND day <= $3 ORDER BY day`
	var days []civil.Date
	err := sqldb.Each(ctx, r, query, []any{ledger.Cash(desk).String(), over.From, over.To}, func(rows *sql.Rows) error {
		var day civil.Date
		if err := rows.Scan(&day); err != nil {
			return fmt.Errorf("tillsql: cash book: %w", err)
		}
		days = append(days, day)
		return nil
	})
	return days, err
}

// Summary returns the summary cash order of a centre for a day: the lines that took money for a creditor or gave it back.
func (Store) Summary(ctx context.Context, r journal.Reader, at ledger.Place) (till.Summary, error) {
	const query = `SELECT p.account, CAST(SUM(CASE WHEN p.cents > 0 THEN p.cents ELSE 0 END) AS BIGINT),
CAST(SUM(CASE WHEN p.cents < 0 THEN -p.cents ELSE 0 END) AS BIGINT) FROM ledger_posting p
WHERE p.municipality = $1 AND p.day = $2 AND p.centre = $3 AND EXISTS (SELECT 1 FROM ledger_posting c
WHERE c.municipality = p.municipality AND c.day = p.day AND c.desk = p.desk AND c.number = p.number AND c.account LIKE 'creditor:%')
GROUP BY p.account ORDER BY p.account`
	s := till.Summary{Place: at}
	tenders := map[till.Tender]*till.TenderSum{}
	for _, t := range till.Tenders {
		tenders[t] = &till.TenderSum{Tender: t}
	}
	err := sqldb.Each(ctx, r, query, []any{at.Municipality, at.Day, at.Centre}, func(rows *sql.Rows) error {
		var account string
		var debit, credit money.Amount
		if err := rows.Scan(&account, (*int64)(&debit), (*int64)(&credit)); err != nil {
			return fmt.Errorf("tillsql: summary: %w", err)
		}
		kind, code, _ := strings.Cut(account, ":")
		if t, ok := tenders[till.Tender(kind)]; ok { // the accounts of a drawer and of a terminal are named like the tender
			t.Received += debit
			t.Returned += credit
		}
		if ledger.AccountKind(kind) == ledger.KindCreditor {
			s.Creditors = append(s.Creditors, till.CreditorSum{Creditor: regno.Number(code), Received: credit, Returned: debit})
		}
		return nil
	})
	for _, t := range till.Tenders {
		s.Tenders = append(s.Tenders, *tenders[t])
	}
	return s, err
}

// SummaryNumber returns the number of the summary order of a centre for a day, in its year: how many days up to it had money for a creditor.
func (Store) SummaryNumber(ctx context.Context, r journal.Reader, at ledger.Place) (int64, error) {
	const query = `SELECT COUNT(DISTINCT day) FROM ledger_balance WHERE municipality = $1 AND centre = $2 AND day >= $3 AND day <= $4 AND account LIKE 'creditor:%'`
	first, err := civil.NewDate(at.Day.Year(), time.January, 1)
	if err != nil {
		return 0, fmt.Errorf("tillsql: summary: %w", err)
	}
	var n int64
	if err := r.QueryRow(ctx, query, at.Municipality, at.Centre, first, at.Day).Scan(&n); err != nil {
		return 0, fmt.Errorf("tillsql: summary: %w", err)
	}
	return n, nil
}
