package bill

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/regno"
)

var calendar = civil.NewCalendar(civil.LatvianHolidays, nil, nil)

const header = "creditor,number,reference,kind,municipality,rf,issued,due,amount,payer_name,payer_address\n"

func readDrafts(t *testing.T, text string) []draft {
	t.Helper()
	d, err := openDrafts(strings.NewReader(text), calendar)
	if err != nil {
		t.Fatal(err)
	}
	var all []draft
	for {
		one, err := d.next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
}

// told writes what is wrong with a bill as "2 amount bill.amount_form".
func (d *draft) told() string {
	var all []string
	for i := range d.lines {
		for _, f := range d.lines[i].faults {
			all = append(all, fmt.Sprintf("%d %s %s", d.lines[i].number, f.Field, f.Key))
		}
	}
	return strings.Join(all, ", ")
}

// Excel writes semicolons, a byte-order mark, CRLF, decimal commas and days with points; others write the opposite of each.
func TestABillIsReadFromItsRows(t *testing.T) {
	t.Parallel()
	want := "{{90000028508 V-1 DZ-1 water 0026000 RF622026000417 2026-11-01 [{2026-11-20 12.30} {2026-12-21 1000.00}] <nil>} {Anna, Bērziņa Rīgas iela 1}}"
	for name, text := range map[string]string{
		"plain": header + "90000028508,V-1,DZ-1,water,0026000,RF622026000417,2026-11-01,2026-11-20,12.30,\"Anna, Bērziņa\",Rīgas iela 1\n" +
			"90000028508,V-1,DZ-1,water,0026000,RF622026000417,2026-11-01,2026-12-21,1000,\"Anna, Bērziņa\",Rīgas iela 1\n",
		"Excel": "\ufeff" + strings.ReplaceAll(strings.ReplaceAll(header, ",", ";"), "\n", "\r\n") +
			"LV90000028508;V-1;DZ-1;water;0026000;RF62 2026 0004 17;01.11.2026;20.11.2026;12,30;Anna, Bērziņa;Rīgas iela 1\r\n" +
			"LV90000028508;V-1;;;;;;21.12.2026;1\u00a0000,00 €;;\r\n;;;;;;;;;;\r\n",
	} {
		all := readDrafts(t, text)
		if len(all) != 1 || all[0].failed() {
			t.Errorf("%s: %d bills, %s", name, len(all), all[0].told())
			continue
		}
		if got := fmt.Sprint(struct {
			C Content
			P Payer
		}{all[0].said.Content, *all[0].said.Payer}); got != want {
			t.Errorf("%s: %s\nwant %s", name, got, want)
		}
	}
}

func TestTheYearOfTheTax(t *testing.T) {
	t.Parallel()
	all := readDrafts(t, "creditor,number,reference,kind,municipality,issued,due,amount\n40003032949,N-1,1,property-tax,0026000,2026-01-20,2026,\"100,02\"\n")
	if len(all) != 1 || all[0].failed() || all[0].said.Payer != nil {
		t.Fatalf("%+v", all)
	}
	if got := fmt.Sprint(all[0].said.Instalments); got != "[{2026-03-31 25.01} {2026-05-15 25.01} {2026-08-17 25.00} {2026-11-16 25.00}]" {
		t.Errorf("cut into %s", got)
	}
}

func TestRowsInError(t *testing.T) {
	t.Parallel()
	good := "90000028508,V-1,DZ-1,water,0026000,,2026-11-01,2026-11-20,12.30,Anna,Rīga"
	with := func(column int, text string) string {
		cells := strings.Split(good, ",")
		cells[column] = text
		return strings.Join(cells, ",")
	}
	for _, c := range []struct{ rows, want string }{
		{good, ""},
		{with(0, "90000028509"), "2 creditor bill.creditor_number"},
		{with(0, "9,00E+10"), "2  sheet.row_wide"},
		{with(0, ""), "2 creditor sheet.cell_missing"},
		{with(1, ""), "2 number sheet.cell_missing"},
		{with(1, strings.Repeat("1", 65)), "2 number bill.code"},
		{with(2, ""), "2 reference sheet.cell_missing"},
		{with(3, "-"), "2 kind bill.code"},
		{with(3, "wat\xffer"), "2 kind sheet.not_utf8"},
		{with(5, "RF00123"), "2 rf bill.rf"},
		{with(6, "soon"), "2 issued bill.day_form"},
		{with(7, "2026-02-30"), "2 due bill.day_none"},
		{with(7, "0000"), "2 due bill.day_form"},
		{with(7, "2026"), "2 due bill.year_only_tax"},
		{with(8, "twelve"), "2 amount bill.amount_form"},
		{with(8, `"1,234"`), "2 amount bill.amount_ambiguous"},
		{with(8, "12.345"), "2 amount bill.amount_ambiguous"},
		{with(8, "1234.567"), "2 amount bill.amount_precise"},
		{with(8, "0"), "2 amount bill.amount_zero"},
		{with(8, "-5"), "2 amount bill.amount_negative"},
		{with(8, "100000000.01"), "2 amount bill.amount"},
		{with(9, strings.Repeat("a", 201)), "2 payer_name bill.text"},
		{with(10, "\"a\nb\""), "2 payer_address bill.text"},
		{good + "\n" + with(3, "rent"), "3 kind bill.row_differs"},
		{good + "\n" + with(9, "Berta"), "3 payer_name bill.row_differs"},
		{good + "\n" + with(8, "x"), "3 amount bill.amount_form"},
		{with(8, "60000000") + "\n" + with(8, "60000000"), "2 amount bill.amount"},
		{with(3, "property-tax") + "\n" + strings.Replace(with(7, "2026"), "water", "property-tax", 1), "3 due bill.year_only_tax"},
		{strings.Repeat(good+"\n", 61), "2 amount bill.instalments"},
		{"\"" + good, "2  sheet.row_form"},
	} {
		all := readDrafts(t, header+c.rows+"\n")
		if len(all) != 1 || all[0].told() != c.want {
			t.Errorf("%.200s:\n%d bills, %s; want %s", c.rows, len(all), all[0].told(), c.want)
		}
	}
}

// In a file whose columns have slipped a name stands where something else is expected; no answer may hold it.
func TestNoFaultHoldsWhatStandsInACell(t *testing.T) {
	t.Parallel()
	const name = "Zebra Bērziņa"
	for column := range strings.Split(header, ",") {
		cells := strings.Split("90000028508,V-1,DZ-1,water,0026000,,2026-11-01,2026-11-20,12.30,,", ",")
		cells[column] = name
		rows := strings.Join(cells, ",") + "\n90000028508,V-1,,,,,,2026-12-20,5," + name + ",\n"
		for _, d := range readDrafts(t, header+rows) {
			for i := range d.lines {
				if text := fmt.Sprint(fault.All(errors.Join(asErrors(d.lines[i].faults)...))); strings.Contains(text, "Zebra") {
					t.Errorf("column %d: %s", column, text)
				}
			}
		}
	}
}

func asErrors(faults []*fault.Fault) []error {
	var all []error
	for _, f := range faults {
		all = append(all, f)
	}
	return all
}

func TestRates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"0.05": 500, "0,05": 500, " 0.05 % ": 500, "1": 10000, "0": 0, "0.0001": 1, "0.5": 5000, "12": 120000,
		"": -1, ".05": -1, "-1": -1, "0.00001": -1, "0.0.5": -1, "1e3": -1, "five": -1, "99999999999999999999": -1,
	} {
		got, err := ParseRate(text)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
}

