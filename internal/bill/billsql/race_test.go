package billsql_test

import (
	"fmt"
	"sync"
	"testing"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// Several feeds send the same bill at once: one of them issues it, and the others are told whose it is.
func TestABillIsIssuedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		before := o.lines()
		const feeds, bills = 6, 10
		var wg sync.WaitGroup
		for f := range feeds {
			wg.Go(func() {
				for n := range bills {
					_, err := o.service.Put(t.Context(), o.at(fmt.Sprintf("FEED-%d", f)), content(water, fmt.Sprintf("W-%d", n), "C-1", 100), anna)
					if wrong := fault.First(err); err != nil && (wrong == nil || wrong.Key != "bill.other_desk") {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if issued := o.lines() - before; issued != bills {
			t.Errorf("%d bills were issued %d times", bills, issued)
		}
	})
}
