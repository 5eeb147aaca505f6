// Package sheet writes tables as CSV and XLSX, row by row, in an amount of memory that does not depend on the number of rows.
//
// CSV is UTF-8 with a byte order mark and Windows line ends. The separator is a semicolon in languages that write a comma in
// decimals (lv, lt) and a comma in the others, because that is what the spreadsheets of those readers open by a double
// click; the import of acts reads both. Text that a spreadsheet would run as a formula is made harmless.
package sheet

import (
	"fmt"
	"io"

	"vienkopus/internal/base/money"
)

// Cell is one value of a table: text, or a whole number, or an amount of money, or nothing.
type Cell struct {
	text     string
	number   int64
	isNumber bool
	isMoney  bool
}

// Text returns a cell of words.
func Text(text string) Cell { return Cell{text: text} }

// Number returns a cell of a whole number.
func Number(n int64) Cell { return Cell{number: n, isNumber: true} }

// Money returns a cell of an amount, which a spreadsheet can add up; it is written in euro with two decimals.
func Money(a money.Amount) Cell { return Cell{number: int64(a), isMoney: true} }

// None is an empty cell, which is not a zero.
var None = Cell{}

// Writer takes a table row by row.
type Writer interface {
	// Row writes one row.
	Row(cells []Cell) error
	// Close writes what is left; without it the table is broken.
	Close() error
}

// Format is a form of file.
type Format string

// The formats; they are the ends of file names.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// ContentType returns the media type of the format.
func (f Format) ContentType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Options are what a table is written with.
type Options struct {
	// Name is the name of the sheet in a workbook.
	Name string
	// Lang is the BCP 47 code of the reader's language, for the separator of CSV.
	Lang string
	// Head is the first row; a workbook repeats it on every sheet.
	Head []Cell
}

// New returns a writer of that format. What it writes goes straight to w.
func New(w io.Writer, f Format, o Options) (Writer, error) {
	switch f {
	case CSV:
		return newCSV(w, o)
	case XLSX:
		return newXLSX(w, o)
	}
	return nil, fmt.Errorf("sheet: no such format: %q", f)
}

// isFormula says whether a spreadsheet would take the text for a formula (OWASP, CSV injection).
func isFormula(text string) bool {
	if text == "" {
		return false
	}
	switch text[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return true
	}
	return false
}
