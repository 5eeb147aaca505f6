package tally

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre"
	"vienkopus/internal/visit"
)

// The columns of a file with past acts.
const (
	ColumnDesk        = "desk"
	ColumnPeriod      = "period"
	ColumnKind        = "kind"
	ColumnService     = "service"
	ColumnInstitution = "institution"
	ColumnChannel     = "channel"
	ColumnCount       = "count"
	ColumnRef         = "ref"
	ColumnSource      = "source"
)

// Columns are all columns, in the order in which we write them; a file may have them in any order.
var Columns = []string{
	ColumnDesk, ColumnPeriod, ColumnKind, ColumnService, ColumnInstitution, ColumnChannel, ColumnCount, ColumnRef, ColumnSource,
}

// required are the columns without which a file says nothing. A file without a column count holds single acts.
var required = []string{ColumnDesk, ColumnPeriod, ColumnKind}

const (
	// longestCode and longestText bound a cell, in bytes.
	longestCode = 64
	longestText = 400
	// LargestCount is the largest count that one row may state: no office on earth does a thousand million acts.
	LargestCount = 1_000_000_000
)

// Row is what one row of a file says.
type Row struct {
	// Number is the row as a spreadsheet shows it; the header is row 1.
	Number      int
	Desk        string
	Period      civil.Period
	Act         catalogue.ActKind
	Service     string
	Institution string
	// Channel is "" when the row does not say.
	Channel visit.Channel
	// Count is the number of acts or residents, 0 among them.
	Count  int64
	Ref    string
	Source string
	// Faults are what is wrong with the row, each on its column; a row with faults is not to be used.
	Faults []*fault.Fault
	// place is where the desk stood on the last day of the period, once looked up.
	place centre.DeskPlace
}

// readRow reads the cells of a record. Every cell that cannot be read is a fault on its column.
func readRow(number int, cells map[string]string) Row {
	r := Row{
		Number: number, Desk: cells[ColumnDesk], Service: cells[ColumnService], Institution: cells[ColumnInstitution],
		Act: catalogue.ActKind(cells[ColumnKind]), Channel: visit.Channel(cells[ColumnChannel]),
		Ref: cells[ColumnRef], Source: cells[ColumnSource],
	}
	for _, column := range Columns {
		if f := checkText(column, cells[column]); f != nil {
			r.Faults = append(r.Faults, f)
		}
	}
	if len(r.Faults) > 0 {
		return r
	}
	if !slices.Contains(Kinds, r.Act) {
		r.fail(ColumnKind, "tally.kind_unknown")
	}
	if r.Channel != "" && !slices.Contains(visit.Channels, r.Channel) {
		r.fail(ColumnChannel, "tally.channel_unknown")
	}
	if r.Act == Served && r.Service+r.Institution != "" {
		r.fail(ColumnService, "tally.served_service")
	}
	var err error
	if r.Period, err = parsePeriod(cells[ColumnPeriod]); err != nil {
		r.fail(ColumnPeriod, periodFault(err))
	}
	count, stated := cells[ColumnCount]
	if !stated {
		r.Count = 1
	} else if r.Count, err = parseCount(count); err != nil {
		r.fail(ColumnCount, countFault(count))
	}
	return r
}

// fail notes a fault, which never holds what stands in a cell: in a file whose columns have slipped that may be a name.
func (r *Row) fail(column, key string) {
	r.Faults = append(r.Faults, fault.NewInvalid(key).On(column))
}

// checkText looks at what holds for every cell: it is UTF-8, printable, of bearable length, and there where it must be.
func checkText(column, text string) *fault.Fault {
	longest := longestCode
	if column == ColumnSource || column == ColumnRef {
		longest = longestText
	}
	switch {
	case text == "" && slices.Contains(required, column):
		return fault.NewInvalid("sheet.cell_missing").On(column)
	case !utf8.ValidString(text):
		return fault.NewInvalid("sheet.not_utf8").On(column)
	case len(text) > longest:
		return fault.NewInvalid("sheet.cell_long", "Max", longest).On(column)
	case strings.ContainsFunc(text, isControl), column != ColumnSource && strings.Contains(text, identityCut):
		return fault.NewInvalid("tally.cell_characters").On(column)
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }

func periodFault(err error) string {
	if errors.Is(err, civil.ErrPeriod) {
		return "tally.period_order"
	}
	return "tally.period_form"
}

// ErrCount is returned for text that is no count.
var ErrCount = errors.New("tally: not a count")

// parseCount reads a whole number from 0 to LargestCount; spaces between the thousands are accepted, points and commas are
// not, because in one language they cut thousands and in the next one fractions.
func parseCount(text string) (int64, error) {
	digits := strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '\u202f' {
			return -1
		}
		return r
	}, text)
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || n > LargestCount {
		return 0, ErrCount
	}
	return int64(n), nil
}

func countFault(text string) string {
	if text == "" {
		return "sheet.cell_missing"
	}
	return "tally.count_form"
}
