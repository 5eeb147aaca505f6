// Package tillsql keeps shifts and every movement of money in them, and bags on their way to the bank, and answers what screens and the rules ask about
// them. What an office writes has tables of its own, because it may be replayed before what it is about; the two are joined when they are read.
package tillsql

import (
	"context"
	_ "embed"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

//go:embed schema.sql
var schema string

// Store is the projection and the queries of the till.
type Store struct{}

// Name implements journal.Projection.
func (Store) Name() string { return "till" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[till.ShiftOpened](), journal.Of[till.ShiftCounted](), journal.Of[till.DifferenceExplained](), journal.Of[till.ShiftClosed](),
		journal.Of[till.ShiftApproved](), journal.Of[till.ShiftObjected](), journal.Of[till.BagGiven](), journal.Of[till.BagTaken](),
		journal.Of[till.CashLimitSet](), journal.Of[till.CountRuleSet](), journal.Of[till.Mover](), journal.Of[till.Banked](), journal.Of[till.Arrived](),
		journal.Of[till.ArrivalExplained](), journal.Of[till.Unarrived](),
	}
}

// Apply implements journal.Projection. Movements, and what becomes of bags, are noted of whatever fact holds some.
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
	case till.CountRuleSet:
		return counting(ctx, tx, e, f)
	case till.Mover:
		return moved(ctx, tx, e, f.Movement())
	case till.Banked:
		return deposited(ctx, tx, f.Banking())
	case till.Arrived:
		return arrived(ctx, tx, e, f.Arrivals())
	case till.Unarrived:
		return unarrived(ctx, tx, f.Unarrivals())
	case till.ArrivalExplained:
		return tx.Run(ctx, "till: arrival explained", `INSERT INTO till_arrival_explained (deposit, desk, number) VALUES ($1, $2, $3)`,
			f.ExplainsDeposit(), e.Desk, e.Number)
	}
	return nil
}
