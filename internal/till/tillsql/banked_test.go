package tillsql_test

import (
	"testing"

	"vienkopus/internal/base/id"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// brought, confirmed and excused are lines of a feature that the till does not know.
type (
	brought   struct{ Deposit id.ID }
	confirmed struct{ Deposit id.ID }
	excused   struct{ Deposit id.ID }
)

// Kind implements journal.Fact.
func (brought) Kind() string { return "courier.brought" }

// Version implements journal.Fact.
func (brought) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f brought) Subjects() []string { return []string{"courier:" + f.Deposit.String()} }

// Banking implements till.Banked.
func (f brought) Banking() till.Banking {
	return till.Banking{Deposit: f.Deposit, Municipality: tt.Cesis, Day: today, Bags: []string{"B1", "B2"}}
}

// Kind implements journal.Fact.
func (confirmed) Kind() string { return "courier.confirmed" }

// Version implements journal.Fact.
func (confirmed) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f confirmed) Subjects() []string { return []string{"courier:" + f.Deposit.String()} }

// Arrivals implements till.Arrived.
func (f confirmed) Arrivals() []till.Arrival {
	return []till.Arrival{{Deposit: f.Deposit, Difference: -3}}
}

// Kind implements journal.Fact.
func (excused) Kind() string { return "courier.excused" }

// Version implements journal.Fact.
func (excused) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f excused) Subjects() []string { return []string{"courier:" + f.Deposit.String()} }

// ExplainsDeposit implements till.ArrivalExplained.
func (f excused) ExplainsDeposit() id.ID { return f.Deposit }

// The till knows where a bag is by whatever line says so; it knows no bank.
func TestWhoeverBringsBagsAwayTells(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn, tt.More{Facts: []journal.Definition{journal.Define[brought](), journal.Define[confirmed](), journal.Define[excused]()}})
		deposit := id.ID{7}
		is := func(state till.BagState, differences int) {
			t.Helper()
			b, err := w.Store.Bag(t.Context(), w.Journal.DB(), "B2")
			if err != nil || b.State != state {
				t.Errorf("the bag %+v, %v; want it %s", b, err, state)
			}
			open, err := w.Store.Differences(t.Context(), w.Journal.DB(), tt.Cesis)
			if err != nil || len(open) != differences {
				t.Errorf("differences %+v, %v", open, err)
			}
		}
		place := ledger.Place{Day: today, Centre: "dzerbene", Municipality: tt.Cesis}
		for i, bag := range []string{"B1", "B2"} {
			tt.Must(t, w.Post(tt.Dze1, tt.Clerk, till.ShiftClosed{Shift: id.ID{byte(i + 1)}, Place: place, Counted: 5, Packed: 5, Bag: bag, Seal: "P"}))
		}
		is(till.Packed, 0)
		tt.Must(t, w.Post(tt.Office, tt.Collector, brought{deposit}))
		is(till.Deposited, 0)
		tt.Must(t, w.Post(tt.Office, tt.Manager, confirmed{deposit}))
		is(till.Matched, 1)
		tt.Must(t, w.Post(tt.Office, tt.Manager, excused{deposit}))
		is(till.Matched, 0)
	})
}
