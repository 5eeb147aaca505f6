package tillsql

import (
	"encoding/json"
	"slices"
)

// checkedShift is a shift as its lines make it.
type checkedShift struct {
	id, desk, day, since, centre, municipality, state, explanation, bag    string
	openedBy, closedBy                                                     string
	openedAt, number                                                       int64
	float, base, cash, differences, counts, counted, packed, left, opening int64
	actors                                                                 []string
}

type checkedVerdict struct {
	shift, desk, who, verdict string
	number                    int64
}

// expected is what should be in the drawer before it is packed.
func (s *checkedShift) expected() int64 { return s.float + s.cash + s.differences }

// shift returns the shift of a line at its own desk, or reports that there is none.
func (c *checker) shift(l rawLine) *checkedShift {
	s := c.shifts[l.Shift]
	if s == nil || s.desk != l.desk {
		c.report("line %d of %s (%s) names the shift %s, which was not opened there", l.number, l.desk, l.kind, l.Shift)
		return nil
	}
	if !slices.Contains(s.actors, l.who) {
		s.actors = append(s.actors, l.who)
	}
	return s
}

func (c *checker) opened(l rawLine) {
	if other := c.open[l.desk]; other != "" {
		c.report("line %d of %s opens a shift while %s is open", l.number, l.desk, other)
	}
	s := &checkedShift{
		id: l.Shift, desk: l.desk, day: l.Day, since: l.Day, centre: l.Centre, municipality: l.Municipality, state: "open", openedBy: l.who, openedAt: l.at, number: l.number,
		float: l.Float, base: l.Float, opening: -l.posted("difference:" + l.desk), actors: []string{l.who},
	}
	if before := c.last[l.desk]; before != nil && l.posted("float:"+l.desk) == 0 {
		if s.base = min(before.base, l.Float); l.Float > s.base {
			s.since = before.since
		}
	}
	c.last[l.desk] = s
	c.shifts[l.Shift], c.open[l.desk] = s, l.Shift
	c.order = append(c.order, l.Shift)
	c.drawer(l, l.Float)
}

// drawer says what is in the drawer after the line, and compares it with the postings.
func (c *checker) drawer(l rawLine, cents int64) {
	account := "cash:" + l.desk
	c.drawers[account] = cents
	if posted := c.posted[account]; posted != cents {
		c.report("after line %d of %s (%s) the drawer holds %d, its account %d", l.number, l.desk, l.kind, cents, posted)
	}
}

func (c *checker) moved(l rawLine) {
	sums := map[string]int64{}
	for i, p := range l.Parts {
		sums[p.Tender] += p.Cents
		c.row("till_movement", l.Shift, l.desk, l.number, i+1, p.Tender, p.Cents, l.who)
	}
	for _, tender := range []string{"cash", "card"} {
		if posted := l.posted(tender + ":" + l.desk); posted != sums[tender] {
			c.report("line %d of %s moves %d by %s and posts %d", l.number, l.desk, sums[tender], tender, posted)
		}
	}
	s := c.shift(l)
	if s == nil {
		return
	}
	if s.state != "open" {
		c.report("line %d of %s moves money in the shift %s, which is %s", l.number, l.desk, l.Shift, s.state)
	}
	s.cash += sums["cash"]
	c.drawer(l, s.expected())
}