func FuzzDrafts(f *testing.F) {
	for _, seed := range []string{
		header + "90000028508,V-1,DZ-1,water,0026000,,2026-11-01,2026-11-20,12.30,Anna,Rīga\n90000028508,V-1,,,,,,20.12.2026,\"1,5\",,\n",
		"\ufeff" + strings.ReplaceAll(header, ",", ";") + "40003032949;N-1;1;property-tax;0026000;RF622026000417;20.01.2026;2026;1 100,02;;\r\n",
		"creditor,number,reference,kind,municipality,issued,due,amount\n\"A\nB\",1,2,3,4,5,9999,7\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := openDrafts(strings.NewReader(string(data)), calendar)
		last := 1
		for err == nil {
			var one draft
			if one, err = d.next(); err != nil {
				break
			}
			for i := range one.lines {
				if one.lines[i].number <= last || len(one.lines) > mostInstalments+1 {
					t.Fatalf("row %d of %d after row %d", one.lines[i].number, len(one.lines), last)
				}
				last = one.lines[i].number
			}
			if !one.failed() {
				soundDraft(t, &one)
			}
		}
		if !errors.Is(err, io.EOF) && fault.First(err) == nil {
			t.Fatalf("neither the end nor a fault: %v", err)
		}
	})
}

// soundDraft is what every bill without a fault holds.
func soundDraft(t *testing.T, d *draft) {
	t.Helper()
	c := d.said.Content
	if number, err := regno.Parse(string(c.Creditor)); err != nil || number != c.Creditor {
		t.Fatalf("creditor %q", c.Creditor)
	}
	if !utf8.ValidString(c.Number+c.Reference+string(c.Kind)+c.Municipality) || c.Number == "" || c.Issued.IsZero() {
		t.Fatalf("%+v", c)
	}
	if total := c.Total(); total <= 0 || total > LargestBill || len(c.Instalments) == 0 {
		t.Fatalf("%s in %d instalments", total, len(c.Instalments))
	}
	for _, i := range c.Instalments {
		if i.Due.IsZero() || i.Cents <= 0 {
			t.Fatalf("%+v", i)
		}
	}
}
