package bill

import (
	"errors"
	"slices"
	"strconv"
	"unicode/utf8"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/base/sheet"
	"vienkopus/internal/bill/rf"
)

// The columns of a file of bills.
const (
	ColumnCreditor     = "creditor"
	ColumnNumber       = "number"
	ColumnReference    = "reference"
	ColumnKind         = "kind"
	ColumnMunicipality = "municipality"
	ColumnRF           = "rf"
	ColumnIssued       = "issued"
	ColumnDue          = "due"
	ColumnAmount       = "amount"
	ColumnPayerName    = "payer_name"
	ColumnPayerAddress = "payer_address"
)

// Columns are all columns, in the order in which we write them; a file may have them in any order.
var Columns = []string{
	ColumnCreditor, ColumnNumber, ColumnReference, ColumnKind, ColumnMunicipality, ColumnRF, ColumnIssued, ColumnDue, ColumnAmount,
	ColumnPayerName, ColumnPayerAddress,
}

var (
	// required are the columns without which a file says nothing. One without columns for payers says nothing about them.
	required = []string{
		ColumnCreditor, ColumnNumber, ColumnReference, ColumnKind, ColumnMunicipality, ColumnIssued, ColumnDue, ColumnAmount,
	}
	// ofEach are the columns that each row of a bill fills in; in the others a further instalment may leave its cells empty.
	ofEach = []string{ColumnCreditor, ColumnNumber, ColumnDue, ColumnAmount}
	// shared are the columns in which all rows of a bill say the same.
	shared = []string{ColumnReference, ColumnKind, ColumnMunicipality, ColumnRF, ColumnIssued, ColumnPayerName, ColumnPayerAddress}
)

// line is what one row of a file says. Its faults never hold what stands in a cell: in a file whose columns have slipped that may be a name.
type line struct {
	number int
	cells  map[string]string
	// due is the day of the instalment; year stands in its place where the law knows the days.
	due    civil.Date
	year   int
	cents  money.Amount
	faults []*fault.Fault
}

func (l *line) fail(column, key string, args ...any) {
	l.faults = append(l.faults, fault.NewInvalid(key, args...).On(column))
}

// readLine reads the cells that each row has of its own.
func readLine(row sheet.Row) line {
	l := line{number: row.Number, cells: row.Cells}
	if row.Fault != nil {
		l.faults = []*fault.Fault{row.Fault}
		return l
	}
	for _, column := range Columns {
		text, there := row.Cells[column]
		switch {
		case !utf8.ValidString(text):
			l.fail(column, "sheet.not_utf8")
		case there && text == "" && slices.Contains(ofEach, column):
			l.fail(column, "sheet.cell_missing")
		}
	}
	if len(l.faults) > 0 {
		return l
	}
	l.readDue(row.Cells[ColumnDue])
	var err error
	if l.cents, err = money.Parse(row.Cells[ColumnAmount]); err != nil {
		l.fail(ColumnAmount, amountFault(err))
	} else if l.cents <= 0 || l.cents > LargestBill {
		l.fail(ColumnAmount, "bill.amount", "Max", LargestBill.String())
	}
	return l
}

// readDue reads a day, or a year of four digits.
func (l *line) readDue(text string) {
	if year, err := strconv.ParseUint(text, 10, 16); err == nil && len(text) == len("2026") && year > 0 {
		l.year = int(year)
		return
	}
	var err error
	if l.due, err = civil.ParseDate(text); err != nil {
		l.fail(ColumnDue, "bill.day_form")
	}
}

func amountFault(err error) string {
	switch {
	case errors.Is(err, money.ErrAmbiguous):
		return "bill.amount_ambiguous"
	case errors.Is(err, money.ErrTooPrecise):
		return "bill.amount_precise"
	}
	return "bill.amount_form"
}

// content reads the cells that all rows of a bill share, from its first one.
func (l *line) content() Said {
	c := Content{
		Number: l.cells[ColumnNumber], Reference: l.cells[ColumnReference], Kind: Kind(l.cells[ColumnKind]), Municipality: l.cells[ColumnMunicipality],
	}
	var err error
	if c.Creditor, err = regno.Parse(l.cells[ColumnCreditor]); err != nil {
		l.fail(ColumnCreditor, "bill.creditor_number")
	}
	for _, column := range []string{ColumnReference, ColumnKind, ColumnMunicipality, ColumnIssued} {
		if l.cells[column] == "" {
			l.fail(column, "sheet.cell_missing")
		}
	}
	if text := l.cells[ColumnRF]; text != "" {
		if c.RF, err = rf.Parse(text); err != nil {
			l.fail(ColumnRF, "bill.rf")
		}
	}
	if text := l.cells[ColumnIssued]; text != "" {
		if c.Issued, err = civil.ParseDate(text); err != nil {
			l.fail(ColumnIssued, "bill.day_form")
		}
	}
	said := Said{Content: c}
	name, named := l.cells[ColumnPayerName]
	address, addressed := l.cells[ColumnPayerAddress]
	if named || addressed {
		said.Payer = &Payer{Name: name, Address: address}
	}
	return said
}

// agrees adds a fault for every cell that says something else than that of the first row of the bill.
func (l *line) agrees(first *line) {
	for _, column := range shared {
		if text := l.cells[column]; text != "" && text != first.cells[column] {
			l.fail(column, "bill.row_differs", "Row", first.number)
		}
	}
}
