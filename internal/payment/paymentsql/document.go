package paymentsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// Document returns the receipt of a series with its copies, or the fault "payment.receipt_unknown".
func (s Store) Document(ctx context.Context, r journal.Reader, series string, number uint32) (payment.Document, error) {
	d, err := s.original(ctx, r, series, number)
	if err != nil {
		return d, err
	}
	const query = `SELECT copy, at, key FROM receipt_copy WHERE series = $1 AND number = $2 ORDER BY copy`
	err = sqldb.Each(ctx, r, query, []any{series, int64(number)}, func(rows *sql.Rows) error {
		var c payment.Copy
		var n, at int64
		var key []byte
		if err := rows.Scan(&n, &at, &key); err != nil {
			return fmt.Errorf("paymentsql: copy: %w", err)
		}
		c.Number, c.At = uint8(n), time.UnixMicro(at).UTC() //nolint:gosec // as it was written
		copy(c.Key[:], key)
		d.Copies = append(d.Copies, c)
		return nil
	})
	return d, err
}

func (s Store) original(ctx context.Context, r journal.Reader, series string, number uint32) (payment.Document, error) {
	if series == "" { // as in the rows of what has no receipt of ours
		return payment.Document{}, fault.NewNotFound("payment.receipt_unknown")
	}
	p, there, err := s.Numbered(ctx, r, series, number)
	if err != nil {
		return payment.Document{}, err
	}
	if there {
		return payment.Document{
			Kind: receipt.Payment, Payment: p.ID, Basket: p.Basket, Desk: p.Desk, At: p.At, By: p.By, Place: p.Place, Creditor: p.Creditor,
			Lines: p.Lines, Parts: p.Parts, Given: p.Given, Receipt: p.Receipt,
		}, nil
	}
	return s.outgoing(ctx, r, `WHERE series = $1 AND number = $2`, series, int64(number))
}

// outgoing returns the receipt of a reversal.
func (s Store) outgoing(ctx context.Context, r journal.Reader, where string, args ...any) (payment.Document, error) {
	const columns = `SELECT id, payment, kind, desk, at, actor, day, centre, municipality, creditor, cash, card, node, series, number, key, previous, link FROM reversal `
	var d payment.Document
	var kind string
	var at, cash, card, number int64
	var key, previous, link []byte
	n := &d.Receipt
	err := r.QueryRow(ctx, columns+where, args...).Scan(&d.Reversal, &d.Payment, &kind, &d.Desk, &at, &d.By, &d.Day, &d.Centre, &d.Municipality, &d.Creditor,
		&cash, &card, &n.Node, &n.Series, &number, &key, &previous, &link)
	if errors.Is(err, sql.ErrNoRows) {
		return d, fault.NewNotFound("payment.receipt_unknown")
	}
	if err != nil {
		return d, fmt.Errorf("paymentsql: reversal: %w", err)
	}
	d.Kind = receipt.Refund
	if payment.Way(kind) == payment.ByVoid {
		d.Kind = receipt.Void
	}
	d.At, d.Parts, d.Receipt = time.UnixMicro(at).UTC(), payment.Parts(amount(-cash), amount(-card), ""), numbered(*n, number, key, previous, link)
	if d.Lines, err = lines(ctx, r, `SELECT bill, number, cents FROM reversal_line WHERE reversal = $1 ORDER BY part`, d.Reversal); err != nil {
		return d, err
	}
	p, err := s.Payment(ctx, r, d.Payment)
	d.Original, d.ByHand, d.Basket = p.Original(), p.Paper != (payment.Paper{}), p.Basket
	return d, err
}

// Reversals returns the receipts of what was given back of a payment, in their order; what the bank returned has none.
func (s Store) Reversals(ctx context.Context, r journal.Reader, p id.ID) ([]payment.Document, error) {
	var ids []id.ID
	err := sqldb.Each(ctx, r, `SELECT id FROM reversal WHERE payment = $1 AND series <> '' ORDER BY at, id`, []any{p}, func(rows *sql.Rows) error {
		var one id.ID
		err := rows.Scan(&one)
		ids = append(ids, one)
		return err
	})
	var all []payment.Document
	for _, one := range ids {
		if err == nil {
			var d payment.Document
			d, err = s.outgoing(ctx, r, `WHERE id = $1`, one)
			all = append(all, d)
		}
	}
	return all, err
}

// GivenBack returns what was given back of a payment, each time a line for each bill.
func (Store) GivenBack(ctx context.Context, r journal.Reader, p id.ID) ([]payment.Line, error) {
	const query = `SELECT l.bill, l.number, l.cents FROM reversal r JOIN reversal_line l ON l.reversal = r.id WHERE r.payment = $1 ORDER BY r.at, r.id, l.part`
	return lines(ctx, r, query, p)
}

// Links returns the links of all receipts of a number: more than one where the database was put back, or there were two of it.
func (Store) Links(ctx context.Context, r journal.Reader, series string, number uint32) ([]receipt.Link, error) {
	const query = `SELECT link FROM payment WHERE series = $1 AND number = $2 AND series <> '' UNION ALL
SELECT link FROM reversal WHERE series = $1 AND number = $2 AND series <> ''`
	var all []receipt.Link
	err := sqldb.Each(ctx, r, query, []any{series, int64(number)}, func(rows *sql.Rows) error {
		var bytes []byte
		if err := rows.Scan(&bytes); err != nil {
			return fmt.Errorf("paymentsql: link: %w", err)
		}
		var link receipt.Link
		copy(link[:], bytes)
		all = append(all, link)
		return nil
	})
	return all, err
}

// Copies returns how many copies of a receipt there are.
func (Store) Copies(ctx context.Context, r journal.Reader, series string, number uint32) (int, error) {
	var n int
	err := r.QueryRow(ctx, `SELECT COUNT(*) FROM receipt_copy WHERE series = $1 AND number = $2`, series, int64(number)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("paymentsql: copies: %w", err)
	}
	return n, nil
}
