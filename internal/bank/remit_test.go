package bank_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"vienkopus/internal/bank"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

func TestCardsAreSettledTheOldestFirst(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		ctx := t.Context()
		for day := range 2 {
			for i, desk := range []string{tt.Ces1, tt.Dze1, tt.Alu1} {
				_, err := w.Till.Open(ctx, w.By(tt.Clerk, desk), 0)
				tt.Must(t, err)
				tt.Must(t, w.Pay(w.By(tt.Clerk, desk), tt.Water, tt.ByCard(money.Amount(100*(i+1)*(day+1)))))
				_, err = w.Till.Count(ctx, w.By(tt.Clerk, desk), tt.Found(0))
				tt.Must(t, err)
				_, err = w.Till.Close(ctx, w.By(tt.Clerk, desk), till.CloseIn{})
				tt.Must(t, err)
			}
			w.Clock.Advance(24 * time.Hour)
		}
		bankSays(t, w, line("1", "2026-11-22", 340, "cards"), line("2", "2026-11-22", 551, "cards"), line("3", "2026-11-22", 550, "cards"))
		settle := func(ref string, fee money.Amount) (bank.CardSettled, error) {
			return w.Bank.SettleCards(ctx, accountant(w), bank.SettleIn{IBAN: tt.Account, Ref: ref, Fee: fee})
		}
		// The first day brought 100 and 200 cents, the second twice as much; 50 more are of the second.
		f, err := settle("1", 10)
		want := []bank.DeskCents{{Desk: tt.Ces1, Cents: 150}, {Desk: tt.Dze1, Cents: 200}}
		if err != nil || !slices.Equal(f.Desks, want) || f.Fee != 10 || f.Cents != 340 {
			t.Fatalf("settled %+v, %v", f, err)
		}
		for account, want := range map[ledger.Account]money.Amount{
			ledger.Card(tt.Ces1): 150, ledger.Card(tt.Dze1): 400, ledger.Card(tt.Alu1): 900, ledger.Bank(tt.Account): 340, ledger.Fee(tt.Ces1): 10,
		} {
			if got := balance(t, w, account); got != want {
				t.Errorf("%s holds %s, want %s", account, got, want)
			}
		}
		_, err = settle("2", 0)
		wantFault(t, err, "till.cards_exceeded")
		_, err = settle("1", 0)
		wantFault(t, err, "till.bank_line_used")
		_, err = settle("9", 0)
		wantFault(t, err, "till.bank_line_unknown")
		_, err = settle("3", -1)
		wantFault(t, err, "till.amount")
		_, err = settle("3", 551)
		wantFault(t, err, "till.amount")
		if f, err = settle("3", 0); err != nil || !slices.Equal(f.Desks, []bank.DeskCents{{Desk: tt.Ces1, Cents: 150}, {Desk: tt.Dze1, Cents: 400}}) {
			t.Errorf("settled %+v, %v", f, err)
		}
		open, err := w.Banked.CardTakings(ctx, w.Journal.DB(), tt.Cesis)
		if err != nil || len(open) != 0 {
			t.Errorf("open: %+v, %v", open, err)
		}
	})
}

