package bill

import (
	"errors"
	"io"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/sheet"
)

// draft is a bill as the rows of a file say it, one below the other.
type draft struct {
	lines []line
	said  Said
	// stale says that the bill is as it is known, and that this is worth a line (Bill.stale).
	stale bool
}

// failed tells whether any of its rows is in error.
func (d *draft) failed() bool {
	for i := range d.lines {
		if len(d.lines[i].faults) > 0 {
			return true
		}
	}
	return false
}

// fail puts a fault on the first row of the bill.
func (d *draft) fail(f *fault.Fault) { d.lines[0].faults = append(d.lines[0].faults, f) }

// drafts reads the bills of a file one by one, with a bounded amount of memory.
type drafts struct {
	file     *sheet.File
	calendar *civil.Calendar
	ahead    *line // the first row behind the bill that was read last
	rows     int   // that were read so far
}

func openDrafts(r io.Reader, calendar *civil.Calendar) (*drafts, error) {
	f, err := sheet.Open(r, sheet.Form{Columns: Columns, Required: required, Aliases: aliases})
	return &drafts{file: f, calendar: calendar}, err
}

// next returns the next bill; io.EOF ends the file. Faults of a row stand in its line; a row that cannot be read is a bill of its own.
func (d *drafts) next() (draft, error) {
	first := d.ahead
	d.ahead = nil
	if first == nil {
		l, err := d.line()
		if err != nil {
			return draft{}, err
		}
		first = &l
	}
	all := draft{lines: []line{*first}}
	for first.cells != nil && len(all.lines) <= mostInstalments {
		l, err := d.line()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return draft{}, err
		}
		if l.cells == nil || !l.continues(first) {
			d.ahead = &l
			break
		}
		all.lines = append(all.lines, l)
	}
	if first.cells != nil {
		all.put(d.calendar)
	}
	return all, nil
}

// continues tells whether the row is of the same bill as another one.
func (l *line) continues(first *line) bool {
	a, b := l.cells, first.cells
	return a[ColumnCreditor] == b[ColumnCreditor] && (a[ColumnNumber] == b[ColumnNumber] || Form(a[ColumnNumber]) == Form(b[ColumnNumber]))
}

func (d *drafts) line() (line, error) {
	row, err := d.file.Next()
	if err != nil {
		return line{}, err //nolint:wrapcheck // io.EOF, a fault, or an error that says where it comes from
	}
	d.rows++
	return readLine(row), nil
}

// put makes a bill of the rows.
func (d *draft) put(calendar *civil.Calendar) {
	first := &d.lines[0]
	for i := range d.lines[1:] {
		d.lines[1+i].agrees(first)
	}
	if len(first.faults) == 0 {
		d.said = first.content()
		d.instalments(calendar)
	}
	if d.failed() {
		return
	}
	for _, f := range fault.All(check(d.said)) {
		d.fail(f.On(columnOf(f.Field)))
	}
}

// instalments reads the parts of the bill from its rows, or cuts the tax of a year.
func (d *draft) instalments(calendar *civil.Calendar) {
	for i := range d.lines {
		l := &d.lines[i]
		switch {
		case l.year == 0:
			d.said.Instalments = append(d.said.Instalments, Instalment{Due: l.due, Cents: l.cents})
		case d.said.Kind != PropertyTax || len(d.lines) > 1:
			l.fail(ColumnDue, "bill.year_only_tax")
		case l.cents > 0 && l.cents <= LargestBill:
			parts, err := TaxInstalments(l.year, l.cents, calendar)
			if err != nil {
				l.fail(ColumnDue, "bill.day_form")
			}
			d.said.Instalments = parts
		}
	}
}

// columnOf returns the column of what check found at fault.
func columnOf(field string) string {
	switch field {
	case "payer.name":
		return ColumnPayerName
	case "payer.address":
		return ColumnPayerAddress
	case "instalments":
		return ColumnAmount
	}
	return field
}
