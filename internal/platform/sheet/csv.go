package sheet

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/base/money"
)

// csvWriter appends rows to a buffer and writes it when it is full: encoding/csv wants every cell as a text of its own, which took longer than the rest of a row.
type csvWriter struct {
	out     io.Writer
	buffer  []byte
	comma   byte
	decimal string
}

// csvBuffer is how much is written at once, in bytes.
const csvBuffer = 64 << 10

func newCSV(w io.Writer, o Options) (Writer, error) {
	c := &csvWriter{out: w, comma: separator(o.Lang), decimal: ".", buffer: append(make([]byte, 0, csvBuffer), "\ufeff"...)}
	if c.comma == ';' {
		c.decimal = ","
	}
	return c, c.Row(o.Head)
}

func separator(lang string) byte {
	switch lang {
	case "lv", "lt":
		return ';'
	}
	return ','
}

// Row implements Writer. A formula gets an apostrophe in front, which a spreadsheet shows as text.
func (c *csvWriter) Row(cells []Cell) error {
	for i := range cells {
		if i > 0 {
			c.buffer = append(c.buffer, c.comma)
		}
		switch cell := &cells[i]; {
		case cell.isNumber:
			c.buffer = strconv.AppendInt(c.buffer, cell.number, 10)
		case cell.isMoney:
			c.text(strings.Replace(money.Amount(cell.number).String(), ".", c.decimal, 1))
		case isFormula(cell.text):
			c.text("'" + cell.text)
		default:
			c.text(cell.text)
		}
	}
	c.buffer = append(c.buffer, "\r\n"...)
	if len(c.buffer) < csvBuffer-csvBuffer/8 {
		return nil
	}
	return c.flush()
}

// text appends a cell, between quotation marks where it has to be. Source: RFC 4180; a space in front and "\." as encoding/csv does.
func (c *csvWriter) text(text string) {
	if !c.needsQuotes(text) {
		c.buffer = append(c.buffer, text...)
		return
	}
	c.buffer = append(c.buffer, '"')
	for i := range len(text) {
		switch text[i] {
		case '"':
			c.buffer = append(c.buffer, `""`...)
		case '\r':
		case '\n':
			c.buffer = append(c.buffer, "\r\n"...)
		default:
			c.buffer = append(c.buffer, text[i])
		}
	}
	c.buffer = append(c.buffer, '"')
}

func (c *csvWriter) needsQuotes(text string) bool {
	if text == "" {
		return false
	}
	for i := range len(text) {
		if b := text[i]; b == c.comma || b == '"' || b == '\r' || b == '\n' {
			return true
		}
	}
	first, _ := utf8.DecodeRuneInString(text)
	return unicode.IsSpace(first) || text == `\.`
}

func (c *csvWriter) flush() error {
	_, err := c.out.Write(c.buffer)
	c.buffer = c.buffer[:0]
	if err != nil {
		return fmt.Errorf("sheet: write: %w", err)
	}
	return nil
}

// Close implements Writer.
func (c *csvWriter) Close() error { return c.flush() }