func TestCreditorsGetWhatIsTheirs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		ctx := t.Context()
		// On each of three days water takes 10 and gives back 1 the day after, and the council takes 5.
		for i := range 3 {
			_, err := w.Till.Open(ctx, w.By(tt.Clerk, tt.Ces1), 0)
			tt.Must(t, err)
			tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Ces1), tt.Water, tt.InCash(1000)))
			tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Ces1), tt.Council, tt.ByCard(500)))
			if i > 0 {
				tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Ces1), tt.Water, tt.InCash(-100)))
			}
			found := money.Amount(1000)
			if i > 0 {
				found = 900
			}
			_, err = w.Till.Count(ctx, w.By(tt.Clerk, tt.Ces1), tt.Found(found))
			tt.Must(t, err)
			_, err = w.Till.Close(ctx, w.By(tt.Clerk, tt.Ces1), till.CloseIn{Bag: fmt.Sprint("BAG-", i), Seal: "P"})
			tt.Must(t, err)
			toBank(t, w, fmt.Sprint("BAG-", i), found, 500)
			w.Clock.Advance(24 * time.Hour)
		}
		owed := func(day string) string {
			list, err := w.Banked.Owed(ctx, w.Journal.DB(), tt.Cesis, civil.MustDate(day))
			tt.Must(t, err)
			for _, o := range list {
				single, err := w.Banked.OwedTo(ctx, w.Journal.DB(), tt.Cesis, o.Creditor, civil.MustDate(day))
				if err != nil || single != o.Cents {
					t.Errorf("%s on %s: the list says %s, the rule %s (%v)", o.Creditor, day, o.Cents, single, err)
				}
			}
			return fmt.Sprint(list)
		}
		compare := func(day string, want ...bank.Owing) {
			t.Helper()
			if got := owed(day); got != fmt.Sprint(want) && (len(want) > 0 || got != "[]") {
				t.Errorf("owed on %s: %s, want %v", day, got, want)
			}
		}
		compare("2026-11-20")
		compare("2026-11-21", bank.Owing{Creditor: tt.Council, Cents: 500}, bank.Owing{Creditor: tt.Water, Cents: 1000})
		compare("2026-11-23", bank.Owing{Creditor: tt.Council, Cents: 1500}, bank.Owing{Creditor: tt.Water, Cents: 2800})
		remit := func(through string, parts ...bank.Owing) error {
			_, err := w.Bank.Remit(ctx, accountant(w), bank.RemitIn{From: tt.Account, Through: civil.MustDate(through), Parts: parts})
			return err
		}
		wantFault(t, remit("2026-11-21", bank.Owing{Creditor: tt.Water, Cents: 1001}), "till.owed_less")
		r := accountant(w)
		in := bank.RemitIn{From: tt.Account, Through: civil.MustDate("2026-11-21"), Parts: []bank.Owing{{Creditor: tt.Water, Cents: 1000}, {Creditor: tt.Council, Cents: 500}}}
		for range 2 {
			made, err := w.Bank.Remit(ctx, r, in)
			if err != nil || len(made) != 2 || made[0].To != tt.Account || made[1].To != tt.Other || made[1].Cents != 500 || made[0].Day.String() != "2026-11-24" {
				t.Fatalf("made %+v, %v", made, err)
			}
		}
		compare("2026-11-21")
		compare("2026-11-22", bank.Owing{Creditor: tt.Council, Cents: 500}, bank.Owing{Creditor: tt.Water, Cents: 900})
		compare("2026-11-24", bank.Owing{Creditor: tt.Council, Cents: 1000}, bank.Owing{Creditor: tt.Water, Cents: 1800})
		// Money goes back after the day: no more is passed on than is owed in all.
		_, err := w.Till.Open(ctx, w.By(tt.Clerk, tt.Ces1), 5000)
		tt.Must(t, err)
		tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Ces1), tt.Water, tt.InCash(-1200)))
		compare("2026-11-22", bank.Owing{Creditor: tt.Council, Cents: 500}, bank.Owing{Creditor: tt.Water, Cents: 600})
		lines, err := w.Banked.PerCreditor(ctx, w.Journal.DB(), tt.Cesis, civil.Period{From: civil.MustDate("2026-11-22"), To: civil.MustDate("2026-11-24")})
		wantLines := []bank.CreditorLine{{Creditor: tt.Council, Received: 1000, Remitted: 500}, {Creditor: tt.Water, Received: 2000, Returned: 1400, Remitted: 1000}}
		if err != nil || !slices.Equal(lines, wantLines) {
			t.Errorf("per creditor: %+v, %v", lines, err)
		}
		list, err := w.Banked.Remittances(ctx, w.Journal.DB(), tt.Cesis, civil.Period{From: civil.MustDate("2026-11-24"), To: civil.MustDate("2026-11-24")})
		if err != nil || len(list) != 2 || list[0].From != tt.Account || list[0].By != tt.Manager {
			t.Errorf("remittances: %+v, %v", list, err)
		}
		tt.Must(t, remit("2026-11-24", bank.Owing{Creditor: tt.Water, Cents: 600}))
		compare("2026-11-24", bank.Owing{Creditor: tt.Council, Cents: 1000})
	})
}

