package payment_test

import (
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/base/money"
	"vienkopus/internal/payment"
	"vienkopus/internal/till"
)

// However tenders and totals fall, each payment gets its total and each tender is used up, to the cent, and nothing is negative.
func TestApportionLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.SliceOfN(rapid.Int64Range(1, 500), 1, 8).Draw(t, "totals")
		var totals []money.Amount
		var sum money.Amount
		for _, c := range cents {
			totals = append(totals, money.Amount(c))
			sum += money.Amount(c)
		}
		card := money.Amount(rapid.Int64Range(0, int64(sum)).Draw(t, "card"))
		var tenders []till.Part
		if card > 0 {
			tenders = append(tenders, till.Part{Tender: till.Card, Cents: card, Slip: "1"})
		}
		if sum > card {
			tenders = append(tenders, till.Part{Tender: till.Cash, Cents: sum - card})
		}
		used := map[till.Tender]money.Amount{}
		shared := payment.Apportion(tenders, totals)
		for i, parts := range shared {
			var got money.Amount
			for _, p := range parts {
				if p.Cents <= 0 {
					t.Fatalf("payment %d has a part of %s", i, p.Cents)
				}
				got += p.Cents
				used[p.Tender] += p.Cents
			}
			if got != totals[i] {
				t.Fatalf("payment %d gets %s, want %s", i, got, totals[i])
			}
		}
		if used[till.Card] != card || used[till.Cash] != sum-card {
			t.Fatalf("used %v, want card %s of %s", used, card, sum)
		}
	})
}
