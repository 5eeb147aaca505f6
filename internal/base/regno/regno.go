// Package regno knows the registration numbers of Latvian companies, institutions and municipalities.
//
// A number has eleven digits, the first above 3, so that it can never be a personal code. The weighted sum of all digits
// leaves 3 when divided by 11; the rule held for every real number that was tried, yet no law states it.
package regno

import (
	"errors"
	"strings"
)

// Number is a registration number, eleven digits. The zero value is no number.
type Number string

// The ways in which text is no registration number.
var (
	// ErrForm is returned for text that is not eleven digits, the first above 3.
	ErrForm = errors.New("regno: not a registration number")
	// ErrCheck is returned for a number whose last digit does not fit the others.
	ErrCheck = errors.New("regno: the check digit does not fit")
)

const length = 11

var weights = [length]int{9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1}

// Parse reads a registration number, with or without the LV that stands in front of it in a number of value added tax.
// It returns ErrForm or ErrCheck for everything else.
func Parse(text string) (Number, error) {
	number := strings.TrimPrefix(strings.TrimSpace(text), "LV")
	if len(number) != length || number[0] <= '3' {
		return "", ErrForm
	}
	sum := 0
	for i := range length {
		if number[i] < '0' || number[i] > '9' {
			return "", ErrForm
		}
		sum += int(number[i]-'0') * weights[i]
	}
	if sum%11 != 3 {
		return "", ErrCheck
	}
	return Number(number), nil
}
