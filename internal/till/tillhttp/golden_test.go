package tillhttp_test

import (
	"testing"

	ot "vienkopus/internal/office/officetest"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
)

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	d := ot.Open(t, dbtest.SQLite(t))
	f := d.Live()
	d.Golden(map[string]ot.Page{
		"drawer-none":    {Who: "far", Path: "/till?then=/pay"},
		"drawer-last":    {Who: "clerk", Path: "/till?said=closed"},
		"drawer-open":    {Who: "colleague", Path: "/till"},
		"drawer-counted": {Who: "second", Path: "/till"},
		"count":          {Who: "colleague", Path: "/till/count"},
		"count-again":    {Who: "second", Path: "/till/count"},
		"bags":           {Who: "clerk", Path: "/till/bags"},
		"waiting":        {Who: "manager", Path: ot.Office + "/till"},
		"shift-late":     {Who: "manager", Path: ot.Office + "/till/shifts/" + f.Late.ID.String()},
		"shift-old":      {Who: "auditor", Path: ot.Office + "/till/shifts/" + f.Old.ID.String()},
		"book":           {Who: "accountant", Path: ot.Office + "/cash-book?desk=CES-1&day=2026-11-09"},
		"summary":        {Who: "accountant", Path: ot.Office + "/summary?centre=dzerbene&day=2026-11-12"},
	})
}

// Every code that a page may have to say has words in it.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	ot.Worded(t, "tillpage.reason", ot.Codes(till.Reasons...)...)
	ot.Worded(t, "tillpage.objection", ot.Codes(till.Objections...)...)
	ot.Worded(t, "tillpage.is", ot.Codes(till.States...)...)
	ot.Worded(t, "tillpage.bag_is", ot.Codes(till.BagStates...)...)
	ot.Worded(t, "tillpage.contradiction", ot.Codes(till.Contradictions...)...)
	ot.Worded(t, "tillpage.tender", ot.Codes(till.Tenders...)...)
	ot.Worded(t, "tillpage.waits", ot.Codes(till.ClerkCounts, till.ClerkExplains, till.ClerkCloses, till.OfficeApproves)...)
	ot.Worded(t, "tillpage.kind", "shift.opened", "shift.counted", "shift.closed", "payment.taken", "payment.voided", "payment.refunded", "payment.returned")
}
