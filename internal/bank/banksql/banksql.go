// Package banksql keeps deposits, lines of statements with what they are matched with, and remittances, and answers what screens and the rules ask about
// them. Lines come from the offices of several municipalities in any order: each has a row of its own, and they are joined when they are read. Where a bag
// was packed, and what is owed to a creditor, is read in the tables of the till and the ledger.
package banksql

import (
	"context"
	_ "embed"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
)

//go:embed schema.sql
var schema string

// always is every day that there can be.
var always = civil.Period{From: civil.MustDate("0001-01-01"), To: civil.MustDate("9999-12-31")}

// Store is the projection and the queries of the bank.
type Store struct{}

// Name implements journal.Projection.
func (Store) Name() string { return "bank" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[bank.DepositMade](), journal.Of[bank.StatementImported](), journal.Of[bank.DepositMatched](), journal.Of[bank.DepositExplained](),
		journal.Of[bank.CardSettled](), journal.Of[bank.RemittanceMade](), journal.Of[bank.MatchDoubted](), journal.Of[bank.DoubtDismissed](),
		journal.Of[bank.MatchUndone](), journal.Of[bank.LineSetAside](), journal.Of[bank.RemittanceAsked](), journal.Of[bank.RemittanceDecided](),
		journal.Of[bank.RemittanceSent](), journal.Of[bank.RemittanceCancelled](),
	}
}

// Apply implements journal.Projection.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case bank.DepositMade:
		return deposited(ctx, tx, e, f)
	case bank.StatementImported:
		return imported(ctx, tx, e, f)
	case bank.DepositMatched:
		return matched(ctx, tx, e, f)
	case bank.DepositExplained:
		const query = `INSERT INTO bank_deposit_explanation (deposit, desk, number, at, who, reason) VALUES ($1, $2, $3, $4, $5, $6)`
		return tx.Run(ctx, "bank: deposit explained", query, f.Deposit, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.Who(), string(f.Reason))
	case bank.CardSettled:
		const query = `INSERT INTO bank_card_settlement (iban, ref, desk, number, municipality, cents, fee) VALUES ($1, $2, $3, $4, $5, $6, $7)`
		return tx.Run(ctx, "bank: cards settled", query, string(f.IBAN), f.Ref, e.Desk, e.Number, f.Municipality, int64(f.Cents), int64(f.Fee))
	case bank.MatchDoubted:
		const query = `INSERT INTO bank_doubt (doubt, desk, number, municipality, iban, ref, deposit, reason, at, who) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
		var deposit any
		if f.Deposit != nil {
			deposit = *f.Deposit
		}
		return tx.Run(ctx, "bank: doubt", query, f.Doubt, e.Desk, e.Number, f.Municipality, string(f.IBAN), f.Ref, deposit, string(f.Reason), e.RecordedAt.UnixMicro(), e.Actor.Who())
	case bank.DoubtDismissed:
		return decided(ctx, tx, e, f.Doubt)
	case bank.MatchUndone:
		return undone(ctx, tx, e, f)
	case bank.LineSetAside:
		return tx.ChangeIfAny(ctx, "bank: line set aside", `UPDATE bank_line SET aside = $3 WHERE iban = $1 AND ref = $2`, string(f.IBAN), f.Ref, string(f.Reason))
	case bank.RemittanceAsked:
		return asked(ctx, tx, e, f)
	case bank.RemittanceDecided:
		const query = `INSERT INTO bank_remittance_decided (asked, desk, number, approved) VALUES ($1, $2, $3, $4)`
		return tx.Run(ctx, "bank: remittance decided", query, f.Asked, e.Desk, e.Number, f.Approved)
	case bank.RemittanceSent:
		return tx.Run(ctx, "bank: remittance sent", `INSERT INTO bank_remittance_sent (remittance, desk, number) VALUES ($1, $2, $3)`, f.Remittance, e.Desk, e.Number)
	case bank.RemittanceCancelled:
		return tx.Run(ctx, "bank: remittance taken back", `INSERT INTO bank_remittance_cancelled (remittance, desk, number) VALUES ($1, $2, $3)`, f.Remittance, e.Desk, e.Number)
	case bank.RemittanceMade:
		const query = `INSERT INTO bank_remittance (id, desk, number, municipality, day, creditor, through, cents, from_iban, to_iban, who, held)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
		return tx.Run(ctx, "bank: remittance", query, f.Remittance, e.Desk, e.Number, f.Municipality, f.Day, string(f.Creditor), f.Through, int64(f.Cents),
			string(f.From), string(f.To), e.Actor.Who(), f.Held)
	}
	return nil
}

func deposited(ctx context.Context, tx *journal.Tx, e journal.Entry, f bank.DepositMade) error {
	const query = `INSERT INTO bank_deposit (id, desk, number, municipality, day, iban, slip, cents, at, who)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	err := tx.Run(ctx, "bank: deposit", query, f.Deposit, e.Desk, e.Number, f.Municipality, f.Day, string(f.IBAN), f.Slip, int64(f.Cents),
		e.RecordedAt.UnixMicro(), e.Actor.Who())
	for i, b := range f.Bags {
		if err == nil {
			const bag = `INSERT INTO bank_deposit_bag (bag, deposit, part, cents) VALUES ($1, $2, $3, $4)`
			err = tx.Run(ctx, "bank: deposited bag", bag, b.Bag, f.Deposit, i+1, int64(b.Cents))
		}
	}
	return err
}
