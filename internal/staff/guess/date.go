package guess

import (
	"regexp"

	"github.com/trustelem/zxcvbn/match"
	"github.com/trustelem/zxcvbn/scoring"
)

var year = regexp.MustCompile(`19\d\d|20[0-4]\d`)

// years finds those in which people live.
func years(password string) (all []*match.Match) {
	for _, at := range year.FindAllStringIndex(password, -1) {
		all = append(all, &match.Match{Pattern: "regex", RegexName: "recent_year", Token: password[at[0]:at[1]], I: at[0], J: at[1] - 1})
	}
	return all
}

// splits are where the second and the third number of a date without marks begin, by its length.
var splits = map[int][][2]int{
	4: {{1, 2}, {2, 3}},
	5: {{1, 3}, {2, 3}},
	6: {{1, 2}, {2, 4}, {4, 5}},
	7: {{1, 3}, {2, 3}, {4, 5}, {4, 6}},
	8: {{2, 4}, {4, 6}},
}

// marked is a date with marks between its numbers; the two marks must be one and the same.
var marked = regexp.MustCompile(`^(\d{1,4})([\s/\\_.-])(\d{1,2})([\s/\\_.-])(\d{1,4})$`)

// dates finds days, with marks and without; one that lies in another is left out.
func dates(password string) []*match.Match {
	var all []*match.Match
	for i := range password {
		for j := i + 3; j < min(i+10, len(password)); j++ {
			if m := date(password[i : j+1]); m != nil {
				m.I, m.J = i, j
				all = append(all, m)
			}
		}
	}
	var outer []*match.Match
	for _, m := range all {
		within := false
		for _, other := range all {
			within = within || m != other && other.I <= m.I && other.J >= m.J
		}
		if !within {
			outer = append(outer, m)
		}
	}
	return outer
}

// date reads a text as a day: of several the one whose year is nearest to now.
func date(text string) (best *match.Match) {
	if found := marked.FindStringSubmatch(text); len(text) >= 6 && found != nil && found[2] == found[4] {
		if best = day(found[1], found[3], found[5]); best != nil {
			best.Token, best.Separator = text, found[2]
		}
		return best
	}
	if !digits.MatchString(text) {
		return nil
	}
	far := func(m *match.Match) int { return max(m.Year-scoring.ReferenceYear, scoring.ReferenceYear-m.Year) }
	for _, at := range splits[len(text)] {
		if m := day(text[:at[0]], text[at[0]:at[1]], text[at[1]:]); m != nil && (best == nil || far(m) < far(best)) {
			m.Token, best = text, m
		}
	}
	return best
}
