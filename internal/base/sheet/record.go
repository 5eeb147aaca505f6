package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

var (
	// errRow says that a record is none: what stands in quotation marks goes on behind them, or they are never closed.
	errRow = errors.New("sheet: not a row")
	// errLongRecord says that a record has gone on for too long.
	errLongRecord = errors.New("sheet: a row without an end")
)

// records cuts text into records. It is laxer than RFC 4180 in two things that spreadsheets and people write, and that can be meant in one way only:
// lines may end in CR alone, and a quotation mark inside a cell that does not begin with one is text.
type records struct {
	from  *bufio.Reader
	comma byte
	// row is the number of the record that was read last, as a spreadsheet shows it.
	row  int
	text []byte
	ends []int // where each cell ends in text
}

// next reads a record. The cells are valid until the next call. It returns io.EOF at the end, errRow, after which the next line can be read, and errLongRecord.
func (r *records) next() error {
	r.text, r.ends = r.text[:0], r.ends[:0]
	r.row++
	for first := true; ; first = false {
		end, err := r.cell(first)
		if err != nil {
			return err
		}
		r.ends = append(r.ends, len(r.text))
		if end {
			return nil
		}
	}
}

// cells are the texts of the record that was read last.
func (r *records) cells(into []string) []string {
	into = into[:0]
	from := 0
	for _, end := range r.ends {
		into = append(into, string(r.text[from:end]))
		from = end
	}
	return into
}

// cell reads up to a separator or the end of the line, and tells which it was.
func (r *records) cell(first bool) (end bool, err error) {
	b, err := r.from.ReadByte()
	if errors.Is(err, io.EOF) && !first {
		return true, nil
	}
	if err == nil && b == '"' {
		return r.quoted()
	}
	for ; err == nil; b, err = r.from.ReadByte() {
		switch b {
		case r.comma:
			return false, nil
		case '\r', '\n':
			return true, r.endLine(b)
		}
		if r.text = append(r.text, b); len(r.text) > longestRecord {
			return true, errLongRecord
		}
		first = false
	}
	if errors.Is(err, io.EOF) && !first {
		return true, nil
	}
	return true, err //nolint:wrapcheck // io.EOF, or what the file says
}

// quoted reads a cell whose quotation mark has been read.
func (r *records) quoted() (end bool, err error) {
	lines := 0
	for {
		b, err := r.from.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return true, errRow
		case err != nil:
			return true, err //nolint:wrapcheck // what the file says
		case b == '"':
			b, err = r.from.ReadByte()
			switch {
			case errors.Is(err, io.EOF):
				return true, nil
			case err != nil:
				return true, err //nolint:wrapcheck // as above
			case b == r.comma:
				return false, nil
			case b == '\r' || b == '\n':
				return true, r.endLine(b)
			case b != '"':
				r.row += lines
				return true, errors.Join(errRow, r.skipLine())
			}
		case b == '\n' || b == '\r':
			lines++
			if err := r.endLine(b); err != nil {
				return true, err
			}
			b = '\n'
		}
		if r.text = append(r.text, b); len(r.text) > longestRecord {
			return true, errLongRecord
		}
	}
}

// endLine takes the LF behind a CR.
func (r *records) endLine(b byte) error {
	if b != '\r' {
		return nil
	}
	next, err := r.from.Peek(1)
	if err == nil && next[0] == '\n' {
		_, err = r.from.Discard(1)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err //nolint:wrapcheck // what the file says
}

// skipLine leaves the rest of a line that cannot be read.
func (r *records) skipLine() error {
	for range longestRecord {
		b, err := r.from.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err //nolint:wrapcheck // what the file says
		case b == '\r' || b == '\n':
			return r.endLine(b)
		}
	}
	return errLongRecord
}

// separators are what may stand between cells, in the order in which they are preferred.
const separators = ";,\t|"

// choose takes the line "sep=;" away that some programs put in front, or finds what the first line has most of. A line like that is no row of a spreadsheet.
func (r *records) choose() error {
	start, err := r.from.Peek(peek)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return err //nolint:wrapcheck // what the file says
	}
	blank := len(start) - len(bytes.TrimLeft(start, "\r\n"))
	line := start[blank:]
	if end := bytes.IndexAny(line, "\r\n"); end >= 0 {
		line = line[:end]
	}
	if comma, said := saidSeparator(string(line)); said {
		r.comma = comma
		if _, err := r.from.Discard(blank + len(line)); err != nil {
			return err //nolint:wrapcheck // as above
		}
		return r.skipLine()
	}
	most := 0
	r.comma = ','
	for _, c := range []byte(separators) {
		if n := bytes.Count(line, []byte{c}); n > most {
			r.comma, most = c, n
		}
	}
	return nil
}

// saidSeparator reads a line such as sep=; with or without quotation marks, and with the separators that a spreadsheet adds to every row.
func saidSeparator(line string) (byte, bool) {
	text := strings.Trim(strings.TrimSpace(line), `"`)
	if len(text) < len("sep=;") && text != "sep=" || !strings.EqualFold(text[:min(len(text), 4)], "sep=") {
		return 0, false
	}
	if text == "sep=" { // a tab was cut off as white space
		return '\t', strings.Contains(line, "\t")
	}
	return text[4], strings.IndexByte(separators, text[4]) >= 0 && strings.Trim(text[5:], separators+`"`) == ""
}
