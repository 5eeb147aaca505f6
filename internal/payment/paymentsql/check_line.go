package paymentsql

import (
	"fmt"
	"slices"
	"strings"

	"vienkopus/internal/platform/journal/audit"
)

// rawBody is every member that a line about a payment, or about the act that counts it, has in docs/formats/facts.md.
type rawBody struct {
	Payment  string     `json:"payment"`
	Bill     string     `json:"bill"` // paid elsewhere
	Basket   string     `json:"basket"`
	Visit    string     `json:"visit"`
	Act      string     `json:"act"`
	Shift    string     `json:"shift"`
	Reversal string     `json:"reversal"`
	Refund   string     `json:"refund"`
	Creditor string     `json:"creditor"`
	Lines    []rawItem  `json:"lines"`
	Parts    []rawPart  `json:"parts"`
	Given    int64      `json:"given"`
	Because  string     `json:"because"`
	Forgiven int64      `json:"forgiven"`
	Consent  string     `json:"consent"`
	Reason   string     `json:"reason"`
	Tender   string     `json:"tender"`
	Cents    int64      `json:"cents"`
	Approved bool       `json:"approved"`
	Charge   string     `json:"charge"`
	Request  string     `json:"request"`
	Slip     string     `json:"slip"`
	Receipt  *rawNumber `json:"receipt"`
	Paper    *struct {
		Book   string `json:"book"`
		Number int64  `json:"number"`
	} `json:"paper"`
	Ledger []struct {
		rawPlace
		Postings []struct {
			Account string `json:"account"`
			Cents   int64  `json:"cents"`
		} `json:"postings"`
	} `json:"ledger"`
	rawPlace
	rawNumber        // of a copy: series, number and key
	Copy      int64  `json:"copy"`
	Nth       int64  `json:"nth"` // of a gap
	Kind      string `json:"kind"`
	Was       struct {
		Kind string `json:"kind"`
	} `json:"was"`
}

type rawPlace struct {
	Day          string `json:"day"`
	Centre       string `json:"centre"`
	Municipality string `json:"municipality"`
}

type rawItem struct {
	Bill   string `json:"bill"`
	Number string `json:"number"`
	Cents  int64  `json:"cents"`
}

type rawPart struct {
	Tender string `json:"tender"`
	Cents  int64  `json:"cents"`
	Slip   string `json:"slip"`
}

type rawNumber struct {
	Node     string `json:"node"`
	Series   string `json:"series"`
	Number   int64  `json:"number"`
	Key      string `json:"key"`
	Previous string `json:"previous"`
	Link     string `json:"link"`
}

// rawLine is a line as it stands in the journal.
type rawLine struct {
	desk, kind, actor string
	number, at        int64
	adopted           bool // of a lost branch
	rawBody
}

// tell takes over what an adopted line tells.
func (l *rawLine) tell(told audit.Told) {
	l.adopted = l.kind != told.Kind
	l.kind, l.actor, l.at = told.Kind, told.Actor, told.At
}

// isOurs tells whether lines of the kind are read here; an adopted line may be of any.
func isOurs(kind string) bool { return ourKinds[kind] }

var ourKinds = func() map[string]bool {
	all := map[string]bool{}
	for _, kind := range strings.FieldsFunc(kinds, func(r rune) bool { return strings.ContainsRune("', \n", r) }) {
		all[kind] = true
	}
	return all
}()

func (l *rawLine) String() string { return fmt.Sprintf("line %d of %s", l.number, l.desk) }

// items is what the lines make, in cents.
func (l *rawLine) items() (sum int64) {
	for _, item := range l.Lines {
		sum += item.Cents
	}
	return sum
}

// moved is what moved in a tender, in cents.
func (l *rawLine) moved(tender string) (sum int64) {
	for _, p := range l.Parts {
		if p.Tender == tender {
			sum += p.Cents
		}
	}
	return sum
}

// deskState is what is known of the desk whose lines are being read.
type deskState struct {
	code string
	// in and out are the series in which it gives receipts now.
	in, out string
	// heads are the last receipts of its series.
	heads map[string]rawNumber
	// act is the last act of this kind that no payment has named, and visit its visit.
	act, visit string
	// void is the payment that the line before took back.
	void string
	// due is what charges have paid of a basket whose payments have not been read yet, in cents.
	due map[string]int64
}

