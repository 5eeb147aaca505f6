// Package money knows amounts of euro as whole cents, how people type them and how they read them.
//
// Rules:
//   - An amount is an int64 of cents; there are no fractions of a cent and no floating point anywhere.
//   - What is typed is read only when it can mean one amount: "1,234" is refused, because it is 1234 euro in one language
//     and something else in another.
//   - A calculation that does not fit is an error, never another amount.
package money

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Amount is a sum of money in euro cents; it may be negative. Databases and JSON hold it as that whole number.
type Amount int64

// ErrOverflow is returned for an amount that does not fit into an int64 of cents, about 92 thousand million million euro.
var ErrOverflow = errors.New("money: the amount is too large")

// Add returns the sum of two amounts. It returns ErrOverflow when it does not fit.
func (a Amount) Add(b Amount) (Amount, error) {
	sum := a + b
	if (b > 0 && sum < a) || (b < 0 && sum > a) {
		return 0, ErrOverflow
	}
	return sum, nil
}

// Sub returns the difference of two amounts. It returns ErrOverflow when it does not fit.
func (a Amount) Sub(b Amount) (Amount, error) {
	difference := a - b
	if (b > 0 && difference > a) || (b < 0 && difference < a) {
		return 0, ErrOverflow
	}
	return difference, nil
}

// Sum returns the sum of all amounts, 0 of none. It returns ErrOverflow when it or a sum on the way does not fit.
func Sum(amounts ...Amount) (Amount, error) {
	var total Amount
	for _, one := range amounts {
		var err error
		if total, err = total.Add(one); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// String returns the amount in euro for logs and data files: a point, two decimals, no sign of currency: -1234.50.
func (a Amount) String() string {
	sign, euro, cents := a.parts()
	return fmt.Sprintf("%s%d.%02d", sign, euro, cents)
}

// noBreak keeps the groups of a number and the sign of the currency on one line.
const noBreak = "\u00a0"

// Format returns the amount as people read it in a language (BCP 47 code): €1,234.50 in English, and 1 234,50 € with
// no-break spaces in Latvian, Lithuanian and every other language here. A negative amount begins with a minus sign (−),
// at which no line breaks.
func (a Amount) Format(lang string) string {
	sign, euro, cents := a.parts()
	sign = strings.Replace(sign, "-", "\u2212", 1)
	if lang == "en" {
		return fmt.Sprintf("%s€%s.%02d", sign, grouped(euro, ","), cents)
	}
	return fmt.Sprintf("%s%s,%02d%s€", sign, grouped(euro, noBreak), cents, noBreak)
}

// parts also serves the smallest amount, whose opposite does not exist.
func (a Amount) parts() (sign string, euro, cents uint64) {
	size := uint64(a) //nolint:gosec // two's complement: the next line makes it the size
	if a < 0 {
		sign, size = "-", -size
	}
	return sign, size / 100, size % 100
}

func grouped(n uint64, separator string) string {
	digits := strconv.FormatUint(n, 10)
	var text []byte
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			text = append(text, separator...)
		}
		text = append(text, digits[i])
	}
	return string(text)
}

// fromParts returns the amount of whole euro and cents below a hundred.
func fromParts(negative bool, euro, cents uint64) (Amount, error) {
	if euro > (math.MaxInt64-cents)/100 {
		return 0, ErrOverflow
	}
	a := Amount(euro*100 + cents) //nolint:gosec // the line above keeps it within int64
	if negative {
		return -a, nil
	}
	return a, nil
}
