package tillsql_test

import (
	"strings"
	"testing"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
	"vienkopus/internal/till/tillsql"
	tt "vienkopus/internal/till/tilltest"
)

var today = civil.MustDate("2026-11-21")

func check(t *testing.T, w *tt.World) []string {
	t.Helper()
	found, err := tillsql.Check(t.Context(), w.Journal.DB())
	tt.Must(t, err)
	return found
}

// wholeWay brings cash of two centres from the drawers to the bank, settles cards and passes money on. It uses every kind of line.
func wholeWay(t *testing.T, w *tt.World) {
	t.Helper()
	ctx := t.Context()
	tt.Must(t, w.Till.SetCashLimit(ctx, w.By(tt.Manager, "NETWORK"), till.LatvianCashLimit()))
	for _, desk := range []string{tt.Ces1, tt.Dze1} {
		s, err := w.Till.Open(ctx, w.By(tt.Clerk, desk), 2000)
		tt.Must(t, err)
		tt.Must(t, w.Pay(w.By(tt.Clerk, desk), tt.Water, tt.InCash(1000), tt.ByCard(500)))
		tt.Must(t, w.Pay(w.By(tt.Clerk, desk), tt.Council, tt.InCash(700)))
		tt.Must(t, w.Pay(w.By(tt.Clerk, desk), tt.Council, tt.InCash(-200)))
		for _, found := range []int64{3490, 3495} {
			_, err = w.Till.Count(ctx, w.By(tt.Clerk, desk), tt.Found(amount(found)))
			tt.Must(t, err)
		}
		tt.Must(t, w.Till.Explain(ctx, w.By(tt.Clerk, desk), id.ID{}, till.WrongChange))
		_, err = w.Till.Close(ctx, w.By(tt.Clerk, desk), till.CloseIn{Left: 1000, Bag: "B-" + desk, Seal: "P1"})
		tt.Must(t, err)
		tt.Must(t, w.Till.Object(ctx, w.By(tt.Manager, tt.Office), s.ID, till.BagDoubtful))
		tt.Must(t, w.Till.Approve(ctx, w.By(tt.Manager, tt.Office), s.ID))
		tt.Must(t, w.Till.Give(ctx, w.By(tt.Clerk, desk), "B-"+desk, tt.Collector))
		_, err = w.Till.Take(ctx, w.By(tt.Collector, tt.Office), "B-"+desk, "P2")
		tt.Must(t, err)
		// The next morning fifty cents are missing.
		_, err = w.Till.Open(ctx, w.By(tt.Clerk, desk), 950)
		tt.Must(t, err)
	}
	d, err := w.Bank.Deposit(ctx, w.By(tt.Collector, tt.Office), bank.DepositIn{IBAN: tt.Account, Bags: []string{"B-CES-1"}, Slip: "K1"})
	tt.Must(t, err)
	_, err = w.Bank.Deposit(ctx, w.By(tt.Collector, tt.Office), bank.DepositIn{IBAN: tt.Account, Bags: []string{"B-DZE-1"}, Slip: "K2"})
	tt.Must(t, err)
	_, err = w.Bank.Import(ctx, w.By(tt.Manager, tt.Office), bank.StatementIn{IBAN: tt.Account, Lines: []bank.LineIn{
		{Ref: "1", Day: today, Cents: 2400, Text: "K1"}, {Ref: "2", Day: today, Cents: 2495, Text: "K2"}, {Ref: "3", Day: today, Cents: 790},
	}})
	tt.Must(t, err)
	_, err = w.Bank.Match(ctx, w.By(tt.Manager, tt.Office), "1", d.Deposit)
	tt.Must(t, err)
	tt.Must(t, w.Bank.Explain(ctx, w.By(tt.Manager, tt.Office), d.Deposit, bank.BagShort))
	_, err = w.Bank.SettleCards(ctx, w.By(tt.Manager, tt.Office), bank.SettleIn{IBAN: tt.Account, Ref: "3", Fee: 10})
	tt.Must(t, err)
	_, err = w.Bank.Remit(ctx, w.By(tt.Manager, tt.Office), bank.RemitIn{From: tt.Account, Through: today, Parts: []bank.Owing{{Creditor: tt.Water, Cents: 3000}}})
	tt.Must(t, err)
}

