package banksql_test

import (
	"testing"

	"vienkopus/internal/bank/banksql"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/journal/audit/audittest"
	"vienkopus/internal/platform/sqldb/dbtest"
	tt "vienkopus/internal/till/tilltest"
)

var today = bt.Today

func check(w *bt.World) []string {
	w.TB.Helper()
	found, err := audittest.Look(w.TB.Context(), w.Journal.DB(), banksql.Check())
	tt.Must(w.TB, err)
	return found
}

// Every table is spoiled once in each way: a row too much, one too few, and one that says something else.
func TestCheckComparesEveryTable(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		w.WholeWay()
		w.Spoil(t, map[string]string{
			"UPDATE bank_deposit SET slip = ''":                                                                "bank_deposit: ",
			"UPDATE bank_deposit_bag SET cents = cents - 1":                                                    "bank_deposit_bag",
			"DELETE FROM bank_line WHERE ref = '1'":                                                            "bank_line: there is no row",
			"UPDATE bank_match SET difference = 0":                                                             "bank_match",
			"DELETE FROM bank_deposit_explanation":                                                             "bank_deposit_explanation",
			"UPDATE bank_card_settlement SET fee = 0":                                                          "bank_card_settlement",
			"UPDATE bank_remittance SET to_iban = from_iban, through = ''":                                     "bank_remittance",
			"DELETE FROM ledger_posting WHERE account = 'card:DZE-1'":                                          "card:DZE-1: the postings make 0",
			"UPDATE ledger_posting SET account = 'transit:B9' WHERE account = 'transit:B-CES-1' AND cents > 0": "transit:B9: the postings make 2495",
		}, check)
	})
}

// Lines that no rule would have let through, as a broken node could write them: each is seen.
func TestCheckFollowsTheMoney(t *testing.T) {
	t.Parallel()
	bt.Tell(t, lies{Sound: bt.NewSound(t), tb: t}.all(), check)
}

func amount(cents int64) money.Amount { return money.Amount(cents) }
