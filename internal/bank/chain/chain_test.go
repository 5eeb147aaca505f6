package chain_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/bank/chain"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
)

var monday = civil.MustDate("2026-11-02")

// register is an account as the program keeps it.
type register struct{ lines []chain.Line }

// upload takes a window in and returns what came of it.
func (r *register) upload(w chain.Window) (fresh int, m chain.Merged) {
	days := map[civil.Date]bool{}
	for _, l := range w.Lines {
		days[l.Day] = true
	}
	var known []chain.Line
	for _, l := range r.lines {
		if days[l.Day] {
			known = append(known, l)
		}
	}
	m = chain.Merge(known, w)
	for _, moved := range m.Moved {
		at := slices.IndexFunc(r.lines, func(l chain.Line) bool { return l.Ref == moved.Ref })
		r.lines[at].Before, r.lines[at].Placed = moved.Before, true
	}
	for i, ref := range m.Known {
		if ref == "" {
			l := m.At[i]
			l.Ref = fmt.Sprint("L", len(r.lines))
			r.lines = append(r.lines, l)
			fresh++
		}
	}
	return fresh, m
}

// line is one of the account: day counts from Monday.
func line(day int, name string, cents money.Amount) chain.Line {
	d := monday.AddDays(day)
	if name == "" {
		name = "-"
	}
	return chain.Line{Name: name + "/" + d.String() + "/" + cents.String(), Day: d, Cents: cents}
}

func window(opening money.Amount, lines ...chain.Line) chain.Window {
	return chain.Window{Lines: lines, Opening: opening, Placed: true}
}

func unplaced(lines ...chain.Line) chain.Window { return chain.Window{Lines: lines} }

func marked(l chain.Line, mark string) chain.Line {
	l.Mark = mark
	return l
}

func inFormat(l chain.Line, format string) chain.Line {
	l.Format = format
	return l
}

func backwards(lines ...chain.Line) []chain.Line {
	all := slices.Clone(lines)
	slices.Reverse(all)
	return all
}

