package paymentsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/paperbook"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// row is a row, or the present one of many.
type row interface{ Scan(into ...any) error }

// given is what was given back of a payment p, in cents, and whether it was voided or returned.
const payments = `SELECT p.id, p.basket, p.visit, p.act, p.shift, p.desk, p.entry, p.at, p.actor, p.day, p.centre, p.municipality, p.creditor,
p.cash, p.card, p.slip, p.given, p.because, p.forgiven, p.book, p.node, p.series, p.number, p.key, p.previous, p.link,
CAST(COALESCE((SELECT SUM(r.cash + r.card) FROM reversal r WHERE r.payment = p.id), 0) AS BIGINT),
COALESCE((SELECT MAX(r.kind) FROM reversal r WHERE r.payment = p.id), '')
FROM payment p `

// scanPayment reads the fact of a row and what was given back, which make the payment. Its lines stand elsewhere.
func scanPayment(r row) (payment.Payment, error) {
	var f payment.MoneyTaken
	var n payment.Numbered
	var of payment.Record
	var back payment.Back
	var at, cash, card, number int64
	var slip, book string
	var key, previous, link []byte
	err := r.Scan(&f.Payment, &f.Basket, &f.Visit, &f.Act, &f.Shift, &of.Desk, &of.Entry, &at, &of.By, &f.Day, &f.Centre, &f.Municipality, &f.Creditor,
		&cash, &card, &slip, (*int64)(&f.Given), &f.Because, (*int64)(&f.Forgiven), &book, &n.Node, &n.Series, &number, &key, &previous, &link, (*int64)(&back.Cents), &back.Way)
	if err != nil {
		return payment.Payment{}, fmt.Errorf("paymentsql: payment: %w", err)
	}
	of.At, f.Parts = time.UnixMicro(at).UTC(), payment.Parts(amount(cash), amount(card), slip)
	if book != "" {
		f.Paper = &payment.Paper{Book: book, Number: uint32(number)} //nolint:gosec // as it was written
	} else {
		n = numbered(n, number, key, previous, link)
		f.Receipt = &n
	}
	return f.Taken(of, back), nil
}

func numbered(n payment.Numbered, number int64, key, previous, link []byte) payment.Numbered {
	n.Number = uint32(number) //nolint:gosec // as it was written
	copy(n.Key[:], key)
	copy(n.Previous[:], previous)
	copy(n.Link[:], link)
	return n
}

// Payment returns a payment, or the fault "payment.unknown".
func (Store) Payment(ctx context.Context, r journal.Reader, p id.ID) (payment.Payment, error) {
	found, err := collect(ctx, r, `WHERE p.id = $1`, p)
	if err == nil && len(found) == 0 {
		return payment.Payment{}, fault.NewNotFound("payment.unknown")
	}
	if err != nil {
		return payment.Payment{}, err
	}
	return found[0], nil
}

// Basket returns the payments of a basket in the order of their lines.
func (Store) Basket(ctx context.Context, r journal.Reader, basket id.ID) ([]payment.Payment, error) {
	return collect(ctx, r, `WHERE p.basket = $1 ORDER BY p.entry`, basket)
}

