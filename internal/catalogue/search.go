package catalogue

import (
	"cmp"
	"slices"
)

// Hit is a service that a search found.
type Hit struct {
	// Code is the code of the service.
	Code string
	// Score orders the hits of one search; it means nothing between searches.
	Score float64
}

const (
	// otherLanguage is what a match counts in a language other than the asked one: clients mix them.
	otherLanguage = 0.5
	// besideCertain is what an uncertain match counts when another word matches for certain: pensija is not a mistyped pansija,
	// and a Latvian nauda is not the Lithuanian one.
	besideCertain = 0.4
	// wholeUnit is what a name or saying counts that the query covers as a whole, beside its words.
	wholeUnit = 0.8
	// leastCovered is what remains of a score when the service matches hardly any of the query's words.
	leastCovered = 0.4
	// leastShare of the best score is needed to be shown.
	leastShare = 0.2
	// mostWords is how many words of a query are read. Each is held against every term, so a stranger with twenty thousand of them
	// would keep a processor busy for seconds; nobody's question is longer.
	mostWords = 24
)

// Search returns the services that fit a query best, the best first, at most limit of them (all when limit is not positive).
// The query is in any of the catalogue's languages; lang says which one to prefer. The order is the same each time:
// equal scores stand by code. A query without a word that says something gives nil; of a long one the first mostWords words count.
func (x *Index) Search(query, lang string, limit int) []Hit {
	tokens := tokensOf(query, x.forgive)
	if len(tokens) == 0 {
		return nil
	}
	fits := make([]float64, len(x.terms))
	matched := make([]float64, len(x.terms))
	best := make([]float64, len(x.services))
	scores := make([]float64, len(x.services))
	possible := 0.0
	for _, token := range tokens {
		x.fit(token, lang, fits)
		possible += x.scoreToken(fits, matched, best)
		for n, score := range best {
			scores[n] += score
		}
	}
	if possible == 0 {
		return nil
	}
	whole := x.matchUnits(matched)
	for n, score := range scores {
		scores[n] = (score + wholeUnit*whole[n]) * (leastCovered + (1-leastCovered)*score/possible)
	}
	return x.rank(scores, limit)
}

// tokensOf returns the words of a query that say something; somebody who has typed no more than "pa" means what begins so.
func tokensOf(query string, forgive tolerance) []string {
	tokens := words(query, forgive)
	if len(tokens) == 0 {
		if forgive.folding {
			query = fold(query)
		}
		tokens = split(query)
	}
	return tokens[:min(len(tokens), mostWords)]
}

// fit says for each term how well one word of the query matches it. Typing mistakes are only sought where the asked language has no certain match.
func (x *Index) fit(token, lang string, fits []float64) {
	own, other := 0.0, 0.0
	forms := map[string]word{}
	for _, l := range []string{Latvian, English, Lithuanian} {
		forms[l] = newWord(token, l, x.forgive)
	}
	for i := range x.terms {
		t := &x.terms[i]
		fits[i] = closeness(forms[t.lang], t.word, x.forgive.forms)
		switch {
		case t.script:
		case t.lang == lang:
			own = max(own, fits[i])
		default:
			other = max(other, fits[i])
		}
	}
	certain := max(own, other) >= sameStem
	for i := range x.terms {
		t := &x.terms[i]
		if x.forgive.mistakes && own < sameStem && !t.script && fits[i] < oneMistake {
			fits[i] = max(fits[i], mistakeCloseness(forms[t.lang], t.word))
		}
		if certain && fits[i] < sameStem {
			fits[i] *= besideCertain
		}
		switch {
		case t.lang == lang:
		case own >= sameStem:
			fits[i] *= besideCertain
		default:
			fits[i] *= otherLanguage
		}
	}
}

// scoreToken gives each service its best score for one word of the query, raises each term's match, and returns the best score of all.
func (x *Index) scoreToken(fits, matched, best []float64) float64 {
	clear(best)
	top := 0.0
	for i, fit := range fits {
		if fit == 0 {
			continue
		}
		matched[i] = max(matched[i], fit)
		fit *= x.terms[i].rarity
		for _, p := range x.terms[i].postings {
			best[p.service] = max(best[p.service], fit*p.weight)
			top = max(top, fit*p.weight)
		}
	}
	return top
}

// matchUnits gives each service the score of the name or saying that the query covers best.
func (x *Index) matchUnits(matched []float64) []float64 {
	whole := make([]float64, len(x.services))
	for _, u := range x.units {
		sum := 0.0
		for _, at := range u.terms {
			sum += matched[at] * x.terms[at].rarity
		}
		share := sum / u.rarity
		whole[u.service] = max(whole[u.service], sum*share*share*u.weight)
	}
	return whole
}

func (x *Index) rank(scores []float64, limit int) []Hit {
	least := slices.Max(scores) * leastShare
	var hits []Hit
	for n, score := range scores {
		if score > 0 && score >= least {
			hits = append(hits, Hit{Code: x.services[n], Score: score})
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Code, b.Code)) })
	if limit > 0 && len(hits) > limit {
		hits = hits[:limit]
	}
	return hits
}