// What each file in turn brings, and how many gaps there are at the end.
func TestFilesInTurn(t *testing.T) {
	t.Parallel()
	fee, a, b, c := line(0, "", -35), line(0, "A", 500), line(0, "B", 300), line(1, "C", 70)
	for name, x := range map[string]struct {
		files []chain.Window
		fresh []int
		gaps  int
	}{
		"two equal lines in two files are two":                   {[]chain.Window{window(100, a), window(600, a)}, []int{1, 1}, 0},
		"the same line in two files is one":                      {[]chain.Window{window(100, a), window(100, a)}, []int{1, 0}, 0},
		"two equal fees in one file are two":                     {[]chain.Window{window(100, fee, fee)}, []int{2}, 0},
		"two pages with one fee each":                            {[]chain.Window{window(100, fee), window(65, fee)}, []int{1, 1}, 0},
		"three equal fees in three overlapping files":            {[]chain.Window{window(100, fee, fee), window(65, fee, fee), window(30, fee)}, []int{2, 1, 0}, 0},
		"the later page first":                                   {[]chain.Window{window(65, fee), window(100, fee)}, []int{1, 1}, 0},
		"one reference for two texts in two files":               {[]chain.Window{window(100, marked(a, "1")), window(600, marked(a, "2"))}, []int{1, 1}, 0},
		"one reference for two texts without balances":           {[]chain.Window{unplaced(marked(a, "1")), unplaced(marked(a, "2"))}, []int{1, 1}, 0},
		"without balances the same is one":                       {[]chain.Window{unplaced(marked(a, "1")), unplaced(marked(a, "1"))}, []int{1, 0}, 0},
		"without balances the larger number counts":              {[]chain.Window{unplaced(fee), unplaced(fee, fee), unplaced(fee)}, []int{1, 1, 0}, 0},
		"balances come later":                                    {[]chain.Window{unplaced(a, fee), window(100, a, fee, fee)}, []int{2, 1}, 0},
		"balances came before":                                   {[]chain.Window{window(100, a, fee, fee), unplaced(fee, a)}, []int{3, 0}, 0},
		"during the day and at its end":                          {[]chain.Window{window(100, a), window(100, a, b), window(100, a, b, c)}, []int{1, 1, 1}, 0},
		"the end of the day first":                               {[]chain.Window{window(100, a, b, c), window(100, a), window(600, b)}, []int{3, 0, 0}, 0},
		"a gap":                                                  {[]chain.Window{window(100, a), window(900, c)}, []int{1, 1}, 1},
		"a gap that is filled":                                   {[]chain.Window{window(100, a), window(900, c), window(600, b)}, []int{1, 1, 1}, 0},
		"a gap within a day":                                     {[]chain.Window{window(100, a), window(900, fee)}, []int{1, 1}, 1},
		"newest first":                                           {[]chain.Window{window(100, backwards(a, b, c)...), window(100, a, b, c)}, []int{3, 0}, 0},
		"one day newest first":                                   {[]chain.Window{window(100, a, b), window(100, b, a)}, []int{2, 0}, 0},
		"sorted by sum":                                          {[]chain.Window{window(100, a, fee, b), window(100, fee, b, a)}, []int{3, 0}, 0},
		"sorted, and more of the day":                            {[]chain.Window{window(100, a, b), window(100, fee, b, a)}, []int{2, 1}, 0},
		"sorted, and the beginning of the day":                   {[]chain.Window{window(100, fee, b, a), window(100, b, a)}, []int{3, 0}, 0},
		"other names in another format":                          {[]chain.Window{window(100, inFormat(a, "x"), inFormat(b, "x")), window(100, inFormat(line(0, "Q", 500), "y"), inFormat(line(0, "R", 300), "y"))}, []int{2, 0}, 0},
		"equal sums in another format are two places":            {[]chain.Window{window(100, inFormat(a, "x")), window(600, inFormat(line(0, "Q", 500), "y"))}, []int{1, 1}, 0},
		"a storno brings the balance back":                       {[]chain.Window{window(100, a, line(0, "A", -500), a)}, []int{3}, 0},
		"a storno, and the same file again":                      {[]chain.Window{window(100, a, line(0, "A", -500), a), window(100, a, line(0, "A", -500), a)}, []int{3, 0}, 0},
		"there and back, and less of it before":                  {[]chain.Window{window(100, a, line(0, "A", -500)), window(100, a, line(0, "A", -500), a, line(0, "A", -500))}, []int{2, 2}, 0},
		"another line where the balance has come back":           {[]chain.Window{window(100, a, line(0, "A", -500)), window(100, line(0, "Z", 500))}, []int{2, 1}, 0},
		"days in no order":                                       {[]chain.Window{window(100, c, a, b), window(100, a, b, c)}, []int{3, 0}, 0},
		"a fee as large as its payment":                          {[]chain.Window{window(100, line(0, "X", -35), line(0, "X", -35)), window(65, line(0, "X", -35))}, []int{2, 0}, 0},
		"a line without a mark is the one with it":               {[]chain.Window{window(100, a), window(100, marked(a, "1"))}, []int{1, 0}, 0},
		"another day with the same line at the same place":       {[]chain.Window{window(100, a, line(0, "A", -500)), window(100, line(1, "A", 500))}, []int{2, 1}, 0},
		"nothing but zeros would tell: a day missing in between": {[]chain.Window{window(100, a), window(600, line(4, "D", 5))}, []int{1, 1}, 0},
	} {
		r := &register{}
		for i, w := range x.files {
			if fresh, m := r.upload(w); fresh != x.fresh[i] {
				t.Errorf("%s: file %d brings %d lines, want %d: %+v", name, i+1, fresh, x.fresh[i], m)
			}
		}
		if gaps := chain.Gaps(r.lines); len(gaps) != x.gaps {
			t.Errorf("%s: gaps %+v, want %d", name, gaps, x.gaps)
		}
	}
}

