package bill

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns a name as it is compared: in lower case, without diacritics, its words with one space between them. What is no
// letter or digit cuts words.
func Fold(name string) string {
	var folded strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && folded.Len() > 0 {
				folded.WriteByte(' ')
			}
			gap = false
			folded.WriteRune(r)
		default:
			gap = true
		}
	}
	return folded.String()
}

// mostWords bounds the words of a name at which it can be found.
const mostWords = 6

// Beginnings returns the folded name as it begins at each of its words, the words before put behind: "anna berzina" and
// "berzina anna". A name is found by the beginning of any of them.
func Beginnings(name string) []string {
	words := strings.Fields(Fold(name))
	var all []string
	for i := range min(len(words), mostWords) {
		all = append(all, strings.Join(append(append([]string{}, words[i:]...), words[:i]...), " "))
	}
	return all
}

// Key returns a number or reference as it is compared: in capitals, letters and digits only, so that "LV-001/2 " is "LV0012".
func Key(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, text)
}

// Keys returns the keys under which a bill is found, each once.
func (c Content) Keys() []string {
	var all []string
	seen := map[string]bool{"": true}
	for _, text := range []string{c.Number, c.Reference, string(c.RF)} {
		if key := Key(text); !seen[key] {
			seen[key] = true
			all = append(all, key)
		}
	}
	return all
}
