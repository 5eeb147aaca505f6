package banksql_test

import (
	"fmt"
	"sync"
	"testing"

	"vienkopus/internal/bank"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// contest lets two programs do the same thing at once, each several times, and returns how often it was done and how often refused with the fault.
func contest(t *testing.T, programs []*bt.World, key string, do func(w *bt.World, n int) error) (done, refused int) {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	start := make(chan struct{})
	for _, w := range programs {
		for n := range 3 {
			wg.Go(func() {
				<-start
				err := do(w, n)
				f := fault.First(err)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					done++
				case f != nil && f.Key == key:
					refused++
				default:
					t.Error(err)
				}
			})
		}
	}
	close(start)
	wg.Wait()
	return done, refused
}

func TestTwoProgramsAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		first := bt.New(t, dsn)
		programs := []*bt.World{first, bt.Join(t, dsn, "second-")}
		ctx := t.Context()
		once := func(what, key string, do func(w *bt.World, n int) error) {
			t.Helper()
			if done, refused := contest(t, programs, key, do); done != 1 || refused != 5 {
				t.Errorf("%s: done %d times, refused %d times", what, done, refused)
			}
		}
		for round := range 3 {
			shift, bag := id.ID{}, fmt.Sprint("B", round)
			once("opening", "till.already_open", func(w *bt.World, _ int) error {
				s, err := w.Till.Open(ctx, w.By(tt.Clerk, tt.Ces1), 0)
				if err == nil {
					shift = s.ID
				}
				return err
			})
			tt.Must(t, first.Pay(first.By(tt.Clerk, tt.Ces1), tt.Water, tt.InCash(1000+amount(int64(round)))))
			_, err := first.Till.Count(ctx, first.By(tt.Clerk, tt.Ces1), tt.Found(1000+amount(int64(round))))
			tt.Must(t, err)
			once("closing", "till.no_shift", func(w *bt.World, n int) error {
				_, err := w.Till.Close(ctx, w.By(tt.Clerk, tt.Ces1), till.CloseIn{Bag: bag, Seal: fmt.Sprint("P", n)})
				return err
			})
			once("approving", "till.is_approved", func(w *bt.World, _ int) error { return w.Till.Approve(ctx, w.By(tt.Manager, tt.Office), shift) })
			once("giving", "till.bag_given", func(w *bt.World, n int) error {
				return w.Till.Give(ctx, w.By(tt.Clerk, []string{tt.Ces1, tt.Ces2}[n%2]), bag, "")
			})
			once("taking", "till.bag_taken", func(w *bt.World, n int) error {
				_, err := w.Till.Take(ctx, w.By([]string{tt.Collector, tt.Second}[n%2], tt.Office), bag, "P0")
				return err
			})
			b, err := first.Store.Bag(ctx, first.Journal.DB(), bag)
			tt.Must(t, err)
			once("depositing", "till.bag_deposited", func(w *bt.World, _ int) error {
				_, err := w.Bank.Deposit(ctx, w.By(b.TakenBy, tt.Office), bank.DepositIn{IBAN: tt.Account, Bags: []string{bag}})
				return err
			})
			news := make(chan bank.Imported, 6)
			in := bank.StatementIn{IBAN: tt.Account, Lines: []bank.LineIn{{Ref: bag, Day: today, Cents: b.Cents}, {Ref: bag + "x", Day: today, Cents: 5}}}
			if done, _ := contest(t, programs, "", func(w *bt.World, _ int) error {
				got, err := w.Bank.Import(ctx, w.By(tt.Manager, tt.Office), in)
				news <- got
				return err
			}); done != 6 {
				t.Errorf("%d imports", done)
			}
			close(news)
			var sum bank.Imported
			for n := range news {
				sum.New, sum.Known, sum.Matched = sum.New+n.New, sum.Known+n.Known, sum.Matched+n.Matched
			}
			if sum != (bank.Imported{New: 2, Known: 10, Matched: 1}) { // Unproven is what each of them says about itself
				t.Errorf("six imports of one statement: %+v", sum)
			}
		}
		if found := first.Check(); len(found) > 0 {
			t.Errorf("found %q", found)
		}
	})
}

// Two desks of different towns put the same number on their bags, and two offices import one account: the desks do not wait for each other, the number and the account do. The account
// belongs to the office that was first.
func TestANumberIsTakenOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		first := bt.New(t, dsn)
		programs := []*bt.World{first, bt.Join(t, dsn, "second-")}
		ctx := t.Context()
		desks := []string{tt.Ces1, tt.Dze1, tt.Alu1}
		for _, desk := range desks {
			_, err := first.Till.Open(ctx, first.By(tt.Clerk, desk), 100)
			tt.Must(t, err)
			_, err = first.Till.Count(ctx, first.By(tt.Clerk, desk), tt.Found(100))
			tt.Must(t, err)
		}
		var mu sync.Mutex
		faults := map[string]int{}
		done, refused := contest(t, programs, "till.bag_used", func(w *bt.World, n int) error {
			_, err := w.Till.Close(ctx, w.By(tt.Clerk, desks[n]), till.CloseIn{Bag: "B1", Seal: "P"})
			if f := fault.First(err); f != nil && f.Key == "till.no_shift" { // this desk has the bag already
				mu.Lock()
				faults[f.Key]++
				mu.Unlock()
				return fault.NewConflict("till.bag_used")
			}
			return err
		})
		if done != 1 || refused != 5 {
			t.Errorf("closed %d times, refused %d times (%v)", done, refused, faults)
		}
		for round := range 10 {
			news := make(chan int, 6)
			line := bank.LineIn{Ref: fmt.Sprint(round), Day: today, Cents: 5}
			if round == 0 {
				_, err := first.Bank.Import(ctx, first.By(tt.Manager, tt.Office), bank.StatementIn{IBAN: tt.Account, Lines: []bank.LineIn{{Ref: "before", Day: today, Cents: 5}}})
				tt.Must(t, err)
			}
			done, refused = contest(t, programs, "bank.account_elsewhere", func(w *bt.World, n int) error {
				office := office.Desk([]string{tt.Cesis, tt.Aluksne}[n%2])
				got, err := w.Bank.Import(ctx, w.By(tt.Manager, office), bank.StatementIn{IBAN: tt.Account, Lines: []bank.LineIn{line}})
				news <- got.New
				return err
			})
			close(news)
			sum := 0
			for n := range news {
				sum += n
			}
			if done+refused != 6 || done < 1 || sum != 1 {
				t.Errorf("%d imports took the line in %d times, %d were refused", done, sum, refused)
			}
		}
		if found := first.Check(); len(found) > 0 {
			t.Errorf("found %q", found)
		}
	})
}