// Every table is spoiled once in each way: a row too much, one too few, and one that says something else.
func TestCheckComparesEveryTable(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := tt.New(t, dsn)
		wholeWay(t, w)
		if found := check(t, w); len(found) > 0 {
			t.Fatalf("before: %q", found)
		}
		sound := w.Dump()
		for statement, says := range map[string]string{
			"UPDATE till_shift SET left_cents = left_cents + 1":                                                "till_shift: there is no row",
			"UPDATE till_shift SET explanation = 'unknown'":                                                    "till_shift: the lines make no row",
			"UPDATE till_shift SET base_cents = 1":                                                             "till_shift: there is no row",
			"DELETE FROM till_shift WHERE desk = 'CES-1'":                                                      "till_shift: there is no row",
			"UPDATE till_movement SET cents = 7 WHERE desk = 'CES-1'":                                          "till_movement: the lines make no row",
			"UPDATE till_movement SET who = 'x'":                                                               "till_movement: there is no row",
			"DELETE FROM till_count":                                                                           "till_count: there is no row",
			"UPDATE till_count SET denominations = '[]'":                                                       "till_count: the lines make no row",
			"UPDATE till_explanation SET reason = 'unknown'":                                                   "till_explanation",
			"UPDATE till_verdict SET verdict = 'approved'":                                                     "till_verdict",
			"UPDATE till_bag SET seal = 'P2'":                                                                  "till_bag: ",
			"UPDATE till_bag SET since = '2026-11-20'":                                                         "till_bag: ",
			"UPDATE till_bag_given SET given_to = ''":                                                          "till_bag_given",
			"UPDATE till_bag_taken SET seal = 'P1'":                                                            "till_bag_taken",
			"UPDATE till_deposit SET slip = ''":                                                                "till_deposit: ",
			"UPDATE till_deposit_bag SET cents = cents - 1":                                                    "till_deposit_bag",
			"DELETE FROM till_bank_line WHERE ref = '1'":                                                       "till_bank_line: there is no row",
			"UPDATE till_match SET difference = 0":                                                             "till_match",
			"DELETE FROM till_deposit_explanation":                                                             "till_deposit_explanation",
			"UPDATE till_card_settlement SET fee = 0":                                                          "till_card_settlement",
			"UPDATE till_remittance SET to_iban = from_iban, through = ''":                                     "till_remittance",
			"UPDATE till_cash_limit SET unverified = (most < 0)":                                               "till_cash_limit",
			"UPDATE till_cash_limit SET declared = 'null'":                                                     "till_cash_limit",
			"UPDATE till_cash_limit SET why = 'x'":                                                             "till_cash_limit",
			"UPDATE till_cash_limit SET source = 'x'":                                                          "till_cash_limit",
			"UPDATE till_cash_limit SET who = 'x'":                                                             "till_cash_limit",
			"INSERT INTO till_bag_given VALUES ('B9', 'CES-1', 1, 1, 's', '')":                                 "till_bag_given: the lines make no row B9",
			"UPDATE ledger_posting SET cents = cents + 1":                                                      "cash:CES-1: the postings make",
			"DELETE FROM ledger_posting WHERE account = 'cash:DZE-1'":                                          "cash:DZE-1: the postings make 0",
			"DELETE FROM ledger_posting WHERE account = 'card:DZE-1'":                                          "card:DZE-1: the postings make 0",
			"UPDATE ledger_posting SET account = 'transit:B9' WHERE account = 'transit:B-CES-1' AND cents > 0": "transit:B9: the postings make 2495",
		} {
			w.Plant(statement)
			if found := strings.Join(check(t, w), "\n"); !strings.Contains(found, says) {
				t.Errorf("%s: found %q", statement, found)
			}
			tt.Must(t, w.Journal.Rebuild(t.Context(), nil))
		}
		if found := check(t, w); len(found) > 0 || w.Dump() != sound {
			t.Errorf("after the rebuilds: %q", found)
		}
	})
}

