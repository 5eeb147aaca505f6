package till_test

import (
	"slices"
	"testing"

	"vienkopus/internal/bank"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// pack makes a bag of 30 euro at a desk.
func pack(t *testing.T, w *tt.World, desk, bag string) {
	t.Helper()
	_, err := w.Till.Open(t.Context(), w.By(tt.Clerk, desk), 2000)
	tt.Must(t, err)
	tt.Must(t, w.Pay(w.By(tt.Clerk, desk), tt.Water, tt.InCash(3000)))
	_, err = w.Till.Count(t.Context(), w.By(tt.Clerk, desk), tt.Found(5000))
	tt.Must(t, err)
	_, err = w.Till.Close(t.Context(), w.By(tt.Clerk, desk), till.CloseIn{Left: 2000, Bag: bag, Seal: "SEAL-" + bag})
	tt.Must(t, err)
}

func bagOf(t *testing.T, w *tt.World, code string) till.Bag {
	t.Helper()
	b, err := w.Store.Bag(t.Context(), w.Journal.DB(), code)
	tt.Must(t, err)
	return b
}

func TestTwoPeopleHandOver(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn)
		ctx := t.Context()
		pack(t, w, tt.Ces1, "B1")
		wantFault(t, w.Till.Give(ctx, w.By(tt.Clerk, tt.Dze1), "B1", ""), "till.bag_elsewhere")
		wantFault(t, w.Till.Give(ctx, w.By(tt.Clerk, tt.Ces1), "B2", ""), "till.bag_unknown")
		wantFault(t, w.Till.Give(ctx, w.By(tt.Clerk, tt.Ces1), "B1", "the tall one"), "till.collector")
		wantFault(t, w.Till.Give(ctx, w.By(tt.Clerk, tt.Ces1), "", ""), "till.code")
		wantFault(t, w.Till.Give(ctx, w.By(tt.Collector, tt.Ces1), "B1", tt.Collector), "till.same_person")
		tt.Must(t, w.Till.Give(ctx, w.By(tt.Clerk, tt.Ces2), "b1", tt.Collector)) // the colleague's desk in the same town
		_, err := w.Till.Take(ctx, w.By(tt.Clerk, tt.Office), "B1", "SEAL-B1")
		wantFault(t, err, "till.same_person")
		_, err = w.Till.Take(ctx, w.By(tt.Collector, office.Desk(tt.Aluksne)), "B1", "SEAL-B1")
		wantFault(t, err, "till.other_office")
		_, err = w.Till.Take(ctx, w.By(tt.Collector, tt.Office), "B9", "SEAL-B1")
		wantFault(t, err, "till.bag_unknown")
		_, err = w.Till.Take(ctx, w.By(tt.Collector, tt.Office), "B1", "")
		wantFault(t, err, "till.code")
		if b := bagOf(t, w, "B1"); b.State != till.Given || b.Waits() != till.CollectorTakes {
			t.Errorf("given: %+v", b)
		}
		r := w.By(tt.Collector, tt.Office)
		for range 2 {
			agrees, err := w.Till.Take(ctx, r, "B1", "seal-b1")
			if err != nil || !agrees {
				t.Errorf("taken: %t, %v", agrees, err)
			}
		}
		b := bagOf(t, w, "B1")
		if b.State != till.HandedOver || len(b.Contradictions) > 0 || b.TakenBy != tt.Collector || b.GivenBy != tt.Clerk || b.Cents != 3000 {
			t.Errorf("handed over: %+v", b)
		}
	})
}

