package payment

import (
	"vienkopus/internal/base/money"
	"vienkopus/internal/till"
)

// Apportion shares tenders out over the totals of payments, in their order: the first payment takes from the first tender until that is used up. It
// answers the parts of each payment. Tenders and totals must be positive and have the same sum; then each payment gets its total
// and each tender is used up, to the cent.
func Apportion(tenders []till.Part, totals []money.Amount) [][]till.Part {
	left := append([]till.Part(nil), tenders...)
	shared := make([][]till.Part, len(totals))
	for i, open := range totals {
		for open > 0 && len(left) > 0 {
			part := left[0]
			part.Cents = min(part.Cents, open)
			shared[i] = append(shared[i], part)
			open -= part.Cents
			if left[0].Cents -= part.Cents; left[0].Cents == 0 {
				left = left[1:]
			}
		}
	}
	return shared
}
