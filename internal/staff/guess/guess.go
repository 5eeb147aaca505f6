// Package guess estimates how many tries a password takes of somebody who begins with what people choose: common passwords, words and names, written backwards or with
// digits for letters, keys that lie side by side, repetitions, sequences, years and dates (Wheeler, zxcvbn, USENIX Security 2016). What is found and what it counts for
// is that of github.com/trustelem/zxcvbn, whose lists and sums are used; only the search is our own, because its package builds tables of 10 MB at each start of a
// program, and these are built when the first password is chosen.
package guess

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/trustelem/zxcvbn/frequency"
	"github.com/trustelem/zxcvbn/match"
	"github.com/trustelem/zxcvbn/scoring"
)

// Guesses returns about how many tries the password takes of somebody who knows the words of inputs too.
func Guesses(password string, inputs []string) float64 {
	return guesses(password, append(slices.Clip(lists()), list("user_inputs", inputs)))
}

func guesses(password string, known []words) float64 {
	return scoring.MostGuessableMatchSequence(password, matches(password, known), false).Guesses
}

// words are known ones with their rank, 1 for the most common.
type words struct {
	name string
	rank map[string]int
}

func list(name string, all []string) words {
	w := words{name, make(map[string]int, len(all))}
	for i, word := range all {
		w.rank[strings.ToLower(word)] = i + 1
	}
	return w
}

// lists are those of the world.
var lists = sync.OnceValue(func() (all []words) {
	for name, one := range frequency.FrequencyLists {
		all = append(all, list(name, one))
	}
	return all
})

// matches returns everything that a guesser would know in a password, in the order of its places.
func matches(password string, known []words) []*match.Match {
	all := slices.Concat(
		spelled(password, known), reversed(password, known), substituted(password, known),
		beside(password), repeated(password, known), sequences(password), years(password), dates(password),
	)
	slices.SortStableFunc(all, func(a, b *match.Match) int { return cmp.Or(cmp.Compare(a.I, b.I), cmp.Compare(a.J, b.J)) })
	return all
}

// spelled finds words.
func spelled(password string, known []words) (all []*match.Match) {
	low := strings.ToLower(password)
	if len(low) != len(password) { // a letter whose small one is of another length
		low = password
	}
	ends := append(slices.Collect(starts(password)), len(password))
	for from, i := range ends {
		for _, end := range ends[from+1:] {
			for _, w := range known {
				if rank, is := w.rank[low[i:end]]; is {
					all = append(all, &match.Match{
						Pattern: "dictionary", I: i, J: end - 1, Token: password[i:end], MatchedWord: low[i:end], Rank: rank, DictionaryName: w.name,
					})
				}
			}
		}
	}
	return all
}

// starts are where the characters of a text begin.
func starts(text string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range text {
			if !yield(i) {
				return
			}
		}
	}
}

// backwards is a text from its end.
func backwards(text string) string {
	letters := []rune(text)
	slices.Reverse(letters)
	return string(letters)
}

// reversed finds words that are written backwards.
func reversed(password string, known []words) []*match.Match {
	all := spelled(backwards(password), known)
	for _, m := range all {
		m.Token, m.Reversed = backwards(m.Token), true
		m.I, m.J = len(password)-1-m.J, len(password)-1-m.I
	}
	return all
}
