package guess

import (
	"strconv"

	"github.com/trustelem/zxcvbn/match"
)

// day reads three numbers as a day, the year first or last; nil when they are none.
func day(first, second, third string) *match.Match {
	const earliest, latest = 1000, 2050
	var n [3]int
	beyondDay, beyondMonth, none := 0, 0, 0
	for i, text := range []string{first, second, third} {
		v, err := strconv.Atoi(text)
		if err != nil || v > 99 && v < earliest || v > latest {
			return nil
		}
		n[i] = v
		beyondDay += count(v > 31)
		beyondMonth += count(v > 12)
		none += count(v <= 0)
	}
	if n[1] > 31 || n[1] <= 0 || beyondDay >= 2 || beyondMonth == 3 || none >= 2 {
		return nil
	}
	orders := [][3]int{{n[2], n[0], n[1]}, {n[0], n[1], n[2]}}
	for _, o := range orders {
		if o[0] >= earliest {
			return dayOf(o[1], o[2], o[0])
		}
	}
	for _, o := range orders {
		century := 2000
		if o[0] > 50 {
			century = 1900
		}
		if m := dayOf(o[1], o[2], o[0]+century); m != nil {
			return m
		}
	}
	return nil
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// dayOf is a day and a month of a year, whichever comes first.
func dayOf(a, b, year int) *match.Match {
	switch {
	case a <= 31 && b <= 12:
		return &match.Match{Pattern: "date", Day: a, Month: b, Year: year}
	case b <= 31 && a <= 12:
		return &match.Match{Pattern: "date", Day: b, Month: a, Year: year}
	}
	return nil
}
