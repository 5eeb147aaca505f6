package bankhttp_test

import (
	"testing"

	"vienkopus/internal/bank"
	ot "vienkopus/internal/office/officetest"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	d := ot.Open(t, dbtest.SQLite(t))
	f := d.Live()
	d.Golden(map[string]ot.Page{
		"deposit":     {Who: "accountant", Path: ot.Office + "/till/deposits/" + f.Deposit.String()},
		"creditors":   {Who: "accountant", Path: ot.Office + "/creditors"},
		"remittances": {Who: "accountant", Path: ot.Office + "/remittances"},
		"bank":        {Who: "accountant", Path: ot.Office + "/bank"},
		"collect":     {Who: "collector", Path: ot.Office + "/collect"},
	})
}

// Every code that a page may have to say has words in it.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	ot.Worded(t, "bankpage.bank_reason", ot.Codes(bank.Reasons...)...)
	ot.Worded(t, "bankpage.deposit_is", ot.Codes(bank.Made, bank.Matched)...)
}