// Lines that no rule would have let through, as a broken node could write them: each is seen.
func TestCheckFollowsTheMoney(t *testing.T) {
	t.Parallel()
	at := ledger.Place{Day: today, Centre: "cesis", Municipality: tt.Cesis}
	shift, deposit := id.ID{1}, id.ID{2}
	entry := func(from, to ledger.Account, cents int64) ledger.Booked {
		e, err := ledger.NewEntry(at, ledger.Posting{Account: to, Cents: amount(cents)}, ledger.Posting{Account: from, Cents: -amount(cents)})
		tt.Must(t, err)
		return ledger.Booked{Ledger: []ledger.Entry{e}}
	}
	cash, card, bag, iban := ledger.Cash(tt.Ces1), ledger.Card(tt.Ces1), ledger.Transit("B1"), ledger.Bank(tt.Account)
	water := ledger.Creditor(tt.Water)
	opened := till.ShiftOpened{Shift: shift, Place: at, Float: 100, Booked: entry(ledger.Float(tt.Ces1), cash, 100)}
	paid := tt.Paid{Moved: till.Moved{Shift: shift, Parts: []till.Part{tt.InCash(50)}}, Booked: entry(water, cash, 50)}
	counted := till.ShiftCounted{Shift: shift, Place: at, Counted: 150, Expected: 150, Again: 1, Denominations: []till.Pieces{{Cents: 50, N: 3}}}
	closed := till.ShiftClosed{Shift: shift, Place: at, Counted: 150, Packed: 150, Bag: "B1", Seal: "P", Booked: entry(cash, bag, 150)}
	made := bank.DepositMade{Deposit: deposit, Municipality: tt.Cesis, Day: today, IBAN: tt.Account, Bags: []bank.BagCents{{Bag: "B1", Cents: 150}}, Cents: 150}
	line := bank.StatementImported{Municipality: tt.Cesis, IBAN: tt.Account, From: today, To: today, Lines: []bank.StatementLine{{Ref: "1", Day: today, Cents: 150}}}
	matched := bank.DepositMatched{Deposit: deposit, IBAN: tt.Account, Ref: "1", Day: today, Cents: 150, Booked: entry(bag, iban, 150)}
	settled := bank.CardSettled{IBAN: tt.Account, Ref: "1", Day: today, Municipality: tt.Cesis, Cents: 30, Desks: []bank.DeskCents{{Desk: tt.Ces1, Cents: 30}}, Booked: entry(card, iban, 30)}
	remitted := bank.RemittanceMade{Remittance: id.ID{3}, Municipality: tt.Cesis, Day: today, Creditor: tt.Water, Through: today, Cents: 50, From: tt.Account, To: tt.Account, Booked: entry(iban, water, 50)}
	wrong := lies{
		opened: opened, paid: paid, counted: counted, closed: closed, made: made, line: line, matched: matched, settled: settled, remitted: remitted, shift: shift, entry: entry,
	}
	for _, c := range wrong.all() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := tt.New(t, dbtest.SQLite(t))
			for _, l := range c.lines {
				tt.Must(t, w.Post(l.desk, l.who, l.fact))
			}
			found := strings.Join(check(t, w), "\n")
			if c.says == "" && found != "" || !strings.Contains(found, c.says) {
				t.Errorf("found %q, want %q", found, c.says)
			}
		})
	}
}

func amount(cents int64) money.Amount { return money.Amount(cents) }
