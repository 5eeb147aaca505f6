package civil

import (
	_ "embed" // the days of Latvia
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// Orders are days that follow from no rule: what laws and orders of the Cabinet gave for one date.
type Orders struct {
	Holidays []Holiday
	Moved    []MovedDay
}

// ErrOrders is returned for a file of days that breaks a rule of its form; what wraps it says the line and the rule.
var ErrOrders = errors.New("civil: a file of days cannot be read")

// orderColumns are the columns of a file of days.
var orderColumns = []string{"kind", "date", "instead", "source"}

// movedDay is the kind of a line that moves a working day; the others are keys of holidays.
const movedDay = "moved-day"

// ReadOrders reads a file of days, CSV in UTF-8 with the columns kind, date, instead and source. A "moved-day" has the day that becomes free
// (Monday to Friday) and the day of the weekend that is worked instead. A "song-festival" has the closing day, from which the free working day
// after a weekend follows. A "public-holiday" is any other day that a law frees once. Each line names its source. It returns an error that wraps
// ErrOrders for everything else.
func ReadOrders(r io.Reader) (Orders, error) {
	in := csv.NewReader(r)
	rows, err := in.ReadAll()
	if err != nil {
		return Orders{}, fmt.Errorf("%w: %w", ErrOrders, err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], orderColumns) {
		return Orders{}, fmt.Errorf("%w: the first line is not %s", ErrOrders, strings.Join(orderColumns, ","))
	}
	var o Orders
	for i, row := range rows[1:] {
		if err := o.add(row[0], row[1], row[2], row[3]); err != nil {
			return Orders{}, fmt.Errorf("%w: day %d: %w", ErrOrders, i+1, err)
		}
	}
	return o, nil
}

func (o *Orders) add(kind, date, instead, source string) error {
	day, err := ParseDate(date)
	switch {
	case err != nil:
		return err
	case strings.TrimSpace(source) == "":
		return errors.New("no source") //nolint:err113 // wrapped with ErrOrders
	case kind == movedDay:
		worked, err := ParseDate(instead)
		if err != nil {
			return err
		}
		if isWeekend(day) || !isWeekend(worked) {
			return errors.New("a working day moves to a weekend") //nolint:err113 // wrapped with ErrOrders
		}
		o.Moved = append(o.Moved, MovedDay{From: day, To: worked})
		return nil
	case instead != "":
		return errors.New("only a moved day is worked instead") //nolint:err113 // wrapped with ErrOrders
	case kind == SongFestival:
		o.Holidays = append(o.Holidays, SongFestivalClosing(day)...)
		return nil
	case kind == PublicHoliday || kind == PapalVisit || kind == HockeyMedal:
		o.Holidays = append(o.Holidays, Holiday{Date: day, Key: kind})
		return nil
	}
	return fmt.Errorf("unknown kind %q", kind) //nolint:err113 // wrapped with ErrOrders
}

//go:embed latvia_orders.csv
var latviaFile string

// latvianOrders are the days of Latvia that this program knows; a test reads them.
var latvianOrders = sync.OnceValue(func() Orders {
	o, err := ReadOrders(strings.NewReader(latviaFile))
	if err != nil {
		panic(err)
	}
	return o
})

// LatvianCalendar returns the calendar of Latvia: the law, the moved working days that this program knows, and more days of an operator,
// such as the order for next year.
func LatvianCalendar(more Orders) *Calendar {
	return NewCalendar(LatvianHolidays, more.Holidays, slices.Concat(latvianOrders().Moved, more.Moved))
}

// once returns the holidays of a year that the law gave once, or whose date it leaves open.
func (o Orders) once(year int) []Holiday {
	return slices.DeleteFunc(slices.Clone(o.Holidays), func(h Holiday) bool { return h.Date.Year() != year })
}
