// Package sheet reads files of rows as spreadsheets write them: CSV in UTF-8 or UTF-16, with or without a byte-order mark, lines that end in LF, CRLF or CR,
// separated by semicolons, commas, tabs or bars; a line "sep=;" in front is understood.
//
// Rules:
//   - The first row names the columns, in any order and case, in English or with the other names of the form. A column that is unknown, stands twice or is missing is a fault.
//   - Rows without any text are passed over; the others are numbered as a spreadsheet shows them, the header being row 1.
//   - A short row leaves its last cells empty. A row that is none, or has more cells than there are columns, is a fault of its own and does not end the file.
//   - White space around a cell is no part of it, nor are characters that nobody sees.
//   - However large the file is, one row at a time is in memory, and a row is bounded.
//   - What is no such file at all (a workbook, an archive, a page) is said to be that.
//   - Faults name columns and rows and never hold what stands in a cell, or in a header that may be a row of data: it may be about a person.
package sheet

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/base/fault"
)

const (
	// longestRecord bounds one row in bytes: a quotation mark that is never closed would swallow the whole file.
	longestRecord = 64 << 10
	// longestShown bounds what a message repeats of a header, in characters.
	longestShown = 64
	peek         = 4 << 10
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// Form is what a kind of file looks like. Names of columns are in lower case.
type Form struct {
	// Columns are all columns that the file may have, Required those without which it says nothing.
	Columns, Required []string
	// Aliases are other names of columns, as column stands for a name once it is folded: in lower case, with _ between words.
	Aliases map[string]string
}

// column returns the column that a cell of the header names, or the folded name when there is none.
func (form Form) column(cell string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case IsUnseen(r):
			return -1
		case unicode.IsSpace(r) || r == '-':
			return '_'
		}
		return unicode.ToLower(r)
	}, Trim(cell))
	if is, ok := form.Aliases[name]; ok {
		return is
	}
	return name
}

// Row is one row of a file.
type Row struct {
	// Number is the row as a spreadsheet shows it; the header is row 1.
	Number int
	// Cells hold the text of each column that the file has, without what Trim takes away. It is nil beside a fault.
	Cells map[string]string
	// Fault says that the row is none: "sheet.row_form" or "sheet.row_wide".
	Fault *fault.Fault
}

// File reads the rows of a file one by one.
type File struct {
	form    Form
	records records
	columns []string
	found   []string
}

// Open reads the header. It returns faults when the file is none of rows, or has no header that fits the form.
func Open(r io.Reader, form Form) (*File, error) {
	text, err := Text(r)
	if err != nil {
		return nil, err
	}
	f := &File{form: form, records: records{from: bufio.NewReaderSize(text, peek)}}
	if err := f.records.choose(); err != nil {
		return nil, f.headerFault(err)
	}
	for {
		switch err := f.records.next(); {
		case errors.Is(err, io.EOF):
			return nil, fault.NewInvalid("sheet.empty")
		case err != nil:
			return nil, f.headerFault(err)
		}
		f.found = f.records.cells(f.found)
		if slices.ContainsFunc(f.found, notBlank) {
			return f, f.readHeader(f.found)
		}
	}
}

// noHeader is the fault of a file that begins with something else than names of columns.
func (f *File) noHeader() error {
	return fault.NewInvalid("sheet.no_header", "Known", strings.Join(f.form.Columns, ", "))
}

func (f *File) headerFault(err error) error {
	if errors.Is(err, errLongRecord) || errors.Is(err, errRow) {
		return f.noHeader()
	}
	return fmt.Errorf("sheet: read: %w", err)
}

// readHeader joins a fault for each column that is unknown, stands twice or is missing. A first row without a single known column
// is no header. Of what is unknown only the place is said: it may well be somebody's data.
func (f *File) readHeader(header []string) error {
	var errs []error
	known := false
	for i, cell := range header {
		if !utf8.ValidString(cell) {
			return fault.NewInvalid("sheet.not_utf8")
		}
		name := f.form.column(cell)
		is := slices.Contains(f.form.Columns, name)
		known = known || is
		switch {
		case name == "": // a spreadsheet's empty last column
		case !is:
			unknown := fault.NewInvalid("sheet.column_unknown", "Place", i+1, "Known", strings.Join(f.form.Columns, ", "))
			errs = append(errs, unknown.On(strconv.Itoa(i+1)))
		case slices.Contains(f.columns, name):
			errs = append(errs, fault.NewInvalid("sheet.column_twice").On(name))
		}
		f.columns = append(f.columns, name)
	}
	if !known {
		return f.noHeader()
	}
	for _, name := range f.form.Required {
		if !slices.Contains(f.columns, name) {
			errs = append(errs, fault.NewInvalid("sheet.column_missing").On(name))
		}
	}
	return errors.Join(errs...)
}

// Shown makes foreign text fit for a message: UTF-8, and not too long.
func Shown(text string) string {
	text = strings.ToValidUTF8(text, "?")
	if runes := []rune(text); len(runes) > longestShown {
		return string(runes[:longestShown]) + "…"
	}
	return text
}

// Next returns the next row; io.EOF ends the file. It returns the fault "sheet.row_long" for a row without an end, after which nothing can be read.
func (f *File) Next() (Row, error) {
	for {
		before := f.records.row
		switch err := f.records.next(); {
		case errors.Is(err, io.EOF):
			return Row{}, io.EOF
		case errors.Is(err, errLongRecord):
			return Row{}, fault.NewInvalid("sheet.row_long", "Row", before+1)
		case errors.Is(err, errRow):
			return Row{Number: before + 1, Fault: fault.NewInvalid("sheet.row_form")}, nil
		case err != nil:
			return Row{}, fmt.Errorf("sheet: read: %w", err)
		}
		f.found = f.records.cells(f.found)
		if slices.ContainsFunc(f.found, notBlank) {
			return f.row(f.found), nil
		}
	}
}

func notBlank(cell string) bool { return Trim(cell) != "" }

func (f *File) row(record []string) Row {
	cells := make(map[string]string, len(f.columns))
	for i, cell := range record {
		cell = Trim(cell)
		if i >= len(f.columns) || f.columns[i] == "" {
			if cell != "" {
				return Row{Number: f.records.row, Fault: fault.NewInvalid("sheet.row_wide", "Columns", len(f.columns))}
			}
			continue
		}
		cells[f.columns[i]] = cell
	}
	for _, name := range f.columns[min(len(record), len(f.columns)):] {
		if name != "" {
			cells[name] = ""
		}
	}
	return Row{Number: f.records.row, Cells: cells}
}
