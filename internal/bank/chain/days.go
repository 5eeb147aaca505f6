package chain

import (
	"maps"
	"slices"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
)

// Stem is the name of a line without its sum: the bank's own reference and the day. It is "" for a line to which the bank gave no reference.
func Stem(l Line) string {
	at := strings.LastIndex(l.Name, "/")
	if at < 0 || strings.HasPrefix(l.Name, "-/") {
		return ""
	}
	return l.Name[:at]
}

// run is an unbroken piece of the chain within a day.
type run struct {
	open, end money.Amount
	// at are the lines, by their places in the list, in some order.
	at []int
	// loop are the balances of lines that lead back to where they began, wherever that was.
	loop map[money.Amount]bool
}

// begins tells whether the lines may begin with the balance.
func (r run) begins(at money.Amount) bool { return r.open == at || r.loop[at] }

// days returns the lines of the window and the placed known lines of its days, by their days, and the days in their order.
func (m *merging) days() (lines, known map[civil.Date][]int, order []civil.Date) {
	lines, known = map[civil.Date][]int{}, map[civil.Date][]int{}
	for i, l := range m.lines {
		lines[l.Day] = append(lines[l.Day], i)
	}
	for k, l := range m.known {
		if l.Placed && len(lines[l.Day]) > 0 {
			known[l.Day] = append(known[l.Day], k)
		}
	}
	return lines, known, slices.SortedFunc(maps.Keys(lines), civil.Date.Compare)
}

// here is what the window has of a day.
func (m *merging) here(lines []int) run {
	return run{open: m.lines[lines[0]].Before, end: m.lines[lines[len(lines)-1]].After(), at: lines}
}

// byDays looks at lines that stand elsewhere than before: within a day they may stand in another order.
func (m *merging) byDays() {
	days, known, order := m.days()
	for n, day := range order {
		lines := days[day]
		if len(known[day]) == 0 || !slices.ContainsFunc(lines, func(i int) bool { return m.is[i] < 0 }) || !m.mayBeKnown(lines, known[day]) {
			continue
		}
		for _, r := range runs(m.known, known[day]) {
			m.overlay(m.here(lines), r, n > 0 && n < len(order)-1)
		}
	}
}

// agrees tells whether the lines that were recognised by their places overlap with the known ones as two windows do: one begins inside of the other and ends behind it, or lies
// in it.
func (m *merging) agrees() bool {
	days, known, order := m.days()
	for _, day := range order {
		here := m.here(days[day])
		for _, r := range runs(m.known, known[day]) {
			var both money.Amount
			n := 0
			for _, p := range m.pairs(here, r) {
				if m.is[p.line] >= 0 {
					both += m.lines[p.line].Cents
					n++
				}
			}
			switch {
			case n == 0, n == len(r.at), n == len(here.at):
			case here.open-r.open == (r.end-r.open)-both, r.open-here.open == (here.end-here.open)-both:
			default:
				return false
			}
		}
	}
	return true
}

// goesOn tells whether the window goes on where known lines of its days end, or ends where some go on.
func (m *merging) goesOn() bool {
	days, known, order := m.days()
	for _, day := range order {
		here := m.here(days[day])
		if slices.ContainsFunc(runs(m.known, known[day]), func(r run) bool { return r.end == here.open || r.open == here.end }) {
			return true
		}
	}
	return false
}

// mayBeKnown tells whether a line that is not recognised has the contents of a known one that is not either.
func (m *merging) mayBeKnown(lines, known []int) bool {
	return slices.ContainsFunc(known, func(k int) bool {
		return !m.used[k] && slices.ContainsFunc(lines, func(i int) bool { return m.is[i] < 0 && m.known[k].same(m.lines[i]) })
	})
}

// overlay recognises lines of a known run in what the window has of the day, here, when one of them holds all lines of the other and they begin or end with the same balance. Then
// both are true only if the lines stand in another order. It is also so when here is the whole day.
func (m *merging) overlay(here, r run, whole bool) {
	pairs := m.pairs(here, r)
	within, around := len(pairs) == len(here.at), len(pairs) == len(r.at)
	joined := r.end == here.open || r.open == here.end
	switch {
	case m.stand(pairs), !within && !around, len(pairs) == 1 && !whole:
	case whole && around, within && around && r.begins(here.open), !joined && (here.open == r.open || here.end == r.end):
		m.adopt(here, r, pairs)
	}
}

// pair is a line of the window and the known line that it may be.
type pair struct{ line, known int }

// pairs are the lines that both have, those at their old places first.
func (m *merging) pairs(here, r run) []pair {
	taken := map[int]bool{}
	var pairs []pair
	for _, k := range r.at {
		if at := slices.IndexFunc(here.at, func(i int) bool { return m.is[i] == k }); at >= 0 {
			taken[here.at[at]] = true
			pairs = append(pairs, pair{here.at[at], k})
		}
	}
	for _, k := range r.at {
		at := slices.IndexFunc(here.at, func(i int) bool { return !taken[i] && m.is[i] < 0 && !m.used[k] && m.known[k].same(m.lines[i]) })
		if at >= 0 {
			taken[here.at[at]] = true
			pairs = append(pairs, pair{here.at[at], k})
		}
	}
	return pairs
}

// stand tells whether all pairs stand where they stood.
func (m *merging) stand(pairs []pair) bool {
	return !slices.ContainsFunc(pairs, func(p pair) bool { return m.is[p.line] != p.known })
}

// adopt takes the pairs as the same lines. They get the places that the window gives them; known lines that it has not stand behind it when both begin alike, and before it when they
// end alike.
func (m *merging) adopt(here, r run, pairs []pair) {
	for _, p := range pairs {
		m.take(p.line, p.known)
		m.move(p.known, m.lines[p.line].Before)
	}
	at := r.open
	if here.open == r.open {
		at = here.end
	}
	for _, k := range r.at {
		if !slices.ContainsFunc(pairs, func(p pair) bool { return p.known == k }) {
			m.move(k, at)
			at += m.known[k].Cents
		}
	}
	m.again = true
}
