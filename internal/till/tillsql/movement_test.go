package tillsql_test

import (
	"slices"
	"testing"

	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// What the movements of a shift come to is what should be in its drawer, less the change money.
func TestMovementsOfAShift(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn)
		s, err := w.Till.Open(t.Context(), w.By(tt.Clerk, tt.Dze1), 2000)
		tt.Must(t, err)
		tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Dze1), tt.Water, tt.InCash(1000), tt.ByCard(800)))
		_, err = w.Till.Open(t.Context(), w.By(tt.Colleague, tt.Ces1), 100)
		tt.Must(t, err)
		tt.Must(t, w.Pay(w.By(tt.Colleague, tt.Ces1), tt.Water, tt.InCash(77)))
		tt.Must(t, w.Pay(w.By(tt.Colleague, tt.Dze1), tt.Council, tt.InCash(-300)))
		got, err := w.Store.Movements(t.Context(), w.Journal.DB(), s.ID)
		tt.Must(t, err)
		var in []money.Amount
		cash := s.Float
		for _, m := range got {
			in = append(in, m.Cents)
			if m.Tender == till.Cash {
				cash += m.Cents
			}
			if m.Desk != tt.Dze1 || m.Kind != "money.moved" || m.Number == 0 || !m.At.Equal(w.Clock.Now()) {
				t.Errorf("%+v", m)
			}
		}
		expected, err := w.Store.Expected(t.Context(), w.Journal.DB(), s.ID)
		tt.Must(t, err)
		if !slices.Equal(in, []money.Amount{1000, 800, -300}) || cash != expected || got[0].By != tt.Clerk || got[2].By != tt.Colleague {
			t.Errorf("%v: %+v", expected, got)
		}
	})
}
