// Package dated is what all rules have in common that hold from a day on: what late payment costs, how much cash may be taken, what a class of centres may do.
//
// Rules:
//   - A rule holds from its day until the day of the next one. It is never edited: a new one is set, also for a day that is past; of several for one day the last counts.
//   - Whoever sets one says why, and which law, decision or page it rests on. Rules that were set before this was asked have neither.
//   - A feature declares its value and embeds Basis; it stores and reads its rules itself.
package dated

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
)

// Basis is from when a rule holds and what it rests on.
type Basis struct {
	// From is the first day, a local day of the network.
	From civil.Date `json:"from"`
	// Why says in a sentence why it was set, and Source names the law, the decision or the page. Neither names a person.
	Why    string `json:"why"`
	Source string `json:"source"`
	// Who set it, as its line names the actor; it is no part of what was set.
	Who string `json:"-"`
}

// On is a rule's basis from a day on, written "YYYY-MM-DD". It panics when there is no such day; it is for rules that a program brings along.
func On(from, why, source string) Basis {
	return Basis{From: civil.MustDate(from), Why: why, Source: source}
}

// Grounds returns the basis; whatever embeds one is a Rule.
func (b Basis) Grounds() Basis { return b }

// longest is how long Why and Source may be, in letters.
const longest = 300

// Check sees that somebody who sets a rule says from when, why and after what. It returns the faults "dated.from", "dated.why" and "dated.source".
func (b Basis) Check() error {
	switch {
	case b.From.IsZero():
		return fault.NewInvalid("dated.from").On("from")
	case !isSentence(b.Why):
		return fault.NewInvalid("dated.why", "Max", longest).On("why")
	case !isSentence(b.Source):
		return fault.NewInvalid("dated.source", "Max", longest).On("source")
	}
	return nil
}

func isSentence(text string) bool {
	return strings.TrimSpace(text) != "" && utf8.RuneCountInString(text) <= longest && utf8.ValidString(text) &&
		!strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Rule is whatever embeds a Basis.
type Rule interface{ Grounds() Basis }

// At returns the rule that holds on a day, of rules of one kind in any order, and whether there is one. Of two from the same day the later one in the order counts.
func At[R Rule](rules iter.Seq[R], on civil.Date) (found R, there bool) {
	var from civil.Date
	for r := range rules {
		if begins := r.Grounds().From; !begins.After(on) && (!there || !begins.Before(from)) {
			found, from, there = r, begins, true
		}
	}
	return found, there
}

// Standing says whether a rule holds.
type Standing string

// The standings of a rule on a day.
const (
	Past    Standing = "past"
	InForce Standing = "in-force"
	InLine  Standing = "in-line" // its day is still to come
)

// Listed is a rule as a list over all features shows it.
type Listed struct {
	// Name says which rule it is, as a key of a message, and Of what kind within it, such as a kind of bill; Of may be empty.
	Name, Of string
	// Value is what the feature says of it, in words.
	Value string
	Basis
	Standing Standing
}

// List returns rules of one kind for such a list on a day: what is in line first, then what is in force, then the past, each the latest first. The feature says name, kind
// and value of each.
func List[R Rule](rules []R, on civil.Date, say func(R) Listed) []Listed {
	sorted := slices.Clone(rules)
	slices.SortStableFunc(sorted, func(a, b R) int { return a.Grounds().From.Compare(b.Grounds().From) })
	all := make([]Listed, 0, len(sorted))
	held := false
	for _, r := range slices.Backward(sorted) {
		l := say(r)
		switch l.Basis = r.Grounds(); {
		case l.From.After(on):
			l.Standing = InLine
		case !held:
			l.Standing, held = InForce, true
		default:
			l.Standing = Past
		}
		all = append(all, l)
	}
	return all
}
