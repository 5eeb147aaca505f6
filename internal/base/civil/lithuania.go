package civil

import "time"

// LithuanianHolidays returns the public holidays of Lithuania in a year, in order: Darbo kodeksas (law XII-2603),
// section 123, part 1. All Souls' Day is one of them since 2020. A holiday on a weekend does not move.
func LithuanianHolidays(year int) []Holiday {
	y := holidayYear{year: year}
	easter := Easter(year)
	y.fixed(time.January, 1, NewYear)
	y.fixed(time.February, 16, RestorationOfState)
	y.fixed(time.March, 11, RestorationOfIndependence)
	y.on(easter, EasterSunday)
	y.on(easter.AddDays(1), EasterMonday)
	y.fixed(time.May, 1, LabourDay)
	y.nthSunday(time.May, 1, MothersDay)
	y.nthSunday(time.June, 1, FathersDay)
	y.fixed(time.June, 24, MidsummerDay)
	y.fixed(time.July, 6, StatehoodDay)
	y.fixed(time.August, 15, Assumption)
	y.fixed(time.November, 1, AllSaints)
	if year >= 2020 {
		y.fixed(time.November, 2, AllSouls)
	}
	y.fixed(time.December, 24, ChristmasEve)
	y.fixed(time.December, 25, ChristmasDay)
	y.fixed(time.December, 26, ChristmasSecondDay)
	return y.sorted()
}
