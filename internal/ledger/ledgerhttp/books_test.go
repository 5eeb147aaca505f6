package ledgerhttp_test

import (
	"net/http"
	"strings"
	"testing"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/ledger"
	ot "vienkopus/internal/office/officetest"
	"vienkopus/internal/platform/sqldb/dbtest"
	tt "vienkopus/internal/till/tilltest"
)

func TestTheBalance(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Get("accountant", ot.Office+"/trial").Says("No money moved in this time")
		d.Live()
		d.Get("accountant", ot.Office+"/trial").Is(http.StatusOK).Says(
			"The sum is zero: everything agrees.", "Drawer CES-1 €0.00 €262.34 €200.00 €62.34", "To be passed on: SIA „Vinda” €0.00 €100.00 €208.59 −€108.59", "Total €0.00 €1,171.24 €1,171.24 €0.00")
		d.Get("accountant", ot.Office+"/trial").Says("Bags on their way to the bank €0.00 €290.50 €200.00 €90.50").Hides("B-000121")
		d.Get("accountant", ot.Office+"/trial?kind=transit").Is(http.StatusOK).Says("Bag B-000121 €0.00 €200.00 €200.00 €0.00", "Total €0.00 €290.50 €200.00 €90.50", "All accounts").Hides("The sum is", "CES-1")
		d.Get("accountant", ot.Office+"/trial?centre=dzerbene").Says("The sum is zero", "Drawer DZE-1").Hides("CES-1")
		d.Get("accountant", ot.Office+"/trial?from=2026-11-10&to=2026-11-09").Is(http.StatusUnprocessableEntity).Says("The last day is before the first.")
		d.Get("accountant", ot.Office+"/trial?centre=aluksne").Is(http.StatusNotFound)
		d.Get("accountant", ot.Office+"/account?account=cash:CES-1").Is(http.StatusOK).Says("Drawer CES-1", "CES-1, line 5", "Turnover €262.34 €200.00", "Closing balance €62.34")
		for _, unknown := range []string{"cash:ALU-1", "cash", "", "purse:x"} {
			d.Get("accountant", ot.Office+"/account?account="+unknown).Is(http.StatusNotFound)
		}
		// A table that was changed behind our back is seen.
		d.W.Plant("UPDATE ledger_balance SET debit = debit + 1 WHERE account = 'cash:CES-1' AND day = '2026-11-09'")
		d.Get("accountant", ot.Office+"/trial").Says("The sum is not zero.").Hides("everything agrees")
	})
}

func TestClosingAPeriod(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Live()
		path := ot.Office + "/period"
		d.Get("accountant", path).Is(http.StatusOK).Says("No period is closed yet.", "Nothing came after a close.")
		if got := d.Get("accountant", path).Page; !strings.Contains(got, `value="31.10.2026"`) {
			t.Error("the end of last month is not proposed")
		}
		d.Post("accountant", path, "through", "20.11.2026").Is(http.StatusUnprocessableEntity).Says("cannot be closed yet")
		d.Post("accountant", path, "through", "soon").Is(http.StatusUnprocessableEntity).Says("Enter a date")
		d.Post("manager", path, "through", "31.10.2026").Is(http.StatusForbidden)
		d.Post("neighbour", path, "through", "31.10.2026").Is(http.StatusForbidden)
		before := d.W.Lines()
		for range 2 {
			d.Post("accountant", path, "key", "close", "through", "10.11.2026").Leads(path + "?said=closed")
		}
		if d.W.Lines() != before+1 {
			t.Error("a close sent twice was noted twice")
		}
		d.Post("accountant", path, "through", "10.11.2026").Is(http.StatusConflict).Says("10.11.2026")
		// Another node did not know of the close.
		entry, err := ledger.NewEntry(ledger.Place{Day: civil.MustDate("2026-11-09"), Centre: "cesis", Municipality: tt.Cesis},
			ledger.Posting{Account: ledger.Cash(tt.Ces2), Cents: 500}, ledger.Posting{Account: ledger.Creditor(tt.Water), Cents: -500})
		tt.Must(t, err)
		tt.Must(t, d.W.Post(tt.Ces2, tt.Second, tt.Paid{Booked: ledger.Booked{Ledger: []ledger.Entry{entry}}}))
		d.Get("accountant", path+"?said=closed").Says("The period is closed.", "Closed up to and including 10.11.2026.", "Came after the close", "09.11.2026 CES-2, line")
	})
}
