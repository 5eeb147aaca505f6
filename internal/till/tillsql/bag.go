package tillsql

import (
	"context"
	"database/sql"
	"fmt"

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
d.deposit, COALESCE((SELECT COUNT(*) FROM till_match m WHERE m.deposit = d.deposit), 0),
(SELECT COUNT(*) FROM till_bag o WHERE o.bag = b.bag), (SELECT COUNT(*) FROM till_bag_taken o WHERE o.bag = b.bag),
(SELECT COUNT(*) FROM till_deposit_bag o WHERE o.bag = b.bag)
FROM till_bag b LEFT JOIN till_bag_given g ON g.bag = b.bag LEFT JOIN till_bag_taken t ON t.bag = b.bag LEFT JOIN till_deposit_bag d ON d.bag = b.bag `

const bagOrder = ` ORDER BY b.since, b.bag, b.desk, b.number, g.desk, g.number, t.desk, t.number, d.deposit`

func scanBag(r interface{ Scan(into ...any) error }) (till.Bag, error) {
	var b till.Bag
	var packed, given, taken, matches, packings, takings, deposits int64
	err := r.Scan(&b.Code, &b.Shift, &b.Desk, &b.Day, &b.Centre, &b.Municipality, &b.Since, &b.Seal, (*int64)(&b.Cents), &b.PackedBy, &packed,
		&b.GivenBy, &b.GivenTo, &given, &b.TakenBy, &b.SealSeen, &taken, &b.Deposit, &matches, &packings, &takings, &deposits)
	if err != nil {
		return b, fmt.Errorf("tillsql: bag: %w", err)
	}
	b.PackedAt, b.GivenAt, b.TakenAt = moment(packed), moment(given), moment(taken)
	b.State = bagState(b, matches > 0)
	b.Contradictions = contradictions(b)
	for c, n := range map[till.Contradiction]int64{till.PackedTwice: packings, till.TakenTwice: takings, till.DepositedTwice: deposits} {
		if n > 1 {
			b.Contradictions = append(b.Contradictions, c)
		}
	}
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

func contradictions(b till.Bag) []till.Contradiction {
	var found []till.Contradiction
	given, taken := b.GivenBy != "", b.TakenBy != ""
	for _, c := range []struct {
		is   bool
		what till.Contradiction
	}{
		{taken && b.SealSeen != b.Seal, till.SealDiffers},
		{given && taken && b.GivenTo != "" && b.GivenTo != b.TakenBy, till.OtherCollector},
		{given && b.GivenBy == b.TakenBy, till.SamePerson},
		{!given && !b.Deposit.IsZero(), till.NeverGiven},
	} {
		if c.is {
			found = append(found, c.what)
		}
	}
	return found
}

// bags returns one bag for each number, from the first of its rows.
func bags(ctx context.Context, r journal.Reader, query string, args ...any) ([]till.Bag, error) {
	var all []till.Bag
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		b, err := scanBag(rows)
		if err == nil && (len(all) == 0 || all[len(all)-1].Code != b.Code) {
			all = append(all, b)
		}
		return err
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
SELECT 1 FROM till_deposit_bag x JOIN till_match m ON m.deposit = x.deposit WHERE x.bag = b.bag))`
	if over.From.IsZero() {
		over = always
	}
	return bags(ctx, r, bagRows+which+bagOrder+` LIMIT $5`, municipality, over.From, over.To, open, till.MostBags)
}
