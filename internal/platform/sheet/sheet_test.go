package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"vienkopus/internal/platform/sheet"
)

func write(t *testing.T, f sheet.Format, lang string, rows [][]sheet.Cell) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := sheet.New(&out, f, sheet.Options{Name: "Gads: 2025/26 [?]", Lang: lang, Head: []sheet.Cell{sheet.Text("Vieta"), sheet.Text("Skaits")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var rows = [][]sheet.Cell{
	{sheet.Text("Rīdzene; \"Vaive\""), sheet.Number(1038)},
	{sheet.Text("=cmd|'/c calc'!A1"), sheet.Number(-5)},
	{sheet.Text("@SUM(1)"), sheet.Number(0)},
	{sheet.Text("-1+2"), sheet.None},
	{sheet.Text("\tx"), sheet.None},
	{sheet.Text("eiro"), sheet.Money(-123450)},
}

func TestCSV(t *testing.T) {
	t.Parallel()
	for lang, separator := range map[string]rune{"lv": ';', "lt": ';', "en": ','} {
		text := write(t, sheet.CSV, lang, rows)
		if !bytes.HasPrefix(text, []byte("\ufeff")) || !bytes.Contains(text, []byte("\r\n")) {
			t.Errorf("%s: %q", lang, text)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
		r.Comma = separator
		got, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := [][]string{
			{"Vieta", "Skaits"},
			{"Rīdzene; \"Vaive\"", "1038"},
			{"'=cmd|'/c calc'!A1", "-5"},
			{"'@SUM(1)", "0"},
			{"'-1+2", ""},
			{"'\tx", ""},
			{"eiro", map[string]string{"lv": "-1234,50", "lt": "-1234,50", "en": "-1234.50"}[lang]},
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

func TestXLSX(t *testing.T) {
	t.Parallel()
	book, err := excelize.OpenReader(bytes.NewReader(write(t, sheet.XLSX, "lv", rows)))
	if err != nil {
		t.Fatal(err)
	}
	name := book.GetSheetName(0)
	if name != "Gads 202526" {
		t.Errorf("the sheet is called %q", name)
	}
	for cell, want := range map[string]string{
		"A1": "Vieta", "B2": "1038", "A3": "=cmd|'/c calc'!A1", "B3": "-5", "B4": "0", "A5": "-1+2", "B5": "", "B7": "-1,234.50",
	} {
		got, err := book.GetCellValue(name, cell)
		if err != nil || got != want {
			t.Errorf("%s: %q, want %q, %v", cell, got, want, err)
		}
		if formula, err := book.GetCellFormula(name, cell); err != nil || formula != "" {
			t.Errorf("%s is the formula %q, %v", cell, formula, err)
		}
	}
	if kind, err := book.GetCellType(name, "B2"); err != nil || kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
		t.Errorf("a number is stored as %v, %v", kind, err)
	}
}

// TestMemory writes many rows and holds that the heap stays small. VIENKOPUS_SHEET_ROWS asks for more of them.
func TestMemory(t *testing.T) {
	many := 200_000
	if asked, err := strconv.Atoi(os.Getenv("VIENKOPUS_SHEET_ROWS")); err == nil {
		many = asked
	}
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		peak, stop := watch()
		begun := time.Now()
		w, err := sheet.New(io.Discard, format, sheet.Options{Name: "x", Lang: "lv", Head: []sheet.Cell{sheet.Text("a")}})
		if err != nil {
			t.Fatal(err)
		}
		row := make([]sheet.Cell, 14)
		for i := range many {
			for j := range row {
				row[j] = sheet.Text("municipality-firewood-benefit")
			}
			row[0] = sheet.Number(int64(i))
			if err := w.Row(row); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		stop()
		extra := (int64(peak.Load()) - int64(before.HeapInuse)) >> 20
		t.Logf("%s: %d rows in %s, %d MB more heap at most", format, many, time.Since(begun).Round(time.Millisecond), extra)
		if extra >= 64 {
			t.Errorf("%s needs %d MB for %d rows", format, extra, many)
		}
	}
}

// watch notes the largest heap until it is stopped.
func watch() (peak *atomic.Uint64, stop func()) {
	peak = &atomic.Uint64{}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			peak.Store(max(peak.Load(), now.HeapInuse))
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return peak, func() { close(done); <-ended }
}

// FuzzCSV holds the writer against encoding/csv, which reads and writes the same.
func FuzzCSV(f *testing.F) {
	f.Add("plain", "with, comma", " space")
	f.Add("\"quoted\"", "two\nlines", "\r")
	f.Add("\\.", "a;b", "ā\u00a0")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for language, comma := range map[string]rune{"lv": ';', "en": ','} {
			var ours, theirs bytes.Buffer
			out, err := sheet.New(&ours, sheet.CSV, sheet.Options{Lang: language, Head: []sheet.Cell{sheet.Text("head")}})
			if err == nil {
				err = errors.Join(out.Row([]sheet.Cell{sheet.Text(a), sheet.Text(b), sheet.Number(7), sheet.Text(c)}), out.Close())
			}
			if err != nil {
				t.Fatal(err)
			}
			theirs.WriteString("\ufeff")
			w := csv.NewWriter(&theirs)
			w.Comma, w.UseCRLF = comma, true
			text := func(s string) string {
				if s != "" && strings.Contains("=+-@\t\r\n", s[:1]) {
					return "'" + s
				}
				return s
			}
			if err := errors.Join(w.Write([]string{"head"}), w.Write([]string{text(a), text(b), "7", text(c)})); err != nil {
				t.Fatal(err)
			}
			w.Flush()
			if ours.String() != theirs.String() {
				t.Errorf("%q, not %q", ours.String(), theirs.String())
			}
		}
	})
}
