// Package ledgersql keeps the postings, the balance of each account per centre and day, and the closes of periods.
//
// Postings lie together by account and day, as a cash book reads them. A group of commits writes each balance once.
package ledgersql

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

//go:embed schema.sql
var schema string

// Store is the projection and the queries of the ledger.
type Store struct{}

// Name implements journal.Projection.
func (Store) Name() string { return "ledger" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[ledger.PeriodClosed](), journal.Of[ledger.Mover](),
	}
}

// Apply implements journal.Projection: it posts the entries of whatever fact holds some.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	if closed, ok := e.Fact.(ledger.PeriodClosed); ok {
		return insertClose(ctx, tx, e, closed)
	}
	mover, ok := e.Fact.(ledger.Mover)
	if !ok {
		return nil
	}
	part := 0
	for _, entry := range mover.Entries() {
		for _, p := range entry.Postings() {
			part++
			if err := insertPosting(ctx, tx, e, ledger.Movement{Place: entry.Place(), Posting: p}, part); err != nil {
				return err
			}
		}
	}
	return nil
}

func insertPosting(ctx context.Context, tx *journal.Tx, e journal.Entry, m ledger.Movement, part int) error {
	const query = `INSERT INTO ledger_posting (account, day, desk, number, part, centre, municipality, cents)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	err := tx.Run(ctx, "ledgersql: posting", query, m.Account.String(), m.Day, e.Desk, e.Number, part, m.Centre, m.Municipality, int64(m.Cents))
	if err != nil {
		return err
	}
	change := movement{key: balanceKey{m.Municipality, m.Centre, m.Day.String(), m.Account.String()}}
	if m.Cents > 0 {
		change.debit = int64(m.Cents)
	} else {
		change.credit = -int64(m.Cents)
	}
	tx.Defer(change.key, change)
	return nil
}

// balanceKey names a row of ledger_balance.
type balanceKey struct{ municipality, centre, day, account string }

// movement is a sqldb.Pending that adds to both sides of a balance, in cents.
type movement struct {
	key           balanceKey
	debit, credit int64
}

// Merge adds the two movements. It panics when next is no movement: two changes of different kinds must not share a key.
func (m movement) Merge(next sqldb.Pending) sqldb.Pending {
	n, ok := next.(movement)
	if !ok {
		panic(fmt.Sprintf("ledgersql: a movement cannot be merged with a %T", next))
	}
	m.debit += n.debit
	m.credit += n.credit
	return m
}

// Write adds the movement to the balance.
func (m movement) Write(ctx context.Context, tx *sqldb.Tx) error {
	const query = `INSERT INTO ledger_balance (municipality, centre, day, account, debit, credit) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (municipality, centre, day, account)
DO UPDATE SET debit = ledger_balance.debit + excluded.debit, credit = ledger_balance.credit + excluded.credit`
	return tx.Run(ctx, "ledgersql: balance", query, m.key.municipality, m.key.centre, m.key.day, m.key.account, m.debit, m.credit)
}

// insertClose notes the close and what it had seen. Two nodes may close the same day; what either has seen is in the figures of
// the later one, so the larger number counts.
func insertClose(ctx context.Context, tx *journal.Tx, e journal.Entry, f ledger.PeriodClosed) error {
	const closing = `INSERT INTO ledger_close (municipality, through, desk, number) VALUES ($1, $2, $3, $4)`
	if err := tx.Run(ctx, "ledgersql: close", closing, f.Municipality, f.Through, e.Desk, e.Number); err != nil {
		return err
	}
	const seen = `INSERT INTO ledger_seen (municipality, through, desk, upto) VALUES ($1, $2, $3, $4)
ON CONFLICT (municipality, through, desk) DO UPDATE SET upto = excluded.upto WHERE excluded.upto > ledger_seen.upto`
	for _, desk := range slices.Sorted(maps.Keys(f.Seen)) {
		if err := tx.Run(ctx, "ledgersql: seen", seen, f.Municipality, f.Through, desk, f.Seen[desk]); err != nil {
			return err
		}
	}
	return nil
}