// kinds are those of the lines that are read.
const kinds = `'payment.taken', 'payment.voided', 'payment.refunded', 'payment.returned', 'refund.requested', 'refund.decided', 'receipt.copied',
'payment.card_asked', 'payment.card_charged', 'payment.card_refused', 'payment.card_given_up', 'payment.card_cancelled', 'act.recorded', 'act.undone', 'act.corrected', 'journal.resumed', 'line.adopted',
'bill.settled_outside', 'bill.outside_taken_back'`

// Line looks at a line, in the order of the desks.
func (c *checker) Line(raw audit.Raw) error {
	if !isOurs(raw.Kind) && !raw.Adopted {
		return nil
	}
	l := rawLine{}
	if raw.Version != 1 && isOurs(raw.Kind) {
		return fmt.Errorf("paymentsql: version %d of %s cannot be checked", raw.Version, raw.Kind)
	}
	if err := raw.Into(&l.rawBody); err != nil {
		return unread(raw.Number, raw.Desk, err)
	}
	l.desk, l.number, l.kind, l.actor, l.at, l.adopted = raw.Desk, raw.Number, raw.Kind, raw.Actor, raw.At, raw.Adopted
	if l.desk != c.desk.code {
		c.unpaid()
		c.desk = deskState{code: l.desk, heads: map[string]rawNumber{}, due: map[string]int64{}, in: l.desk, out: l.desk + "/R"}
	}
	if !isOurs(l.kind) {
		return nil
	}
	c.latest = max(c.latest, l.at)
	if raw.Applied("payment") {
		c.count(&l)
	}
	c.line(&l)
	return nil
}

// unread says whose body cannot be read.
func unread(number int64, desk string, err error) error {
	return fmt.Errorf("paymentsql: body of line %d of %s: %w", number, desk, err)
}

// count notes how many rows the line makes in each table, and what it makes of a charge.
func (c *checker) count(l *rawLine) {
	items := int64(len(l.Lines))
	switch l.kind {
	case "journal.resumed":
		if c.desk.in == l.desk {
			c.want["receipt_series"]++
		}
	case "payment.taken":
		c.want["payment"]++
		c.want["act_tie"]++
		c.want["payment_line"] += items
		c.make(l)
		c.settle(l, 1)
	case "bill.settled_outside":
		c.settleOutside(l, 1)
	case "bill.outside_taken_back":
		c.settleOutside(l, -1)
	case "payment.refunded":
		c.want["refund_paid"]++
		fallthrough
	case "payment.voided", "payment.returned":
		c.want["reversal"]++
		c.want["reversal_line"] += items
		c.settle(l, -1)
	case "refund.requested":
		c.want["refund"]++
		c.want["refund_line"] += items
	case "refund.decided":
		c.want["refund_decision"]++
	case "receipt.copied":
		c.want["receipt_copy"]++
	case "payment.card_asked":
		c.want["card_charge"]++
		c.charge(l)
	case "payment.card_charged", "payment.card_refused", "payment.card_given_up", "payment.card_cancelled":
		c.charge(l)
	}
}

// line looks at what a line says by itself and after the one before.
func (c *checker) line(l *rawLine) {
	void := c.desk.void
	c.desk.void = ""
	switch l.kind {
	case "journal.resumed":
		c.desk.in, c.desk.out = fmt.Sprintf("%s/%d", l.desk, l.Nth), fmt.Sprintf("%s/%dR", l.desk, l.Nth)
	case "act.recorded":
		if l.Kind == "payment" {
			c.desk.act, c.desk.visit = l.Act, l.Visit
		}
	case "act.undone", "act.corrected":
		switch {
		case l.Was.Kind != "payment":
		case void != "":
			c.voided[void] = l.Act
		default:
			c.undone[l.Act] = true
		}
	case "payment.taken":
		c.taken(l)
	case "payment.voided", "payment.refunded":
		if l.kind == "payment.voided" {
			c.desk.void = l.Payment
		}
		c.balanced(l, -1)
		if l.Receipt != nil {
			c.numbered(l, c.desk.out)
		}
	case "payment.returned", "refund.requested":
		if l.Cents != l.items() || !l.positive() {
			c.report("%s: its bills make %d, it says %d", l, l.items(), l.Cents)
		}
	}
}