// collect returns the payments of a condition, with their lines.
func collect(ctx context.Context, r journal.Reader, where string, args ...any) ([]payment.Payment, error) {
	var all []payment.Payment
	err := sqldb.Each(ctx, r, payments+where, args, func(rows *sql.Rows) error {
		p, err := scanPayment(rows)
		all = append(all, p)
		return err
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]id.ID, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	of, err := linesOf(ctx, r, "payment", ids)
	for i := range all {
		all[i].Lines = of[all[i].ID]
	}
	return all, err
}

func lines(ctx context.Context, r journal.Reader, query string, of id.ID) ([]payment.Line, error) {
	var all []payment.Line
	err := sqldb.Each(ctx, r, query, []any{of}, func(rows *sql.Rows) error {
		var l payment.Line
		var cents int64
		if err := rows.Scan(&l.Bill, &l.Number, &cents); err != nil {
			return fmt.Errorf("paymentsql: line: %w", err)
		}
		l.Cents = amount(cents)
		all = append(all, l)
		return nil
	})
	return all, err
}

// PaidFor returns of each of the bills the latest payment that was not taken back as a whole; a bill without one is not there.
func (Store) PaidFor(ctx context.Context, r journal.Reader, bills []id.ID) (map[id.ID]payment.Payment, error) {
	latest := map[id.ID]payment.Payment{}
	err := sqldb.InLots(bills, func(list string, args []any) error {
		found, err := collect(ctx, r, `WHERE p.id IN (SELECT payment FROM payment_line WHERE bill IN `+list+`)
AND p.cash + p.card > COALESCE((SELECT SUM(r.cash + r.card) FROM reversal r WHERE r.payment = p.id), 0) ORDER BY p.at, p.id`, args...)
		for _, p := range found {
			for _, l := range p.Lines {
				latest[l.Bill] = p
			}
		}
		return err
	})
	return latest, err
}

// CashFor returns what was paid in cash for any of the bills from a local day on, in cents, what was given back taken away. A payment of several of them counts once.
func (Store) CashFor(ctx context.Context, r journal.Reader, bills []id.ID, since civil.Date) (money.Amount, error) {
	cash := map[id.ID]money.Amount{}
	err := sqldb.InLots(bills, func(list string, args []any) error {
		query := `SELECT p.id, CAST(p.cash - COALESCE((SELECT SUM(v.cash) FROM reversal v WHERE v.payment = p.id), 0) AS BIGINT) FROM payment p
WHERE p.cash > 0 AND p.id IN (SELECT payment FROM payment_line WHERE bill IN ` + list + `) AND p.day >= $` + strconv.Itoa(len(args)+1)
		return sqldb.Each(ctx, r, query, append(slices.Clone(args), since), func(rows *sql.Rows) error {
			var payment id.ID
			var cents money.Amount
			if err := rows.Scan(&payment, (*int64)(&cents)); err != nil {
				return fmt.Errorf("paymentsql: cash: %w", err)
			}
			cash[payment] = cents
			return nil
		})
	})
	var sum money.Amount
	for _, cents := range cash {
		sum += cents
	}
	return sum, err
}

// Last returns the last receipt of the series in which a desk gives receipts now, of what is paid in or out, and when it was recorded (UTC). Where there is
// none yet, only the name of the series is set.
func (s Store) Last(ctx context.Context, r journal.Reader, desk string, out bool) (last payment.Numbered, at time.Time, there bool, err error) {
	const in = `SELECT node, series, number, key, previous, link, at FROM payment
WHERE series = COALESCE((SELECT s.desk || '/' || s.series FROM receipt_series s WHERE s.desk = $1), $1) ORDER BY number DESC LIMIT 1`
	const back = `SELECT node, series, number, key, previous, link, at FROM reversal
WHERE series = COALESCE((SELECT s.desk || '/' || s.series || 'R' FROM receipt_series s WHERE s.desk = $1), $1 || '/R') ORDER BY number DESC LIMIT 1`
	query := in
	if out {
		query = back
	}
	last, at, there, err = numberedRow(r.QueryRow(ctx, query, desk))
	if err != nil || there {
		return last, at, there, err
	}
	nth := int64(1)
	err = r.QueryRow(ctx, `SELECT series FROM receipt_series WHERE desk = $1`, desk).Scan(&nth)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return last, at, false, fmt.Errorf("paymentsql: series: %w", err)
	}
	return payment.Numbered{Series: payment.SeriesOf(desk, nth, out)}, at, false, nil
}

