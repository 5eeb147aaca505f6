package statement_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"vienkopus/internal/bank/statement"
)

// camt is a statement of one account with these balances and entries, as short as a bank writes it.
func camt(balances, entries string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>` +
		stmt("LV80BANK0000435195001", balances, entries) + `</BkToCstmrStmt></Document>`
}

func stmt(account, balances, entries string) string {
	return `<Stmt><Id>S1</Id><Acct><Id><IBAN>` + account + `</IBAN></Id><Ccy>EUR</Ccy></Acct>` + balances + entries + `</Stmt>`
}

func bal(code, amount string) string {
	return `<Bal><Tp><CdOrPrtry><Cd>` + code + `</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">` + amount + `</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-10</Dt></Dt></Bal>`
}

// unsigned is a balance of which the bank does not say whether the account was overdrawn.
func unsigned(code, amount string) string {
	return strings.Replace(bal(code, amount), "<CdtDbtInd>CRDT</CdtDbtInd>", "", 1)
}

func ntry(amount, direction string, more ...string) string {
	return `<Ntry><Amt Ccy="EUR">` + amount + `</Amt><CdtDbtInd>` + direction + `</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-10</Dt></BookgDt>` + strings.Join(more, "") + `</Ntry>`
}

func fida(open, closing, amount string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><FIDAVISTA><Statement><AccountSet><AccNo>LV80BANK0000435195001</AccNo><CcyStmt><Ccy>EUR</Ccy><OpenBal>` + open + `</OpenBal><CloseBal>` + closing +
		`</CloseBal><TrxSet><BookDate>2026-11-10</BookDate><BankRef>F1</BankRef><CorD>C</CorD><AccAmt>` + amount + `</AccAmt><PmtInfo>Iemaksa</PmtInfo></TrxSet></CcyStmt></AccountSet></Statement></FIDAVISTA>`
}

// sums are the cents of all lines.
func sums(f statement.File) string {
	var all []string
	for _, s := range f.Statements {
		for _, l := range s.Lines {
			all = append(all, l.Cents.String())
		}
	}
	return strings.Join(all, " ")
}

// What is a decimal number by XML is read as one, in either format and in balances.
func TestDecimalsOfXML(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"5.00": "5.00", "005.20": "5.20", "0000000000000005.2": "5.20", "+5.00": "5.00", "+05": "5.00", "5.": "5.00", "5": "5.00", "5.5": "5.50", ".50": "0.50", "+.5": "0.50",
		"8.850": "8.85", "8.85000": "8.85", "5.0000000": "5.00", " 5.00\n": "5.00", "5,5": "5.50", "5,50": "5.50", "0012,30": "12.30", "00000.01": "0.01", "99999999999.99": "99999999999.99",
	} {
		for name, content := range map[string]string{"camt": camt("", ntry(text, "CRDT")), "FiDAViSta": fida("", "", text)} {
			got, err := statement.Read(strings.NewReader(content))
			if err != nil || sums(got) != want {
				t.Errorf("%s %q: read as %s, %v", name, text, sums(got), err)
			}
		}
		got, err := statement.Read(strings.NewReader(camt(bal("OPBD", text)+bal("CLBD", text), "")))
		if err != nil || got.Statements[0].Opening.String() != want {
			t.Errorf("a balance of %q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", ".", "+", "+.", "1 234.50", "1\u00a0234.50", "1\u202f234,50", "1,234.50", "1.234,50", "1'234.50", "1,234", "1,000", "1.234", "5.001", "-5.00", "--5", "5.00-", "5e2", "5.0.0",
		"EUR 5", "5€", "0x5", "Inf", "NaN", "100000000000", "٥", "5,",
	} {
		refused(t, fmt.Sprintf("%q in camt", text), camt("", ntry(text, "CRDT")), "statement.amount")
		refused(t, fmt.Sprintf("%q in FiDAViSta", text), fida("", "", text), "statement.amount")
	}
}

// Nothing moved, another currency, another account: the rest is read, and what was left out has a name.
func TestWhatIsSetAsideHasAName(t *testing.T) {
	t.Parallel()
	dollars := func(text string) string { return strings.ReplaceAll(text, "EUR", "USD") }
	two := strings.Replace(camt(bal("OPBD", "1.00")+bal("CLBD", "6.00"), ntry("5.00", "CRDT")), "</BkToCstmrStmt>",
		dollars(stmt("LV80BANK0000435195001", bal("OPBD", "10.00")+bal("CLBD", "7.00"), ntry("3.00", "DBIT")))+"</BkToCstmrStmt>", 1)
	for name, c := range map[string]struct{ content, sums, aside string }{
		"an entry of nothing":          {camt(bal("OPBD", "100.00")+bal("CLBD", "105.00"), ntry("0.00", "CRDT")+ntry("5.00", "CRDT")), "5.00", "[{zero 1 2026-11-10 0.00 EUR }]"},
		"nothing else":                 {camt(bal("OPBD", "100.00")+bal("CLBD", "100.00"), ntry("0", "DBIT")), "", "[{zero 1 2026-11-10 0.00 EUR }]"},
		"an entry that does not count": {camt(bal("OPBD", "1.00")+bal("CLBD", "6.00"), ntry("5.00", "CRDT")+dollars(ntry("3.00", "CRDT"))), "5.00", "[{currency 2 2026-11-10 3.00 USD }]"},
		"an entry that does":           {camt(bal("OPBD", "1.00")+bal("CLBD", "8.80"), ntry("5.00", "CRDT")+dollars(ntry("3.00", "CRDT"))), "5.00", "[{currency 2 2026-11-10 3.00 USD }]"},
		"an account in dollars":        {two, "5.00", "[{currency 0  USD LV80BANK0000435195001}]"},
		"nothing in FiDAViSta":         {fida("1", "1", "0,00"), "", "[{zero 1 2026-11-10 0.00 EUR }]"},
		"pending only":                 {camt(bal("OPBD", "1.00")+bal("CLBD", "1.00"), strings.Replace(ntry("5.00", "CRDT"), "BOOK", "PDNG", 1)), "", "[]"},
	} {
		got, err := statement.Read(strings.NewReader(c.content))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		aside := append(got.Statements[0].Aside, got.Aside...)
		var texts []string
		for _, a := range aside {
			day := ""
			if !a.Day.IsZero() {
				day = a.Day.String()
			}
			texts = append(texts, fmt.Sprintf("{%s %d %s %s %s %s}", a.Why, a.Entry, day, a.Amount, a.Currency, a.Account))
		}
		found := "[" + strings.Join(texts, " ") + "]"
		found = strings.Replace(found, "0   USD", "0  USD", 1)
		if sums(got) != c.sums || found != c.aside {
			t.Errorf("%s: lines %q, aside %s, want %q and %s", name, sums(got), found, c.sums, c.aside)
		}
	}
}

// CENTROlink and others leave out what the definition asks for; where only one answer adds up, it is that.
func TestWhatBanksLeaveOut(t *testing.T) {
	t.Parallel()
	bare := func(amount, direction string) string {
		return `<Ntry><NtryRef>1</NtryRef><Amt Ccy="EUR">` + amount + `</Amt><CdtDbtInd>` + direction + `</CdtDbtInd><AcctSvcrRef>R` + amount + `</AcctSvcrRef></Ntry>`
	}
	centrolink := strings.Replace(camt(unsigned("OPBD", "210.58")+unsigned("CLBD", "1039.12"), bare("828.74", "CRDT")+bare("0.2", "DBIT")),
		"<IBAN>LV80BANK0000435195001</IBAN>", "<Othr><Id>LV80 BANK 0000 4351 9500 1</Id></Othr>", 1)
	undirected := strings.Replace(ntry("5.00", ""), "<CdtDbtInd></CdtDbtInd>", "", 1)
	inside := strings.Replace(undirected, "</Ntry>", "<NtryDtls><TxDtls><CdtDbtInd>DBIT</CdtDbtInd></TxDtls></NtryDtls></Ntry>", 1)
	undated := strings.Replace(ntry("5.00", "CRDT"), "<BookgDt><Dt>2026-11-10</Dt></BookgDt>", "", 1)
	settled := strings.Replace(undated, "</Ntry>", "<NtryDtls><TxDtls><RltdDts><IntrBkSttlmDt>2026-11-09</IntrBkSttlmDt></RltdDts></TxDtls></NtryDtls></Ntry>", 1)
	for name, c := range map[string]struct{ content, sums, day string }{
		"CENTROlink":                       {centrolink, "828.74 -0.20", "2026-11-10"},
		"an overdrawn account":             {camt(unsigned("OPBD", "10.00")+unsigned("CLBD", "5.00"), ntry("5.00", "CRDT")), "5.00", "2026-11-10"},
		"a direction by the balances":      {camt(bal("OPBD", "6.00")+bal("CLBD", "1.00"), undirected), "-5.00", "2026-11-10"},
		"a direction by the balances, in":  {camt(bal("OPBD", "1.00")+bal("CLBD", "6.00"), undirected), "5.00", "2026-11-10"},
		"a direction of the transaction":   {camt("", inside), "-5.00", "2026-11-10"},
		"the one day of the statement":     {camt(bal("OPBD", "1.00")+bal("CLBD", "6.00"), undated), "5.00", "2026-11-10"},
		"the day of the settlement":        {camt("", settled), "5.00", "2026-11-09"},
		"a point in time of micro seconds": {camt("", strings.Replace(ntry("5.00", "CRDT"), "<Dt>2026-11-10</Dt>", "<DtTm>2026-11-10T23:47:43.673741+01:00</DtTm>", 1)), "5.00", "2026-11-10"},
	} {
		got, err := statement.Read(strings.NewReader(c.content))
		if err != nil || sums(got) != c.sums || got.Statements[0].Lines[0].Booked.String() != c.day {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, content := range map[string]string{
		"a day and no status":           camt(bal("OPBD", "1.00")+bal("CLBD", "6.00"), strings.Replace(ntry("5.00", "CRDT"), "<Sts><Cd>BOOK</Cd></Sts>", "", 1)),
		"neither, and no proof":         camt("", bare("5.00", "CRDT")),
		"two without a direction":       camt(bal("OPBD", "1.00")+bal("CLBD", "1.00"), undirected+undirected),
		"no direction and no balances":  camt("", undirected),
		"no day in a month":             camt(strings.Replace(bal("OPBD", "1.00"), "2026-11-10", "2026-11-01", 1)+bal("CLBD", "6.00"), undated),
		"transactions of both sides":    camt("", strings.Replace(inside, "</TxDtls>", "</TxDtls><TxDtls><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>", 1)),
		"a sign that nothing would fit": camt(unsigned("OPBD", "1.00")+unsigned("CLBD", "7.00"), ntry("5.00", "CRDT")),
	} {
		want := "statement.line"
		if strings.Contains(name, "sign") {
			want = "statement.balance"
		}
		refused(t, name, content, want)
	}
}

// Pages and statements of one file: each is placed where it stands.
func TestPagesOfAFile(t *testing.T) {
	t.Parallel()
	fee := ntry("0.35", "DBIT")
	pages := func(first, second string) string {
		return strings.Replace(camt(first, fee), "</BkToCstmrStmt>", stmt("LV80BANK0000435195001", second, fee)+"</BkToCstmrStmt>", 1)
	}
	numbered := func(content, page, last string) string {
		return strings.Replace(content, "<MsgId>M</MsgId>", "<MsgId>M</MsgId><MsgPgntn><PgNb>"+page+"</PgNb><LastPgInd>"+last+"</LastPgInd></MsgPgntn>", 1)
	}
	for name, c := range map[string]struct{ content, want string }{
		"each with its balances":             {pages(bal("OPBD", "1.00")+bal("CLBD", "0.65"), bal("OPBD", "0.65")+bal("CLBD", "0.30")), "1.00 0.65 | 0.65 0.30"},
		"booked in between":                  {pages(bal("OPBD", "1.00")+bal("ITBD", "0.65"), bal("ITBD", "0.65")+bal("CLBD", "0.30")), "1.00 0.65 | 0.65 0.30"},
		"all state those of the whole day":   {pages(bal("OPBD", "1.00")+bal("CLBD", "0.30"), bal("OPBD", "1.00")+bal("CLBD", "0.30")), "1.00 0.65 | 0.65 0.30"},
		"the first opens, the second closes": {pages(bal("OPBD", "1.00"), bal("CLBD", "0.30")), "1.00 0.65 | 0.65 0.30"},
		"the first page of two files":        {numbered(camt(bal("OPBD", "1.00")+bal("CLBD", "0.30"), fee), "1", "false"), "1.00 0.65"},
		"the last page of two files":         {numbered(camt(bal("OPBD", "1.00")+bal("CLBD", "0.30"), fee), "2", "true"), "0.65 0.30"},
		"an opening balance alone":           {camt(bal("OPBD", "1.00"), fee), "1.00 0.65"},
		"a closing balance alone":            {camt(bal("CLBD", "0.65"), fee), "1.00 0.65"},
		"other balances say nothing":         {camt(bal("OPBD", "1.00")+bal("ITBD", "9.99")+bal("CLAV", "7.77")+bal("CLBD", "0.65")+bal("FWAV", "3.33"), fee), "1.00 0.65"},
		"the day before as opening":          {camt(bal("PRCD", "1.00")+bal("CLBD", "0.65"), fee), "1.00 0.65"},
	} {
		got, err := statement.Read(strings.NewReader(c.content))
		var all []string
		for _, s := range got.Statements {
			all = append(all, s.Opening.String()+" "+s.Closing.String())
			if !s.Placed {
				t.Errorf("%s: the lines have no place", name)
			}
		}
		if found := strings.Join(all, " | "); err != nil || found != c.want {
			t.Errorf("%s: %s, %v", name, found, err)
		}
	}
	middle := numbered(camt(bal("OPBD", "9.00")+bal("CLBD", "0.30"), fee), "2", "false")
	if got, err := statement.Read(strings.NewReader(middle)); err != nil || got.Statements[0].Placed {
		t.Errorf("a page in the middle: %+v, %v", got, err)
	}
	refused(t, "no page, and it does not add up", camt(bal("OPBD", "1.00")+bal("CLBD", "0.30"), fee), "statement.balances")
	refused(t, "a whole message that does not add up", numbered(camt(bal("OPBD", "1.00")+bal("CLBD", "0.30"), fee), "1", "true"), "statement.balances")
}

// Reversals both ways of one size: read by the standard, and said to be unclear.
func TestReversalsThatNobodyCanTell(t *testing.T) {
	t.Parallel()
	r := "<RvslInd>true</RvslInd>"
	mixed := read(t, camt(bal("OPBD", "10.00")+bal("CLBD", "10.00"), ntry("5.00", "CRDT", r)+ntry("5.00", "DBIT", r)))[0]
	if !mixed.Unclear || len(mixed.Lines) != 2 || mixed.Lines[0].Cents != 500 {
		t.Errorf("read as %+v", mixed)
	}
	if one := read(t, camt(bal("OPBD", "10.00")+bal("CLBD", "10.00"), ntry("5.00", "DBIT")+ntry("5.00", "CRDT", r)))[0]; one.Unclear || !one.Lines[1].Reversal {
		t.Errorf("a clear one: %+v", one)
	}
}

// wide is a text in UTF-16.
func wide(text string, order [2]int, mark bool) string {
	var all bytes.Buffer
	units := utf16.Encode([]rune(text))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	for _, u := range units {
		pair := [2]byte{byte(u), byte(u >> 8)}
		all.WriteByte(pair[order[0]])
		all.WriteByte(pair[order[1]])
	}
	return all.String()
}

// However a bank writes its letters, and whatever it pads the file with, the line is the same.
func TestHoweverItIsEncoded(t *testing.T) {
	t.Parallel()
	content := strings.Replace(fida("1.00", "6.00", "5.00"), "Iemaksa", "Ķegums, Ērgļi", 1)
	coded := func(label string, set *charmap.Charmap) string {
		text, err := set.NewEncoder().String(content)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Replace(text, `"UTF-8"`, `"`+label+`"`, 1)
	}
	claimed := strings.Replace(content, `"UTF-8"`, `"UTF-16"`, 1)
	latin := strings.NewReplacer(`"UTF-8"`, `"ISO-8859-15"`, "Ķegums, Ērgļi", "Iemaksa \xa4").Replace(content)
	for name, text := range map[string]string{
		"UTF-8": content, "a byte-order mark": "\ufeff" + content, "white space before": "\r\n  " + content, "cp1257": coded("cp1257", charmap.Windows1257),
		"CP-1257": coded("CP-1257", charmap.Windows1257), "windows-1257": coded("windows-1257", charmap.Windows1257), "ANSI": coded("ANSI", charmap.Windows1257),
		"windows1257 that says UTF-8": coded("UTF-8", charmap.Windows1257), "no encoding is said": strings.Replace(coded("UTF-8", charmap.Windows1257), ` encoding="UTF-8"`, "", 1),
		"ISO-8859-13": coded("ISO-8859-13", charmap.ISO8859_13), "ISO_8859-4": coded("ISO_8859-4", charmap.ISO8859_4), "ISO-8859-10": coded("iso-8859-10", charmap.ISO8859_10),
		"UTF-16, little end first": wide(claimed, [2]int{0, 1}, true), "UTF-16, big end first": wide(claimed, [2]int{1, 0}, true), "UTF-16 without a mark": wide(claimed, [2]int{0, 1}, false),
		"UTF-16 that says UTF-8": wide(content, [2]int{0, 1}, true), "zeros behind the end": content + strings.Repeat("\x00", 5000), "the old mark of the end": content + "\r\n\x1a",
		"zeros behind cp1257": coded("cp1257", charmap.Windows1257) + "\x00\x00", "zeros behind UTF-16": wide(claimed+"\x00\x00", [2]int{0, 1}, true), "Latin-9": latin,
		"lines of Windows": strings.ReplaceAll(content, "><", ">\r\n<"), "a comment behind": content + "<!-- end -->",
	} {
		got, err := statement.Read(strings.NewReader(text))
		if err != nil || sums(got) != "5.00" || name != "Latin-9" && got.Statements[0].Lines[0].Text != "Ķegums, Ērgļi" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// Another kind of file is refused with the name of what to download instead.
func TestAnotherKindOfFile(t *testing.T) {
	t.Parallel()
	for want, all := range map[string][]string{
		"statement.zip":     {"PK\x03\x04" + strings.Repeat("\x00", 300), "PK\x05\x06", "\x1f\x8b\x08\x00", "Rar!\x1a", "7z\xbc\xaf\x27\x1c"},
		"statement.pdf":     {"%PDF-1.7\n"},
		"statement.table":   {"\"Klienta konts\";\"Ieraksta tips\"\r\n", "\ufeffDatums;Summa\n", "sep=;\nDatums", "Date,Amount,Text\n", "Datums\tSumma\n", "\xd0\xcf\x11\xe0\xa1\xb1"},
		"statement.mt940":   {":20:STARTUMS\n:25:", "{1:F01HABALV22"},
		"statement.not_xml": {"Labdien!", "{\"a\": 1}"}, "statement.doctype": {"<!DOCTYPE html><html></html>"}, "statement.unknown_format": {"<html><body/></html>"},
		"statement.encoding": {`<?xml version="1.0" encoding="IBM037"?><a/>`}, "statement.half": {"<Document><BkToCstmrStmt>"},
	} {
		for _, text := range all {
			refused(t, fmt.Sprintf("%.12q", text), text, want)
		}
	}
}
