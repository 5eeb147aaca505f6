package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/base/fault"
)

// IsUnseen tells whether a character takes no place on paper: zero-width spaces and joiners, soft hyphens, marks of direction, byte-order marks.
func IsUnseen(r rune) bool {
	return r == '\u00ad' || r == '\u180e' || r == '\ufeff' || r >= '\u200b' && r <= '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2060' && r <= '\u2069'
}

// Trim takes white space and what nobody sees off both ends of a cell.
func Trim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || IsUnseen(r) })
}

// Check looks at a cell of a code, an amount or a day: it is UTF-8, holds nothing that nobody sees, no other control character than a line end, and is no number
// that a spreadsheet has cut short. It returns the faults "sheet.not_utf8", "sheet.control", "sheet.unseen" and "sheet.scientific".
func Check(text string) *fault.Fault {
	switch f := CheckWords(text); {
	case f != nil:
		return f
	case strings.ContainsFunc(text, IsUnseen):
		return fault.NewInvalid("sheet.unseen")
	case IsScientific(text):
		return fault.NewInvalid("sheet.scientific")
	}
	return nil
}

// CheckWords is Check for words of people, which some scripts join with characters that nobody sees. It returns "sheet.not_utf8" and "sheet.control".
func CheckWords(text string) *fault.Fault {
	switch {
	case !utf8.ValidString(text), strings.ContainsRune(text, utf8.RuneError):
		return fault.NewInvalid("sheet.not_utf8")
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }):
		return fault.NewInvalid("sheet.control")
	}
	return nil
}

// IsScientific tells whether a spreadsheet has written a long number as 4,41E+10, which has lost its last digits.
func IsScientific(text string) bool {
	front, exponent, cut := strings.Cut(strings.ToUpper(text), "E")
	sign := strings.IndexAny(exponent, "+-")
	return cut && sign == 0 && isDigits(exponent[1:]) && isDigits(strings.NewReplacer(",", "", ".", "").Replace(strings.TrimPrefix(front, "-")))
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
