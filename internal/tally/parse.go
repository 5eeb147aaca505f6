package tally

import (
	"io"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/sheet"
)

// file reads the rows of a file one by one, with a bounded amount of memory.
type file struct{ *sheet.File }

// openFile reads the header. It returns a fault when the file has none that we understand.
func openFile(r io.Reader) (*file, error) {
	f, err := sheet.Open(r, sheet.Form{Columns: Columns, Required: required})
	return &file{f}, err //nolint:wrapcheck // faults, and errors that say where they come from
}

// next returns the next row; io.EOF ends the file. A row that is no row at all comes with a fault and does not end the file.
func (f *file) next() (Row, error) {
	row, err := f.Next()
	switch {
	case err != nil:
		return Row{}, err //nolint:wrapcheck // as above
	case row.Cells == nil:
		return Row{Number: row.Number, Faults: []*fault.Fault{row.Fault}}, nil
	}
	return readRow(row.Number, row.Cells), nil
}
