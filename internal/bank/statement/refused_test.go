package statement_test

import (
	"strings"
	"testing"

	"vienkopus/internal/bank/statement"
	"vienkopus/internal/base/fault"
)

func key(err error) string {
	if f := fault.First(err); f != nil && f.Kind == fault.Invalid && f.Field == "file" {
		return f.Key
	}
	return ""
}

func refused(t testing.TB, name, content, want string) {
	t.Helper()
	if got, err := statement.Read(strings.NewReader(content)); key(err) != want || got.Statements != nil {
		t.Errorf("%s: read as %v, %v; want %s", name, got, err, want)
	}
}

func TestWhatIsNoStatementIsRefused(t *testing.T) {
	t.Parallel()
	camt := text(t, "camt02.xml")
	for name, c := range map[string]struct{ content, want string }{
		"nothing":            {"", "statement.not_xml"},
		"text":               {"Datums;Summa\n", "statement.table"},
		"a comment":          {"<!-- nothing -->", "statement.not_xml"},
		"text before":        {"x" + camt, "statement.not_xml"},
		"text behind":        {camt + "x", "statement.not_xml"},
		"twice":              {camt + camt[strings.Index(camt, "<Document"):], "statement.not_xml"},
		"closed wrongly":     {strings.Replace(camt, "</Stmt>", "</Statement>", 1), "statement.not_xml"},
		"no quotation marks": {strings.Replace(camt, `Ccy="EUR"`, `Ccy=EUR`, 1), "statement.not_xml"},
		"unknown entity":     {strings.Replace(camt, "Komisija", "&komisija;", 1), "statement.not_xml"},
		"UTF-16":             {"\xff\xfe<\x00a\x00/\x00>\x00", "statement.unknown_format"},
		"XML of no version":  {strings.Replace(camt, `"1.0"`, `"0"`, 1), "statement.not_xml"},
		"half":               {text(t, "half.xml"), "statement.half"},
		"without the end":    {strings.TrimSuffix(strings.TrimSpace(camt), ">"), "statement.half"},
		"the start":          {"<", "statement.half"},
		"another document":   {"<html><body/></html>", "statement.unknown_format"},
		"camt.054":           {strings.ReplaceAll(camt, "BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn"), "statement.unknown_format"},
		"FiDAViSta payments": {"<FIDAVISTA><Header/><Payment/></FIDAVISTA>", "statement.unknown_format"},
		"no statement":       {"<Document><BkToCstmrStmt><GrpHdr/></BkToCstmrStmt></Document>", "statement.unknown_format"},
		"encoding":           {strings.Replace(camt, "UTF-8", "EBCDIC", 1), "statement.encoding"},
		"a document type":    {strings.Replace(camt, "<Document", "<!DOCTYPE Document [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>\n<Document", 1), "statement.doctype"},
		"many entities":      {"<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><Document>&b;</Document>", "statement.doctype"},
		"one inside":         {strings.Replace(camt, "<Refs>", "<!DOCTYPE a><Refs>", 1), "statement.doctype"},
		"dollars":            {text(t, "dollars.xml"), "statement.currency"},
	} {
		refused(t, name, c.content, c.want)
	}
}

func TestWhatIsInDoubtIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, old, now, want string }{
		{"thousands or decimals", "camt02.xml", "412.30", "1.234", "statement.amount"},
		{"thousands and decimals", "camt02.xml", "412.30", "1,412.30", "statement.amount"},
		{"a space", "camt02.xml", "412.30", "1 412.30", "statement.amount"},
		{"a sign and a direction", "camt02.xml", ">412.30", ">-412.30", "statement.amount"},
		{"an exponent", "camt02.xml", "412.30", "4e2", "statement.amount"},
		{"other digits", "camt02.xml", "412.30", "４12", "statement.amount"},
		{"too much", "camt02.xml", "412.30", "100000000000", "statement.amount"},
		{"no amount", "camt02.xml", `<Amt Ccy="EUR">412.30</Amt>`, "", "statement.amount"},
		{"two amounts", "camt02.xml", "<BookgDt><Dt>2026-05-04", `<Amt Ccy="EUR">412.30</Amt><BookgDt><Dt>2026-05-04`, "statement.amount"},
		{"an empty amount", "fidavista_101.xml", "1234,60</AccAmt>", "</AccAmt>", "statement.amount"},
		{"a point between thousands", "fidavista_101.xml", "1234,60</AccAmt>", "1.234,60</AccAmt>", "statement.amount"},
		{"a negative credit", "fidavista_101.xml", "1234,60</AccAmt>", "-1234,60</AccAmt>", "statement.amount"},
		{"two amounts in FiDAViSta", "fidavista_101.xml", "<CorD>C", "<AccAmt>1</AccAmt><CorD>C", "statement.amount"},
		{"tenths of a cent", "camt02.xml", "412.30", "412.301", "statement.amount"},
		{"a comma before three zeros", "camt02.xml", "412.30", "412,000", "statement.amount"},
		{"a point alone", "camt02.xml", "412.30", ".", "statement.amount"},
		{"two signs", "camt02.xml", "412.30", "++412.30", "statement.amount"},
		{"an apostrophe between thousands", "camt02.xml", "412.30", "1'412.30", "statement.amount"},
		{"a space that does not break", "camt02.xml", "412.30", "1\u00a0412.30", "statement.amount"},
		{"no direction that would do", "camt02.xml", "137.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>", "138.00</Amt><Sts>", "statement.line"},
		{"two without a direction", "camt02.xml", "137.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>", "1.00</Amt><Sts>BOOK</Sts><BookgDt><Dt>2026-05-06</Dt></BookgDt></Ntry><Ntry><Amt Ccy=\"EUR\">136.00</Amt><Sts>BOOK</Sts>", "statement.line"},
		{"a balance of no sign that would do", "camt02.xml", "1330.20</Amt><CdtDbtInd>CRDT</CdtDbtInd>", "1330.21</Amt>", "statement.balance"},
		{"no currency", "camt02.xml", `<Amt Ccy="EUR">412.30`, `<Amt>412.30`, "statement.currency"},
		{"an account in dollars", "camt02.xml", "<Ccy>EUR", "<Ccy>USD", "statement.currency"},
		{"a balance in dollars", "camt02.xml", `<Amt Ccy="EUR">1330.20`, `<Amt Ccy="USD">1330.20`, "statement.currency"},
		{"no currency in FiDAViSta", "fidavista_12.xml", "<f:Ccy>EUR", "<f:Ccy>", "statement.currency"},
		{"a wrong digit in the account", "camt02.xml", "<IBAN>LV80BANK0000435195001", "<IBAN>LV80BANK0000435195002", "statement.account"},
		{"no account", "camt02.xml", "<Acct><Id><IBAN>LV80BANK0000435195001</IBAN></Id>", "<Acct>", "statement.account"},
		{"two accounts", "camt02.xml", "<FrToDt>", "<Acct><Id><IBAN>LV52MANS0000000000042</IBAN></Id></Acct><FrToDt>", "statement.account"},
		{"a national account", "fidavista_101.xml", "<AccNo>LV80BANK0000435195001", "<AccNo>435195001", "statement.account"},
		{"no status", "camt02.xml", "<Sts>BOOK</Sts>", "", "statement.line"},
		{"two directions", "camt02.xml", "<CdtDbtInd>DBIT</CdtDbtInd><Sts>", "<CdtDbtInd>DBIT</CdtDbtInd><CdtDbtInd>CRDT</CdtDbtInd><Sts>", "statement.line"},
		{"another direction", "camt02.xml", "<CdtDbtInd>DBIT</CdtDbtInd><Sts>", "<CdtDbtInd>X</CdtDbtInd><Sts>", "statement.line"},
		{"a reversal, perhaps", "camt02.xml", "<RvslInd>true", "<RvslInd>maybe", "statement.line"},
		{"no date", "camt02.xml", "<BookgDt><Dt>2026-05-06</Dt></BookgDt>", "", "statement.line"},
		{"31 April", "camt02.xml", "<BookgDt><Dt>2026-05-06", "<BookgDt><Dt>2026-04-31", "statement.line"},
		{"a wrong date beside a right one", "camt02.xml", "<BookgDt><Dt>2026-05-04", "<BookgDt><Dt>yesterday", "statement.line"},
		{"a date with something behind it", "fidavista_12.xml", "<f:BookDate>2026-05-04", "<f:BookDate>2026-05-041", "statement.line"},
		{"no direction in FiDAViSta", "fidavista_12.xml", "<f:CorD>C", "<f:CorD>", "statement.line"},
		{"a balance like thousands", "fidavista_101.xml", "1224,58", "1.224", "statement.balance"},
		{"two opening balances", "fidavista_101.xml", "<OpenBal>-10,5", "<OpenBal>-10,5</OpenBal><OpenBal>-10,5", "statement.balance"},
		{"a balance without currency", "camt02.xml", `<Amt Ccy="EUR">1330.20`, `<Amt>1330.20`, "statement.balance"},
		{"a balance of no day", "camt02.xml", "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-05-31</Dt></Dt></Bal>\n      <Ntry>", "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>x</Dt></Dt></Bal>\n      <Ntry>", "statement.balance"},
		{"the wrong way round", "fidavista_101.xml", "<StartDate>2026-05-01", "<StartDate>2026-06-01", "statement.period"},
		{"no end", "fidavista_101.xml", "<EndDate>2026-05-31", "<EndDate>", "statement.period"},
		{"a cent less", "camt02.xml", "1330.20", "1330.19", "statement.balances"},
		{"a line less", "fidavista_101.xml", "0,16</AccAmt>", "0,00</AccAmt>", "statement.balances"},
		{"a credit that was a debit", "fidavista_101.xml", "<CorD>D", "<CorD>C", "statement.balances"},
		{"an overdrawn account", "camt08.xml", "<n:CdtDbtInd>DBIT", "<n:CdtDbtInd>CRDT", "statement.balances"},
		{"a reversal without balances", "camt02.xml", "CLBD", "XPCD", "statement.reversal"},
	} {
		content := text(t, c.file)
		if !strings.Contains(content, c.old) {
			t.Fatalf("%s: %s holds no %s to spoil", c.name, c.file, c.old)
		}
		refused(t, c.name, strings.Replace(content, c.old, c.now, 1), c.want)
	}
}

