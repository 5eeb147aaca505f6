package ledgerhttp_test

import (
	"testing"

	"vienkopus/internal/ledger"
	ot "vienkopus/internal/office/officetest"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	d := ot.Open(t, dbtest.SQLite(t))
	d.Live()
	d.Golden(map[string]ot.Page{
		"trial":   {Who: "accountant", Path: ot.Office + "/trial"},
		"account": {Who: "accountant", Path: ot.Office + "/account?account=cash:CES-1"},
		"period":  {Who: "accountant", Path: ot.Office + "/period"},
	})
}

// Every code that a page may have to say has words in it.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	ot.Worded(t, "ledgerpage.account", ot.Codes(ledger.AccountKinds...)...)
}
