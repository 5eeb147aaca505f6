package civil

import "time"

// LatvianHolidays returns the public holidays of Latvia in a year, in order: the law "Par svētku, atceres un
// atzīmējamām dienām" of 3.10.1990, section 1, in the wording in force since 22.10.2014. Years before 2015 are
// calculated by the same wording.
//
// When 4 May, 18 November or the closing day of the Song and Dance Festival falls on a Saturday or Sunday, the next
// working day is free (last paragraph of section 1). The festival has no rule for its date: past festivals, and days that
// the law freed once, stand in latvia_orders.csv; a coming one is in the file of an operator once it is fixed.
func LatvianHolidays(year int) []Holiday {
	y := holidayYear{year: year}
	easter := Easter(year)
	y.fixed(time.January, 1, NewYear)
	y.on(easter.AddDays(-2), GoodFriday)
	y.on(easter, EasterSunday)
	y.on(easter.AddDays(1), EasterMonday)
	y.fixed(time.May, 1, LabourDay)
	y.fixed(time.May, 4, RestorationOfIndependence)
	y.nthSunday(time.May, 2, MothersDay)
	y.on(easter.AddDays(49), Pentecost)
	y.fixed(time.June, 23, MidsummerEve)
	y.fixed(time.June, 24, MidsummerDay)
	y.fixed(time.November, 18, ProclamationDay)
	y.fixed(time.December, 24, ChristmasEve)
	y.fixed(time.December, 25, ChristmasDay)
	y.fixed(time.December, 26, ChristmasSecondDay)
	y.fixed(time.December, 31, NewYearsEve)
	y.all = append(withObserved(y.sorted()), latvianOrders().once(year)...)
	return y.sorted()
}

// SongFestivalClosing returns the holidays that follow from the closing day of a Song and Dance Festival: the day
// itself and, when it falls on a Saturday or Sunday, the next working day.
func SongFestivalClosing(d Date) []Holiday {
	return withObserved([]Holiday{{Date: d, Key: SongFestival}})
}

// withObserved adds the free working days for those holidays that move. In no year do two of them meet the same Monday.
func withObserved(holidays []Holiday) []Holiday {
	y := holidayYear{all: holidays}
	for _, h := range holidays {
		moves := h.Key == RestorationOfIndependence || h.Key == ProclamationDay || h.Key == SongFestival
		if !moves || !isWeekend(h.Date) {
			continue
		}
		free := h.Date.AddDays(1)
		for isWeekend(free) {
			free = free.AddDays(1)
		}
		y.all = append(y.all, Holiday{Date: free, Key: h.Key, Observed: true})
	}
	return y.sorted()
}