// What is recognised by less than its place, or stands otherwise, is said.
func TestWhatIsSaid(t *testing.T) {
	t.Parallel()
	a, b := line(0, "A", 500), line(0, "B", 300)
	r := &register{}
	r.upload(window(100, a, b))
	if _, m := r.upload(window(100, b, a)); m.Reordered {
		t.Error("a file that is read backwards has its lines where they were")
	}
	r.upload(window(900, line(0, "C", 7)))
	if _, m := r.upload(window(100, b, line(0, "C", 7), a)); !m.Reordered || len(m.Moved) == 0 {
		t.Errorf("another order is not said: %+v", m)
	}
	if _, m := r.upload(unplaced(a)); m.Unproven != 1 {
		t.Errorf("what is recognised by its contents is not said: %+v", m)
	}
	if _, m := r.upload(window(907, line(1, "D", 5))); m.Reordered || m.Unproven != 0 || m.Contradicted != "" {
		t.Errorf("nothing is to be said: %+v", m)
	}
	if _, m := r.upload(window(907, line(1, "D", 6))); m.Contradicted == "" {
		t.Error("another sum of a line that is known is not said")
	}
	if gaps := chain.Gaps(r.lines); len(gaps) != 1 || gaps[0].Left == gaps[0].Found {
		t.Errorf("two lines at one place: %+v", gaps)
	}
}

// drawHistory draws an account: few sums and names, so that equal lines are frequent. The balance never comes back within a day: a file that shows the
// day up to there and one that shows it from there on could not be told from two that have the lines in another order. The table above has what is decided then.
func drawHistory(t *rapid.T) (opening money.Amount, lines []chain.Line) {
	opening = money.Amount(rapid.IntRange(-300, 300).Draw(t, "opening"))
	at, day := opening, 0
	seen := map[string]bool{}
	for range rapid.IntRange(1, 24).Draw(t, "lines") {
		day += rapid.SampledFrom([]int{0, 0, 0, 1, 3}).Draw(t, "days")
		l := line(day, rapid.SampledFrom([]string{"", "", "A", "B", "C"}).Draw(t, "name"), rapid.SampledFrom([]money.Amount{-35, -35, -7, 20, 50, 120}).Draw(t, "cents"))
		l.Before = at
		key := fmt.Sprint(l.Day, l.Before)
		if seen[key] {
			continue
		}
		seen[key] = true
		lines = append(lines, l)
		at += l.Cents
	}
	return opening, lines
}

// contents counts lines by what they say.
func contents(lines []chain.Line) map[string]int {
	all := map[string]int{}
	for _, l := range lines {
		all[l.Name]++
	}
	return all
}

// Whatever files a true history is cut into – overlapping, in pages, newest first, in any order of uploads, again and again – the register holds its lines, each once, and their
// balances chain. Files of whole days may have the lines of a day in any order, too.
func TestAnyFilesMakeTheTrueAccount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		opening, lines := drawHistory(t)
		days := rapid.Bool().Draw(t, "whole days")
		r := &register{}
		for _, w := range drawFiles(t, opening, lines, days) {
			r.upload(w)
		}
		if got, want := contents(r.lines), contents(lines); !maps.Equal(got, want) {
			t.Fatalf("the register holds %v, the account %v", got, want)
		}
		if gaps := chain.Gaps(r.lines); len(gaps) > 0 {
			t.Fatalf("gaps: %+v in %+v", gaps, r.lines)
		}
	})
}

// drawFiles cuts a history into files that hold all of it together, and some of it again.
func drawFiles(t *rapid.T, opening money.Amount, lines []chain.Line, days bool) []chain.Window {
	edge := func(i int) int {
		for days && i > 0 && i < len(lines) && lines[i].Day == lines[i-1].Day {
			i++
		}
		return i
	}
	var files []chain.Window
	add := func(from, to int) {
		w := chain.Window{Lines: slices.Clone(lines[from:to]), Opening: opening, Placed: true}
		for _, l := range lines[:from] {
			w.Opening += l.Cents
		}
		if days && rapid.Bool().Draw(t, "sorted by sum") {
			slices.SortStableFunc(w.Lines, func(a, b chain.Line) int { return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Cents, b.Cents)) })
		}
		if w.Lines[0].Day != w.Lines[len(w.Lines)-1].Day && rapid.Bool().Draw(t, "newest first") {
			slices.Reverse(w.Lines)
		}
		files = append(files, w)
	}
	for from := 0; from < len(lines); {
		to := edge(min(len(lines), from+rapid.IntRange(1, 8).Draw(t, "cut")))
		add(from, to)
		from = to
	}
	for range rapid.IntRange(0, 5).Draw(t, "more") {
		if from := edge(rapid.IntRange(0, len(lines)-1).Draw(t, "from")); from < len(lines) {
			add(from, edge(rapid.IntRange(from+1, len(lines)).Draw(t, "to")))
		}
	}
	return rapid.Permutation(files).Draw(t, "order")
}