// What a fault says leads to the place, and says nothing that was written by a payer.
func TestFaultsNameThePlace(t *testing.T) {
	t.Parallel()
	for want, content := range map[string]string{
		"invalid: statement.line_twice (file) [Line 2 First 1]":                text(t, "twice.xml"),
		"invalid: statement.amount (file) [Line 4]":                            strings.Replace(text(t, "camt02.xml"), ">0.36", ">0.365", 1),
		"invalid: statement.balances (file) [Expected 1330.20 Found 1330.00]":  strings.Replace(text(t, "camt02.xml"), "1330.20", "1330", 1),
		"invalid: statement.currency (file) [Currency USD]":                    text(t, "dollars.xml"),
		"invalid: statement.reversal (file) [Line 6]":                          strings.Replace(text(t, "camt02.xml"), "OPBD", "OPAV", 1),
		"invalid: statement.line (file) [Line 3]":                              strings.Replace(text(t, "camt02.xml"), "2026-05-06", "6 May", 1),
		"invalid: statement.currency (file) [Currency ?]":                      strings.Replace(text(t, "fidavista_12.xml"), ">EUR<", "><", 1),
		"invalid: statement.balances (file) [Expected 1224.58 Found -1224.58]": strings.Replace(text(t, "fidavista_101.xml"), "1224,58", "-1224,58", 1),
		"invalid: statement.line_twice (file) [Line 4 First 3]":                strings.Replace(text(t, "fidavista_101.xml"), "OTHR</TypeCode><BookDate>2026-05-06</BookDate>\n          <BankRef>2026050600000031</BankRef><CorD>D</CorD><AccAmt>0,16</AccAmt><PmtInfo>Komisija</PmtInfo>", "OUTP</TypeCode><BookDate>2026-05-06</BookDate><BankRef>2026050600000031</BankRef><DocNo>7</DocNo><CorD>D</CorD><AccAmt>0,36</AccAmt><PmtInfo>Par maiju</PmtInfo><CPartySet><AccNo>LV52MANS0000000000042</AccNo></CPartySet>", 1),
	} {
		if _, err := statement.Read(strings.NewReader(content)); err == nil || err.Error() != want {
			t.Errorf("says %v, want %s", err, want)
		}
	}
}
