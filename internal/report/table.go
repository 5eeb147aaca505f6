package report

import (
	"cmp"
	"slices"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/tally"
	"vienkopus/internal/visit"
)

// Cell is one figure: what was recorded and what was imported, in acts or in residents served.
type Cell struct {
	Recorded, Imported int64
	// Stated says that an import named the figure, perhaps as zero.
	Stated bool
}

// N returns the figure.
func (c Cell) N() int64 { return c.Recorded + c.Imported }

// IsNone says that there are no lines: nothing recorded, nothing stated.
func (c Cell) IsNone() bool { return !c.Stated && c.Recorded == 0 }

// IsStatedZero says that somebody stated a zero.
func (c Cell) IsStatedZero() bool { return c.Stated && c.N() == 0 }

// plus adds two cells up.
func (c Cell) plus(o Cell) Cell {
	return Cell{Recorded: c.Recorded + o.Recorded, Imported: c.Imported + o.Imported, Stated: c.Stated || o.Stated}
}

func (c Cell) add(source tally.Source, n int64) Cell {
	if source == tally.FromFile {
		return c.plus(Cell{Imported: n, Stated: true})
	}
	return c.plus(Cell{Recorded: n})
}

// less takes away what is counted in a longer statement. What is left of nothing but that is no stated zero.
func (c Cell) less(n int64) Cell {
	c.Imported -= n
	c.Stated = c.Stated && c.Imported != 0
	return c
}

// AllActs is the column of all kinds of act together; residents served are not among them.
const AllActs catalogue.ActKind = ""

// Row is one row of a report.
type Row struct {
	// Code is the code of the row in the dimension of the query, "" for what has none. A row of a statement about several
	// months, in a report by month, has the statement's span as its code.
	Code string
	// Centre has the municipality of the centre; it is empty in other reports.
	Municipality string
	cells        []kindCell
	expected     bool // the report has it even without lines
}

// Cell returns the figure of a kind of act, of residents served (tally.Served), or of all acts (AllActs).
func (r Row) Cell(kind catalogue.ActKind) Cell {
	for i := range r.cells {
		if r.cells[i].kind == kind {
			return r.cells[i].Cell
		}
	}
	return Cell{}
}

// kindCell is the figure of a kind of act. A row has a dozen at most, which are looked through faster than a map.
type kindCell struct {
	kind catalogue.ActKind
	Cell
}

// IsStatement says that the row is a statement about several months, in a report by month.
func (r Row) IsStatement() bool { return strings.HasPrefix(r.Code, tally.StatementMark) }

func (r *Row) isEmpty() bool {
	return !slices.ContainsFunc(r.cells, func(c kindCell) bool { return !c.IsNone() })
}

// less takes a count away that is counted elsewhere.
func (r *Row) less(kind catalogue.ActKind, n int64) {
	for i := range r.cells {
		if of := r.cells[i].kind; of == kind || of == AllActs && kind != tally.Served {
			r.cells[i].Cell = r.cells[i].less(n)
		}
	}
}

func newRow(code string) *Row { return &Row{Code: code} }

func (r *Row) add(kind catalogue.ActKind, source tally.Source, n int64) {
	r.plus(kind, Cell{}.add(source, n))
	if kind != tally.Served && kind != AllActs {
		r.plus(AllActs, Cell{}.add(source, n))
	}
}

func (r *Row) plus(kind catalogue.ActKind, more Cell) {
	for i := range r.cells {
		if r.cells[i].kind == kind {
			r.cells[i].Cell = r.cells[i].plus(more)
			return
		}
	}
	if r.cells == nil {
		r.cells = make([]kindCell, 0, len(tally.Kinds)+1)
	}
	r.cells = append(r.cells, kindCell{kind, more})
}

// Left is a statement that is in none of the figures of a report: it overlaps the period only partly, or a longer one is counted instead.
type Left struct {
	Period civil.Period
	Kind   catalogue.ActKind
	N      int64
	// Inside says that it lies in the period all the same, and that a longer statement about the same is counted, which overlaps it.
	Inside bool
}

// Table is a report.
type Table struct {
	Definition Definition
	Query      Query
	// Columns are kinds of act and perhaps tally.Served, in the order in which they are shown. AllActs is shown beside them.
	Columns []catalogue.ActKind
	Rows    []Row
	// Total is the sum of the rows.
	Total Row
	// Left are the statements that are not included, by period.
	Left []Left
	// Flags say which rows look odd.
	Flags []Flag
}

// Sum returns the figure of a whole row: all its acts or, in the row of residents served of a report by kind, those.
func (t *Table) Sum(r Row) Cell {
	if t.Query.By == ByKind && r.Code == string(tally.Served) {
		return r.Cell(tally.Served)
	}
	return r.Cell(AllActs)
}

// smallest is the number of persons below which a figure could tell who they are, when it is published.
const smallest = 5

// SmallCells returns how many figures of residents served are so small that they must not be published as they stand.
func (t *Table) SmallCells() int {
	n := 0
	for _, r := range t.Rows {
		if c := r.Cell(tally.Served); c.N() > 0 && c.N() < smallest {
			n++
		}
	}
	return n
}

// HasImported says whether any figure was imported, wholly or in part.
func (t *Table) HasImported() bool { return t.anyCell(func(c Cell) bool { return c.Stated }) }

// HasRecorded says whether any figure was recorded, wholly or in part.
func (t *Table) HasRecorded() bool { return t.anyCell(func(c Cell) bool { return c.Recorded != 0 }) }

func (t *Table) anyCell(is func(Cell) bool) bool {
	return slices.ContainsFunc(t.Total.cells, func(c kindCell) bool { return is(c.Cell) })
}

// FlagsOf returns the flags of a row.
func (t *Table) FlagsOf(code string) []Flag {
	var own []Flag
	for _, f := range t.Flags {
		if f.Row == code {
			own = append(own, f)
		}
	}
	return own
}

// Sort puts the rows in the order of a column, the smallest first or last; rows without lines come at the end, and equal
// ones in the order of their codes. Statements about several months stay behind the months.
func (t *Table) Sort(column catalogue.ActKind, descending bool) {
	slices.SortStableFunc(t.Rows, func(a, b Row) int {
		x, y := a.Cell(column), b.Cell(column)
		order := cmp.Compare(x.N(), y.N())
		if descending {
			order = -order
		}
		return cmp.Or(compareBool(a.IsStatement(), b.IsStatement()), compareBool(x.IsNone(), y.IsNone()), order, cmp.Compare(a.Code, b.Code))
	})
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// usual are the columns that the table of a year always has, as the source prints them.
var usual = []catalogue.ActKind{
	catalogue.DocumentReceived, catalogue.DocumentSent, catalogue.Payment, catalogue.Consultation, catalogue.Letter, catalogue.Call,
}

// chooseColumns returns the columns asked for or, for nil, the usual ones and all others that have something to show. A report
// by kind has none: its rows are the kinds.
func chooseColumns(by Dimension, asked []catalogue.ActKind, total Row) []catalogue.ActKind {
	switch {
	case by == ByKind:
		return nil
	case asked != nil:
		return asked
	}
	columns := slices.Clone(usual)
	for _, k := range append(slices.Clone(visit.Kinds), tally.Served) {
		if !slices.Contains(columns, k) && !total.Cell(k).IsNone() {
			columns = append(columns, k)
		}
	}
	return columns
}
