package officetest

import (
	"time"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// Fortnight is one of a municipality, told to the services: what the golden pages show.
type Fortnight struct {
	d *Door
	// Old was approved, and its bag is in the bank; Late waits for approval, counted again with a difference, its bag is with the clerk;
	// Open is the shift of today at Ces1, and Counted that of Ces2.
	Old, Late, Open, Counted till.Shift
	Deposit                  id.ID
}

// Live fills the world with a fortnight that ends on 21 November 2026, 16:30 UTC.
func (d *Door) Live() *Fortnight {
	d.T.Helper()
	f := &Fortnight{d: d}
	f.town()
	f.village()
	f.lately()
	return f
}

// at puts the clock to an hour (UTC) of a day.
func (f *Fortnight) at(day string, hour int) {
	y, m, date := civil.MustDate(day).YMD()
	f.d.W.Clock.Set(time.Date(y, m, date, hour, 0, 0, 0, time.UTC))
}

// town is a day in Cēsis, and its bag, of which the bank counts a euro less.
func (f *Fortnight) town() {
	f.d.T.Helper()
	d, must := f.d, func(err error) { f.d.T.Helper(); tt.Must(f.d.T, err) }
	f.at("2026-11-09", 7)
	f.Old = f.begin(tt.Colleague, tt.Ces1, 5000)
	must(d.W.Pay(d.W.By(tt.Colleague, tt.Ces1), tt.Water, tt.InCash(12_000), tt.ByCard(4_550)))
	must(d.W.Pay(d.W.By(tt.Colleague, tt.Ces1), tt.Council, tt.InCash(8_000)))
	f.at("2026-11-09", 15)
	f.end(tt.Colleague, tt.Ces1, 25_000, "", till.CloseIn{Left: 5000, Bag: "B-000121", Seal: "P71"})
	f.at("2026-11-10", 8)
	must(d.W.Till.Approve(d.T.Context(), d.W.By(tt.Manager, tt.Office), f.Old.ID))
	f.hand("B-000121", "P71", tt.Colleague, tt.Ces1)
	made, err := d.W.Bank.Deposit(d.T.Context(), d.W.By(tt.Collector, tt.Office), bank.DepositIn{IBAN: tt.Account, Bags: []string{"B-000121"}, Slip: "K-4411"})
	must(err)
	f.Deposit = made.Deposit
	f.at("2026-11-12", 8)
	must(importLines(d, bank.LineIn{Ref: "2026111100001", Day: civil.MustDate("2026-11-11"), Cents: 19_900, Text: "iemaksa"}))
	_, err = d.W.Bank.Match(d.T.Context(), d.W.By(tt.Manager, tt.Office), "2026111100001", f.Deposit)
	must(err)
}

// village is a day in Dzērbene, which ends with a difference.
func (f *Fortnight) village() {
	f.d.T.Helper()
	d, must := f.d, func(err error) { f.d.T.Helper(); tt.Must(f.d.T, err) }
	f.at("2026-11-12", 9)
	f.Late = f.begin(tt.Clerk, tt.Dze1, 2000)
	must(d.W.Pay(d.W.By(tt.Clerk, tt.Dze1), tt.Water, tt.InCash(3_075)))
	must(d.W.Pay(d.W.By(tt.Clerk, tt.Dze1), tt.Council, tt.InCash(6_200), tt.ByCard(1_000)))
	must(d.W.Pay(d.W.By(tt.Clerk, tt.Dze1), tt.Council, tt.InCash(-200)))
	f.at("2026-11-12", 15)
	_, err := d.W.Till.Count(d.T.Context(), d.W.By(tt.Clerk, tt.Dze1), tt.Found(11_000))
	must(err)
	f.end(tt.Clerk, tt.Dze1, 11_050, till.WrongChange, till.CloseIn{Left: 2000, Bag: "B-000123", Seal: "P77"})
}

// lately is what the bank said and got, and today.
func (f *Fortnight) lately() {
	f.d.T.Helper()
	d, must := f.d, func(err error) { f.d.T.Helper(); tt.Must(f.d.T, err) }
	f.at("2026-11-20", 8)
	must(importLines(d,
		bank.LineIn{Ref: "2026111900007", Day: civil.MustDate("2026-11-19"), Cents: 4_500, Text: "kartes"},
		bank.LineIn{Ref: "2026111900008", Day: civil.MustDate("2026-11-19"), Cents: -120, Text: "maksa"}))
	_, err := d.W.Bank.Remit(d.T.Context(), d.W.By(tt.Manager, tt.Office), bank.RemitIn{
		From: tt.Account, Through: civil.MustDate("2026-11-10"), Parts: []bank.Owing{{Creditor: tt.Water, Cents: 10_000}, {Creditor: tt.Council, Cents: 8_000}},
	})
	must(err)
	f.at("2026-11-21", 7)
	f.Open = f.begin(tt.Colleague, tt.Ces1, 5000)
	must(d.W.Pay(d.W.By(tt.Colleague, tt.Ces1), tt.Water, tt.InCash(1_234)))
	f.Counted = f.begin(tt.Second, tt.Ces2, 3000)
	must(d.W.Pay(d.W.By(tt.Second, tt.Ces2), tt.Council, tt.InCash(2_500), tt.ByCard(990)))
	_, err = d.W.Till.Count(d.T.Context(), d.W.By(tt.Second, tt.Ces2), tt.Found(5_700))
	must(err)
	f.at("2026-11-21", 16)
}

func (f *Fortnight) begin(who, desk string, float money.Amount) till.Shift {
	f.d.T.Helper()
	s, err := f.d.W.Till.Open(f.d.T.Context(), f.d.W.By(who, desk), float)
	tt.Must(f.d.T, err)
	return s
}

// end counts and closes the shift at a desk, with a reason where there is a difference.
func (f *Fortnight) end(who, desk string, found money.Amount, why till.Reason, in till.CloseIn) {
	f.d.T.Helper()
	ctx := f.d.T.Context()
	_, err := f.d.W.Till.Count(ctx, f.d.W.By(who, desk), tt.Found(found))
	tt.Must(f.d.T, err)
	if why != "" {
		tt.Must(f.d.T, f.d.W.Till.Explain(ctx, f.d.W.By(who, desk), id.ID{}, why))
	}
	_, err = f.d.W.Till.Close(ctx, f.d.W.By(who, desk), in)
	tt.Must(f.d.T, err)
}

// hand gives a bag to the collector, who takes it.
func (f *Fortnight) hand(bag, seal, who, desk string) {
	f.d.T.Helper()
	tt.Must(f.d.T, f.d.W.Till.Give(f.d.T.Context(), f.d.W.By(who, desk), bag, ""))
	_, err := f.d.W.Till.Take(f.d.T.Context(), f.d.W.By(tt.Collector, tt.Office), bag, seal)
	tt.Must(f.d.T, err)
}

func importLines(d *Door, lines ...bank.LineIn) error {
	_, err := d.W.Bank.Import(d.T.Context(), d.W.By(tt.Manager, tt.Office), bank.StatementIn{IBAN: tt.Account, Lines: lines})
	return err
}
