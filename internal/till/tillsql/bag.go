package tillsql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/till"
)

// always is every day that there can be.
var always = civil.Period{From: civil.MustDate("0001-01-01"), To: civil.MustDate("9999-12-31")}

// bagRows has a row for each way in which the lines about a bag go together; there is one unless nodes that did not know of each other wrote the same number.
const bagRows = `SELECT b.bag, b.shift, b.desk, b.day, b.centre, b.municipality, b.since, b.seal, b.cents, b.who, b.at,
COALESCE(g.who, ''), COALESCE(g.given_to, ''), COALESCE(g.at, 0), COALESCE(t.who, ''), COALESCE(t.seal, ''), COALESCE(t.at, 0),
d.deposit, COALESCE((SELECT COUNT(*) FROM till_arrival m WHERE m.deposit = d.deposit), 0),
(SELECT COUNT(*) FROM till_bag o WHERE o.bag = b.bag), (SELECT COUNT(*) FROM till_bag_given o WHERE o.bag = b.bag),
(SELECT COUNT(*) FROM till_bag_taken o WHERE o.bag = b.bag),
(SELECT COUNT(*) FROM till_bag_deposited o WHERE o.bag = b.bag)
FROM till_bag b LEFT JOIN till_bag_given g ON g.bag = b.bag LEFT JOIN till_bag_taken t ON t.bag = b.bag LEFT JOIN till_bag_deposited d ON d.bag = b.bag `

const bagOrder = ` ORDER BY b.since, b.bag, b.desk, b.number, g.desk, g.number, t.desk, t.number, d.deposit`

func scanBag(r interface{ Scan(into ...any) error }) (till.Bag, error) {
	var b till.Bag
	var packed, given, taken, matches, packings, givings, takings, deposits int64
	err := r.Scan(&b.Code, &b.Shift, &b.Desk, &b.Day, &b.Centre, &b.Municipality, &b.Since, &b.Seal, (*int64)(&b.Cents), &b.PackedBy, &packed,
		&b.GivenBy, &b.GivenTo, &given, &b.TakenBy, &b.SealSeen, &taken, &b.Deposit, &matches, &packings, &givings, &takings, &deposits)
	if err != nil {
		return b, fmt.Errorf("tillsql: bag: %w", err)
	}
	b.PackedAt, b.GivenAt, b.TakenAt = sqldb.Moment(packed), sqldb.Moment(given), sqldb.Moment(taken)
	b.State = bagState(b, matches > 0)
	b.Contradictions = contradictions(b, map[till.Contradiction]bool{
		till.PackedTwice: packings > 1, till.GivenTwice: givings > 1, till.TakenTwice: takings > 1, till.DepositedTwice: deposits > 1,
	})
	return b, nil
}

func bagState(b till.Bag, matched bool) till.BagState {
	given, taken := b.GivenBy != "", b.TakenBy != ""
	switch {
	case matched:
		return till.Matched
	case !b.Deposit.IsZero():
		return till.Deposited
	case given && taken:
		return till.HandedOver
	case taken:
		return till.Taken
	case given:
		return till.Given
	}
	return till.Packed
}

// contradictions returns what holds of the row, in the order of till.Contradictions; is says what the numbers of rows tell.
func contradictions(b till.Bag, is map[till.Contradiction]bool) []till.Contradiction {
	given, taken := b.GivenBy != "", b.TakenBy != ""
	is[till.SealDiffers] = taken && b.SealSeen != b.Seal
	is[till.OtherCollector] = given && taken && b.GivenTo != "" && b.GivenTo != b.TakenBy
	is[till.SamePerson] = given && b.GivenBy == b.TakenBy
	is[till.NeverGiven] = !given && !b.Deposit.IsZero()
	var found []till.Contradiction
	for _, c := range till.Contradictions {
		if is[c] {
			found = append(found, c)
		}
	}
	return found
}

// bags returns one bag for each number: the first of its rows, with the contradictions of all.
func bags(ctx context.Context, r journal.Reader, query string, args ...any) ([]till.Bag, error) {
	var all []till.Bag
	known := map[string]int{}
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		b, err := scanBag(rows)
		if err != nil {
			return err
		}
		at, again := known[b.Code]
		if !again {
			known[b.Code] = len(all)
			all = append(all, b)
			return nil
		}
		for _, c := range b.Contradictions {
			if !slices.Contains(all[at].Contradictions, c) {
				all[at].Contradictions = append(all[at].Contradictions, c)
			}
		}
		return nil
	})
	return all, err
}

// Bag returns a bag by its number; one that nobody has packed has the state till.NoBag.
func (Store) Bag(ctx context.Context, r journal.Reader, code string) (till.Bag, error) {
	found, err := bags(ctx, r, bagRows+`WHERE b.bag = $1`+bagOrder, code)
	if err != nil || len(found) == 0 {
		return till.Bag{Code: code}, err
	}
	return found[0], nil
}

// Bags returns the bags of a municipality ("" for all) that were packed in the period, the oldest money first; the zero period is all days. With open they are those that the
// bank has not confirmed, at most till.MostBags.
func (Store) Bags(ctx context.Context, r journal.Reader, municipality string, over civil.Period, open bool) ([]till.Bag, error) {
	const which = `WHERE (b.municipality = $1 OR $1 = '') AND b.day >= $2 AND b.day <= $3 AND (NOT $4 OR NOT EXISTS (
SELECT 1 FROM till_bag_deposited x JOIN till_arrival m ON m.deposit = x.deposit WHERE x.bag = b.bag))`
	if over.From.IsZero() {
		over = always
	}
	return bags(ctx, r, bagRows+which+bagOrder+` LIMIT $5`, municipality, over.From, over.To, open, till.MostBags)
}