// toBank brings a bag to the bank, which books it and what cards paid at once.
func toBank(t *testing.T, w *bt.World, bag string, cents, cards money.Amount) {
	t.Helper()
	ctx := t.Context()
	tt.Must(t, w.Till.Give(ctx, w.By(tt.Clerk, tt.Ces1), bag, ""))
	_, err := w.Till.Take(ctx, collector(w), bag, "P")
	tt.Must(t, err)
	deposit(t, w, "", bag)
	day := civil.In(w.Clock.Now(), tt.Zone(t)).String()
	if done := bankSays(t, w, line("L"+bag, day, cents, bag), line("C"+bag, day, cards, "cards")); done.Matched != 1 {
		t.Errorf("imported %+v", done)
	}
	_, err = w.Bank.SettleCards(ctx, accountant(w), bank.SettleIn{IBAN: tt.Account, Ref: "C" + bag})
	tt.Must(t, err)
}

// Money is passed on when it is in the bank: what lies in drawers, is on its way or was paid by a card that nobody has settled waits, unless a second person decides.
func TestOnlyWhatIsInTheBankIsPassedOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		ctx := t.Context()
		waits := func(want bank.Waiting) {
			t.Helper()
			all, err := w.Banked.Waiting(ctx, w.Journal.DB(), tt.Cesis, today)
			if err != nil || all[tt.Water] != want {
				t.Errorf("waits %+v, %v, want %+v", all[tt.Water], err, want)
			}
		}
		remit := func(cents money.Amount) bank.RemitIn {
			return bank.RemitIn{From: tt.Account, Through: today, Parts: []bank.Owing{{Creditor: tt.Water, Cents: cents}}}
		}
		refused := func(cents money.Amount) {
			t.Helper()
			_, err := w.Bank.Remit(ctx, accountant(w), remit(cents))
			wantFault(t, err, "bank.not_in_bank")
		}
		taken(t, w, tt.Ces1, "BAG-1", 1000)
		_, err := w.Till.Open(ctx, w.By(tt.Clerk, tt.Ces1), 2000)
		tt.Must(t, err)
		tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Ces1), tt.Water, tt.InCash(300), tt.ByCard(70)))
		tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Ces1), tt.Council, tt.InCash(40)))
		waits(bank.Waiting{Drawers: 300, OnTheWay: 1000, Cards: 70})
		refused(1)
		deposit(t, w, "K1", "BAG-1")
		refused(1)
		bankSays(t, w, line("1", "2026-11-21", 1000, "K1"), line("2", "2026-11-21", 69, "kartes"))
		waits(bank.Waiting{Drawers: 300, Cards: 70})
		refused(1001)
		_, err = w.Bank.SettleCards(ctx, accountant(w), bank.SettleIn{IBAN: tt.Account, Ref: "2", Fee: 1})
		tt.Must(t, err)
		waits(bank.Waiting{Drawers: 300})
		made, err := w.Bank.Remit(ctx, accountant(w), remit(1070))
		tt.Must(t, err)
		refused(1)

		// A second person decides about the rest.
		_, err = w.Bank.AskRemit(ctx, accountant(w), remit(301), bank.BankLate)
		wantFault(t, err, "till.owed_less")
		_, err = w.Bank.AskRemit(ctx, accountant(w), remit(300), "because")
		wantFault(t, err, "bank.early")
		asked, err := w.Bank.AskRemit(ctx, accountant(w), remit(300), bank.OwnMoney)
		tt.Must(t, err)
		wantFault(t, w.Bank.DecideRemit(ctx, accountant(w), asked, true), "bank.own_doubt")
		wantFault(t, w.Bank.DecideRemit(ctx, w.By(tt.Second, office.Desk(tt.Aluksne)), asked, true), "till.other_office")
		tt.Must(t, w.Bank.DecideRemit(ctx, w.By(tt.Second, tt.Office), asked, true))
		wantFault(t, w.Bank.DecideRemit(ctx, w.By(tt.Second, tt.Office), asked, true), "bank.doubt_decided")
		if owed, err := w.Banked.OwedTo(ctx, w.Journal.DB(), tt.Cesis, tt.Water, today); err != nil || owed != 0 {
			t.Errorf("owed %s, %v", owed, err)
		}

		// An order is taken back until it is handed out.
		order := []id.ID{made[0].Remittance}
		tt.Must(t, w.Bank.Cancel(ctx, accountant(w), order))
		wantFault(t, w.Bank.Send(ctx, accountant(w), order), "bank.order_cancelled")
		wantFault(t, w.Bank.Cancel(ctx, accountant(w), order), "bank.order_cancelled")
		if owed, err := w.Banked.OwedTo(ctx, w.Journal.DB(), tt.Cesis, tt.Water, today); err != nil || owed != 1070 {
			t.Errorf("owed after the order was taken back: %s, %v", owed, err)
		}
		lines, err := w.Banked.PerCreditor(ctx, w.Journal.DB(), tt.Cesis, civil.Period{From: today, To: today})
		if err != nil || len(lines) != 2 || lines[1] != (bank.CreditorLine{Creditor: tt.Water, Received: 1370, Remitted: 300}) {
			t.Errorf("per creditor: %+v, %v", lines, err)
		}
		refused(771) // 300 of what is in the bank were laid out for the drawer
		made, err = w.Bank.Remit(ctx, accountant(w), remit(770))
		tt.Must(t, err)
		order[0] = made[0].Remittance
		for range 2 {
			tt.Must(t, w.Bank.Send(ctx, accountant(w), order))
		}
		wantFault(t, w.Bank.Cancel(ctx, accountant(w), order), "bank.order_sent")
		wantFault(t, w.Bank.Cancel(ctx, accountant(w), []id.ID{{9}}), "bank.order_unknown")
		if found := w.Check(); len(found) > 0 {
			t.Errorf("found %q", found)
		}
	})
}

