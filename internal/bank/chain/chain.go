// Package chain knows the lines of a bank account by their places in its chain of balances. It is pure: no database, no page.
//
// Rules:
//   - A line stands between two balances: the one before it, and that plus its sum. Two equal lines at two places are two; what stands at a place of the same day that is
//     taken, with the same contents, is the line that stands there.
//   - A file is a window onto the chain. It may be read backwards, and its lines of a day may stand in another order than before; then what the lines of the day come to,
//     together with the balances at both ends, tells which of them are known, and the places follow the newer file.
//   - A line without a place (its statement has no balances, or it was taken in before places were kept) is known by its contents: day, sum, the bank's name for it and the
//     mark of its text. Equal ones are counted; the larger number of two files is the true one. That is not proven, and is said.
//   - The same bank writes other names into other formats: between these, place, day and sum decide.
package chain

import (
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
)

// Line is a line of an account.
type Line struct {
	// Ref is what a known line is called; a line of a file has none.
	Ref string
	// Name is what the bank calls it, with the day and the sum: see statement.Line.Ref, without a number behind it.
	Name string
	Day  civil.Date
	// Cents came in (positive) or went out.
	Cents money.Amount
	// Before is the balance before it in cents, where Placed tells that it is known.
	Before money.Amount
	Placed bool
	// Mark tells different texts apart; Format is that of the file. Either may be missing.
	Mark, Format string
}

// After is the balance behind a line that is placed, in cents.
func (l Line) After() money.Amount { return l.Before + l.Cents }

// same tells whether two lines have the same contents.
func (l Line) same(other Line) bool {
	if l.Day != other.Day || l.Cents != other.Cents {
		return false
	}
	if l.Format != "" && other.Format != "" && l.Format != other.Format {
		return true
	}
	return l.Name == other.Name && (l.Mark == other.Mark || l.Mark == "" || other.Mark == "")
}

// Window is what a file shows of an account: lines in its order, from the balance Opening where Placed tells that it is known.
type Window struct {
	Lines   []Line
	Opening money.Amount
	Placed  bool
}

// Merged is what came of a window.
type Merged struct {
	// Known says for each line of the window which known line it is, or "" for a new one; At are the lines with their places.
	Known []string
	At    []Line
	// Moved are known lines that have another place now.
	Moved []Line
	// Reordered tells that the window has known lines in another order, Unproven how many were recognised by their contents alone.
	Reordered bool
	Unproven  int
	// Contradicted is a known line where the window has another one of the same name with another sum, if any.
	Contradicted string
}

// merging is a window on its way into what is known.
type merging struct {
	known []Line
	used  []bool // by the place in known
	is    []int  // by the line of the window: its place in known, or -1
	lines []Line // of the window, in the order of the chain
	from  []int  // by the line: its place in the window
	moved []Line // as in Merged
	again bool   // as Reordered
	lone  int    // as Unproven
}

// Merge says which lines of a window are known. The known lines are those of its days.
func Merge(known []Line, w Window) Merged {
	if !w.Placed {
		m := begin(known, w, natural(len(w.Lines)))
		m.byContents(false)
		return m.merged()
	}
	var best *merging
	for _, order := range orders(w.Lines) {
		m := begin(known, w, order)
		n := m.byPlace()
		switch {
		case best == nil:
			best = m
		case best.goesOn() || best.count() > 0 && best.agrees():
			// a balance may come back by chance, so the order of the file stands when it fits
		case n > 1 && (n == len(m.lines) || n == m.placed()) && m.agrees():
			best = m
		}
	}
	best.byDays()
	best.byContents(true)
	return best.merged()
}

func natural(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}

// orders returns in which orders the lines of a window can stand, the likeliest first: as they are, backwards, or by their days.
func orders(lines []Line) [][]int {
	as := natural(len(lines))
	back := slices.Clone(as)
	slices.Reverse(back)
	up, down := true, true
	for i := 1; i < len(lines); i++ {
		up = up && !lines[i].Day.Before(lines[i-1].Day)
		down = down && !lines[i].Day.After(lines[i-1].Day)
	}
	switch {
	case up && down:
		return [][]int{as, back}
	case up:
		return [][]int{as}
	case down:
		return [][]int{back}
	}
	sorted := slices.Clone(as)
	slices.SortStableFunc(sorted, func(a, b int) int { return lines[a].Day.Compare(lines[b].Day) })
	return [][]int{sorted, as}
}

