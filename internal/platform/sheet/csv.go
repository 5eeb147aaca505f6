package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"vienkopus/internal/base/money"
)

type csvWriter struct {
	out     *csv.Writer
	record  []string
	decimal string
}

func newCSV(w io.Writer, o Options) (Writer, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, fmt.Errorf("sheet: write: %w", err)
	}
	c := &csvWriter{out: csv.NewWriter(w), decimal: "."}
	c.out.UseCRLF, c.out.Comma = true, separator(o.Lang)
	if c.out.Comma == ';' {
		c.decimal = ","
	}
	return c, c.Row(o.Head)
}

func separator(lang string) rune {
	switch lang {
	case "lv", "lt":
		return ';'
	}
	return ','
}

// Row implements Writer. A formula gets an apostrophe in front, which a spreadsheet shows as text.
func (c *csvWriter) Row(cells []Cell) error {
	c.record = c.record[:0]
	for _, cell := range cells {
		text := cell.text
		switch {
		case cell.isNumber:
			text = strconv.FormatInt(cell.number, 10)
		case cell.isMoney:
			text = strings.Replace(money.Amount(cell.number).String(), ".", c.decimal, 1)
		case isFormula(text):
			text = "'" + text
		}
		c.record = append(c.record, text)
	}
	if err := c.out.Write(c.record); err != nil {
		return fmt.Errorf("sheet: write: %w", err)
	}
	return nil
}

// Close implements Writer.
func (c *csvWriter) Close() error {
	c.out.Flush()
	if err := c.out.Error(); err != nil {
		return fmt.Errorf("sheet: write: %w", err)
	}
	return nil
}
