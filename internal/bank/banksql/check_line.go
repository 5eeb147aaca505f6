package banksql

import (
	"fmt"
	"slices"
)

// checkedLine is a line of a statement as the lines about it make it.
type checkedLine struct {
	raw                  rawStatementLine
	desk, iban           string
	number               int64
	part                 int
	municipality, format string
	returned, aside      string
	placed               bool
	before               int64
}

// rowOnce notes a row that several lines may make.
func (c *checker) rowOnce(table string, columns ...any) {
	if name := fmt.Sprint(table, columns); !c.once[name] {
		c.once[name] = true
		c.row(table, columns...)
	}
}

func (c *checker) imported(l rawLine) {
	c.rowOnce("bank_account", l.Municipality, l.IBAN)
	for i, s := range l.Lines {
		key := l.IBAN + " " + s.Ref
		if _, again := c.lines[key]; again {
			c.report("line %d of %s: the line %s of the bank came before", l.number, l.desk, key)
		}
		c.lines[key] = s.Cents
		kept := &checkedLine{raw: s, desk: l.desk, iban: l.IBAN, number: l.number, part: i + 1, municipality: l.Municipality, format: l.Format, returned: s.Returns}
		if s.Before != nil {
			kept.placed, kept.before = true, *s.Before
		}
		c.kept[key] = kept
		c.order = append(c.order, key)
		for _, d := range s.Likely {
			c.rowOnce("bank_likely", l.IBAN, s.Ref, d)
		}
	}
	for i, s := range l.Lines {
		if s.Deposit != "" {
			c.match(l, i+1, checkedMatch{deposit: s.Deposit, line: l.IBAN + " " + s.Ref, cents: s.Cents})
		}
		if s.Returns != "" {
			c.takenBack(l, s.Returns, s.Ref)
		}
	}
	for _, m := range l.Moved {
		if k := c.kept[l.IBAN+" "+m.Ref]; k != nil {
			k.placed, k.before = true, m.Before
			continue
		}
		c.report("line %d of %s moves the line %s of the bank, which never came", l.number, l.desk, m.Ref)
	}
}

// takenBack notes that a line took another one back.
func (c *checker) takenBack(l rawLine, ref, by string) {
	k := c.kept[l.IBAN+" "+ref]
	if k == nil {
		c.report("line %d of %s takes back the line %s of the bank, which never came", l.number, l.desk, ref)
		return
	}
	k.returned = by
	if storno, ok := c.lines[l.IBAN+" "+by]; ok && storno != -k.raw.Cents {
		c.report("line %d of %s: the line %s of the bank takes back %d of %d", l.number, l.desk, by, -storno, k.raw.Cents)
	}
}

func (c *checker) setAside(l rawLine) {
	if k := c.kept[l.IBAN+" "+l.Ref]; k != nil {
		k.aside = l.Reason
		return
	}
	c.report("line %d of %s sets the line %s of the bank aside, which never came", l.number, l.desk, l.Ref)
}

func (c *checker) doubted(l rawLine) {
	var deposit any
	if l.Deposit != "" {
		deposit = l.Deposit
	}
	c.row("bank_doubt", l.Doubt, l.desk, l.number, l.Municipality, l.IBAN, l.Ref, deposit, l.Reason, l.at, l.who)
	c.doubts[l.Doubt] = l.who
}

func (c *checker) dismissed(l rawLine) { c.decided(l) }

func (c *checker) decided(l rawLine) {
	c.row("bank_doubt_decided", l.Doubt, l.desk, l.number)
	if c.doubts[l.Doubt] == l.who {
		c.report("line %d of %s: whoever doubted a match has decided alone", l.number, l.desk)
	}
}

// undone follows the money back from the bank into the bags, or into the card terminals.
func (c *checker) undone(l rawLine) {
	line := l.IBAN + " " + l.Ref
	if l.Deposit == "" {
		c.rows.Drop("bank_card_settlement", l.IBAN, l.Ref)
		c.besideShifts(l)
	} else {
		a := c.arrivals[l.Deposit]
		if l.posted("bank:"+l.IBAN) != -a.cents || a.account != "" && l.posted(a.account) != a.difference {
			c.report("line %d of %s takes %d of the deposit %s back and posts %d", l.number, l.desk, a.cents, l.Deposit, l.posted("bank:"+l.IBAN))
		}
		c.rows.Drop("bank_match", l.Deposit)
		c.rows.Drop("bank_deposit_explanation", l.Deposit)
		c.matched[l.Deposit]--
		c.matches = slices.DeleteFunc(c.matches, func(m checkedMatch) bool { return m.deposit == l.Deposit })
	}
	for key, uses := range c.uses {
		c.uses[key] = slices.DeleteFunc(uses, func(as string) bool { return as == l.Deposit && l.Deposit != "" || key == line && as == "cards" })
	}
	if l.Storno != "" {
		c.takenBack(l, l.Ref, l.Storno)
	}
	if l.Doubt != "" {
		c.decided(l)
	}
	if l.Storno == "" && l.Doubt == "" {
		c.report("line %d of %s undoes a match that nobody doubted and the bank did not take back", l.number, l.desk)
	}
}

// finishLines notes the rows of all lines as they are now.
func (c *checker) finishLines() {
	for _, key := range c.order {
		k := c.kept[key]
		c.row("bank_line", k.iban, k.raw.Ref, k.desk, k.number, k.part, k.municipality, k.raw.Day, k.raw.Cents, bit(k.placed), k.before, k.raw.Mark, k.format, bit(k.raw.Reversal),
			k.returned, k.aside)
	}
}

func bit(yes bool) string {
	if yes {
		return "1"
	}
	return "0"
}
