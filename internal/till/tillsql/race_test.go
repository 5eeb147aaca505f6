package tillsql_test

import (
	"fmt"
	"sync"
	"testing"

	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// Somebody explains a difference at the desk and approves the shift at the office at the same moment: she manages one of both.
func TestNobodyApprovesWhatSheExplained(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		ctx := t.Context()
		for round := range 25 {
			s, err := w.Till.Open(ctx, w.By(tt.Clerk, tt.Ces1), 100)
			tt.Must(t, err)
			_, err = w.Till.Count(ctx, w.By(tt.Clerk, tt.Ces1), tt.Found(amount(101+int64(round))))
			tt.Must(t, err)
			tt.Must(t, w.Till.Explain(ctx, w.By(tt.Clerk, tt.Ces1), s.ID, till.Unknown))
			_, err = w.Till.Close(ctx, w.By(tt.Clerk, tt.Ces1), till.CloseIn{Bag: fmt.Sprint("B", round), Seal: "P"})
			tt.Must(t, err)
			var explained, approved error
			var wg sync.WaitGroup
			start := make(chan struct{})
			wg.Go(func() { <-start; explained = w.Till.Explain(ctx, w.By(tt.Manager, tt.Ces1), s.ID, till.FoundLater) })
			wg.Go(func() { <-start; approved = w.Till.Approve(ctx, w.By(tt.Manager, tt.Office), s.ID) })
			close(start)
			wg.Wait()
			if (explained == nil) == (approved == nil) {
				t.Errorf("round %d: explained %v, approved %v", round, explained, approved)
			}
		}
		if found := check(w); len(found) > 0 {
			t.Errorf("found %q", found)
		}
	})
}
