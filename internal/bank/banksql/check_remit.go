package banksql

import "encoding/json"

// asked notes a remittance that a second person is to decide. What each creditor is to get stands in the member "parts", as it does about tenders elsewhere.
func (c *checker) asked(l rawLine) {
	var parts []rawOwing
	for _, p := range l.Parts {
		parts = append(parts, rawOwing{Creditor: p.Creditor, Cents: p.Cents})
	}
	text, err := json.Marshal(parts)
	if err != nil {
		c.report("line %d of %s: %v", l.number, l.desk, err)
		return
	}
	c.row("bank_remittance_asked", l.Asked, l.desk, l.number, l.Municipality, l.From, l.Through, string(text), l.Reason, l.at, l.who)
	c.doubts[l.Asked] = l.who
}

// rawOwing is what a creditor is to get.
type rawOwing struct {
	Creditor string `json:"creditor"`
	Cents    int64  `json:"cents"`
}

func (c *checker) approved(l rawLine) {
	c.row("bank_remittance_decided", l.Asked, l.desk, l.number, bit(l.Approved))
	if c.doubts[l.Asked] == l.who {
		c.report("line %d of %s: whoever asked for a remittance has decided alone", l.number, l.desk)
	}
}

func (c *checker) sent(l rawLine) {
	c.row("bank_remittance_sent", l.Remittance, l.desk, l.number)
	c.gone[l.Remittance] = true
}

func (c *checker) cancelled(l rawLine) {
	c.row("bank_remittance_cancelled", l.Remittance, l.desk, l.number)
	if c.gone[l.Remittance] {
		c.report("line %d of %s takes a remittance back that was handed out", l.number, l.desk)
	}
	if l.posted("creditor:"+l.Creditor) != -l.Cents || l.posted("bank:"+l.From) != l.Cents {
		c.report("line %d of %s takes %d back and posts %d", l.number, l.desk, l.Cents, l.posted("creditor:"+l.Creditor))
	}
}
