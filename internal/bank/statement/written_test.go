package statement_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/bank/statement"
	"vienkopus/internal/bank/statement/schematest"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
)

// writer writes statements as a bank may: with a prefix or none, with a decimal comma or point, in either version of camt.
type writer struct {
	strings.Builder
	prefix  string
	comma   bool
	version string
	// turned writes reversals in the direction of what they take back.
	turned bool
}

// element writes an element; parts that begin with < are elements themselves.
func (w *writer) element(name string, parts ...string) string {
	inside := ""
	for _, part := range parts {
		if strings.HasPrefix(part, "<") {
			inside += part
			continue
		}
		var escaped strings.Builder
		if err := xml.EscapeText(&escaped, []byte(part)); err != nil {
			panic(err)
		}
		inside += escaped.String()
	}
	return "<" + w.prefix + name + ">" + inside + "</" + w.prefix + name + ">"
}

func (w *writer) number(cents money.Amount) string {
	if w.comma {
		return strings.Replace(cents.String(), ".", ",", 1)
	}
	return cents.String()
}

func (w *writer) sum(cents money.Amount) string {
	direction := "CRDT"
	if cents < 0 {
		direction, cents = "DBIT", -cents
	}
	return strings.Replace(w.element("Amt", w.number(cents)), ">", ` Ccy="EUR">`, 1) + w.element("CdtDbtInd", direction)
}

func (w *writer) camt(all []written) string {
	made := w.element("CreDtTm", "2026-06-01T03:00:00Z")
	body := w.element("GrpHdr", w.element("MsgId", "1"), made)
	for _, s := range all {
		parts := []string{w.element("Id", s.ID), made}
		parts = append(parts, w.element("FrToDt", w.element("FrDtTm", s.From.String()+"T00:00:00"), w.element("ToDtTm", s.To.String()+"T23:59:59")),
			w.element("Acct", w.element("Id", w.element("IBAN", string(s.IBAN))), w.element("Ccy", "EUR")))
		balances := map[string]money.Amount{"CLAV": 100}
		if s.HasBalances {
			balances = map[string]money.Amount{"OPBD": s.Opening, "CLBD": s.Closing}
		}
		for code, cents := range balances {
			kind := w.element("Tp", w.element("CdOrPrtry", w.element("Cd", code)))
			parts = append(parts, w.element("Bal", kind, w.sum(cents), w.element("Dt", w.element("Dt", s.To.String()))))
		}
		for i, l := range s.Lines {
			parts = append(parts, w.camtLine(l, s.own[i]))
		}
		body += w.element("Stmt", parts...)
	}
	document := w.element("Document", w.element("BkToCstmrStmt", body))
	return w.head("urn:iso:std:iso:20022:tech:xsd:camt.053.001."+w.version, document)
}

func (w *writer) camtLine(l statement.Line, own own) string {
	cents := l.Cents
	if own.reversal && w.turned {
		cents = -cents
	}
	status := w.element("Sts", "BOOK")
	if w.version == "08" {
		status = w.element("Sts", w.element("Cd", "BOOK"))
	}
	account := w.element("DbtrAcct", w.element("Id", w.element("IBAN", string(l.Counterpart))))
	if cents < 0 {
		account = strings.ReplaceAll(account, "DbtrAcct", "CdtrAcct")
	}
	details := []string{w.element("Refs", w.element("EndToEndId", l.Reference)), w.element("RltdPties", account)}
	if l.Text != "" {
		details = append(details, w.element("RmtInf", w.element("Ustrd", l.Text)))
	}
	return w.element("Ntry", w.sum(cents), w.element("RvslInd", fmt.Sprint(own.reversal)), status,
		w.element("BookgDt", w.element("Dt", l.Booked.String())), w.element("AcctSvcrRef", own.ref),
		w.element("BkTxCd", w.element("Prtry", w.element("Cd", "INP"))), w.element("NtryDtls", w.element("TxDtls", details...)))
}

func (w *writer) fidavista(all []written) string {
	body := ""
	for _, s := range all {
		parts := []string{w.element("Ccy", "EUR")}
		if s.HasBalances {
			parts = append(parts, w.element("OpenBal", w.number(s.Opening)), w.element("CloseBal", w.number(s.Closing)))
		}
		for i, l := range s.Lines {
			direction, cents := "C", l.Cents
			if cents < 0 {
				direction, cents = "D", -cents
			}
			parts = append(parts, w.element("TrxSet", w.element("BookDate", l.Booked.String()), w.element("BankRef", s.own[i].ref), w.element("DocNo", l.Reference),
				w.element("CorD", direction), w.element("AccAmt", w.number(cents)), w.element("PmtInfo", l.Text),
				w.element("CPartySet", w.element("AccNo", string(l.Counterpart)))))
		}
		period := w.element("Period", w.element("StartDate", s.From.String()), w.element("EndDate", s.To.String()))
		body += w.element("Statement", period, w.element("AccountSet", w.element("AccNo", string(s.IBAN)), w.element("CcyStmt", parts...)))
	}
	return w.head("http://bankasoc.lv/fidavista/"+w.version, w.element("FIDAVISTA", body))
}

// head declares the namespace.
func (w *writer) head(space, document string) string {
	declared := ` xmlns="` + space + `">`
	if w.prefix != "" {
		declared = ` xmlns:` + strings.TrimSuffix(w.prefix, ":") + `="` + space + `">`
	}
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + strings.Replace(document, ">", declared, 1)
}

