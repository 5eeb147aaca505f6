package catalogue

import "strings"

// endings of each language, without diacritics and the longest first, as far as clients use them. The stemmer is light: it only has to make
// the forms of one word meet, and what it misses the tolerance for mistakes catches.
var endings = map[string][]string{
	Latvian: {
		"sanas", "sanai", "sanam", "sanu", "sana", "ajiem", "ajam", "ajai", "ajos", "ajas", "jiem", "iem", "ais", "iet", "ies", "jas", "jam", "jai", "jos",
		"as", "am", "ai", "os", "us", "um", "es", "ei", "em", "is", "im", "ju", "ja", "ji", "et", "it", "at", "ot", "a", "e", "i", "o", "u", "s", "t",
	},
	English: {
		"ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "es", "ed", "'s", "s", "y", "e",
	},
	Lithuanian: {
		"avimas", "avimo", "avima", "avimui", "iuose", "uose", "omis", "emis", "imis", "iams", "iais", "imas", "imo", "imui", "ymas", "ymui", "ymo", "yma", "uoti", "yti", "eti",
		"oti", "iui", "iai", "ams", "oms", "ems", "ims", "ais", "oje", "eje", "yje", "uje", "ose", "ese", "yse", "ima",
		"ti", "as", "is", "ys", "us", "io", "os", "es", "ui", "ai", "ei", "iu", "ia", "a", "e", "o", "u", "i", "s",
	},
}

// prefixes of verbs that change the aspect and not the matter: nozagt, iregistruoti.
var prefixes = map[string][]string{
	Latvian:    {"aiz", "par", "pie", "at", "ie", "iz", "no", "pa", "sa", "uz"},
	Lithuanian: {"per", "pri", "ap", "at", "is", "nu", "pa", "su", "uz", "i"},
}

const (
	shortestStem = 3
	shortestRoot = 4
)

// stem returns a folded word without its ending.
func stem(word, lang string) string {
	for _, ending := range endings[lang] {
		if len(word)-len(ending) >= shortestStem && strings.HasSuffix(word, ending) {
			return word[:len(word)-len(ending)]
		}
	}
	return word
}

// root returns a stem without the prefix of a verb.
func root(stem, lang string) string {
	for _, prefix := range prefixes[lang] {
		if len(stem)-len(prefix) >= shortestRoot && strings.HasPrefix(stem, prefix) {
			return stem[len(prefix):]
		}
	}
	return stem
}
