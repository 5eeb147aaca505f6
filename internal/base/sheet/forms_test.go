package sheet_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/sheet"
)

// inUTF16 writes a text with two bytes for each unit.
func inUTF16(text string, littleEndian bool) string {
	var out strings.Builder
	for _, u := range utf16.Encode([]rune(text)) {
		if littleEndian {
			out.WriteString(string([]byte{byte(u), byte(u >> 8)}))
		} else {
			out.WriteString(string([]byte{byte(u >> 8), byte(u)}))
		}
	}
	return out.String()
}

// A file is read in whichever way a spreadsheet has saved it, and every row has the number that the spreadsheet shows.
func TestAFileIsReadHoweverItWasSaved(t *testing.T) {
	t.Parallel()
	const plain = "desk;period;kind;count\nĀ;2025;a,b;1\n"
	for name, text := range map[string]string{
		"old Mac, CR alone":          strings.ReplaceAll(plain, "\n", "\r"),
		"CR alone, no end":           strings.TrimSuffix(strings.ReplaceAll(plain, "\n", "\r"), "\r"),
		"CR and CRLF mixed":          strings.Replace(plain, "\n", "\r\n", 1),
		"a line sep=":                "sep=;\r\n" + plain,
		"a line SEP= in quotes":      "\"SEP=;\"\n" + plain,
		"a line sep= with its cells": "sep=;;;;\n" + plain,
		"sep= behind a mark":         "\ufeffsep=;\n" + plain,
		"sep= another than usual":    "sep=|\n" + strings.ReplaceAll(plain, ";", "|"),
		"sep= a tab":                 "sep=\t\n" + strings.ReplaceAll(plain, ";", "\t"),
		"tabs":                       strings.ReplaceAll(plain, ";", "\t"),
		"bars":                       strings.ReplaceAll(plain, ";", "|"),
		"UTF-16, little":             "\xff\xfe" + inUTF16(plain, true),
		"UTF-16, big":                "\xfe\xff" + inUTF16(plain, false),
		"UTF-16, little, no mark":    inUTF16(plain, true),
		"UTF-16, big, no mark, CR":   inUTF16(strings.ReplaceAll(plain, "\n", "\r"), false),
		"UTF-16 with tabs and CRLF":  "\xff\xfe" + inUTF16(strings.NewReplacer(";", "\t", "\n", "\r\n").Replace(plain), true),
		"capitals and spaces":        strings.Replace(plain, "desk;period;kind;count", " DESK ;Period; KIND;COUNT ", 1),
		"unseen in the header":       strings.Replace(plain, "desk;period", "\u200bdesk;per\u00adiod\u200b", 1),
		"no-break space in header":   strings.Replace(plain, "desk", "\u00a0desk\u00a0", 1),
		"unseen around a cell":       strings.Replace(plain, "2025", "\u200b2025\ufeff", 1),
	} {
		rows := read(t, text)
		if len(rows) != 1 || rows[0].Number != 2 || rows[0].Fault != nil {
			t.Errorf("%s: %+v", name, rows)
			continue
		}
		for column, want := range map[string]string{"desk": "Ā", "period": "2025", "kind": "a,b", "count": "1"} {
			if got := rows[0].Cells[column]; got != want {
				t.Errorf("%s: %s is %q", name, column, got)
			}
		}
	}
}

// A quotation mark inside a cell is text, as in the name of a café; one that begins a cell must end it.
func TestQuotationMarksInsideACell(t *testing.T) {
	t.Parallel()
	rows := read(t, "desk;period;kind;count\nKafejnīca \"Saule\";=HYPERLINK(\"http://x\");5\";\"a;\"\"b\"\"\"\n\"A\" B;2025;call;1\nC;2025;call;1\n")
	if len(rows) != 3 || rows[0].Fault != nil || rows[1].Fault == nil || rows[1].Fault.Key != "sheet.row_form" || rows[2].Cells["desk"] != "C" || rows[2].Number != 4 {
		t.Fatalf("%+v", rows)
	}
	for column, want := range map[string]string{"desk": `Kafejnīca "Saule"`, "period": `=HYPERLINK("http://x")`, "kind": `5"`, "count": `a;"b"`} {
		if got := rows[0].Cells[column]; got != want {
			t.Errorf("%s is %q, want %q", column, got, want)
		}
	}
}

// What is no file of rows is said to be what it is.
func TestWhatIsNoFileOfRows(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"PK\x03\x04\x14\x00\x06\x00Anna Bērziņa": "sheet.workbook",
		"PK\x05\x06":                        "sheet.workbook",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":  "sheet.workbook",
		"\x1f\x8b\x08\x00":                  "sheet.workbook",
		"%PDF-1.7":                          "sheet.other_file",
		"\ufeff<html><table>":               "sheet.other_file",
		"\r\n <?xml version=\"1.0\"?>":      "sheet.other_file",
		"\xff\xfe\x00\x00d\x00\x00\x00":     "sheet.encoding",
		"desk;per\xefod;kind\n":             "sheet.not_utf8",
		"\ufeff":                            "sheet.empty",
		"\r\r\r":                            "sheet.empty",
		"sep=;":                             "sheet.empty",
		"Anna Bērziņa\rRīgas iela 1\r":      "sheet.no_header",
		"desk;period;kind;Anna Bērziņa\r\r": "sheet.column_unknown",
	} {
		_, err := sheet.Open(strings.NewReader(text), form)
		if f := fault.First(err); f == nil || f.Key != want || strings.Contains(err.Error(), "Anna") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// Latvian names of columns stand for ours.
func TestColumnsHaveOtherNames(t *testing.T) {
	t.Parallel()
	with := form
	with.Aliases = map[string]string{"galds": "desk", "darbības_veids": "kind"}
	f, err := sheet.Open(strings.NewReader("GALDS;Period;Darbības veids\nA;2025;call\n"), with)
	if err != nil {
		t.Fatal(err)
	}
	if row, err := f.Next(); err != nil || row.Cells["desk"] != "A" || row.Cells["kind"] != "call" {
		t.Errorf("%+v, %v", row, err)
	}
	if _, err := f.Next(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestCellsOfCodes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"V-1": "", "12,30": "", "E-12": "", "1E12": "", "A1E+5": "",
		"4,41E+10": "sheet.scientific", "4.41e+10": "sheet.scientific", "1E+05": "sheet.scientific", "-1,2E-05": "sheet.scientific",
		"V\u200b1": "sheet.unseen", "12\u00ad,30": "sheet.unseen", "V\u202e1": "sheet.unseen",
		"A\x00B": "sheet.control", "A\tB": "sheet.control", "A\x85B": "sheet.not_utf8", "\ufffd": "sheet.not_utf8",
	} {
		got := ""
		if f := sheet.Check(text); f != nil {
			got = f.Key
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if f := sheet.CheckWords("👩\u200d👩\u200d👧"); f != nil {
		t.Errorf("a name is %v", f)
	}
}
