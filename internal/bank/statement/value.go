package statement

import (
	"regexp"
	"strings"
	"unicode"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill/rf"
)

const euro = "EUR"

// amountForm is a size: xs:decimal, so with a plus, zeros before it, a point at either end and more decimals as long as they are zeros; and a comma before one or two
// decimals, as some banks write. Never does anything stand between thousands: 1,234 is a thousand to some and one to others, and 1.234 has no cents.
var amountForm = regexp.MustCompile(`^\+?0*([0-9]{0,11})(?:\.([0-9]{0,2})0{0,16}|,([0-9]{1,2}))?$`)

// size reads an amount without a minus, in cents. Eleven digits are below a hundred thousand million euro, so that MostLines of them and the balances fit into
// a money.Amount.
func size(text string) (money.Amount, bool) {
	found := amountForm.FindStringSubmatch(strings.TrimSpace(text))
	if found == nil || !strings.ContainsAny(text, "0123456789") {
		return 0, false
	}
	cents, err := money.Parse("0" + found[1] + "." + (found[2] + found[3] + "00")[:2])
	return cents, err == nil
}

// signed reads an amount that may be negative, in cents.
func signed(text string) (money.Amount, bool) {
	text, negative := strings.CutPrefix(strings.TrimSpace(text), "-")
	cents, ok := size(text)
	if negative {
		return -cents, ok
	}
	return cents, ok
}

// dayLength is that of 2026-05-04.
const dayLength = 10

// day reads a date, or the date of a point in time as the bank writes it: 2026-05-04, 2026-05-04T09:12:00+03:00, 2026-05-04 00:00:00.0.
func day(text string) (civil.Date, bool) {
	text = strings.TrimSpace(text)
	if len(text) > dayLength {
		if !strings.ContainsRune("T Z+-", rune(text[dayLength])) {
			return civil.Date{}, false
		}
		text = text[:dayLength]
	}
	d, err := civil.ParseDate(text)
	return d, err == nil && !d.IsZero()
}

// tidy puts text into one line of at most so many characters.
func tidy(most int, parts ...string) string {
	var words []string
	for _, part := range parts {
		words = append(words, strings.FieldsFunc(part, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })...)
	}
	text := []rune(strings.Join(words, " "))
	if len(text) > most {
		text = text[:most]
	}
	return strings.TrimSpace(string(text))
}

// longestReference bounds the references that banks hand on (ISO 20022 Max35Text).
const longestReference = 35

// reference returns the first of the candidates that says something. A creditor reference in the text goes before them: where the
// format has no place for it, or the payer's bank did not use it, it stands there.
func reference(structured, text string, others ...string) string {
	for _, candidate := range append([]string{structured, inText(text)}, others...) {
		if candidate = tidy(longestReference, candidate); candidate != "" && candidate != "NOTPROVIDED" {
			return candidate
		}
	}
	return ""
}

// inText returns the creditor reference (ISO 11649) that stands in a text without spaces inside.
func inText(text string) string {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if found, err := rf.Parse(word); err == nil {
			return string(found)
		}
	}
	return ""
}
