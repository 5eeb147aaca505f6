package ledgersql_test

import (
	"fmt"
	"sync"
	"testing"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// While desks type in receipts of last month, the month is closed: what got in before is in the figures, what came after is refused, and nothing is late.
func TestNothingSlipsPastAClose(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		b := open(t, dsn)
		const desks, each = 6, 15
		var wg sync.WaitGroup
		var mu sync.Mutex
		taken, refused, begun := 0, 0, make(chan struct{}, desks*each)
		for d := range desks {
			desk := fmt.Sprintf("CES-%d", d+1)
			entry := pay(t, desk, "2026-10-30", 100)
			wg.Go(func() {
				for range each {
					err := b.post(desk, true, entry)
					f := fault.First(err)
					mu.Lock()
					switch {
					case err == nil:
						taken++
					case f != nil && f.Key == "ledger.period_closed":
						refused++
					default:
						t.Error(err)
					}
					mu.Unlock()
					begun <- struct{}{}
				}
			})
		}
		for range desks * each / 3 {
			<-begun
		}
		_, err := b.service.Close(t.Context(), b.request("ACC"), cesis, civil.MustDate("2026-10-31"))
		wg.Wait()
		must(t, err)
		late, err := ledgersql.Store{}.Late(t.Context(), b.journal.DB(), cesis)
		must(t, err)
		if len(late) > 0 || taken+refused != desks*each || taken < desks*each/3 {
			t.Errorf("%d taken, %d refused, late: %+v", taken, refused, late)
		}
	})
}
