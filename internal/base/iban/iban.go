// Package iban knows account numbers of banks (ISO 13616) and the check digits behind them (ISO 7064, MOD 97-10).
//
// Rules:
//   - An account number is known by its country, whose length is fixed, and by two check digits. Latvia has 21 characters
//     and Lithuania 20; numbers of other countries are accepted from 15 to 34 characters, as ISO 13616 allows.
//   - It is stored without spaces and in capitals, and shown in groups of four.
package iban

import (
	"errors"
	"strings"
)

// IBAN is an account number without spaces, in capitals. The zero value is no account.
type IBAN string

// The ways in which text is no account number.
var (
	// ErrForm is returned for text of another length or with other characters than an account number has.
	ErrForm = errors.New("iban: not an account number")
	// ErrCheck is returned for a number whose check digits say that a character is wrong.
	ErrCheck = errors.New("iban: the check digits do not fit")
)

// lengths are those of the countries of this network (SWIFT IBAN registry).
var lengths = map[string]int{"LV": 21, "LT": 20, "EE": 20}

const (
	shortest = 15
	longest  = 34
)

// Parse reads an account number as it is typed or printed, with or without spaces, in any case of letters.
// It returns ErrForm or ErrCheck for everything else.
func Parse(text string) (IBAN, error) {
	number := strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '\u202f' {
			return -1
		}
		return r
	}, text))
	if len(number) < shortest || len(number) > longest || !letters(number[:2]) || !digits(number[2:4]) {
		return "", ErrForm
	}
	if want, known := lengths[number[:2]]; known && len(number) != want {
		return "", ErrForm
	}
	rest, ok := Mod97(number[4:] + number[:4])
	switch {
	case !ok:
		return "", ErrForm
	case rest != 1:
		return "", ErrCheck
	}
	return IBAN(number), nil
}

// Country returns the code of the country after ISO 3166, such as LV, or nothing for no account.
func (i IBAN) Country() string {
	if len(i) < shortest {
		return ""
	}
	return string(i[:2])
}

// Display returns the number as people read it, in groups of four.
func (i IBAN) Display() string {
	var shown strings.Builder
	for at := 0; at < len(i); at += 4 {
		if at > 0 {
			shown.WriteByte(' ')
		}
		shown.WriteString(string(i[at:min(at+4, len(i))]))
	}
	return shown.String()
}

// Mod97 returns the text, a letter read as the number 10 (A) to 35 (Z), modulo 97; a text with its check digits in place
// gives 1. It is false for other characters than digits and capitals. ISO 11649 references are checked by it too.
func Mod97(text string) (rest int, ok bool) {
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return 0, false
		}
	}
	return rest, text != ""
}

func letters(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

func digits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}
