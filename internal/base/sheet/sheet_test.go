package sheet_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/sheet"
)

var form = sheet.Form{Columns: []string{"desk", "period", "kind", "count"}, Required: []string{"desk", "period", "kind"}}

// read returns the rows as they stand in the file, each as its number, cells in the order of the form, and fault.
func read(t *testing.T, text string) []sheet.Row {
	t.Helper()
	f, err := sheet.Open(strings.NewReader(text), form)
	if err != nil {
		t.Fatal(err)
	}
	var rows []sheet.Row
	for {
		row, err := f.Next()
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
	for name, text := range map[string]string{
		"comma":        "desk,period,kind,count\nA,2025,\"a,b\",\"1 \"\n",
		"semicolon":    "desk;period;kind;count\nA;2025;a,b; 1\n",
		"mark, CRLF":   "\ufeffdesk;period;kind;count\r\nA;2025;a,b;1\r\n",
		"other order":  "Count;KIND;period;Desk\n1;a,b;2025;A",
		"empty column": "desk;period;kind;count;;\nA;2025;a,b;1;;\n",
	} {
		rows := read(t, text)
		if len(rows) != 1 || rows[0].Number != 2 || rows[0].Fault != nil {
			t.Errorf("%s: %+v", name, rows)
			continue
		}
		for column, want := range map[string]string{"desk": "A", "period": "2025", "kind": "a,b", "count": "1"} {
			if got := rows[0].Cells[column]; got != want {
				t.Errorf("%s: %s is %q", name, column, got)
			}
		}
	}
}

func TestShortAndWideRows(t *testing.T) {
	t.Parallel()
	rows := read(t, "desk,period,kind,count\nA,2025\nB,2025,call,5,,x\n\"C,2025\n")
	if len(rows) != 3 || rows[1].Fault == nil || rows[1].Fault.Key != "sheet.row_wide" || rows[2].Fault == nil || rows[2].Fault.Key != "sheet.row_form" {
		t.Fatalf("%+v", rows)
	}
	if text, there := rows[0].Cells["count"]; text != "" || !there || len(rows[0].Cells) != 4 {
		t.Errorf("a short row has %v", rows[0].Cells)
	}
	f, err := sheet.Open(strings.NewReader("desk,period,kind\nA,2025,call\n"), form)
	if err != nil {
		t.Fatal(err)
	}
	if row, err := f.Next(); err != nil || len(row.Cells) != 3 {
		t.Errorf("%v %v", row, err)
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                                    {"sheet.empty"},
		"desk,period\n":                       {"sheet.column_missing"},
		"desk,period,kind,cout\n":             {"sheet.column_unknown"},
		"desk,desk,period,kind\n":             {"sheet.column_twice"},
		"desk,\"period,kind\n":                {"sheet.no_header"},
		"skaits,desk\n":                       {"sheet.column_unknown", "sheet.column_missing", "sheet.column_missing"},
		"CES-1,2025,Anna Bērziņa,1\n":         {"sheet.no_header"},
		"\"" + strings.Repeat("x", 200_000):   {"sheet.no_header"},
		"\xff\xfe,desk,period,kind,service\n": {"sheet.no_header"},
		"\xff,desk,period,kind,service\n":     {"sheet.not_utf8"},
		"desk,period,kind,service\n":          {"sheet.column_unknown"},
	} {
		_, err := sheet.Open(strings.NewReader(text), form)
		var got []string
		for _, f := range fault.All(err) {
			got = append(got, f.Key)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%.40q: %v, want %v", text, got, want)
		}
		if err == nil || strings.Contains(err.Error(), "Anna") {
			t.Errorf("%.40q: says %v", text, err)
		}
	}
}

func TestRowNumbers(t *testing.T) {
	t.Parallel()
	text := "desk,period,kind,count\nA,2025,call,1\n\nB,2025,call,1\n\"C\nC\",2025,call,1\nD,2025,call,1\nE,20\"25,call,1\nF,2025,call,1\n,,,\nG,2025,call,1\n"
	var got []int
	for _, row := range read(t, text) {
		got = append(got, row.Number)
	}
	if want := []int{2, 4, 5, 6, 7, 8, 10}; !slices.Equal(got, want) {
		t.Fatalf("rows %v, want %v", got, want)
	}
}

func TestQuoteThatNeverEnds(t *testing.T) {
	t.Parallel()
	f, err := sheet.Open(strings.NewReader("desk,period,kind\nA,2025,call\n\"B,"+strings.Repeat("2025,call\n", 100_000)), form)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Next(); err != nil {
		t.Fatal(err)
	}
	_, err = f.Next()
	if f := fault.First(err); f == nil || f.Key != "sheet.row_long" || f.Args[1] != 3 {
		t.Fatalf("%v", err)
	}
}

func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		"desk,period,kind,count\nCES-1,2025,payment,5\n",
		"\ufeffdesk;period;kind;count\r\nCES-1;2025-03;visit;\r\n",
		"desk,period,kind\n\"A\nB\",2025-01-01/2025-02-01,call\n",
		"desk,period,kind\n\"A\",\"2025,call\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := sheet.Open(strings.NewReader(string(data)), form)
		last := 1
		for err == nil {
			var row sheet.Row
			if row, err = file.Next(); err != nil {
				break
			}
			if row.Number <= last || (row.Fault == nil) == (row.Cells == nil) {
				t.Fatalf("row %+v after row %d", row, last)
			}
			last = row.Number
		}
		if !errors.Is(err, io.EOF) && fault.First(err) == nil {
			t.Fatalf("neither the end nor a fault: %v", err)
		}
	})
}
