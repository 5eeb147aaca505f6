package sheet

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestNextSheet holds that a long table goes on, under its head, where a sheet is full.
func TestNextSheet(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w, err := newXLSX(&out, Options{Name: "Rindas", Head: []Cell{Text("n")}})
	if err != nil {
		t.Fatal(err)
	}
	w.(*xlsxWriter).limit = 3
	for n := range int64(5) {
		if err := w.Row([]Cell{Number(n)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{"Rindas": {"n", "0", "1"}, "Rindas 2": {"n", "2", "3"}, "Rindas 3": {"n", "4"}} {
		rows, err := book.GetRows(name)
		if err != nil || len(rows) != len(want) {
			t.Fatalf("%s: %v, %v", name, rows, err)
		}
		for i := range want {
			if rows[i][0] != want[i] {
				t.Errorf("%s: %v, want %v", name, rows, want)
			}
		}
	}
}
