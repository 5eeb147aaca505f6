package bill

import (
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
)

// taxDays are the days of the property tax: likums "Par nekustamā īpašuma nodokli", section 6.
var taxDays = []struct {
	month time.Month
	day   int
}{{time.March, 31}, {time.May, 15}, {time.August, 15}, {time.November, 15}}

// TaxInstalments cuts the property tax of a year (1 to 9999) into its four instalments, each due on its day or on the next working
// day. What four does not divide goes to the first ones, a cent each; an instalment of nothing is left out.
func TaxInstalments(year int, total money.Amount, calendar *civil.Calendar) ([]Instalment, error) {
	var all []Instalment
	parts := money.Amount(len(taxDays))
	for n, t := range taxDays {
		due, err := civil.NewDate(year, t.month, t.day)
		if err != nil {
			return nil, err //nolint:wrapcheck // civil.ErrDate says it all
		}
		cents := total / parts
		if money.Amount(n) < total%parts {
			cents++
		}
		if cents > 0 {
			all = append(all, Instalment{Due: moved(due, calendar), Cents: cents})
		}
	}
	return all, nil
}

// moved returns the day, or the next working day when it is free.
func moved(due civil.Date, calendar *civil.Calendar) civil.Date {
	if calendar.IsWorkingDay(due) {
		return due
	}
	return calendar.NextWorkingDay(due)
}