// begin puts the lines into an order and gives them their places.
func begin(known []Line, w Window, order []int) *merging {
	m := &merging{known: known, used: make([]bool, len(known)), from: order}
	at := w.Opening
	for _, i := range order {
		l := w.Lines[i]
		l.Before, l.Placed = at, w.Placed
		if at += l.Cents; !w.Placed {
			l.Before = 0
		}
		m.lines = append(m.lines, l)
		m.is = append(m.is, -1)
	}
	return m
}

// placed is how many known lines have a place.
func (m *merging) placed() int {
	n := 0
	for _, l := range m.known {
		if l.Placed {
			n++
		}
	}
	return n
}

func (m *merging) count() int {
	n := 0
	for _, at := range m.is {
		if at >= 0 {
			n++
		}
	}
	return n
}

// place is where a line of a day stands, and what it moves.
type place struct {
	day           civil.Date
	before, cents money.Amount
}

func (l Line) place() place { return place{l.Day, l.Before, l.Cents} }

// byPlace recognises lines that stand where they stood, and returns how many.
func (m *merging) byPlace() int {
	at := map[place][]int{}
	for i, l := range m.known {
		if l.Placed {
			at[l.place()] = append(at[l.place()], i)
		}
	}
	n := 0
	for i, l := range m.lines {
		for _, k := range at[l.place()] {
			if !m.used[k] && m.known[k].same(l) {
				m.take(i, k)
				n++
				break
			}
		}
	}
	return n
}

func (m *merging) take(line, known int) {
	m.is[line], m.used[known] = known, true
}

// byContents recognises lines by what they say; of a placed window only among known lines that have no place, which get one.
func (m *merging) byContents(placed bool) {
	byDay := map[civil.Date][]int{}
	for i, l := range m.known {
		if !m.used[i] && (!placed || !l.Placed) {
			byDay[l.Day] = append(byDay[l.Day], i)
		}
	}
	for i, l := range m.lines {
		if m.is[i] >= 0 {
			continue
		}
		at := slices.IndexFunc(byDay[l.Day], func(k int) bool { return !m.used[k] && m.known[k].same(l) })
		if at < 0 {
			continue
		}
		k := byDay[l.Day][at]
		m.take(i, k)
		if !placed {
			m.lone++
			continue
		}
		m.move(k, l.Before)
	}
}

// move notes another place of a known line.
func (m *merging) move(known int, before money.Amount) {
	l := m.known[known]
	if l.Placed && l.Before == before {
		return
	}
	l.Before, l.Placed = before, true
	m.moved = append(m.moved, l)
}

// merged returns the outcome in the order of the window.
func (m *merging) merged() Merged {
	out := Merged{
		Known: make([]string, len(m.lines)), At: make([]Line, len(m.lines)), Moved: m.moved, Reordered: m.again, Unproven: m.lone, Contradicted: m.contradicted(),
	}
	for i, at := range m.from {
		out.At[at] = m.lines[i]
		if k := m.is[i]; k >= 0 {
			out.Known[at] = m.known[k].Ref
		}
	}
	return out
}

// contradicted returns a known line that the window does not have, where it has another of the same name with another sum.
func (m *merging) contradicted() string {
	type spot struct {
		day    civil.Date
		before money.Amount
		stem   string
	}
	left := map[spot]string{}
	for k, l := range m.known {
		if stem := Stem(l); l.Placed && !m.used[k] && stem != "" {
			left[spot{l.Day, l.Before, stem}] = l.Ref
		}
	}
	for i, l := range m.lines {
		if m.is[i] < 0 && l.Placed {
			if ref, ok := left[spot{l.Day, l.Before, Stem(l)}]; ok {
				return ref
			}
		}
	}
	return ""
}