// What does not fit together is kept as it was said, and shown.
func TestContradictionsAreShown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		ctx := t.Context()
		pack(t, w.World, tt.Ces1, "B1")
		agrees, err := w.Till.Take(ctx, w.By(tt.Collector, tt.Office), "B1", "P-9")
		if err != nil || agrees {
			t.Errorf("another seal: %t, %v", agrees, err)
		}
		if b := bagOf(t, w.World, "B1"); b.State != till.Taken || b.Waits() != till.ClerkGives || b.SealSeen != "P-9" || !slices.Equal(b.Contradictions, []till.Contradiction{till.SealDiffers}) {
			t.Errorf("taken: %+v", b)
		}
		tt.Must(t, w.Till.Give(ctx, w.By(tt.Clerk, tt.Ces1), "B1", tt.Second))
		if b := bagOf(t, w.World, "B1"); !slices.Equal(b.Contradictions, []till.Contradiction{till.SealDiffers, till.OtherCollector}) {
			t.Errorf("given to another: %+v", b)
		}
		pack(t, w.World, tt.Ces1, "B2")
		_, err = w.Till.Take(ctx, w.By(tt.Collector, tt.Office), "B2", "SEAL-B2")
		tt.Must(t, err)
		_, err = w.Bank.Deposit(ctx, w.By(tt.Collector, tt.Office), bank.DepositIn{IBAN: tt.Account, Bags: []string{"B2"}})
		tt.Must(t, err)
		if b := bagOf(t, w.World, "B2"); b.State != till.Deposited || !slices.Equal(b.Contradictions, []till.Contradiction{till.NeverGiven}) {
			t.Errorf("never given: %+v", b)
		}
		// Nodes that did not know of each other.
		place := ledger.Place{Day: today, Centre: "dzerbene", Municipality: tt.Cesis}
		twice := till.ShiftClosed{Shift: id.ID{7}, Place: place, Counted: 5, Bag: "B2", Seal: "X", Packed: 5}
		tt.Must(t, w.Post(tt.Dze1, tt.Clerk, twice))
		tt.Must(t, w.Post(office.Desk(tt.Aluksne), tt.Second, till.BagTaken{Bag: "B2", Seal: "SEAL-B2"}))
		tt.Must(t, w.Post(tt.Ces1, tt.Collector, till.BagGiven{Bag: "B2"}, till.BagGiven{Bag: "B2"}))
		deposit := bank.DepositMade{Deposit: id.ID{8}, Municipality: tt.Aluksne, Day: today, IBAN: tt.Account, Bags: []bank.BagCents{{Bag: "B2", Cents: 3000}}, Cents: 3000}
		tt.Must(t, w.Post(office.Desk(tt.Aluksne), tt.Second, deposit))
		b := bagOf(t, w.World, "B2")
		slices.Sort(b.Contradictions)
		if want := []till.Contradiction{till.DepositedTwice, till.GivenTwice, till.PackedTwice, till.SamePerson, till.SealDiffers, till.TakenTwice}; !slices.Equal(b.Contradictions, want) {
			t.Errorf("twice: %+v", b.Contradictions)
		}
		all, err := w.Store.Bags(ctx, w.Journal.DB(), tt.Cesis, civil.Period{}, false)
		if err != nil || len(all) != 2 {
			t.Errorf("%d bags, %v", len(all), err)
		}
	})
}

// What the office says reaches a node before the lines that it is about: the rows are the same.
func TestTheOfficeComesFirst(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn)
		ctx := t.Context()
		shift := id.ID{9}
		tt.Must(t, w.Post(tt.Office, tt.Manager, till.ShiftApproved{Shift: shift}))
		tt.Must(t, w.Post(tt.Office, tt.Collector, till.BagTaken{Bag: "B1", Seal: "P1"}))
		place := ledger.Place{Day: today, Centre: "dzerbene", Municipality: tt.Cesis}
		tt.Must(t, w.Post(tt.Dze1, tt.Clerk, till.ShiftOpened{Shift: shift, Place: place}))
		s, err := w.Store.Shift(ctx, w.Journal.DB(), shift)
		if err != nil || s.State != till.Open {
			t.Errorf("open: %+v, %v", s, err)
		}
		tt.Must(t, w.Post(tt.Dze1, tt.Clerk, till.ShiftCounted{Shift: shift, Place: place, Again: 1, Counted: 5, Difference: 5},
			till.ShiftClosed{Shift: shift, Place: place, Counted: 5, Packed: 5, Bag: "B1", Seal: "P1"}))
		if s, err = w.Store.Shift(ctx, w.Journal.DB(), shift); err != nil || s.State != till.Approved {
			t.Errorf("closed: %+v, %v", s, err)
		}
		if b := bagOf(t, w, "B1"); b.State != till.Taken {
			t.Errorf("bag: %+v", b)
		}
	})
}
