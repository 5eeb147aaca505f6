package sight_test

import (
	"testing"

	"vienkopus/internal/bill"
	"vienkopus/internal/sight"
)

func TestAMaskShowsHouseAndInitials(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, address, initials, house string }{
		{"Anna Bērziņa", "Rīgas iela 12-5, Cēsis", "A. B.", "Rīgas iela 12"},
		{"Anna-Marija Bērziņa", "Rīgas iela 12A/7", "A. M. B.", "Rīgas iela 12A"},
		{"D'Arc Jeanne", "Liepas, Dzērbenes pagasts", "D. J.", "Liepas"},
		{"SIA „Vinda”", "Parka iela 3 k-2, Rīga", "S. V.", "Parka iela 3"},
		{"", "", "", ""},
		{"Ž", "Kalna iela 1", "Ž.", "Kalna iela 1"},
	} {
		if got := sight.Mask(bill.Payer{Name: c.name, Address: c.address}); got.Name != c.initials || got.Address != c.house {
			t.Errorf("%s, %s: %+v", c.name, c.address, got)
		}
	}
}
