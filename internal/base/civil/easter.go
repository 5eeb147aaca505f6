package civil

import "time"

// Easter returns Easter Sunday of a year (1583 to 9999) in the Gregorian calendar of the Western churches, which both
// the Latvian and the Lithuanian law follow. It is the algorithm of Jean Meeus, Astronomical Algorithms (1991),
// chapter 8; the letters are those of the book.
func Easter(year int) Date {
	a := year % 19
	b, c := year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return dateOf(time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC))
}