func (c *checker) counted(l rawLine) {
	pieces := orNull(l.Denominations)
	c.row("till_count", l.Shift, l.desk, l.number, l.at, l.who, l.Again, l.Counted, l.Expected, l.Difference, pieces)
	var found []struct{ Cents, N int64 }
	if err := json.Unmarshal([]byte(pieces), &found); err != nil {
		c.report("line %d of %s: the denominations cannot be read", l.number, l.desk)
	}
	var sum int64
	for _, p := range found {
		sum += p.Cents * p.N
	}
	if sum != l.Counted {
		c.report("line %d of %s counted %d, and the pieces make %d", l.number, l.desk, l.Counted, sum)
	}
	s := c.shift(l)
	if s == nil {
		return
	}
	if l.Expected != s.expected() || l.Difference != l.Counted-l.Expected || l.Again != s.counts+1 {
		c.report("line %d of %s: count %d found %d, expected %d, difference %d; the lines before make count %d, expected %d", l.number, l.desk, l.Again,
			l.Counted, l.Expected, l.Difference, s.counts+1, s.expected())
	}
	s.differences += l.Difference
	s.counts, s.counted, s.state = l.Again, l.Counted, "counted"
	if l.Difference != 0 {
		s.explanation = ""
	}
	c.drawer(l, s.expected())
}

func (c *checker) explained(l rawLine) {
	c.row("till_explanation", l.Shift, l.desk, l.number, l.at, l.who, l.Reason)
	if s := c.shift(l); s != nil {
		s.explanation = l.Reason
	}
}

func (c *checker) closed(l rawLine) {
	s := c.shift(l)
	since := l.Day
	if s != nil {
		since = s.since
		c.close(l, s)
	}
	if l.Bag != "" {
		c.row("till_bag", l.Bag, l.desk, l.number, l.Shift, since, l.Day, l.Centre, l.Municipality, l.Seal, l.Packed, l.at, l.who)
	}
	if l.posted("transit:"+l.Bag) != l.Packed {
		c.report("line %d of %s packs %d and posts %d into the bag", l.number, l.desk, l.Packed, l.posted("transit:"+l.Bag))
	}
}

func (c *checker) close(l rawLine, s *checkedShift) {
	if s.state != "counted" {
		c.report("line %d of %s closes a shift that is %s", l.number, l.desk, s.state)
	}
	if s.differences+s.opening != 0 && s.explanation == "" {
		c.report("line %d of %s closes a shift with the difference %d, which nobody explained", l.number, l.desk, s.differences+s.opening)
	}
	if l.Counted != s.counted || l.Packed != l.Counted-l.Left || s.expected()-l.Packed != l.Left {
		c.report("line %d of %s: counted %d, packed %d, left %d; the shift holds %d", l.number, l.desk, l.Counted, l.Packed, l.Left, s.expected())
	}
	s.state, s.closedBy, s.packed, s.left, s.bag = "closed", l.who, l.Packed, l.Left, l.Bag
	if l.Left-s.base <= l.Counted-s.float {
		s.since = s.day
	}
	delete(c.open, l.desk)
	c.drawer(l, s.expected()-l.Packed)
}

func (c *checker) judged(l rawLine) {
	verdict := "approved"
	if l.kind == "shift.objected" {
		verdict = "objected"
	}
	c.row("till_verdict", l.Shift, l.desk, l.number, l.at, l.who, verdict, l.Reason)
	c.verdicts = append(c.verdicts, checkedVerdict{shift: l.Shift, desk: l.desk, who: l.who, verdict: verdict, number: l.number})
}

// finishShifts looks at what could only be said when all lines were read: the office may have written first.
func (c *checker) finishShifts() {
	for _, v := range c.verdicts {
		s := c.shifts[v.shift]
		switch {
		case s == nil: // its lines have not come yet
		case v.verdict == "approved" && s.state != "closed":
			c.report("line %d of %s approves the shift %s, which is %s", v.number, v.desk, v.shift, s.state)
		case v.verdict == "approved" && slices.Contains(s.actors, v.who):
			c.report("line %d of %s approves the shift %s by somebody who had a part in it", v.number, v.desk, v.shift)
		}
	}
	for _, id := range c.order {
		s := c.shifts[id]
		c.row("till_shift", s.id, s.desk, s.day, s.since, s.centre, s.municipality, s.state, s.openedAt, s.openedBy, s.closedBy, s.float, s.base, s.counts, s.counted,
			s.differences+s.opening, s.explanation, s.packed, s.left, s.bag, s.number)
	}
}
