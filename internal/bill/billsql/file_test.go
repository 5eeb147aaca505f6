package billsql_test

import (
	"strings"
	"testing"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// Each file is what a spreadsheet, a billing program or a hand makes of one bill; what becomes of it is told row by row, and never with what stands in it.
func TestWhatBecomesOfAFile(t *testing.T) {
	t.Parallel()
	o := open(t, dbtest.SQLite(t))
	good := []string{water, "F-1", "DZ-7", "water", "0026000", "", "01.11.2026", "20.12.2026", "12,30", "Testa Persona", "Testa iela 1"}
	head := strings.Split(strings.TrimSpace(header), ",")
	with := func(column, text string) string {
		cells := append([]string{}, good...)
		for i, name := range head {
			if name == column {
				cells[i] = text
			}
		}
		return strings.Join(head, ";") + "\r\n" + strings.Join(cells, ";") + "\r\n"
	}
	plain := with("", "")
	for name, c := range map[string]struct{ text, want string }{
		"as Excel saves it":             {"\ufeff" + plain, "2 issued"},
		"CR alone":                      {strings.ReplaceAll(plain, "\r\n", "\r"), "2 issued"},
		"a line sep=":                   {"sep=;\r\n" + plain, "2 issued"},
		"tabs":                          {strings.ReplaceAll(plain, ";", "\t"), "2 issued"},
		"a header in capitals":          {strings.Replace(plain, strings.Join(head, ";"), strings.ToUpper(strings.Join(head, " ; ")), 1), "2 issued"},
		"a header in Latvian":           {strings.Replace(plain, strings.Join(head, ";"), "Kreditors;Rēķina numurs;Atsauce;Veids;Pašvaldība;RF;Izrakstīts;Apmaksas termiņš;Summa;Maksātājs;Adrese", 1), "2 issued"},
		"a quotation mark in a name":    {with("payer_name", `Kafejnīca "Saule"`), "2 issued"},
		"a formula for a name":          {with("payer_name", `=HYPERLINK("http://x")`), "2 issued"},
		"separators in quotes":          {with("payer_name", `"Testa; Persona, SIA"`), "2 issued"},
		"a name of 150 Latvian letters": {with("payer_name", strings.Repeat("Š", 150)), "2 issued"},
		"a name from right to left":     {with("payer_name", "מזל 👩\u200d👩\u200d👧"), "2 issued"},
		"a name turned round":           {with("payer_name", "Testa\u202eanosreP"), "2 error payer_name bill.text"},
		"a name with what hides":        {with("payer_name", "Te\u200dsta"), "2 error payer_name bill.text"},
		"a name of one letter":          {with("payer_name", "O"), "2 issued"},
		"a control character":           {with("payer_name", "A\x00B"), "2 error payer_name sheet.control"},
		"a code with spaces":            {with("creditor", "90000 028 508"), "2 issued"},
		"a code with no-break spaces":   {with("creditor", "9000\u00a00028\u00a0508"), "2 issued"},
		"a tax number":                  {with("creditor", "LV90000028508"), "2 issued"},
		"a code cut short":              {with("creditor", "9,00E+10"), "2 error creditor sheet.scientific"},
		"a number cut short":            {with("number", "4,41E+10"), "2 error number sheet.scientific"},
		"a reference cut short":         {with("reference", "1.2e+15"), "2 error reference sheet.scientific"},
		"a code unseen":                 {with("number", "F\u200b1"), "2 error number sheet.unseen"},
		"a creditor unknown":            {with("creditor", "40003000642"), "2 error creditor bill.creditor_unknown"},
		"zeros eaten, two":              {with("municipality", "26000"), "2 error municipality bill.municipality_zeros"},
		"zeros eaten, one":              {with("municipality", "026000"), "2 error municipality bill.municipality_zeros"},
		"no municipality":               {with("municipality", "XYZ"), "2 error municipality bill.municipality_unknown"},
		"no municipality of digits":     {with("municipality", "0099000"), "2 error municipality bill.municipality_unknown"},
		"no zeros":                      {with("due", "1.12.2026"), "2 issued"},
		"no zeros, year first":          {with("due", "2026-12-1"), "2 issued"},
		"midnight":                      {with("due", "20.12.2026 0:00"), "2 issued"},
		"a time":                        {with("issued", "2026-11-01 14:05:33"), "2 issued"},
		"a time, ISO":                   {with("due", "2026-12-20T00:00:00"), "2 issued"},
		"a time with a zone":            {with("due", "2026-12-20T23:30:00Z"), "2 error due bill.day_form"},
		"points, year first":            {with("due", "2026.12.20."), "2 issued"},
		"slashes, year first":           {with("due", "2026/12/20"), "2 issued"},
		"a year of two digits":          {with("due", "20.12.26"), "2 error due bill.day_year"},
		"American":                      {with("due", "12/20/2026"), "2 error due bill.day_slash"},
		"slashes that could be either":  {with("due", "03/04/2027"), "2 error due bill.day_slash"},
		"a day as a number":             {with("due", "46376"), "2 error due bill.day_serial"},
		"29 February of no leap year":   {with("due", "29.02.2027"), "2 error due bill.day_none"},
		"31 November":                   {with("issued", "31.11.2026"), "2 error issued bill.day_none"},
		"due before it was issued":      {with("due", "20.12.2006"), "2 error due bill.due_before_issue"},
		"due the day before":            {with("due", "31.10.2026"), "2 error due bill.due_before_issue"},
		"due in ninety years":           {with("due", "20.12.2116"), "2 error due bill.due_far"},
		"issued long ago":               {with("issued", "01.11.2006"), "2 error due bill.due_far"},
		"older than is taken":           {strings.Replace(with("issued", "01.11.2016"), "20.12.2026", "20.12.2016", 1), "2 error issued bill.too_old"},
		"issued in a year":              {strings.Replace(with("issued", "01.11.2027"), "20.12.2026", "20.12.2027", 1), "2 error issued bill.too_early"},
		"three decimals":                {with("amount", "12,300"), "2 error amount bill.amount_ambiguous"},
		"three decimals, a point":       {with("amount", "1.230"), "2 error amount bill.amount_ambiguous"},
		"zero":                          {with("amount", "0,00"), "2 error amount bill.amount_zero"},
		"zero, bare":                    {with("amount", "0"), "2 error amount bill.amount_zero"},
		"a credit note":                 {with("amount", "-5,00"), "2 error amount bill.amount_negative"},
		"a credit note in brackets":     {with("amount", "(5,00)"), "2 error amount bill.amount_negative"},
		"a credit note, sign behind":    {with("amount", "5,00-"), "2 error amount bill.amount_negative"},
		"a credit note, true minus":     {with("amount", "\u22125,00"), "2 error amount bill.amount_negative"},
		"an amount cut short":           {with("amount", "1,23E+01"), "2 error amount sheet.scientific"},
		"thousands with a point":        {with("amount", "1.234,50"), "2 issued"},
		"thousands, no-break space":     {with("amount", "1\u00a0234,50"), "2 issued"},
		"thousands, narrow space":       {with("amount", "1\u202f234,50 EUR"), "2 issued"},
		"a sign of the euro":            {with("amount", "12,30 €"), "2 issued"},
		"dollars":                       {with("amount", "$12.30"), "2 error amount bill.amount_form"},
		"the code page of Windows":      {with("payer_name", "B\xe7rzi\xf2a"), "2 error payer_name sheet.not_utf8"},
	} {
		got, result, err := o.take(c.text, dry)
		if got != c.want || strings.Contains(c.want, "error") != (err != nil) || result.Written != 0 {
			t.Errorf("%s: %s, %v; want %s", name, got, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "Testa") {
			t.Errorf("%s: says %v", name, err)
		}
	}
	// What is no file of bills at all says what it is, and nothing that stands in it.
	for text, want := range map[string]string{
		"PK\x03\x04Testa Persona":                "sheet.workbook",
		"<html>Testa Persona":                    "sheet.other_file",
		water + ";F-1;Testa Persona\r":           "sheet.no_header",
		"kreditors;numurs;summa\r\n1;2;3\r\n":    "sheet.column_missing",
		strings.Join(head, ";") + ";Testa\r\n":   "sheet.column_unknown",
		strings.Join(head, ";") + ";number\r\n1": "sheet.column_twice",
	} {
		_, _, err := o.take(text, dry)
		if f := fault.First(err); f == nil || f.Key != want || strings.Contains(err.Error(), "Testa") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if f := fault.First(func() error { _, _, err := o.take(with("amount", "0"), dry, skip); return err }()); f == nil || f.Key != "bill.errors" {
		t.Errorf("a dry run with a row in error answers %v", f)
	}
	// A header and its rows stand for one another in UTF-16 too.
	for _, text := range []string{"\xff\xfe", ""} {
		for _, r := range plain {
			text += string([]byte{byte(r), byte(r >> 8)})
		}
		if got, _, err := o.take(text, dry); got != "2 issued" || err != nil {
			t.Errorf("UTF-16: %s, %v", got, err)
		}
	}
}

// The figure of the creditor comes in the columns of the bill.
func TestAFigureInAFile(t *testing.T) {
	t.Parallel()
	o := open(t, dbtest.SQLite(t))
	const head = "creditor,number,reference,kind,municipality,issued,due,amount,late_fee,valid_until\n"
	file := func(fee, until string) string {
		return head + water + ",G-1,DZ-7,water,0026000,2026-11-01,2026-11-10,100," + fee + "," + until + "\n"
	}
	for figure, want := range map[[2]string]string{
		{"1.25", "2026-11-30"}: "2 issued", {"0", "2026-11-30"}: "2 issued", {"", ""}: "2 issued",
		{"1.25", ""}: "2 error valid_until bill.valid_until", {"", "2026-11-30"}: "2 error late_fee sheet.cell_missing",
		{"-1", "2026-11-30"}: "2 error late_fee bill.amount_negative", {"1.25", "2026-10-30"}: "2 error valid_until bill.due_before_issue",
	} {
		if got, _, _ := o.take(file(figure[0], figure[1]), dry); got != want {
			t.Errorf("%v: %s, want %s", figure, got, want)
		}
	}
	_, _, err := o.take(file("1.25", "2026-11-30"))
	must(t, err)
	if got := o.find("G-1"); len(got) != 1 || got[0] != "G-1 open 101.25 true" {
		t.Errorf("found %q", got)
	}
	if _, result, err := o.take(file("1.26", "2026-11-30")); err != nil || result.Altered != 1 {
		t.Errorf("another fee: %+v, %v", result, err)
	}
	found, err := o.service.Find(t.Context(), "G-1")
	must(t, err)
	if f := found[0]; f.Figure == nil || *f.Figure != (bill.Figure{Fee: 126, Until: day("2026-11-30")}) || f.Line < 2 {
		t.Errorf("%+v", f)
	}
}
