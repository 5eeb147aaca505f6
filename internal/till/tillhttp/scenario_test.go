package tillhttp_test

import (
	"fmt"
	"strings"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
	tt "vienkopus/internal/till/tilltest"
)

// A fortnight of a municipality, told to the services: what the golden pages show.
type fortnight struct {
	d *door
	// old was approved, and its bag is in the bank; late waits for approval, counted again with a difference, its bag is with the clerk;
	// open is the shift of today at Ces1, and counted that of Ces2.
	old, late, open, counted till.Shift
	deposit                  id.ID
}

// live fills the world with a fortnight that ends on 21 November 2026, 16:30 UTC.
func (d *door) live() *fortnight {
	d.t.Helper()
	f := &fortnight{d: d}
	must := func(err error) { d.t.Helper(); tt.Must(d.t, err) }
	at := func(day string, hour int) {
		y, m, date := civil.MustDate(day).YMD()
		d.w.Clock.Set(time.Date(y, m, date, hour, 0, 0, 0, time.UTC))
	}
	at("2026-11-09", 7)
	f.old = f.begin(tt.Colleague, tt.Ces1, 5000)
	must(d.w.Pay(d.w.By(tt.Colleague, tt.Ces1), tt.Water, tt.InCash(12_000), tt.ByCard(4_550)))
	must(d.w.Pay(d.w.By(tt.Colleague, tt.Ces1), tt.Council, tt.InCash(8_000)))
	at("2026-11-09", 15)
	f.end(tt.Colleague, tt.Ces1, 25_000, "", till.CloseIn{Left: 5000, Bag: "B-000121", Seal: "P71"})
	at("2026-11-10", 8)
	must(d.w.Till.Approve(d.t.Context(), d.w.By(tt.Manager, tt.Office), f.old.ID))
	f.hand("B-000121", "P71", tt.Colleague, tt.Ces1)
	made, err := d.w.Bank.Deposit(d.t.Context(), d.w.By(tt.Collector, tt.Office), bank.DepositIn{IBAN: tt.Account, Bags: []string{"B-000121"}, Slip: "K-4411"})
	must(err)
	f.deposit = made.Deposit
	at("2026-11-12", 8)
	must(importLines(d, bank.LineIn{Ref: "2026111100001", Day: civil.MustDate("2026-11-11"), Cents: 19_900, Text: "iemaksa"}))
	_, err = d.w.Bank.Match(d.t.Context(), d.w.By(tt.Manager, tt.Office), "2026111100001", f.deposit)
	must(err)

	at("2026-11-12", 9)
	f.late = f.begin(tt.Clerk, tt.Dze1, 2000)
	must(d.w.Pay(d.w.By(tt.Clerk, tt.Dze1), tt.Water, tt.InCash(3_075)))
	must(d.w.Pay(d.w.By(tt.Clerk, tt.Dze1), tt.Council, tt.InCash(6_200), tt.ByCard(1_000)))
	must(d.w.Pay(d.w.By(tt.Clerk, tt.Dze1), tt.Council, tt.InCash(-200)))
	at("2026-11-12", 15)
	_, err = d.w.Till.Count(d.t.Context(), d.w.By(tt.Clerk, tt.Dze1), tt.Found(11_000))
	must(err)
	f.end(tt.Clerk, tt.Dze1, 11_050, till.WrongChange, till.CloseIn{Left: 2000, Bag: "B-000123", Seal: "P77"})

	at("2026-11-20", 8)
	must(importLines(d,
		bank.LineIn{Ref: "2026111900007", Day: civil.MustDate("2026-11-19"), Cents: 4_500, Text: "kartes"},
		bank.LineIn{Ref: "2026111900008", Day: civil.MustDate("2026-11-19"), Cents: -120, Text: "maksa"}))
	_, err = d.w.Bank.Remit(d.t.Context(), d.w.By(tt.Manager, tt.Office), bank.RemitIn{
		From: tt.Account, Through: civil.MustDate("2026-11-10"), Parts: []bank.Owing{{Creditor: tt.Water, Cents: 10_000}, {Creditor: tt.Council, Cents: 8_000}},
	})
	must(err)
	at("2026-11-21", 7)
	f.open = f.begin(tt.Colleague, tt.Ces1, 5000)
	must(d.w.Pay(d.w.By(tt.Colleague, tt.Ces1), tt.Water, tt.InCash(1_234)))
	f.counted = f.begin(tt.Second, tt.Ces2, 3000)
	must(d.w.Pay(d.w.By(tt.Second, tt.Ces2), tt.Council, tt.InCash(2_500), tt.ByCard(990)))
	_, err = d.w.Till.Count(d.t.Context(), d.w.By(tt.Second, tt.Ces2), tt.Found(5_700))
	must(err)
	at("2026-11-21", 16)
	return f
}

func (f *fortnight) begin(who, desk string, float money.Amount) till.Shift {
	f.d.t.Helper()
	s, err := f.d.w.Till.Open(f.d.t.Context(), f.d.w.By(who, desk), float)
	tt.Must(f.d.t, err)
	return s
}

// end counts and closes the shift at a desk, with a reason where there is a difference.
func (f *fortnight) end(who, desk string, found money.Amount, why till.Reason, in till.CloseIn) {
	f.d.t.Helper()
	ctx := f.d.t.Context()
	_, err := f.d.w.Till.Count(ctx, f.d.w.By(who, desk), tt.Found(found))
	tt.Must(f.d.t, err)
	if why != "" {
		tt.Must(f.d.t, f.d.w.Till.Explain(ctx, f.d.w.By(who, desk), id.ID{}, why))
	}
	_, err = f.d.w.Till.Close(ctx, f.d.w.By(who, desk), in)
	tt.Must(f.d.t, err)
}

// hand gives a bag to the collector, who takes it.
func (f *fortnight) hand(bag, seal, who, desk string) {
	f.d.t.Helper()
	tt.Must(f.d.t, f.d.w.Till.Give(f.d.t.Context(), f.d.w.By(who, desk), bag, ""))
	_, err := f.d.w.Till.Take(f.d.t.Context(), f.d.w.By(tt.Collector, tt.Office), bag, seal)
	tt.Must(f.d.t, err)
}

func importLines(d *door, lines ...bank.LineIn) error {
	_, err := d.w.Bank.Import(d.t.Context(), d.w.By(tt.Manager, tt.Office), bank.StatementIn{IBAN: tt.Account, Lines: lines})
	return err
}

// camt is a statement of the municipality's account as a bank sends it: a line for each sum, with references from 1 on.
func camt(lines ...money.Amount) string {
	var entries strings.Builder
	for i, cents := range lines {
		side := "CRDT"
		if cents < 0 {
			side, cents = "DBIT", -cents
		}
		fmt.Fprintf(&entries, `<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt>`+
			`<AcctSvcrRef>REF%d</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls><RmtInf><Ustrd>line %d</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`, cents, side, i+1, i+1)
	}
	return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>` +
		`<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-20T20:00:00</CreDtTm></GrpHdr><Stmt><Id>S</Id><CreDtTm>2026-11-20T20:00:00</CreDtTm>` +
		`<Acct><Id><IBAN>` + string(tt.Account) + `</IBAN></Id><Ccy>EUR</Ccy></Acct><Bal><Tp><CdOrPrtry><Cd>CLAV</Cd></CdOrPrtry></Tp>` +
		`<Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>` + entries.String() + `</Stmt></BkToCstmrStmt></Document>`
}
