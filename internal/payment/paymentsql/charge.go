package paymentsql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// charge applies what a line says about the charge of a card. All lines about one stand at its desk.
func charge(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case payment.CardAsked:
		const query = `INSERT INTO card_charge (id, desk, entry, at, actor, request, cents, state, last, slip) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $3, '')`
		return tx.Run(ctx, "payment: charge", query, f.Charge, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.String(), f.Request, int64(f.Cents),
			string(payment.Asked))
	case payment.CardCharged:
		return became(ctx, tx, e, f.Charge, payment.Charged, f)
	case payment.CardRefused:
		return became(ctx, tx, e, f.Charge, payment.Refused, payment.CardCharged{})
	case payment.CardGivenUp:
		return became(ctx, tx, e, f.Charge, payment.GivenUp, payment.CardCharged{})
	case payment.CardCancelled:
		return became(ctx, tx, e, f.Charge, payment.Cancelled, payment.CardCharged{})
	}
	return nil
}

// became notes the line that says what has become of a charge, and what it has paid.
func became(ctx context.Context, tx *journal.Tx, e journal.Entry, charge id.ID, state payment.ChargeState, paid payment.CardCharged) error {
	const query = `UPDATE card_charge SET state = $1, last = $2, slip = $3, basket = $4 WHERE id = $5`
	return tx.Change(ctx, "payment: charge", query, string(state), e.Number, paid.Slip, paid.Basket, charge)
}

func charges(ctx context.Context, r journal.Reader, where string, args ...any) ([]payment.Charge, error) {
	var all []payment.Charge
	err := sqldb.Each(ctx, r, `SELECT id, desk, request, cents, at, state FROM card_charge `+where, args, func(rows *sql.Rows) error {
		var c payment.Charge
		var at int64
		if err := rows.Scan(&c.ID, &c.Desk, &c.Request, (*int64)(&c.Cents), &at, &c.State); err != nil {
			return fmt.Errorf("paymentsql: charge: %w", err)
		}
		c.At = time.UnixMicro(at).UTC()
		all = append(all, c)
		return nil
	})
	return all, err
}

// first returns the first charge, or the zero value.
func first(all []payment.Charge, err error) (payment.Charge, error) {
	if err != nil || len(all) == 0 {
		return payment.Charge{}, err
	}
	return all[0], nil
}

// LastCharge returns what a card was asked last under a request at a desk, or the zero value.
func (Store) LastCharge(ctx context.Context, r journal.Reader, desk, request string) (payment.Charge, error) {
	return first(charges(ctx, r, `WHERE desk = $1 AND request = $2 ORDER BY entry DESC LIMIT 1`, desk, request))
}

// Charge returns a charge, or the zero value.
func (Store) Charge(ctx context.Context, r journal.Reader, charge id.ID) (payment.Charge, error) {
	return first(charges(ctx, r, `WHERE id = $1`, charge))
}

// OpenCharges returns up to limit charges behind one that are asked or given up, the oldest first.
func (Store) OpenCharges(ctx context.Context, r journal.Reader, after id.ID, limit int) ([]payment.Charge, error) {
	return charges(ctx, r, `WHERE state IN ('asked', 'given-up') AND id > $1 ORDER BY id LIMIT $2`, after[:], limit)
}
