// Package rf makes and reads creditor references after ISO 11649: RF, two check digits, and up to 21 letters and digits.
package rf

import (
	"errors"
	"fmt"
	"strings"

	"vienkopus/internal/base/iban"
)

// Reference is such a reference without spaces, in capitals. The zero value is none.
type Reference string

// The ways in which text is no reference.
var (
	// ErrForm is returned for text of another form.
	ErrForm = errors.New("rf: not a reference")
	// ErrCheck is returned for a reference whose check digits say that a character is wrong.
	ErrCheck = errors.New("rf: the check digits do not fit")
)

const (
	prefix = "RF"
	// longest bounds what stands behind the check digits (ISO 11649 §4).
	longest = 21
)

// New returns the reference of a text, such as the number of a bill; letters are written as capitals. It returns ErrForm when the text
// is empty, longer than 21 characters, or holds anything but the letters A to Z and digits.
func New(text string) (Reference, error) {
	text = strings.ToUpper(text)
	rest, ok := iban.Mod97(text + prefix + "00")
	if !ok || text == "" || len(text) > longest {
		return "", ErrForm
	}
	return Reference(fmt.Sprintf("%s%02d%s", prefix, 98-rest, text)), nil
}

// Parse reads a reference as it is typed or printed, with or without spaces, in any case of letters. It returns ErrForm or
// ErrCheck for everything else.
func Parse(text string) (Reference, error) {
	text = strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	if !strings.HasPrefix(text, prefix) || len(text) < len(prefix)+3 || len(text) > len(prefix)+2+longest {
		return "", ErrForm
	}
	check := text[len(prefix) : len(prefix)+2]
	if strings.Trim(check, "0123456789") != "" {
		return "", ErrForm
	}
	rest, ok := iban.Mod97(text[len(prefix)+2:] + prefix + check)
	switch {
	case !ok:
		return "", ErrForm
	case rest != 1 || check < "02" || check > "98": // 00, 01 and 99 would be second writings of 97, 98 and 02
		return "", ErrCheck
	}
	return Reference(text), nil
}

// Display returns the reference as people read it, in groups of four.
func (r Reference) Display() string { return iban.IBAN(r).Display() }
