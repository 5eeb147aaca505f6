package officetest

import (
	"fmt"
	"strings"

	"vienkopus/internal/base/money"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// Taken is an open drawer in Dzērbene with 20.00 of change money, into which 30.75 came in cash and 8.00 by card: 50.75 should be in it.
func (d *Door) Taken() {
	d.T.Helper()
	d.Post("clerk", "/till/open", "float", "20,00").Leads("/till")
	tt.Must(d.T, d.W.Pay(d.W.By(tt.Clerk, tt.Dze1), tt.Water, tt.InCash(1075), tt.ByCard(800)))
	tt.Must(d.T, d.W.Pay(d.W.By(tt.Clerk, tt.Dze1), tt.Council, tt.InCash(2000)))
}

// ShiftAt returns the shift that is not closed at a desk.
func (d *Door) ShiftAt(desk string) till.Shift {
	d.T.Helper()
	s, found, err := d.W.Store.OpenAt(d.T.Context(), d.W.Journal.DB(), desk)
	tt.Must(d.T, err)
	if !found {
		d.T.Fatalf("no shift at %s", desk)
	}
	return s
}

// Packed is a closed shift with bag B-1 and seal P1.
func (d *Door) Packed() {
	d.T.Helper()
	d.Taken()
	d.Post("clerk", "/till/count", "n-5000", "1", "n-50", "1", "n-20", "1", "n-5", "1").Leads("/till")
	d.Post("clerk", "/till/close", "left", "20", "packed", "30.75", "bag", "B-1", "seal", "P1").Leads("/till?said=closed")
}

// Deposited is a deposit of 30.75 to the account of the municipality; it returns its page.
func (d *Door) Deposited() string {
	d.T.Helper()
	d.Packed()
	d.Post("clerk", "/till/bags", "bag", "B-1").Leads("/till/bags?given=B-1")
	d.Post("collector", Office+"/collect", "bag", "B-1", "seal-B-1", "P1").Leads(Office + "/collect?taken=B-1")
	d.Post("collector", Office+"/deposits", "bags", "B-1", "other", string(tt.Account), "slip", "K-1").Leads(Office + "/collect?said=deposited")
	all, err := d.W.Banked.OpenDeposits(d.T.Context(), d.W.Journal.DB(), tt.Cesis, "")
	tt.Must(d.T, err)
	return all[0].ID.String()
}

// Camt is a statement of the municipality's account as a bank sends it: a line for each sum, with references from 1 on.
func Camt(lines ...money.Amount) string {
	var entries strings.Builder
	var sum money.Amount
	for i, cents := range lines {
		side, slip := "CRDT", ""
		sum += cents
		if cents < 0 {
			side, cents = "DBIT", -cents
		}
		if cents == 3075 {
			slip = " K-1"
		}
		fmt.Fprintf(&entries, `<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-21</Dt></BookgDt>`+
			`<AcctSvcrRef>REF%d</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>line %d%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`, cents, side, i+1, i+1, slip)
	}
	for code, cents := range map[string]money.Amount{"OPBD": 0, "CLBD": sum} {
		side := "CRDT"
		if cents < 0 {
			side, cents = "DBIT", -cents
		}
		fmt.Fprintf(&entries, `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>2026-11-21</Dt></Dt></Bal>`, code, cents, side)
	}
	return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>S</Id>` +
		`<Acct><Id><IBAN>` + string(tt.Account) + `</IBAN></Id><Ccy>EUR</Ccy></Acct>` + entries.String() + `</Stmt></BkToCstmrStmt></Document>`
}
