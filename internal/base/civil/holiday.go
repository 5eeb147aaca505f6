package civil

import (
	"slices"
	"time"
)

// Holiday is a day on which the law says that people do not work.
type Holiday struct {
	// Date is the day itself.
	Date Date `json:"date"`
	// Key names the holiday; its message in lang/ is "holiday." and the key, for example holiday.midsummer-eve.
	Key string `json:"key"`
	// Observed says that this is the free working day given because the holiday itself fell on a Saturday or Sunday.
	Observed bool `json:"observed,omitempty"`
}

// Rules returns the public holidays of a year, in order; each rule names its law.
type Rules func(year int) []Holiday

// The keys of the holidays of both countries.
const (
	NewYear                   = "new-year"
	GoodFriday                = "good-friday"
	EasterSunday              = "easter-sunday"
	EasterMonday              = "easter-monday"
	LabourDay                 = "labour-day"
	RestorationOfIndependence = "restoration-of-independence"
	MothersDay                = "mothers-day"
	Pentecost                 = "pentecost"
	MidsummerEve              = "midsummer-eve"
	MidsummerDay              = "midsummer-day"
	SongFestival              = "song-festival"
	PapalVisit                = "papal-visit"
	HockeyMedal               = "hockey-medal"
	PublicHoliday             = "public-holiday" // freed once, by a line of an operator's file
	ProclamationDay           = "proclamation-day"
	ChristmasEve              = "christmas-eve"
	ChristmasDay              = "christmas-day"
	ChristmasSecondDay        = "christmas-second-day"
	NewYearsEve               = "new-years-eve"
	RestorationOfState        = "restoration-of-state"
	FathersDay                = "fathers-day"
	StatehoodDay              = "statehood-day"
	Assumption                = "assumption"
	AllSaints                 = "all-saints"
	AllSouls                  = "all-souls"
)

// HolidayKeys returns every key that the rules and files of days can give, so that a test can look for their messages.
func HolidayKeys() []string {
	return []string{
		NewYear, GoodFriday, EasterSunday, EasterMonday, LabourDay, RestorationOfIndependence, MothersDay, Pentecost,
		MidsummerEve, MidsummerDay, SongFestival, PapalVisit, HockeyMedal, PublicHoliday, ProclamationDay, ChristmasEve,
		ChristmasDay, ChristmasSecondDay, NewYearsEve, RestorationOfState, FathersDay, StatehoodDay, Assumption, AllSaints, AllSouls,
	}
}

// holidayYear collects the holidays of one year.
type holidayYear struct {
	year int
	all  []Holiday
}

func (y *holidayYear) fixed(month time.Month, day int, key string) {
	y.on(dateOf(time.Date(y.year, month, day, 0, 0, 0, 0, time.UTC)), key)
}

func (y *holidayYear) on(d Date, key string) {
	y.all = append(y.all, Holiday{Date: d, Key: key})
}

// nthSunday adds the first, second … Sunday of a month.
func (y *holidayYear) nthSunday(month time.Month, nth int, key string) {
	first := dateOf(time.Date(y.year, month, 1, 0, 0, 0, 0, time.UTC))
	y.on(first.AddDays((7-int(first.Weekday()))%7+7*(nth-1)), key)
}

func (y *holidayYear) sorted() []Holiday {
	slices.SortStableFunc(y.all, func(a, b Holiday) int { return a.Date.Compare(b.Date) })
	return y.all
}

// isWeekend says Saturday or Sunday, the weekly rest of both countries.
func isWeekend(d Date) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}
