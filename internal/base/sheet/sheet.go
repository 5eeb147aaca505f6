// Package sheet reads files of rows as spreadsheets write them: CSV in UTF-8, with or without a byte-order mark, lines that end in LF or CRLF,
// separated by commas or semicolons.
//
// Rules:
//   - The first row names the columns, in any order and case. A column that is unknown, stands twice or is missing is a fault.
//   - Rows without any text are passed over; the others are numbered as a spreadsheet shows them, the header being row 1.
//   - A short row leaves its last cells empty. A row that is none, or has more cells than there are columns, is a fault of its own and does not end the file.
//   - However large the file is, one row at a time is in memory, and a row is bounded.
//   - Faults name columns and rows and never hold what stands in a cell, which may be about a person.
package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

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
}

// Row is one row of a file.
type Row struct {
	// Number is the row as a spreadsheet shows it; the header is row 1.
	Number int
	// Cells hold the text of each column that the file has, without the white space around it. It is nil beside a fault.
	Cells map[string]string
	// Fault says that the row is none: "sheet.row_form" or "sheet.row_wide".
	Fault *fault.Fault
}

// File reads the rows of a file one by one.
type File struct {
	form    Form
	guard   *guard
	csv     *csv.Reader
	columns []string
	// inside counts the line ends inside quoted cells, which a spreadsheet does not number.
	inside int
	last   int // number of the row before
}

// Open reads the header. It returns faults when the file has none that fits the form.
func Open(r io.Reader, form Form) (*File, error) {
	buffered := bufio.NewReaderSize(r, peek)
	start, err := buffered.Peek(peek)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, fmt.Errorf("sheet: read: %w", err)
	}
	if bytes.HasPrefix(start, byteOrderMark) {
		if _, err := buffered.Discard(len(byteOrderMark)); err != nil {
			return nil, fmt.Errorf("sheet: read: %w", err)
		}
		start = start[len(byteOrderMark):]
	}
	f := &File{form: form, guard: &guard{from: buffered, until: longestRecord}}
	f.csv = csv.NewReader(f.guard)
	f.csv.Comma, f.csv.FieldsPerRecord, f.csv.ReuseRecord = separator(start), -1, true
	header, err := f.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, fault.NewInvalid("sheet.empty")
	case err != nil:
		return nil, f.headerFault(err)
	}
	return f, f.readHeader(header)
}

// separator looks at the first line: whichever of ; and , stands there more often.
func separator(start []byte) rune {
	line, _, _ := bytes.Cut(start, []byte("\n"))
	if bytes.Count(line, []byte(";")) > bytes.Count(line, []byte(",")) {
		return ';'
	}
	return ','
}

// noHeader is the fault of a file that begins with something else than names of columns.
func (f *File) noHeader() error {
	return fault.NewInvalid("sheet.no_header", "Known", strings.Join(f.form.Columns, ", "))
}

func (f *File) headerFault(err error) error {
	var syntax *csv.ParseError
	if errors.Is(err, errLongRecord) || errors.As(err, &syntax) {
		return f.noHeader()
	}
	return fmt.Errorf("sheet: read: %w", err)
}

// readHeader joins a fault for each column that is unknown, stands twice or is missing. A first row without a single known column
// is no header, and may well be somebody's data: nothing of it is repeated.
func (f *File) readHeader(header []string) error {
	var errs []error
	known := false
	for _, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		is := slices.Contains(f.form.Columns, name)
		known = known || is
		switch {
		case name == "": // a spreadsheet's empty last column
		case !is:
			unknown := fault.NewInvalid("sheet.column_unknown", "Value", Shown(name), "Known", strings.Join(f.form.Columns, ", "))
			errs = append(errs, unknown.On(Shown(name)))
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
		f.guard.allow(f.csv.InputOffset() + longestRecord)
		record, err := f.csv.Read()
		var syntax *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return Row{}, io.EOF
		case errors.As(err, &syntax):
			f.last = syntax.StartLine - f.inside
			return Row{Number: f.last, Fault: fault.NewInvalid("sheet.row_form")}, nil
		case errors.Is(err, errLongRecord):
			return Row{}, fault.NewInvalid("sheet.row_long", "Row", f.last+1)
		case err != nil:
			return Row{}, fmt.Errorf("sheet: read: %w", err)
		}
		line, _ := f.csv.FieldPos(0)
		f.last = line - f.inside
		for _, cell := range record {
			f.inside += strings.Count(cell, "\n")
		}
		if slices.ContainsFunc(record, notBlank) {
			return f.row(record), nil
		}
	}
}

func notBlank(cell string) bool { return strings.TrimSpace(cell) != "" }

func (f *File) row(record []string) Row {
	cells := make(map[string]string, len(f.columns))
	for i, cell := range record {
		cell = strings.TrimSpace(cell)
		if i >= len(f.columns) || f.columns[i] == "" {
			if cell != "" {
				return Row{Number: f.last, Fault: fault.NewInvalid("sheet.row_wide", "Columns", len(f.columns))}
			}
			continue
		}
		cells[f.columns[i]] = strings.Clone(cell)
	}
	for _, name := range f.columns[min(len(record), len(f.columns)):] {
		if name != "" {
			cells[name] = ""
		}
	}
	return Row{Number: f.last, Cells: cells}
}

// errLongRecord is what the guard answers instead of more of a row without end.
var errLongRecord = errors.New("sheet: a row without an end")

// guard stops reading when one record has gone on for too long.
type guard struct {
	from  io.Reader
	read  int64
	until int64
}

// allow moves the offset up to which may be read; what the CSV reader has buffered already is read in any case.
func (g *guard) allow(offset int64) { g.until = offset }

// Read implements io.Reader.
func (g *guard) Read(p []byte) (int, error) {
	if g.read > g.until {
		return 0, errLongRecord
	}
	n, err := g.from.Read(p)
	g.read += int64(n)
	return n, err //nolint:wrapcheck // an io.Reader hands io.EOF on as it is
}
