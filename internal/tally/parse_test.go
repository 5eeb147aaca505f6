package tally

import (
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/visit"
)

func readAll(t *testing.T, text string) []Row {
	t.Helper()
	f, err := openFile(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	for {
		row, err := f.next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

func TestFormsOfAFile(t *testing.T) {
	t.Parallel()
	want := Row{
		Number: 2, Desk: "CES-1", Period: civil.YearPeriod(2025), Act: catalogue.Payment, Service: "water-bill",
		Channel: visit.InPerson, Count: 10400, Ref: "a,b", Source: "gada pārskats",
	}
	for name, text := range map[string]string{
		"comma":        "desk,period,kind,service,channel,count,ref,source\nCES-1,2025,payment,water-bill,in-person,10400,\"a,b\",gada pārskats\n",
		"semicolon":    "desk;period;kind;service;channel;count;ref;source\nCES-1;2025;payment;water-bill;in-person;10 400;a,b;gada pārskats\n",
		"mark, CRLF":   "\ufeffdesk;period;kind;service;channel;count;ref;source\r\nCES-1;2025;payment;water-bill;in-person;10\u00a0400;a,b;gada pārskats\r\n",
		"other order":  "Source;Ref;Count;Kind;Channel;Service;Period;Desk\ngada pārskats;a,b;10400;payment;in-person;water-bill;2025;CES-1",
		"empty column": "desk;period;kind;service;channel;count;ref;source;;\nCES-1;2025-01-01/2025-12-31;payment;water-bill;in-person;10400;a,b;gada pārskats;;\n",
	} {
		rows := readAll(t, text)
		if len(rows) != 1 || len(rows[0].Faults) > 0 {
			t.Errorf("%s: %+v", name, rows)
			continue
		}
		got := rows[0]
		got.Faults, got.place = nil, want.place
		if name != "" && RowIdentity(got) != RowIdentity(want) || got.Count != want.Count || got.Source != want.Source || got.Number != 2 || got.Period != want.Period {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestCells(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ row, column, key string }{
		{"CES-1,2025,payment,5", "", ""},
		{"CES-1,2025,payment,0", "", ""},
		{"CES-1,2025-02,visit,3", "", ""},
		{"CES-1,14.03.2025,call,3", "", ""},
		{"CES-1,2015-09-01/2020-12-31,call,3", "", ""},
		{",2025,payment,5", "desk", "sheet.cell_missing"},
		{"CES-1,,payment,5", "period", "sheet.cell_missing"},
		{"CES-1,2025,payment,", "count", "sheet.cell_missing"},
		{"CES-1,2025,payment", "count", "sheet.cell_missing"},
		{"CES-1,2025,paymnt,5", "kind", "tally.kind_unknown"},
		{"CES-1,2025-13,payment,5", "period", "tally.period_form"},
		{"CES-1,0000,payment,5", "period", "tally.period_form"},
		{"CES-1,2025-02-30,payment,5", "period", "tally.period_form"},
		{"CES-1,2025-02-03/2025-02-01,payment,5", "period", "tally.period_order"},
		{"CES-1,2025,payment,-5", "count", "tally.count_form"},
		{"CES-1,2025,payment,1.038", "count", "tally.count_form"},
		{"CES-1,2025,payment,\"1,038\"", "count", "tally.count_form"},
		{"CES-1,2025,payment,5000000000", "count", "tally.count_form"},
		{"CES-1,2025,pay\xffment,5", "kind", "sheet.not_utf8"},
		{"CES|1,2025,payment,5", "desk", "tally.cell_characters"},
		{"CES-1,2025,payment,5,,,x", "", "sheet.row_wide"},
		{"\"CES-1,2025,payment,5", "", "sheet.row_form"},
		{strings.Repeat("x", 100) + ",2025,payment,5", "desk", "sheet.cell_long"},
	} {
		rows := readAll(t, "desk,period,kind,count\n"+c.row+"\n")
		if len(rows) != 1 || rows[0].Number != 2 {
			t.Errorf("%s: %+v", c.row, rows)
			continue
		}
		switch faults := rows[0].Faults; {
		case c.key == "" && len(faults) != 0, c.key != "" && len(faults) != 1:
			t.Errorf("%s: %v", c.row, faults)
		case c.key != "" && (faults[0].Key != c.key || faults[0].Field != c.column):
			t.Errorf("%s: %v, want %s on %s", c.row, faults[0], c.key, c.column)
		}
	}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	for period, want := range map[string]string{
		"2025-03-14":            "2025-03",
		"2025-03":               "2025-03",
		"2025-03-02/2025-03-09": "2025-03",
		"2025":                  "s:2025-01-01/2025-12-31",
		"2025-01-31/2025-02-01": "s:2025-01-31/2025-02-01",
	} {
		p, err := parsePeriod(period)
		if err != nil {
			t.Fatal(err)
		}
		if got := SpanOf(p); got != want {
			t.Errorf("%s lies in %s, want %s", period, got, want)
		}
		back, err := PeriodOf(want)
		if err != nil || SpanOf(back) != want {
			t.Errorf("%s reads back as %s, %v", want, back, err)
		}
	}
}

func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		"desk,period,kind,count\nCES-1,2025,payment,5\n",
		"\ufeffdesk;period;kind;service;institution;channel;count;ref;source\r\nCES-1;2025-03;visit;;;;0;r1;x\r\n",
		"desk,period,kind\n\"A\nB\",2025-01-01/2025-02-01,call\n",
		"desk,period,kind\n\"A\",\"2025,call\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := openFile(strings.NewReader(string(data)))
		if err != nil {
			if fault.First(err) == nil {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		last := 1
		for {
			row, err := file.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				if fault.First(err) == nil {
					t.Fatalf("not a fault: %v", err)
				}
				return
			}
			if row.Number <= last {
				t.Fatalf("row %d after row %d", row.Number, last)
			}
			last = row.Number
			if len(row.Faults) == 0 {
				sound(t, row)
			}
		}
	})
}

// sound is what every row without a fault holds.
func sound(t *testing.T, row Row) {
	t.Helper()
	switch {
	case !row.Period.IsValid(), row.Count < 0 || row.Count > LargestCount, row.Desk == "":
		t.Fatalf("%+v", row)
	case !utf8.ValidString(RowIdentity(row) + row.Source):
		t.Fatalf("broken letters in %+v", row)
	}
	if p, err := PeriodOf(SpanOf(row.Period)); err != nil || !p.Overlaps(row.Period) {
		t.Fatalf("span of %s: %s, %v", row.Period, p, err)
	}
}