// numberedRow reads a receipt and when it was recorded, and tells whether there is one.
func numberedRow(row *sql.Row) (payment.Numbered, time.Time, bool, error) {
	var n payment.Numbered
	var number, at int64
	var key, previous, link []byte
	err := row.Scan(&n.Node, &n.Series, &number, &key, &previous, &link, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return n, time.Time{}, false, nil
	}
	if err != nil {
		return n, time.Time{}, false, fmt.Errorf("paymentsql: series: %w", err)
	}
	return numbered(n, number, key, previous, link), time.UnixMicro(at).UTC(), true, nil
}

// OnPaper tells whether the receipt of the paper book was typed in already.
func (Store) OnPaper(ctx context.Context, r journal.Reader, p payment.Paper) (bool, error) {
	var n int64
	err := r.QueryRow(ctx, `SELECT COUNT(*) FROM payment WHERE series = '' AND book = $1 AND number = $2`, p.Book, int64(p.Number)).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("paymentsql: %w", err)
	}
	return n > 0, nil
}

// CountedBy returns the payment of a desk that an act counts, and whether there is one.
func (Store) CountedBy(ctx context.Context, r journal.Reader, desk string, act id.ID) (payment.Payment, bool, error) {
	found, err := collect(ctx, r, `WHERE p.desk = $1 AND p.act = $2`, desk, act)
	if err != nil || len(found) == 0 {
		return payment.Payment{}, false, err
	}
	return found[0], true, nil
}

// OfBook returns the receipts of a paper book that were typed in, in the order of their numbers.
func (Store) OfBook(ctx context.Context, r journal.Reader, book string) ([]paperbook.Written, error) {
	found, err := collect(ctx, r, `WHERE p.series = '' AND p.book = $1 ORDER BY p.number`, book)
	all := make([]paperbook.Written, len(found))
	for i, p := range found {
		by, err := actor.Parse(p.By)
		if err != nil {
			return nil, fmt.Errorf("paymentsql: %w", err)
		}
		all[i] = paperbook.Written{
			Number: p.Paper.Number, Day: p.Day, At: p.At, By: by.Who(), Desk: p.Desk, Payment: p.ID, Cents: p.Total(), Gone: p.State != payment.Taken,
		}
	}
	return all, err
}

// Numbered returns the payment of a receipt, and whether there is one.
func (Store) Numbered(ctx context.Context, r journal.Reader, series string, number uint32) (payment.Payment, bool, error) {
	found, err := collect(ctx, r, `WHERE p.series = $1 AND p.number = $2`, series, int64(number))
	if err != nil || len(found) == 0 {
		return payment.Payment{}, false, err
	}
	return found[0], true, nil
}

// Named returns the payment of a receipt of ours, or of one from a paper book of that name, and whether there is one.
func (Store) Named(ctx context.Context, r journal.Reader, series string, number uint32) (payment.Payment, bool, error) {
	found, err := collect(ctx, r, `WHERE p.series IN ($1, '') AND p.number = $2 AND (p.series <> '' OR p.book = $1) ORDER BY p.series DESC LIMIT 1`,
		series, int64(number))
	if err != nil || len(found) == 0 {
		return payment.Payment{}, false, err
	}
	return found[0], true, nil
}

// ForgivenAlone returns the late fee that was given away since a moment by receipts written by hand to which no second person agreed, in cents: at a desk, or by somebody at any desk. A
// void counts on its own day, so that the fee stays given away.
func (Store) ForgivenAlone(ctx context.Context, r journal.Reader, desk, who string, since time.Time) (money.Amount, error) {
	const query = `SELECT p.desk, p.actor, p.alone FROM payment p WHERE p.forgiven > 0 AND p.at >= $1`
	var sum money.Amount
	err := sqldb.Each(ctx, r, query, []any{since.UnixMicro()}, func(rows *sql.Rows) error {
		var at, by string
		var cents int64
		if err := rows.Scan(&at, &by, &cents); err != nil {
			return fmt.Errorf("paymentsql: forgiven: %w", err)
		}
		if at == desk || person(by) == who {
			sum += amount(cents)
		}
		return nil
	})
	return sum, err
}
