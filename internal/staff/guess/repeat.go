package guess

import (
	"strings"
	"unicode/utf8"

	"github.com/trustelem/zxcvbn/match"
)

// repeated finds what comes twice and more, one behind the other: from the left the longest that repeats, of its shortest part.
func repeated(password string, known []words) (all []*match.Match) {
	for i := 0; i < len(password); {
		part, times := repeats(password[i:])
		if times < 2 {
			_, size := utf8.DecodeRuneInString(password[i:])
			i += size
			continue
		}
		whole := part * times
		base := password[i : i+part]
		all = append(all, &match.Match{
			Pattern: "repeat", I: i, J: i + whole - 1, Token: password[i : i+whole], BaseToken: base, BaseGuesses: guesses(base, known), RepeatCount: times,
		})
		i += whole
	}
	return all
}

// repeats returns with which part a text begins again and again, in bytes, and how often: that which covers most, the shortest of these.
func repeats(text string) (part, times int) {
	for size := 1; size <= len(text)/2; size++ {
		n := 1
		for strings.HasPrefix(text[n*size:], text[:size]) {
			n++
		}
		if n > 1 && n*size > part*times && utf8.ValidString(text[:size]) {
			part, times = size, n
		}
	}
	return part, times
}
