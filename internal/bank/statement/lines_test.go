package statement_test

import (
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/bank/statement"
)

func read(t testing.TB, content string) []statement.Statement {
	t.Helper()
	all, err := statement.Read(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return all.Statements
}

func refs(all []statement.Statement) []string {
	var refs []string
	for _, s := range all {
		for _, l := range s.Lines {
			refs = append(refs, l.Ref)
		}
	}
	return refs
}

// The line stands twice. Whether it happened twice, only the balances know.
func TestTheSameLineTwice(t *testing.T) {
	t.Parallel()
	twice := text(t, "twice.xml")
	refused(t, "against the balances", twice, "statement.line_twice")
	if got := refs(read(t, strings.Replace(strings.Replace(twice, "CLBD", "XPCD", 1), "<RvslInd>true</RvslInd>", "", 1))); len(got) != 6 || got[1] != got[0]+"#2" {
		t.Errorf("without a closing balance, known as %q", got)
	}
	refused(t, "and a reversal without balances", strings.Replace(twice, "CLBD", "XPCD", 1), "statement.line_twice")
	proven := read(t, strings.Replace(twice, "1330.20", "1742.50", 1))
	if got := refs(proven)[:2]; !slices.Equal(got, []string{"2026050400000012/2026-05-04/412.30", "2026050400000012/2026-05-04/412.30#2"}) {
		t.Errorf("two real lines are known as %q", got)
	}
	fida := text(t, "fidavista_12.xml")
	from, to := strings.Index(fida, "<f:TrxSet>"), strings.Index(fida, "</f:TrxSet>")+len("</f:TrxSet>")
	if got := refs(read(t, fida[:to]+fida[from:to]+fida[to:])); len(got) != 2 || got[1] != got[0]+"#2" {
		t.Errorf("two lines without a reference and without balances are known as %q", got)
	}
	other := strings.Replace(fida[from:to], "Iemaksa", "Cita iemaksa", 1)
	if got := refs(read(t, fida[:to]+other+fida[to:])); len(got) != 2 || got[0] == got[1] {
		t.Errorf("two lines of one day and amount are known as %q", got)
	}
}

// Each of two statements about overlapping days is right by itself; whoever keeps lines by their places counts them once.
func TestStatementsThatOverlap(t *testing.T) {
	t.Parallel()
	camt := text(t, "camt02.xml")
	from, to := strings.Index(camt, "    <Stmt>"), strings.Index(camt, "  </BkToCstmrStmt>")
	both := camt[:to] + camt[from:to] + camt[to:]
	if all := read(t, both); len(all) != 2 || !slices.Equal(refs(all[:1]), refs(all[1:])) {
		t.Errorf("the same days twice are read as %v", all)
	}
	second := strings.ReplaceAll(camt[from:to], "<IBAN>LV80BANK0000435195001</IBAN></Id><Ccy>", "<IBAN>LV52MANS0000000000042</IBAN></Id><Ccy>")
	if all := read(t, camt[:to]+second+camt[to:]); len(all) != 2 || !slices.Equal(refs(all[:1]), refs(all[1:])) {
		t.Errorf("two accounts are read as %v", all)
	}
}

// A fee as large as its payment has the same reference, day and amount, and is another line.
func TestAFeeAsLargeAsItsPayment(t *testing.T) {
	t.Parallel()
	content := strings.NewReplacer("0,16</AccAmt>", "0,36</AccAmt>", "1224,58", "1224,38").Replace(text(t, "fidavista_101.xml"))
	want := []string{"2026050600000031/2026-05-06/-0.36", "2026050600000031/2026-05-06/-0.36#2"}
	if got := refs(read(t, content))[2:]; !slices.Equal(got, want) {
		t.Errorf("known as %q, want %q", got, want)
	}
	without := strings.Replace(content, "<CloseBal>1224,38</CloseBal>", "<CloseBal/>", 1)
	if got := refs(read(t, without))[2:]; !slices.Equal(got, want) {
		t.Errorf("without balances known as %q, want %q", got, want)
	}
}

// What a line is known by does not depend on what else the file holds.
func TestALineReadAgainHasTheSameRef(t *testing.T) {
	t.Parallel()
	whole := text(t, "fidavista_101.xml")
	from, to := strings.Index(whole, "<TrxSet>"), strings.Index(whole, "</TrxSet>")+len("</TrxSet>")
	later := strings.Replace(strings.Replace(whole[:from]+whole[to:], "-10,5", "1224,10", 1), "2026-05-01", "2026-05-05", 1)
	if got, want := refs(read(t, later)), refs(read(t, whole))[1:]; !slices.Equal(got, want) {
		t.Errorf("known as %q, then as %q", want, got)
	}
	if got, want := refs(read(t, strings.ReplaceAll(whole, ",", "."))), refs(read(t, whole)); !slices.Equal(got, want) {
		t.Errorf("known as %q, with points as %q", want, got)
	}
}

// The direction of a reversal is its own by the standard, and that of what it takes back at some banks: the balances tell.
func TestReversals(t *testing.T) {
	t.Parallel()
	camt := text(t, "camt02.xml")
	for name, c := range map[string]struct {
		old, now string
		cents    int64
	}{
		"by the standard": {"", "", 26},
		"turned round":    {"<CdtDbtInd>CRDT</CdtDbtInd><RvslInd>", "<CdtDbtInd>DBIT</CdtDbtInd><RvslInd>", 26},
		"of a credit":     {"1330.20", "1329.68", -26},
		"none":            {"<RvslInd>true", "<RvslInd>false", 26},
	} {
		all := read(t, strings.Replace(camt, c.old, c.now, 1))
		if got := all[0].Lines[4].Cents; int64(got) != c.cents {
			t.Errorf("%s: %s", name, got)
		}
	}
	refused(t, "neither", strings.Replace(camt, "1330.20", "1329.94", 1), "statement.balances")
}

// Of the balances of several days in one statement the first and the last count.
func TestBalancesOfSeveralDays(t *testing.T) {
	t.Parallel()
	balance := func(code, amount, date string) string {
		return `<Bal><Tp><CdOrPrtry><Cd>` + code + `</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">` + amount + `</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>` + date + `</Dt></Dt></Bal>`
	}
	more := balance("PRCD", "1", "2026-04-30") + balance("OPBD", "1467.30", "2026-05-06") + balance("CLBD", "1467.30", "2026-05-05") + balance("ITBD", "3", "2026-05-05")
	camt := text(t, "camt02.xml")
	for _, before := range []string{"<Bal>", "<Ntry>"} {
		got := read(t, strings.Replace(camt, before, more+before, 1))
		same(t, got, camt02)
	}
}

func TestTextIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Replace(text(t, "camt02.xml"), "<Ustrd>Maiss", "<Ustrd>"+strings.Repeat("ā\n\u0085 ", 3000)+"</Ustrd><Ustrd>Maiss", 1)
	got := read(t, long)[0].Lines[0]
	if n := len([]rune(got.Text)); n > statement.MostText || n < statement.MostText-1 || strings.ContainsAny(got.Text, "\n\u0085") {
		t.Errorf("a text of %d characters", n)
	}
	if got.Ref != camt02[0].Lines[0].Ref {
		t.Errorf("known as %q", got.Ref)
	}
}
