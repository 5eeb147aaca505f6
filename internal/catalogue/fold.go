package catalogue

import (
	"strings"
	"unicode"
)

// bareLetters maps the letters of Latvian and Lithuanian, and those that come by in names, to what a hurried hand types.
var bareLetters = map[rune]rune{
	'ā': 'a', 'č': 'c', 'ē': 'e', 'ģ': 'g', 'ī': 'i', 'ķ': 'k', 'ļ': 'l', 'ņ': 'n', 'ō': 'o', 'ŗ': 'r', 'š': 's', 'ū': 'u', 'ž': 'z',
	'ą': 'a', 'ę': 'e', 'ė': 'e', 'į': 'i', 'ų': 'u', 'ä': 'a', 'å': 'a', 'á': 'a', 'à': 'a', 'ć': 'c', 'ç': 'c', 'é': 'e', 'è': 'e',
	'ł': 'l', 'ń': 'n', 'ö': 'o', 'ó': 'o', 'õ': 'o', 'ś': 's', 'ü': 'u', 'ź': 'z', 'ż': 'z',
}

// silentWords carry no meaning in a query; they stand here without diacritics.
var silentWords = setOf(
	// Latvian
	"un", "vai", "ar", "par", "no", "uz", "pie", "kas", "ka", "ko", "kur", "kad", "kam", "es", "man", "mani", "manu", "mans", "mana", "manam", "manai",
	"gribu", "gribam", "grib", "velos", "vajag", "vajadzetu", "var", "varu", "ir", "bija", "bez", "lai", "savu", "savs", "sava", "ja", "tas", "to", "cik",
	"kads", "kada", "kadu", "si", "so", "sis", "tikai", "ludzu", "vairs", "tad", "jau", "vins", "vina", "pec", "pa",
	// English
	"the", "an", "of", "for", "to", "in", "on", "at", "my", "me", "is", "are", "am", "was", "were", "and", "or", "with", "do", "does", "did", "have",
	"has", "had", "want", "need", "can", "could", "how", "what", "where", "when", "who", "which", "this", "that", "it", "please", "would", "like",
	"get", "we", "you", "he", "she", "from", "by", "be", "been", "some", "somebody", "while", "many", "much", "about", "will",
	// Lithuanian
	"ir", "arba", "apie", "uz", "su", "prie", "is", "kaip", "kur", "kada", "kas", "kiek", "koks", "kokia", "noriu", "norime", "reikia", "galiu",
	"yra", "buvo", "buvau", "esu", "mano", "as", "mes", "jei", "tik", "savo", "pas", "mane", "del", "iki", "nuo",
)

func setOf(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// fold returns the text in lower case and without diacritics.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if bare, ok := bareLetters[r]; ok {
			return bare
		}
		return r
	}, text)
}

// split cuts a text into its words. A single letter is joined to what follows, so that "e-adrese", "e. adrese" and "eadrese" are one
// word, and "B lapa" is not any lapa; what follows is given by itself as well.
func split(text string) []string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	words := make([]string, 0, len(parts))
	for i, part := range parts {
		if len([]rune(part)) > 1 {
			words = append(words, part)
			continue
		}
		if i+1 < len(parts) {
			words = append(words, part+parts[i+1])
		}
	}
	return words
}
