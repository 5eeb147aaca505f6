// Package tillsql keeps shifts and every movement of money in them, bags, deposits, lines of statements and remittances, and answers what screens and
// the rules ask about them. What an office writes has tables of its own, because it may be replayed before what it is about; the two are joined
// when they are read.
package tillsql

import (
	"context"
	_ "embed"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
)

//go:embed schema.sql
var schema string

// Store is the projection and the queries of the till.
type Store struct{}

// Name implements journal.Projection.
func (Store) Name() string { return "till" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Apply implements journal.Projection. Movements are noted of whatever fact holds some.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case till.ShiftOpened:
		return opened(ctx, tx, e, f)
	case till.ShiftCounted:
		return counted(ctx, tx, e, f)
	case till.DifferenceExplained:
		return explained(ctx, tx, e, f)
	case till.ShiftClosed:
		return closed(ctx, tx, e, f)
	case till.ShiftApproved:
		return judged(ctx, tx, e, f.Shift, till.Approved, "")
	case till.ShiftObjected:
		return judged(ctx, tx, e, f.Shift, till.Objected, f.Reason)
	case till.BagGiven:
		return tx.Run(ctx, "till: bag given", `INSERT INTO till_bag_given (bag, desk, number, at, who, given_to) VALUES ($1, $2, $3, $4, $5, $6)`,
			f.Bag, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.Who(), f.To)
	case till.BagTaken:
		return tx.Run(ctx, "till: bag taken", `INSERT INTO till_bag_taken (bag, desk, number, at, who, seal) VALUES ($1, $2, $3, $4, $5, $6)`,
			f.Bag, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.Who(), f.Seal)
	case till.CashLimitSet:
		return limited(ctx, tx, e, f)
	case till.Mover:
		return moved(ctx, tx, e, f.Movement())
	}
	return applyBank(ctx, tx, e)
}

func applyBank(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case bank.DepositMade:
		return deposited(ctx, tx, e, f)
	case bank.StatementImported:
		return imported(ctx, tx, e, f)
	case bank.DepositMatched:
		return matched(ctx, tx, e, f)
	case bank.DepositExplained:
		const query = `INSERT INTO till_deposit_explanation (deposit, desk, number, at, who, reason) VALUES ($1, $2, $3, $4, $5, $6)`
		return tx.Run(ctx, "till: deposit explained", query, f.Deposit, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.Who(), string(f.Reason))
	case bank.CardSettled:
		const query = `INSERT INTO till_card_settlement (iban, ref, desk, number, municipality, cents, fee) VALUES ($1, $2, $3, $4, $5, $6, $7)`
		return tx.Run(ctx, "till: cards settled", query, string(f.IBAN), f.Ref, e.Desk, e.Number, f.Municipality, int64(f.Cents), int64(f.Fee))
	case bank.RemittanceMade:
		const query = `INSERT INTO till_remittance (id, desk, number, municipality, day, creditor, through, cents, from_iban, to_iban, who)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
		return tx.Run(ctx, "till: remittance", query, f.Remittance, e.Desk, e.Number, f.Municipality, f.Day, string(f.Creditor), f.Through, int64(f.Cents),
			string(f.From), string(f.To), e.Actor.Who())
	}
	return nil
}
