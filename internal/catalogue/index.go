package catalogue

import "math"

// What a word in each part of a service weighs. Words of the script only help where nothing better matches.
const (
	nameWeight        = 3.0
	wordsWeight       = 2.6
	institutionWeight = 1.5
	summaryWeight     = 1.0
	scriptWeight      = 0.3
	// mentionShare is what a service counts for the rarity of a word that only its script mentions.
	mentionShare = 0.1
)

// posting says that a term stands in a service, and what it weighs there.
type posting struct {
	service int
	weight  float64
}

// term is a word of the catalogue in one language.
type term struct {
	word
	lang     string
	rarity   float64
	postings []posting
	// script marks a word that only scripts use; typing mistakes are not sought in it.
	script bool
}

// unit is a name or one of the things clients say: words that belong together.
type unit struct {
	service int
	terms   []int
	rarity  float64
	weight  float64
}

// Index finds services by what clients say. It is built once, never changes, and is safe for concurrent use.
type Index struct {
	forgive  tolerance
	services []string
	terms    []term
	units    []unit
}

// NewIndex builds the index over the services and the names of their institutions.
func NewIndex(services []Service, institutions []Institution) *Index {
	return newIndex(services, institutions, tolerance{folding: true, forms: true, mistakes: true})
}

func newIndex(services []Service, institutions []Institution, forgive tolerance) *Index {
	b := builder{index: &Index{forgive: forgive}, known: map[[2]string]int{}}
	byCode := make(map[string]Institution, len(institutions))
	for _, i := range institutions {
		byCode[i.Code] = i
	}
	for n, s := range services {
		b.index.services = append(b.index.services, s.Code)
		for _, lang := range []string{Latvian, English, Lithuanian} {
			b.addService(n, lang, s, byCode[s.Institution])
		}
	}
	b.weigh()
	return b.index
}

// builder fills an index.
type builder struct {
	index *Index
	// known finds a term by language and text.
	known map[[2]string]int
}

func (b *builder) addService(n int, lang string, s Service, institution Institution) {
	b.addUnit(n, lang, s.Name.For(lang), nameWeight)
	for _, phrase := range s.Words.in(lang) {
		b.addUnit(n, lang, phrase, wordsWeight)
	}
	for _, text := range []string{institution.Code, institution.ShortName.For(lang), institution.Name.For(lang)} {
		b.addText(n, lang, text, institutionWeight)
	}
	b.addText(n, lang, s.Summary.For(lang), summaryWeight)
	for _, texts := range [][]Text{s.Ask, s.Bring, s.Steps, {s.Tell}} {
		for _, t := range texts {
			b.addText(n, lang, t.For(lang), scriptWeight)
		}
	}
}

func (b *builder) addUnit(n int, lang, text string, weight float64) {
	terms := b.addText(n, lang, text, weight)
	if len(terms) > 0 {
		b.index.units = append(b.index.units, unit{service: n, terms: terms, weight: weight})
	}
}

// addText posts the words of a text and returns their terms; a word that a service holds twice keeps its greatest weight.
func (b *builder) addText(n int, lang, text string, weight float64) []int {
	var terms []int
	for _, w := range words(text, b.index.forgive) {
		at, ok := b.known[[2]string{lang, w}]
		if !ok {
			at = len(b.index.terms)
			b.known[[2]string{lang, w}] = at
			b.index.terms = append(b.index.terms, term{word: newWord(w, lang, b.index.forgive), lang: lang, script: true})
		}
		t := &b.index.terms[at]
		t.script = t.script && weight <= scriptWeight
		if last := len(t.postings) - 1; last >= 0 && t.postings[last].service == n {
			t.postings[last].weight = max(t.postings[last].weight, weight)
		} else {
			t.postings = append(t.postings, posting{service: n, weight: weight})
		}
		terms = append(terms, at)
	}
	return terms
}

// weigh gives each term its rarity: the fewer services hold any form of it, the more it says. A service that only mentions it in its
// script counts little. The counts are whole numbers, so that the result does not hang on the order of a map.
func (b *builder) weigh() {
	type held struct{ lang, stem string }
	proper, mentioned := map[held]map[int]bool{}, map[held]map[int]bool{}
	for _, t := range b.index.terms {
		key := held{t.lang, t.stem}
		for _, p := range t.postings {
			in := proper
			if p.weight <= scriptWeight {
				in = mentioned
			}
			if in[key] == nil {
				in[key] = map[int]bool{}
			}
			in[key][p.service] = true
		}
	}
	total := float64(len(b.index.services))
	for i := range b.index.terms {
		t := &b.index.terms[i]
		key := held{t.lang, t.stem}
		count := float64(len(proper[key])) + mentionShare*float64(len(mentioned[key]))
		t.rarity = math.Log(1 + (total-min(count, total)+0.5)/(count+0.5))
	}
	for i := range b.index.units {
		u := &b.index.units[i]
		for _, at := range u.terms {
			u.rarity += b.index.terms[at].rarity
		}
	}
}

// words cuts a text into words that say something.
func words(text string, forgive tolerance) []string {
	if forgive.folding {
		text = fold(text)
	}
	all := split(text)
	kept := all[:0]
	for _, w := range all {
		if !silentWords[fold(w)] {
			kept = append(kept, w)
		}
	}
	return kept
}

// in returns the words of one language.
func (w Words) in(lang string) []string {
	switch lang {
	case English:
		return w.EN
	case Lithuanian:
		return w.LT
	}
	return w.LV
}
