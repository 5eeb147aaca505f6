package bill

import (
	"errors"
	"regexp"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/sheet"
)

var (
	// timeOfDay is what a spreadsheet puts behind a day. One with a time zone is left: nobody knows which day it is here.
	timeOfDay = regexp.MustCompile(`[ T]+([01]?\d|2[0-3])[:.][0-5]\d([:.][0-5]\d([.,]\d+)?)?$`)
	// yearFirst and dayFirst are the ways to write a day of which each can be meant in one way only. With slashes, whoever is first is the month to some.
	yearFirst = regexp.MustCompile(`^(\d{4})[-./] ?(\d{1,2})[-./] ?(\d{1,2})\.?$`)
	dayFirst  = regexp.MustCompile(`^\d{1,2}\. ?\d{1,2}\. ?\d{4}\.?( ?g\.?)?$`)
	shortYear = regexp.MustCompile(`^\d{1,2}[-./] ?\d{1,2}[-./] ?\d{2}\.?$`)
	slashes   = regexp.MustCompile(`^\d{1,2}[-/]\d{1,2}[-/]\d{4}$`)
	serial    = regexp.MustCompile(`^\d{5}([.,]\d+)?$`)
)

// readDay reads a day as people and spreadsheets write it: with or without zeros in front, the year or the day first, with a time behind it or none. It returns the
// key of a fault for everything else, which says what is wrong.
func readDay(text string) (day civil.Date, wrong string) {
	text = timeOfDay.ReplaceAllString(strings.TrimSpace(strings.Map(commonSpace, text)), "")
	var err error
	switch parts := yearFirst.FindStringSubmatch(text); {
	case parts != nil:
		day, err = civil.ParseDate(parts[3] + "." + parts[2] + "." + parts[1])
	case dayFirst.MatchString(text):
		day, err = civil.ParseDate(strings.TrimRight(text, "g. "))
	case shortYear.MatchString(text):
		return day, "bill.day_year"
	case slashes.MatchString(text):
		return day, "bill.day_slash"
	case serial.MatchString(text):
		return day, "bill.day_serial"
	default:
		return day, "bill.day_form"
	}
	if err != nil {
		return day, "bill.day_none"
	}
	return day, ""
}

func commonSpace(r rune) rune {
	if r == '\u00a0' || r == '\u202f' || r == '\t' {
		return ' '
	}
	return r
}

// readAmount reads an amount that is more than zero. It returns the key of a fault for everything else, which says what is wrong; the amount is there all the same.
func readAmount(text string) (cents money.Amount, wrong string) {
	cents, err := money.Parse(text)
	bare := strings.TrimSpace(text)
	switch {
	case sheet.IsScientific(bare):
		return 0, "sheet.scientific"
	case err == nil && cents == 0:
		return 0, "bill.amount_zero"
	case err == nil && cents < 0, err != nil && isNegative(bare):
		return cents, "bill.amount_negative"
	case err == nil && cents > LargestBill, errors.Is(err, money.ErrOverflow):
		return cents, "bill.amount"
	case err == nil:
		return cents, ""
	case errors.Is(err, money.ErrAmbiguous):
		return 0, "bill.amount_ambiguous"
	case errors.Is(err, money.ErrTooPrecise):
		return 0, "bill.amount_precise"
	}
	return 0, "bill.amount_form"
}

// isNegative tells whether an amount is written as bookkeepers write what is given back: in brackets, or with the sign behind it.
func isNegative(text string) bool {
	inside, open := strings.CutPrefix(text, "(")
	inside, closed := strings.CutSuffix(inside, ")")
	before, behind := strings.CutSuffix(text, "-")
	switch {
	case open && closed:
		text = inside
	case behind:
		text = before
	default:
		return false
	}
	_, err := money.Parse(text)
	return err == nil
}