func (l *rawLine) positive() bool {
	return len(l.Lines) > 0 && !slices.ContainsFunc(l.Lines, func(item rawItem) bool { return item.Cents <= 0 })
}

// taken looks at a payment.
func (c *checker) taken(l *rawLine) {
	c.balanced(l, 1)
	if due, charged := c.desk.due[l.Basket]; charged {
		c.desk.due[l.Basket] = due - l.moved("card")
	}
	if l.Act != c.desk.act || l.Visit != c.desk.visit {
		c.report("%s: the act %s in the visit %s, which counts it, does not stand before it", l, l.Act, l.Visit)
	}
	c.desk.act, c.desk.visit = "", ""
	if (l.Receipt == nil) == (l.Paper == nil) {
		c.report("%s: it must have a receipt of ours or one from a paper book", l)
	}
	if l.Receipt == nil {
		return
	}
	c.numbered(l, c.desk.in)
	if want := l.link(kindPayment, l.bills()); l.Receipt.Link != want {
		c.report("%s: the link of its receipt is %s; what it says makes %s", l, l.Receipt.Link, want)
	}
}

// balanced sees that bills, tenders and postings make the same; sign is 1 for what comes in and -1 for what goes out.
func (c *checker) balanced(l *rawLine, sign int64) {
	cash, card, sum := l.moved("cash"), l.moved("card"), l.items()
	switch wrong := slices.ContainsFunc(l.Parts, func(p rawPart) bool { return p.Cents*sign <= 0 }); {
	case !l.positive() || wrong:
		c.report("%s: an amount in it has the wrong sign", l)
	case (cash+card)*sign != sum:
		c.report("%s: its bills make %d, its tenders %d", l, sum, (cash+card)*sign)
	}
	c.posted(l, map[string]int64{"cash:" + l.desk: cash, "card:" + l.desk: card, "creditor:" + l.Creditor: -sign * sum})
}

// posted sees that the line posts exactly so much, in cents, where and when it says that the money moved.
func (c *checker) posted(l *rawLine, want map[string]int64) {
	if len(l.Ledger) != 1 || l.Ledger[0].rawPlace != l.rawPlace {
		c.report("%s: it must post once, at its own place and day", l)
		return
	}
	if l.posts(want) {
		return
	}
	var said []string
	for _, p := range l.Ledger[0].Postings {
		said = append(said, fmt.Sprintf("%s %d", p.Account, p.Cents))
	}
	var due []string
	for account, cents := range want {
		if cents != 0 {
			due = append(due, fmt.Sprintf("%s %d", account, cents))
		}
	}
	slices.Sort(said)
	slices.Sort(due)
	if !slices.Equal(said, due) {
		c.report("%s: it posts %s; what moved makes %s", l, strings.Join(said, ", "), strings.Join(due, ", "))
	}
}

// posts tells whether the line posts exactly so much, each account once.
func (l *rawLine) posts(want map[string]int64) bool {
	rest := len(want)
	for _, cents := range want {
		if cents == 0 {
			rest--
		}
	}
	all := l.Ledger[0].Postings
	for i, p := range all {
		if p.Cents == 0 || want[p.Account] != p.Cents {
			return false
		}
		for _, before := range all[:i] {
			if before.Account == p.Account {
				return false
			}
		}
	}
	return len(all) == rest
}

// numbered sees that a receipt is the next one of its series, chained to the one before, and signed by a key that signs at that moment.
func (c *checker) numbered(l *rawLine, series string) {
	last, n := c.desk.heads[series], *l.Receipt
	switch {
	case l.adopted: // its number was given on another branch, and is given a second time here: what it follows may not be here
	case n.Series != series:
		c.report("%s: its receipt is of the series %q, not of %q", l, n.Series, series)
	case n.Number != last.Number+1:
		c.report("%s: receipt %d of %s follows %d", l, n.Number, series, last.Number)
	case n.Previous != last.Link:
		c.report("%s: receipt %d of %s is not chained to the one before", l, n.Number, series)
	}
	if !l.adopted {
		c.desk.heads[series] = n
	}
	key, known := c.keys[n.Node+"/"+n.Key]
	if second := l.at / micros * micros; !known || second < key.from || second >= key.to {
		c.report("%s: key %s of %s does not sign at that moment", l, n.Key, n.Node)
	}
}

// micros is how many microseconds a second has: receipts say whole seconds.
const micros = 1_000_000
