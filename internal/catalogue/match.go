package catalogue

import "strings"

// tolerance says what a query is forgiven; the tests take parts away to show that each is needed.
type tolerance struct {
	// folding ignores diacritics.
	folding bool
	// forms makes the forms of a word meet.
	forms bool
	// mistakes forgives typing errors.
	mistakes bool
}

// word is a word of a query or of the catalogue, with what comparing needs.
type word struct {
	text, stem, root string
	// letters is the set of letters, to rule out most pairs without comparing them.
	letters uint64
}

func newWord(text, lang string, forgive tolerance) word {
	w := word{text: text, stem: text, root: text}
	if forgive.forms {
		w.stem = stem(text, lang)
		w.root = root(w.stem, lang)
	}
	for i := 0; i < len(text); i++ {
		w.letters |= 1 << (text[i] % 64)
	}
	return w
}

// How well two words match, from 0 to 1; found by trying on the queries that are not held out.
const (
	sameStem      = 0.95
	sameRoot      = 0.75
	leastPrefix   = 0.3
	commonStart   = 0.8
	oneMistake    = 0.75
	twoMistakes   = 0.5
	longForOne    = 4
	longForTwo    = 7
	longForStart  = 4
	shareForStart = 0.62
)

// closeness says how well the word of a query matches a word of the catalogue, from 0 to 1, without mistakes.
func closeness(query, known word, forms bool) float64 {
	if query.text == known.text {
		return 1
	}
	best := 0.0
	if strings.HasPrefix(known.text, query.text) {
		best = leastPrefix + (1-leastPrefix)*float64(len(query.text))/float64(len(known.text))*0.9
	}
	if forms {
		best = max(best, formCloseness(query, known))
	}
	return best
}

// formCloseness compares forms: the same stem, the same root, or a long common start, as in deklaret and deklaresana.
// Three letters are the start of something rather than a form.
func formCloseness(query, known word) float64 {
	if query.stem == known.stem && len(query.text) > shortestStem {
		return sameStem
	}
	if query.root == known.root {
		return sameRoot
	}
	start := commonPrefix(query.root, known.root)
	share := float64(start) / float64(max(len(query.root), len(known.root)))
	if start >= longForStart && share >= shareForStart {
		return commonStart * share
	}
	return 0
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// mistakeCloseness forgives one mistake in a word of four letters and two in one of seven: a letter too many, too few, wrong or swapped.
func mistakeCloseness(query, known word) float64 {
	allowed := 0
	switch n := len(query.text); {
	case n >= longForTwo:
		allowed = 2
	case n >= longForOne:
		allowed = 1
	}
	if allowed == 0 || differingLetters(query.letters, known.letters) > 2*allowed {
		return 0
	}
	distance := editDistance(query.text, known.text, allowed)
	if forms := editDistance(query.stem, known.stem, allowed); len(query.stem) >= longForOne && forms < distance {
		distance = forms
	}
	switch {
	case distance <= 1 && allowed >= 1:
		return oneMistake
	case distance == 2 && allowed == 2:
		return twoMistakes
	}
	return 0
}
