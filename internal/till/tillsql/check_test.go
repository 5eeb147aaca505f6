package tillsql_test

import (
	"testing"

	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/journal/audit/audittest"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till/tillsql"
	tt "vienkopus/internal/till/tilltest"
)

var today = bt.Today

func check(w *bt.World) []string {
	w.TB.Helper()
	found, err := audittest.Look(w.TB.Context(), w.Journal.DB(), tillsql.Check())
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
			"UPDATE till_shift SET left_cents = left_cents + 1":                "till_shift: there is no row",
			"UPDATE till_shift SET explanation = 'unknown'":                    "till_shift: the lines make no row",
			"UPDATE till_shift SET base_cents = 1":                             "till_shift: there is no row",
			"DELETE FROM till_shift WHERE desk = 'CES-1'":                      "till_shift: there is no row",
			"UPDATE till_movement SET cents = 7 WHERE desk = 'CES-1'":          "till_movement: the lines make no row",
			"UPDATE till_movement SET who = 'x'":                               "till_movement: there is no row",
			"DELETE FROM till_count":                                           "till_count: there is no row",
			"UPDATE till_count SET denominations = '[]'":                       "till_count: the lines make no row",
			"UPDATE till_explanation SET reason = 'unknown'":                   "till_explanation",
			"UPDATE till_verdict SET verdict = 'approved'":                     "till_verdict",
			"UPDATE till_bag SET seal = 'P2'":                                  "till_bag: ",
			"UPDATE till_bag SET since = '2026-11-20'":                         "till_bag: ",
			"UPDATE till_bag_given SET given_to = ''":                          "till_bag_given",
			"UPDATE till_bag_taken SET seal = 'P1'":                            "till_bag_taken",
			"UPDATE till_cash_limit SET unverified = (most < 0)":               "till_cash_limit",
			"UPDATE till_cash_limit SET declared = 'null'":                     "till_cash_limit",
			"UPDATE till_cash_limit SET why = 'x'":                             "till_cash_limit",
			"UPDATE till_cash_limit SET source = 'x'":                          "till_cash_limit",
			"UPDATE till_cash_limit SET who = 'x'":                             "till_cash_limit",
			"UPDATE till_count_rule SET most = most + 1":                       "till_count_rule",
			"DELETE FROM till_count_rule":                                      "till_count_rule",
			"INSERT INTO till_bag_given VALUES ('B9', 'CES-1', 1, 1, 's', '')": "till_bag_given: the lines make no row B9",
			"UPDATE ledger_posting SET cents = cents + 1":                      "cash:CES-1: the postings make",
			"DELETE FROM ledger_posting WHERE account = 'cash:DZE-1'":          "cash:DZE-1: the postings make 0",
			"UPDATE till_bag_deposited SET part = 2":                           "till_bag_deposited: there is no row",
			"DELETE FROM till_bag_deposited WHERE bag = 'B-CES-1'":             "till_bag_deposited: there is no row",
			"UPDATE till_arrival SET difference = 0":                           "till_arrival: the lines make no row",
			"DELETE FROM till_arrival_explained":                               "till_arrival_explained: there is no row",
		}, check)
	})
}

// Lines that no rule would have let through, as a broken node could write them: each is seen.
func TestCheckFollowsTheMoney(t *testing.T) {
	t.Parallel()
	bt.Tell(t, lies{Sound: bt.NewSound(t), tb: t}.atTheDesk(), check)
}

func amount(cents int64) money.Amount { return money.Amount(cents) }
