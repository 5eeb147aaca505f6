package audit

import "fmt"

// desk is what is known of one desk: what its head says, and what its lines say.
type desk struct {
	code        string
	promised    int64 // by the head; -1 when there is none
	promisedSum []byte
	last        int64 // number of the last line
	sum         [32]byte
	gaps        []gap
	series      int64              // of its numbers; the first is 1
	before      map[int64][32]byte // by the number of a line in front of a gap: its hash, once it was met
}

// farthest is how many lines can be missing at once: memory goes by the numbers of a desk.
const farthest = 1 << 32

// gap is a run of numbers without lines.
type gap struct {
	from, to int64
	declared bool // by the line behind it
}

// has tells whether the line is there.
func (d *desk) has(number int64) bool {
	if number < 1 || number > d.last {
		return false
	}
	for _, g := range d.gaps {
		if number >= g.from && number <= g.to {
			return false
		}
	}
	return true
}

// Trail follows the lines of every desk, wherever they come from: a database, a backup, another node.
type Trail struct {
	report func(Problem)
	desks  map[string]*desk
	order  []string // the codes of desks as they were met
	now    *desk    // whose lines are coming
	single batch
	lines  int64
	begun  int64           // desks with lines
	taken  map[string]bool // hashes of the lines of lost branches that were taken in
	bound  *bindings       // nil where nobody asks for requests
}

// NewTrail returns a trail that has seen nothing yet and reports what it finds.
func NewTrail(report func(Problem)) *Trail {
	return &Trail{report: report, desks: map[string]*desk{}, taken: map[string]bool{}}
}

// Lines returns how many lines were seen.
func (t *Trail) Lines() int64 { return t.lines }

// Desks returns how many desks they belong to.
func (t *Trail) Desks() int64 { return t.begun }

// Head notes what the head of a desk promises.
func (t *Trail) Head(code string, number int64, sum []byte) {
	d := t.at(code)
	d.promised, d.promisedSum = number, sum
}

// After begins a desk behind a line that was checked before, for whoever follows a journal that grows.
func (t *Trail) After(code string, number int64, sum [32]byte) {
	d := t.at(code)
	d.last, d.sum = number, sum
	d.remember()
}

// Add checks the next line. Those of one desk come together and in order.
func (t *Trail) Add(l *Line) {
	t.next(t.single.single(l))
}

// End compares the last line of every desk with its head.
func (t *Trail) End() {
	for _, code := range t.order {
		d := t.desks[code]
		switch {
		case d.promised < 0:
			t.report(Problem{Check: "head", Desk: code, What: fmt.Sprintf("there is no head, but %d lines", d.last)})
		case d.promised > d.last:
			t.missing(d, d.last+1, d.promised)
		case d.promised < d.last:
			t.report(Problem{Check: "head", Desk: code, What: fmt.Sprintf("it stands at %d, but the last line is %d", d.promised, d.last)})
		case string(d.promisedSum) != string(d.sum[:]):
			t.report(Problem{Check: "head", Desk: code, What: "its hash is not that of the last line"})
		}
	}
}

// at returns what is known of the desk, and begins with it when it is new.
func (t *Trail) at(code string) *desk {
	if d, ok := t.desks[code]; ok {
		return d
	}
	d := &desk{code: code, promised: -1, series: 1}
	t.desks[code] = d
	t.order = append(t.order, code)
	return d
}

func (t *Trail) next(l *line, input []byte) {
	code, n := deskOf(input), number(input)
	if t.now == nil || t.now.code != string(code) {
		t.now = t.at(string(code))
		if t.now.last == 0 {
			t.begun++
		}
	}
	t.lines++
	d := t.now
	previous := d.sum[:]
	kind := parts(input)[2]
	switch wrong := ""; {
	case string(kind) == resumedKind:
		if previous, wrong = d.behind(n, input); wrong != "" {
			t.report(Problem{Check: "gap", Desk: d.code, Number: n, What: wrong})
			break
		}
		if n > d.last+1 {
			d.gaps = append(d.gaps, gap{d.last + 1, n - 1, true})
		}
	case n > d.last+farthest:
		t.report(Problem{Check: "line", Desk: d.code, Number: n, What: "no journal reaches so far"})
		return
	case n > d.last+1:
		previous = nil
		t.missing(d, d.last+1, n-1)
	case string(kind) == adoptedKind:
		if wrong = t.adopted(input); wrong != "" {
			t.report(Problem{Check: "adopted", Desk: d.code, Number: n, What: wrong})
		}
	}
	if n <= d.last {
		t.report(Problem{Check: "line", Desk: d.code, Number: n, What: fmt.Sprintf("it stands behind line %d", d.last)})
		return
	}
	if err := l.check(input, previous); err != nil {
		t.report(Problem{Check: "line", Desk: d.code, Number: n, What: err.Error()})
	}
	if t.bound != nil && !l.malformed {
		t.bound.line(d.code, n, input[idAt:])
	}
	d.last, d.sum = n, l.sum
	d.remember()
}

func (t *Trail) missing(d *desk, from, to int64) {
	d.gaps = append(d.gaps, gap{from, to, false})
	what := "it is missing"
	if to > from {
		what = fmt.Sprintf("it and those up to %d are missing", to)
	}
	t.report(Problem{Check: "line", Desk: d.code, Number: from, What: what})
}
