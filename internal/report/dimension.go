package report

import "slices"

// Dimension is what the rows of a report are, and what a report can be narrowed to.
type Dimension string

// The dimensions.
const (
	ByCentre       Dimension = "centre"
	ByMunicipality Dimension = "municipality"
	ByMonth        Dimension = "month"
	ByService      Dimension = "service"
	ByInstitution  Dimension = "institution"
	ByChannel      Dimension = "channel"
	ByKind         Dimension = "kind"
	// ByDesk and BySpan only narrow; no report has them as rows.
	ByDesk Dimension = "desk"
	BySpan Dimension = "span"
)

// trait is what can be done with a dimension.
type trait struct {
	of Dimension
	// rows says that reports have it as rows, narrows that they can be narrowed to one code of it.
	rows, narrows bool
	// place says that it is where something was done; detail that it says of an act more than its kind, which only the tallies by service know.
	place, detail bool
	// stored says that the tables have a column of its name.
	stored bool
}

// traits are all dimensions, in the order in which screens show them. A new one is a line here, its column, and what its codes are called
// (reporthttp/names.go); one that not every table has stands in the tables of reportsql/sums.go that lack it.
var traits = []trait{
	{of: ByCentre, rows: true, narrows: true, place: true, stored: true},
	{of: ByMonth, rows: true},
	{of: ByService, rows: true, narrows: true, detail: true, stored: true},
	{of: ByInstitution, rows: true, narrows: true, detail: true, stored: true},
	{of: ByChannel, rows: true, narrows: true, detail: true, stored: true},
	{of: ByKind, rows: true, narrows: true, stored: true},
	{of: ByMunicipality, rows: true, narrows: true, place: true, stored: true},
	{of: ByDesk, narrows: true, place: true, stored: true},
	{of: BySpan, narrows: true},
}

var (
	// Dimensions are what rows can be, in the order in which screens show them.
	Dimensions = having(func(t trait) bool { return t.rows })
	// Details say of an act more than its kind.
	Details = having(func(t trait) bool { return t.detail })
	// Places say where it was done.
	Places = having(func(t trait) bool { return t.place })
	// narrowing are those by which a report can be narrowed, and stored those that are columns.
	narrowing = having(func(t trait) bool { return t.narrows })
	stored    = having(func(t trait) bool { return t.stored })
)

// Stored tells whether the tables have a column of this name.
func (d Dimension) Stored() bool { return slices.Contains(stored, d) }

// IsDetail tells whether it says of an act more than its kind.
func (d Dimension) IsDetail() bool { return slices.Contains(Details, d) }

func having(is func(trait) bool) []Dimension {
	var all []Dimension
	for _, t := range traits {
		if is(t) {
			all = append(all, t.of)
		}
	}
	return all
}
