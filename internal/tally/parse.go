package tally

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
	peek          = 4 << 10
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// file reads the rows of a file one by one, with a bounded amount of memory.
type file struct {
	guard   *guard
	csv     *csv.Reader
	columns []string
	// inside counts the line ends inside quoted cells, which a spreadsheet does not number.
	inside int
	last   int // number of the row before
}

// openFile reads the header. It returns a fault when the file has none that we understand.
func openFile(r io.Reader) (*file, error) {
	buffered := bufio.NewReaderSize(r, peek)
	start, err := buffered.Peek(peek)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, fmt.Errorf("tally: read: %w", err)
	}
	if bytes.HasPrefix(start, byteOrderMark) {
		if _, err := buffered.Discard(len(byteOrderMark)); err != nil {
			return nil, fmt.Errorf("tally: read: %w", err)
		}
		start = start[len(byteOrderMark):]
	}
	f := &file{guard: &guard{from: buffered, until: longestRecord}}
	f.csv = csv.NewReader(f.guard)
	f.csv.Comma, f.csv.FieldsPerRecord, f.csv.ReuseRecord = separator(start), -1, true
	header, err := f.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, fault.NewInvalid("tally.file_empty")
	case err != nil:
		return nil, headerFault(err)
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

func headerFault(err error) error {
	var syntax *csv.ParseError
	if errors.Is(err, errLongRecord) || errors.As(err, &syntax) {
		return fault.NewInvalid("tally.header_form")
	}
	return fmt.Errorf("tally: read: %w", err)
}

// readHeader joins a fault for each column that is unknown, stands twice or is missing.
func (f *file) readHeader(header []string) error {
	var errs []error
	for _, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case name == "": // a spreadsheet's empty last column
		case !slices.Contains(Columns, name):
			errs = append(errs, fault.NewInvalid("tally.column_unknown", "Value", shown(name), "Known", strings.Join(Columns, ", ")).On(shown(name)))
		case slices.Contains(f.columns, name):
			errs = append(errs, fault.NewInvalid("tally.column_twice").On(name))
		}
		f.columns = append(f.columns, name)
	}
	for _, name := range required {
		if !slices.Contains(f.columns, name) {
			errs = append(errs, fault.NewInvalid("tally.column_missing").On(name))
		}
	}
	return errors.Join(errs...)
}

// shown makes foreign text fit for a message.
func shown(text string) string {
	text = strings.ToValidUTF8(text, "?")
	if runes := []rune(text); len(runes) > longestCode {
		return string(runes[:longestCode]) + "…"
	}
	return text
}

// next returns the next row; io.EOF ends the file. A row that is no row at all comes with a fault and does not end the file.
func (f *file) next() (Row, error) {
	for {
		f.guard.allow(f.csv.InputOffset() + longestRecord)
		record, err := f.csv.Read()
		var syntax *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return Row{}, io.EOF
		case errors.As(err, &syntax):
			f.last = syntax.StartLine - f.inside
			return Row{Number: f.last, Faults: []*fault.Fault{fault.NewInvalid("tally.row_form")}}, nil
		case errors.Is(err, errLongRecord):
			return Row{}, fault.NewInvalid("tally.row_long", "Row", f.last+1)
		case err != nil:
			return Row{}, fmt.Errorf("tally: read: %w", err)
		}
		line, _ := f.csv.FieldPos(0)
		f.last = line - f.inside
		for _, cell := range record {
			f.inside += strings.Count(cell, "\n")
		}
		if slices.ContainsFunc(record, notBlank) {
			return f.row(f.last, record), nil
		}
	}
}

func notBlank(cell string) bool { return strings.TrimSpace(cell) != "" }

func (f *file) row(number int, record []string) Row {
	cells := map[string]string{}
	for i, cell := range record {
		cell = strings.TrimSpace(cell)
		if i >= len(f.columns) || f.columns[i] == "" {
			if cell != "" {
				wide := fault.NewInvalid("tally.row_wide", "Columns", len(f.columns))
				return Row{Number: number, Faults: []*fault.Fault{wide}}
			}
			continue
		}
		cells[f.columns[i]] = strings.Clone(cell)
	}
	if _, stated := cells[ColumnCount]; !stated && slices.Contains(f.columns, ColumnCount) {
		cells[ColumnCount] = "" // a short row leaves its last cells out
	}
	return readRow(number, cells)
}

// errLongRecord is what the guard answers instead of more of a row without end.
var errLongRecord = errors.New("tally: a row without an end")

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