func TestWhatCannotBePassedOn(t *testing.T) {
	t.Parallel()
	w := bt.New(t, dbtest.SQLite(t))
	taken(t, w, tt.Ces1, "B1", 1000)
	part := bank.Owing{Creditor: tt.Water, Cents: 1}
	var many []bank.Owing
	for range bank.MostRemitted + 1 {
		many = append(many, part)
	}
	d := deposit(t, w, "K1", "B1")
	if bankSays(t, w, line("1", "2026-11-21", 1000, "K1")); load(t, w, d).State != bank.Matched {
		t.Error("the bag is not in the bank")
	}
	good := bank.RemitIn{From: tt.Account, Through: today, Parts: []bank.Owing{part}}
	before := w.Lines()
	for key, spoil := range map[string]func(*bank.RemitIn, *journal.Request){
		"till.not_office":        func(_ *bank.RemitIn, r *journal.Request) { r.Desk = tt.Ces1 },
		"till.iban":              func(in *bank.RemitIn, _ *journal.Request) { in.From = "LV00" },
		"till.day_missing":       func(in *bank.RemitIn, _ *journal.Request) { in.Through = civil.Date{} },
		"ledger.day_ahead":       func(in *bank.RemitIn, _ *journal.Request) { in.Through = today.AddDays(1) },
		"till.creditors":         func(in *bank.RemitIn, _ *journal.Request) { in.Parts = many },
		"till.amount":            func(in *bank.RemitIn, _ *journal.Request) { in.Parts = []bank.Owing{{Creditor: tt.Water}} },
		"till.creditor_repeated": func(in *bank.RemitIn, _ *journal.Request) { in.Parts = []bank.Owing{part, part} },
		"bill.creditor_unknown": func(in *bank.RemitIn, _ *journal.Request) {
			in.Parts = []bank.Owing{{Creditor: regno.Number("40003000642"), Cents: 1}}
		},
		"till.owed_less":          func(_ *bank.RemitIn, r *journal.Request) { r.Desk = office.Desk(tt.Aluksne) },
		"request.key":             func(_ *bank.RemitIn, r *journal.Request) { r.Key = "" },
		"till.creditors (nobody)": func(in *bank.RemitIn, _ *journal.Request) { in.Parts = nil },
	} {
		in, r := good, accountant(w)
		spoil(&in, &r)
		_, err := w.Bank.Remit(t.Context(), r, in)
		if f := fault.First(err); f == nil || f.Key != key && f.Key+" (nobody)" != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	if w.Lines() != before {
		t.Error("what was refused left a line")
	}
	_, err := w.Bank.Remit(t.Context(), accountant(w), good)
	tt.Must(t, err)
}
