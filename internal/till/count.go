package till

import (
	"cmp"
	"context"
	"slices"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
)

// Denominations are the notes and coins of the euro, in cents, the largest first.
var Denominations = []money.Amount{50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1}

// MostPieces bounds how many pieces of one denomination a count can hold.
const MostPieces = 10_000

// Pieces says how many notes or coins of one denomination there are.
type Pieces struct {
	// Cents is what one piece is worth.
	Cents money.Amount `json:"cents"`
	N     int64        `json:"n"`
}

// CountIn is what somebody found in the drawer. Who found nothing says 0 of something: an empty form is no count.
type CountIn struct{ Pieces []Pieces }

// Counting is what a count found.
type Counting struct {
	Shift id.ID
	// Again is 1 for the first count of the shift, 2 for the second …
	Again int64
	// Counted was there and Expected should have been; Difference is Counted less Expected. All are in cents.
	Counted, Expected, Difference money.Amount
	Pieces                        []Pieces
	At                            time.Time // UTC
	// By counted (a staff id).
	By string
}

// Count notes what was counted in the drawer of the open shift, piece by piece, before anybody is told what should be there. What is too much or too
// little goes to the account of differences. From the first count on no money moves in the shift; every further count is a line of its own and is
// compared with the one before. It returns the conflict "till.no_shift" and faults for pieces that cannot be.
func (s *Service) Count(ctx context.Context, r journal.Request, in CountIn) (Counting, error) {
	pieces, counted, err := in.sum()
	if err != nil {
		return Counting{}, err
	}
	f, e, err := journal.Record(ctx, s.journal, r, []any{"count", pieces}, func(tx *journal.Tx) (ShiftCounted, error) {
		shift, at, err := s.here(ctx, tx, StepCount)
		if err != nil {
			return ShiftCounted{}, err
		}
		expected, err := s.store.Expected(ctx, tx, shift.ID)
		if err != nil {
			return ShiftCounted{}, err
		}
		f := ShiftCounted{Shift: shift.ID, Place: at, Counted: counted, Denominations: pieces, Expected: expected, Difference: counted - expected, Again: shift.Counts + 1}
		if f.Difference == 0 {
			return f, nil
		}
		f.Ledger, err = s.entry(ctx, tx, at, ledger.Posting{Account: ledger.Cash(tx.Desk()), Cents: f.Difference},
			ledger.Posting{Account: ledger.Difference(tx.Desk()), Cents: -f.Difference})
		return f, err
	})
	return Counting{
		Shift: f.Shift, Again: f.Again, Counted: f.Counted, Expected: f.Expected, Difference: f.Difference, Pieces: f.Denominations, At: e.RecordedAt, By: e.Actor.Who(),
	}, err
}

// sum checks the pieces, adds them up, and puts them in order without those of which there are none.
func (in CountIn) sum() ([]Pieces, money.Amount, error) {
	if len(in.Pieces) == 0 {
		return nil, 0, fault.NewInvalid("till.count_empty").On("count")
	}
	var pieces []Pieces
	var sum money.Amount // MostPieces of every denomination fit by far
	seen := map[money.Amount]bool{}
	for _, p := range in.Pieces {
		switch {
		case !slices.Contains(Denominations, p.Cents) || seen[p.Cents]:
			return nil, 0, fault.NewInvalid("till.denomination").On("count")
		case p.N < 0 || p.N > MostPieces:
			return nil, 0, fault.NewInvalid("till.pieces", "Max", MostPieces).On("count")
		}
		seen[p.Cents] = true
		sum += p.Cents * money.Amount(p.N)
		if p.N > 0 {
			pieces = append(pieces, p)
		}
	}
	slices.SortFunc(pieces, func(a, b Pieces) int { return cmp.Compare(b.Cents, a.Cents) })
	return pieces, sum, nil
}
