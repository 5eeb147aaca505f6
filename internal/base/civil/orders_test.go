package civil_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/civil"
)

const orders = `kind,date,instead,source
moved-day,2027-05-03,2027-05-08,"an order, for this test"
song-festival,2028-07-09,,announced
public-holiday,2027-09-20,,"a law, for this test"
`

// What an operator's file says holds beside the law and the days that the program knows.
func TestAFileOfDaysIsPartOfTheCalendar(t *testing.T) {
	t.Parallel()
	more, err := civil.ReadOrders(strings.NewReader(orders))
	if err != nil {
		t.Fatal(err)
	}
	with, without := civil.LatvianCalendar(more), civil.LatvianCalendar(civil.Orders{})
	for text, works := range map[string][2]bool{
		"2027-05-03": {true, false}, "2027-05-08": {false, true}, // moved by the file
		"2028-07-09": {false, false}, "2028-07-10": {true, false}, // the festival ends on a Sunday
		"2027-09-20": {true, false},
		"2025-05-02": {false, false}, "2025-05-10": {true, true}, "2026-01-17": {true, true}, // known
		"2023-07-10": {false, false}, "2018-09-24": {false, false}, "2025-11-18": {false, false},
	} {
		day := civil.MustDate(text)
		if got := [2]bool{without.IsWorkingDay(day), with.IsWorkingDay(day)}; got != works {
			t.Errorf("%s is worked without and with the file: %v, want %v", text, got, works)
		}
	}
	if h, found := with.HolidayOn(civil.MustDate("2028-07-10")); !found || h.Key != civil.SongFestival || !h.Observed {
		t.Errorf("after the festival comes %+v", h)
	}
	// The tax of 15 November 2025, a Saturday: Monday was moved away, Tuesday is 18 November.
	if got := without.NextWorkingDay(civil.MustDate("2025-11-15")); got.String() != "2025-11-19" {
		t.Errorf("after 15.11.2025 comes %s", got)
	}
}

func TestAFileOfDaysThatIsWrongIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty":                    "",
		"no head":                  "moved-day,2027-05-03,2027-05-08,order\n",
		"another head":             "kind,date,source,instead\n",
		"half a line":              strings.Replace(orders, "2027-05-03,", "", 1),
		"unknown kind":             strings.Replace(orders, "moved-day", "moved", 1),
		"another holiday":          strings.Replace(orders, "public-holiday", "new-year", 1),
		"no such day":              strings.Replace(orders, "2027-05-03", "2027-02-29", 1),
		"nothing instead":          strings.Replace(orders, "2027-05-08", "", 1),
		"moved from a weekend":     strings.Replace(orders, "2027-05-03", "2027-05-02", 1),
		"moved to a working day":   strings.Replace(orders, "2027-05-08", "2027-05-07", 1),
		"a holiday worked instead": strings.Replace(orders, "2028-07-09,", "2028-07-09,2028-07-15", 1),
		"no source":                strings.Replace(orders, "announced", " ", 1),
	} {
		if o, err := civil.ReadOrders(strings.NewReader(text)); !errors.Is(err, civil.ErrOrders) {
			t.Errorf("%s: %+v, %v", name, o, err)
		}
	}
}

// The days that the program knows are in order, and a day is moved within its month, as the law says (Darba likums §133 part 4).
func TestTheKnownDaysOfLatvia(t *testing.T) {
	t.Parallel()
	file, err := os.Open("latvia_orders.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	known, err := civil.ReadOrders(file)
	if err != nil {
		t.Fatal(err)
	}
	law := civil.NewCalendar(civil.LatvianHolidays, nil, nil)
	for i, m := range known.Moved {
		if m.From.Month() != m.To.Month() || m.To.Weekday() != time.Saturday {
			t.Errorf("%s is moved to %s", m.From, m.To)
		}
		if _, holiday := law.HolidayOn(m.From); holiday {
			t.Errorf("%s is free anyway", m.From)
		}
		if i > 0 && !known.Moved[i-1].From.Before(m.From) {
			t.Errorf("%s is out of order", m.From)
		}
	}
	if len(known.Moved) < 15 || len(known.Holidays) != 6 {
		t.Errorf("%d moved days, %d holidays", len(known.Moved), len(known.Holidays))
	}
}
