package sight_test

import (
	"testing"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/sight"
)

func TestNobodyOpensBillsOfAnotherMunicipality(t *testing.T) {
	t.Parallel()
	of := func(municipalities ...string) (found []bill.Found) {
		for _, m := range municipalities {
			found = append(found, bill.Found{Bill: bill.Bill{Content: bill.Content{Municipality: m}}})
		}
		return found
	}
	for _, theirs := range [][]bill.Found{nil, of("0010000"), of("0026000", "0010000")} {
		err := (&sight.Service{}).Open(t.Context(), journal.Request{}, "0026000", theirs) // refused before anything is asked
		if f := fault.First(err); f == nil || f.Key != "sight.elsewhere" {
			t.Errorf("%d bills: %v", len(theirs), err)
		}
	}
}
