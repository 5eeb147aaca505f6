package tillsql

// What others say about bags is known here by the kinds of their lines, as docs/formats/facts.md describes them: a check reads what is written and no code.

func (c *checker) given(l rawLine) {
	c.row("till_bag_given", l.Bag, l.desk, l.number, l.at, l.who, l.To)
}

func (c *checker) taken(l rawLine) {
	c.row("till_bag_taken", l.Bag, l.desk, l.number, l.at, l.who, l.Seal)
}

func (c *checker) deposited(l rawLine) {
	for i, b := range l.Bags {
		c.row("till_bag_deposited", b.Bag, l.Deposit, i+1, l.Municipality, l.Day)
	}
}

func (c *checker) imported(l rawLine) {
	for _, s := range l.Lines {
		if s.Deposit != "" {
			c.rows.Hold("till_arrival", s.Deposit, l.desk, l.number, 0)
		}
	}
}

func (c *checker) matched(l rawLine) {
	c.rows.Hold("till_arrival", l.Deposit, l.desk, l.number, l.Difference)
}

func (c *checker) arrivalExplained(l rawLine) {
	c.rows.Hold("till_arrival_explained", l.Deposit, l.desk, l.number)
}

func (c *checker) unarrived(l rawLine) {
	if l.Deposit != "" {
		c.rows.Drop("till_arrival", l.Deposit)
		c.rows.Drop("till_arrival_explained", l.Deposit)
	}
}
