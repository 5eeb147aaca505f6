package chain

import (
	"cmp"
	"maps"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
)

// Gap is where the chain of an account is broken: lines are missing, or there are some too many.
type Gap struct {
	// From and To are the days at both ends, and Left and Found the balances there: known lines end at Left and go on at Found.
	From, To    civil.Date
	Left, Found money.Amount
}

// end is where known lines stop: at a balance, or anywhere on a loop.
type end struct {
	day  civil.Date
	at   money.Amount
	loop map[money.Amount]bool
}

// joins tells whether the piece goes on where the lines stop.
func (e end) joins(p run) bool {
	switch {
	case e.loop != nil && p.loop != nil:
		for b := range e.loop {
			if p.loop[b] {
				return true
			}
		}
		return false
	case e.loop != nil:
		return e.loop[p.open]
	case p.loop != nil:
		return p.loop[e.at]
	}
	return e.at == p.open
}

// Gaps returns where the chain of placed lines is broken, in the order of the days. Lines without a place are passed over.
func Gaps(lines []Line) []Gap {
	byDay := map[civil.Date][]int{}
	for i, l := range lines {
		if l.Placed {
			byDay[l.Day] = append(byDay[l.Day], i)
		}
	}
	var ends []end
	var gaps []Gap
	for _, day := range slices.SortedFunc(maps.Keys(byDay), civil.Date.Compare) {
		for left := runs(lines, byDay[day]); len(left) > 0; {
			i, at := joint(left, ends)
			p := left[i]
			left = slices.Delete(left, i, i+1)
			next := end{day: day, at: p.end}
			switch {
			case at >= 0 && p.loop != nil && ends[at].loop == nil:
				next.at = ends[at].at
			case p.loop != nil:
				next.loop = p.loop
			}
			if at >= 0 {
				ends = slices.Delete(ends, at, at+1)
			} else if len(ends) > 0 {
				last := ends[len(ends)-1]
				gaps = append(gaps, Gap{From: last.day, To: day, Left: last.at, Found: p.open})
			}
			ends = append(ends, next)
		}
	}
	return gaps
}

// joint returns a run that goes on where lines stop, and where; the first run and -1 when none does.
func joint(left []run, ends []end) (next, at int) {
	for i, p := range left {
		for k := len(ends) - 1; k >= 0; k-- {
			if ends[k].joins(p) {
				return i, k
			}
		}
	}
	return 0, -1
}

// runs returns the connected parts of the lines: the balances are the points, and the lines lead from one to the next. In a way without gaps one balance is left once more
// than it is reached, and one is reached once more than it is left. A part that consists of several ways has as many of each, and is cut at the surplus.
func runs(lines []Line, at []int) []run {
	root := map[money.Amount]money.Amount{}
	find := func(b money.Amount) money.Amount {
		for {
			up, ok := root[b]
			if !ok || up == b {
				return b
			}
			if above, ok := root[up]; ok {
				root[b] = above
			}
			b = up
		}
	}
	for _, i := range at {
		a, b := find(lines[i].Before), find(lines[i].After())
		root[a] = b
		if _, ok := root[b]; !ok {
			root[b] = b
		}
	}
	parts := map[money.Amount][]int{}
	for _, i := range at {
		r := find(lines[i].Before)
		parts[r] = append(parts[r], i)
	}
	var all []run
	for _, part := range parts {
		all = append(all, ways(lines, part)...)
	}
	slices.SortFunc(all, func(a, b run) int { return cmp.Or(cmp.Compare(a.at[0], b.at[0]), cmp.Compare(a.open, b.open)) })
	return all
}

// ways cuts a connected part at its surplus.
func ways(lines []Line, part []int) []run {
	surplus, touched := map[money.Amount]int{}, map[money.Amount]bool{}
	for _, i := range part {
		surplus[lines[i].Before]++
		surplus[lines[i].After()]--
		touched[lines[i].Before], touched[lines[i].After()] = true, true
	}
	var opens, ends []money.Amount
	for b, n := range surplus {
		for ; n > 0; n-- {
			opens = append(opens, b)
		}
		for ; n < 0; n++ {
			ends = append(ends, b)
		}
	}
	slices.Sort(opens)
	slices.Sort(ends)
	if len(opens) == 0 {
		b := lines[part[0]].Before
		return []run{{open: b, end: b, at: part, loop: touched}}
	}
	var all []run
	for i := range opens {
		all = append(all, run{open: opens[i], end: ends[i], at: part})
	}
	return all
}