// written is a statement and what only its file holds.
type written struct {
	statement.Statement
	own []own
}

type own struct {
	ref      string
	reversal bool
}

var accounts = []iban.IBAN{"LV80BANK0000435195001", "LV52MANS0000000000042", "LT837300010000000017"}

// drawStatements draws up to one statement an account, with lines that have references of their own.
func drawStatements(t *rapid.T, format statement.Format) []written {
	words := rapid.StringMatching(`[A-Za-zāčēģīķļņšūž&'"(),./<>-][A-Za-z0-9āčēģīķļņšūž&'"(),./<> -]{0,60}`)
	name := rapid.StringMatching(`[A-Z][A-Z0-9/-]{2,20}`)
	var all []written
	for i, account := range accounts[:rapid.IntRange(1, len(accounts)).Draw(t, "statements")] {
		from := civil.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 400).Draw(t, "from"))
		w := written{Statement: statement.Statement{
			Format: format, ID: fmt.Sprintf("S-%d", i), IBAN: account, From: from, To: from.AddDays(rapid.IntRange(0, 40).Draw(t, "days")),
			HasBalances: rapid.Bool().Draw(t, "balances"),
		}}
		if format == statement.FiDAViSta {
			w.ID = fmt.Sprintf("%s/%s/%s", account, w.From, w.To)
		}
		if w.HasBalances {
			w.Placed = true
			w.Opening = money.Amount(rapid.Int64Range(-1e12, 1e12).Draw(t, "opening"))
			w.Closing = w.Opening
		}
		for n := range rapid.IntRange(0, 8).Draw(t, "lines") {
			o := own{ref: fmt.Sprintf("%d%s", n, name.Draw(t, "ref")), reversal: format == statement.Camt053 && w.HasBalances && rapid.Bool().Draw(t, "reversal")}
			l := statement.Line{
				Booked: from.AddDays(rapid.IntRange(0, 40).Draw(t, "day")), Cents: money.Amount(rapid.Int64Range(-1e9, 1e9).Filter(func(n int64) bool { return n != 0 }).Draw(t, "cents")),
				Text: strings.Join(strings.Fields(strings.TrimLeft(words.Draw(t, "text"), "<")), " "), Reference: "E" + name.Draw(t, "reference"),
				Counterpart: rapid.SampledFrom(accounts).Draw(t, "counterpart"),
			}
			if w.HasBalances {
				w.Closing += l.Cents
			}
			w.Lines, w.own = append(w.Lines, l), append(w.own, o)
		}
		all = append(all, w)
	}
	return all
}

// refer fills in what the lines are to be known by.
func refer(all []written, turned bool) []statement.Statement {
	var want []statement.Statement
	for _, w := range all {
		for i := range w.Lines {
			stated, mark := w.Lines[i].Cents, ""
			if w.own[i].reversal {
				mark, w.Lines[i].Reversal = "R", true
				if turned {
					stated = -stated
				}
			}
			w.Lines[i].Ref = fmt.Sprintf("%s/%s/%s%s", w.own[i].ref, w.Lines[i].Booked, stated, mark)
		}
		w.Unclear = w.mixed()
		want = append(want, w.Statement)
	}
	return want
}

// mixed tells whether there are reversals both ways that cancel each other out.
func (w written) mixed() bool {
	in, out := false, false
	for i, o := range w.own {
		in, out = in || o.reversal && w.Lines[i].Cents > 0, out || o.reversal && w.Lines[i].Cents < 0
	}
	return in && out && reversed(w) == 0
}

// reversed is what all reversals of a statement come to. When they cancel each other out, the balances cannot tell what they mean.
func reversed(w written) (sum money.Amount) {
	for i, o := range w.own {
		if o.reversal {
			sum += w.Lines[i].Cents
		}
	}
	return sum
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	for _, format := range []statement.Format{statement.Camt053, statement.FiDAViSta} {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				all := drawStatements(t, format)
				w := &writer{
					prefix: rapid.SampledFrom([]string{"", "a:", "ns2:"}).Draw(t, "prefix"), comma: rapid.Bool().Draw(t, "comma"),
					version: rapid.SampledFrom([]string{"02", "08"}).Draw(t, "version"), turned: rapid.Bool().Draw(t, "turned"),
				}
				for i := range all {
					w.turned = w.turned && reversed(all[i]) != 0
				}
				content := ""
				if format == statement.Camt053 {
					content = w.camt(all)
					if complaints := schematest.Check([]byte(content)); len(complaints) > 0 && !w.comma {
						t.Fatalf("no bank writes that: %s\n%s", complaints, content)
					}
				} else {
					content = w.fidavista(all)
				}
				got, err := statement.Read(strings.NewReader(content))
				if err != nil {
					t.Fatalf("%v\n%s", err, content)
				}
				if want := refer(all, w.turned); fmt.Sprint(got.Statements) != fmt.Sprint(want) {
					t.Fatalf("read as\n%v\nwant\n%v\n%s", got.Statements, want, content)
				}
				cut := rapid.IntRange(1, len(content)-1).Draw(t, "cut")
				if _, err := statement.Read(strings.NewReader(content[:cut])); key(err) != "statement.half" && key(err) != "statement.not_xml" {
					t.Fatalf("the first %d bytes: %v", cut, err)
				}
			})
		})
	}
}
