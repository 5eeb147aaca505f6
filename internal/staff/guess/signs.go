package guess

import (
	"strings"

	"github.com/trustelem/zxcvbn/match"
)

// looks are signs that stand for letters.
var looks = map[string]string{
	"a": "4@", "b": "8", "c": "({[<", "e": "3", "g": "69", "i": "1!|", "l": "1|7", "o": "0", "s": "$5", "t": "+7", "x": "%", "z": "2",
}

// substituted finds words with signs for letters.
func substituted(password string, known []words) (all []*match.Match) {
	for _, reading := range readings(password) {
		pairs := make([]string, 0, 2*len(reading))
		for sign, letter := range reading {
			pairs = append(pairs, sign, letter)
		}
		for _, m := range spelled(strings.NewReplacer(pairs...).Replace(password), known) {
			token := password[m.I : m.J+1]
			if len(token) <= 1 || strings.ToLower(token) == m.MatchedWord {
				continue
			}
			m.Token, m.L33t, m.Sub = token, true, map[string]string{}
			for sign, letter := range reading {
				if strings.Contains(token, sign) {
					m.Sub[sign] = letter
				}
			}
			all = append(all, m)
		}
	}
	return all
}

// readings are the ways to read the signs of a password: each as one of its letters.
func readings(password string) []map[string]string {
	letters := map[string][]string{}
	for letter, signs := range looks {
		for _, sign := range signs {
			if strings.ContainsRune(password, sign) {
				letters[string(sign)] = append(letters[string(sign)], letter)
			}
		}
	}
	if len(letters) == 0 {
		return nil
	}
	all := []map[string]string{{}}
	for sign, each := range letters {
		var more []map[string]string
		for _, reading := range all {
			for _, letter := range each {
				next := map[string]string{sign: letter}
				for s, l := range reading {
					next[s] = l
				}
				more = append(more, next)
			}
		}
		all = more
	}
	return all
}
