package banksql

import (
	"maps"
	"slices"
	"strings"
)

// checkedBag is a bag as the lines about it make it.
type checkedBag struct {
	packed    []int64 // one, unless its number was used twice
	deposited []string
}

type checkedDeposit struct {
	cents int64
	bags  map[string]int64
}

type checkedMatch struct {
	deposit, line, desk string
	number              int64
	cents, difference   int64
	more                int64 // what further lines of the deposit brought
}

// arrival is what stands about a deposit that is matched.
type arrival struct {
	line, account     string
	cents, difference int64
}

func (c *checker) bag(code string) *checkedBag {
	if c.bags[code] == nil {
		c.bags[code] = &checkedBag{}
	}
	return c.bags[code]
}

func (c *checker) packed(l rawLine) {
	if l.Bag != "" {
		c.bag(l.Bag).packed = append(c.bag(l.Bag).packed, l.Packed)
	}
}

func (c *checker) deposited(l rawLine) {
	c.row("bank_deposit", l.Deposit, l.desk, l.number, l.Municipality, l.Day, l.IBAN, l.Slip, l.Cents, l.at, l.who)
	d := &checkedDeposit{cents: l.Cents, bags: map[string]int64{}}
	var sum int64
	for i, b := range l.Bags {
		c.row("bank_deposit_bag", b.Bag, l.Deposit, i+1, b.Cents)
		d.bags[b.Bag] = b.Cents
		c.bag(b.Bag).deposited = append(c.bag(b.Bag).deposited, l.Deposit)
		sum += b.Cents
	}
	if sum != l.Cents {
		c.report("line %d of %s deposits %d, and its bags make %d", l.number, l.desk, l.Cents, sum)
	}
	c.deposits[l.Deposit] = d
}

func (c *checker) matchedByHand(l rawLine) {
	rest := l.Cents
	for i, m := range l.More {
		c.rows.Hold("bank_match", l.Deposit, l.desk, l.number, i+2, l.IBAN, m.Ref, m.Cents, 0)
		c.use(l.IBAN+" "+m.Ref, l.Deposit)
		c.matches = append(c.matches, checkedMatch{line: l.IBAN + " " + m.Ref, desk: l.desk, number: l.number, cents: m.Cents})
		rest -= m.Cents
	}
	c.match(l, 1, checkedMatch{deposit: l.Deposit, line: l.IBAN + " " + l.Ref, cents: rest, more: l.Cents - rest, difference: l.Difference})
}

// match notes that a line is a deposit.
func (c *checker) match(l rawLine, part int, m checkedMatch) {
	ref := strings.TrimPrefix(m.line, l.IBAN+" ")
	c.rows.Hold("bank_match", m.deposit, l.desk, l.number, part, l.IBAN, ref, m.cents, m.difference)
	c.use(m.line, m.deposit)
	c.matched[m.deposit]++
	m.desk, m.number = l.desk, l.number
	c.matches = append(c.matches, m)
	var difference string
	for _, e := range l.Ledger {
		for _, p := range e.Postings {
			if strings.HasPrefix(p.Account, "difference:") {
				difference = p.Account
			}
		}
	}
	c.arrivals[m.deposit] = arrival{line: m.line, cents: m.cents + m.more, account: difference, difference: m.difference}
}

func (c *checker) use(line, as string) { c.uses[line] = append(c.uses[line], as) }

func (c *checker) depositExplained(l rawLine) {
	c.rows.Hold("bank_deposit_explanation", l.Deposit, l.desk, l.number, l.at, l.who, l.Reason)
}

func (c *checker) settled(l rawLine) {
	c.rows.Hold("bank_card_settlement", l.IBAN, l.Ref, l.desk, l.number, l.Municipality, l.Cents, l.Fee)
	line := l.IBAN + " " + l.Ref
	c.uses[line] = append(c.uses[line], "cards")
	c.matches = append(c.matches, checkedMatch{line: line, desk: l.desk, number: l.number, cents: l.Cents})
	var sum int64
	for _, d := range l.Desks {
		c.moved["card:"+d.Desk] -= d.Cents
		if posted := l.posted("card:" + d.Desk); posted != -d.Cents {
			c.report("line %d of %s settles %d of %s and posts %d", l.number, l.desk, d.Cents, d.Desk, posted)
		}
		sum += d.Cents
	}
	if sum != l.Cents+l.Fee || l.posted("bank:"+l.IBAN) != l.Cents {
		c.report("line %d of %s settles cards for %d and a fee of %d; the desks make %d, the bank %d", l.number, l.desk, l.Cents, l.Fee, sum, l.posted("bank:"+l.IBAN))
	}
}

func (c *checker) remitted(l rawLine) {
	c.row("bank_remittance", l.Remittance, l.desk, l.number, l.Municipality, l.Day, l.Creditor, l.Through, l.Cents, l.From, l.To, l.who, bit(l.Held))
	if l.posted("creditor:"+l.Creditor) != l.Cents || l.posted("bank:"+l.From) != -l.Cents {
		c.report("line %d of %s passes %d on and posts %d", l.number, l.desk, l.Cents, l.posted("creditor:"+l.Creditor))
	}
}

// finishBags compares what was packed with what was deposited, and with what stands in the accounts of the bags.
func (c *checker) finishBags() {
	for _, code := range slices.Sorted(maps.Keys(c.bags)) {
		b := c.bags[code]
		var packed int64
		for _, cents := range b.packed {
			packed += cents
		}
		if len(b.deposited) > 1 {
			c.report("the bag %s was deposited %d times", code, len(b.deposited))
		}
		account := "transit:" + code
		c.moved[account] = packed
		for _, id := range b.deposited {
			d := c.deposits[id]
			if len(b.packed) > 0 && d.bags[code] != b.packed[0] {
				c.report("the bag %s was packed with %d and deposited with %d", code, b.packed[0], d.bags[code])
			}
			if c.matched[id] > 0 {
				c.moved[account] -= d.bags[code]
			}
		}
		if c.posted[account] != c.moved[account] && len(b.packed) > 0 {
			c.report("the bag %s holds %d, its account %d", code, c.moved[account], c.posted[account])
		}
	}
}

// finishBank compares what was deposited with what the bank says.
func (c *checker) finishBank() {
	for _, m := range c.matches {
		if cents, known := c.lines[m.line]; known && cents != m.cents {
			c.report("line %d of %s takes the line %s of the bank for %d; it says %d", m.number, m.desk, m.line, m.cents, cents)
		}
		d := c.deposits[m.deposit]
		if d == nil {
			continue // cards, or its line has not come yet
		}
		if d.cents+m.difference != m.cents+m.more {
			c.report("line %d of %s: the bank counted %d of the deposit %s of %d, difference %d", m.number, m.desk, m.cents+m.more, m.deposit, d.cents, m.difference)
		}
	}
	for _, deposit := range slices.Sorted(maps.Keys(c.matched)) {
		if n := c.matched[deposit]; n > 1 {
			c.report("the deposit %s is matched %d times", deposit, n)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(c.uses)) {
		if uses := c.uses[line]; len(uses) > 1 {
			c.report("the line %s of the bank is matched with %s", line, strings.Join(uses, " and "))
		}
	}
}
