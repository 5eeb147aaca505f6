package bill

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vienkopus/internal/base/sheet"
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

// Tidy returns a number or reference as it is kept: letters composed, one common space between words, and nothing that nobody sees at its ends.
func Tidy(text string) string {
	return strings.Join(strings.Fields(norm.NFC.String(sheet.Trim(text))), " ")
}

// Form returns a number as one of several writings of it: in capitals, composed, without spaces and what nobody sees, with one kind of dash. Two numbers of
// a creditor that have the same form are one.
func Form(number string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || sheet.IsUnseen(r):
			return -1
		case unicode.Is(unicode.Pd, r) || r == '\u2212':
			return '-'
		}
		return unicode.ToUpper(r)
	}, norm.NFKC.String(number))
}

// Likeness says how alike two numbers of a creditor are.
type Likeness int

// The likenesses.
const (
	// Unlike numbers are of two bills.
	Unlike Likeness = iota
	// Twins differ in marks alone, such as "RS-1" and "RS 1", or in zeros in front that a spreadsheet eats. Nobody writes two bills like that, and nobody may guess.
	Twins
	// Alike numbers have the same form.
	Alike
)

// Compare tells how alike two numbers of a creditor are.
func Compare(a, b string) Likeness {
	switch a, b = Form(a), Form(b); {
	case a == b:
		return Alike
	case slices.Equal(groups(a), groups(b)) || withoutZeros(a) == withoutZeros(b):
		return Twins
	}
	return Unlike
}

// groups cuts a form into its runs of letters and of digits.
func groups(form string) []string {
	var all []string
	last := 0
	for _, r := range form {
		kind := 0
		switch {
		case unicode.IsDigit(r):
			kind = 1
		case unicode.IsLetter(r):
			kind = 2
		}
		if kind != 0 && kind != last {
			all = append(all, "")
		}
		if last = kind; kind != 0 {
			all[len(all)-1] += string(r)
		}
	}
	return all
}

// withoutZeros is a number of nothing but digits as a spreadsheet leaves it.
func withoutZeros(form string) string {
	if short := strings.TrimLeft(form, "0"); short != "" && strings.Trim(short, "0123456789") == "" {
		return short
	}
	return form
}

// NumberKeys are the keys under which a bill is looked for by its number: its own, and that without the zeros in front when it is of digits alone.
func NumberKeys(number string) []string {
	key := Key(number)
	if short := withoutZeros(Form(number)); short != Form(number) {
		return []string{key, short}
	}
	return []string{key}
}

// Words are what a payer is found by, each once: those of the name, also as it is written without apostrophes, and those of the address that are no numbers.
func (p Payer) Words() (name, address []string) {
	name = strings.Fields(Fold(p.Name) + " " + Fold(joined(p.Name)))
	for _, word := range strings.Fields(Fold(joined(p.Address))) {
		if IsAnchor(word) && len(address) < mostWords {
			address = append(address, word)
		}
	}
	return name[:min(len(name), 2*mostWords)], address
}

// IsAnchor tells whether a payer can be found by a word of an address: not by a number, and not by the word that stands in every address.
func IsAnchor(word string) bool { return word[0] > '9' && word != "iela" }

// FirstBeginning returns the first Beginning of a name, in the order of the alphabet, that begins so, and whether there is one.
func FirstBeginning(name, so string) (first string, is bool) {
	for _, beginning := range Beginnings(name) {
		if strings.HasPrefix(beginning, so) && (!is || beginning < first) {
			first, is = beginning, true
		}
	}
	return first, is
}

// Called tells whether a payer's name begins with these whole words, folded, at any of its own words; letters before an apostrophe are no word.
func (p Payer) Called(words string) bool {
	own := strings.Fields(Fold(joined(p.Name)))
	return slices.ContainsFunc(Beginnings(p.Name), func(b string) bool { return strings.HasPrefix(b+" ", words+" ") }) &&
		!slices.ContainsFunc(strings.Fields(words), func(w string) bool { return !slices.Contains(own, w) })
}

// joined writes a name without apostrophes: D'Arc as DArc.
func joined(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("'’‘ʼ`´", r) {
			return -1
		}
		return r
	}, name)
}

// Has tells whether every word that somebody typed, folded, begins a word of the payer's name or address, each another one. A word that begins with digits is the number of a house or
// a flat: 12 finds 12a and not 120.
func (p Payer) Has(words []string) bool {
	return hasEach(strings.Fields(Fold(p.Name+" "+joined(p.Address))), words) || hasEach(strings.Fields(Fold(joined(p.Name+" "+p.Address))), words)
}

func hasEach(own, words []string) bool {
	for _, word := range words {
		at := slices.IndexFunc(own, func(w string) bool { return begins(w, word) })
		if at < 0 {
			return false
		}
		own = slices.Delete(own, at, at+1)
	}
	return true
}

func begins(word, typed string) bool {
	rest, begins := strings.CutPrefix(word, typed)
	last := typed[len(typed)-1]
	return begins && (last < '0' || last > '9' || rest == "" || rest[0] < '0' || rest[0] > '9')
}

// Key returns a number or reference as it is compared: in capitals, letters and digits only, so that "LV-001/2 " is "LV0012".
func Key(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, norm.NFKC.String(text))
}

// Keys returns the keys under which a bill is found, each once.
func (c Content) Keys() []string {
	var all []string
	seen := map[string]bool{"": true}
	for _, key := range append(NumberKeys(c.Number), Key(c.Reference), Key(string(c.RF))) {
		if !seen[key] {
			seen[key] = true
			all = append(all, key)
		}
	}
	return all
}
