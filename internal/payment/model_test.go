package payment_test

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"testing"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/till"
)

// model is what an accountant would know who has watched every desk: bills, payments and what was given back, by hand and in cents.
type model struct {
	t        *testing.T
	w        *paymenttest.World
	bills    []*owed
	open     map[string]bool
	paid     []*paidFor
	refunds  []*refund
	papers   map[payment.Paper]bool
	receipts map[string]int // series → how many
	copies   map[string]int // receipt → how many
	closed   map[id.ID]bool // visits
	// cash and card moved at a desk, the change money left out; creditors got so much.
	cash, card map[string]money.Amount
	creditors  map[regno.Number]money.Amount
	returned   money.Amount
	// again are the requests that had an effect: each, sent once more, must get its first answer.
	again []func() error
}

// owed is a bill and what was settled of it, by day.
type owed struct {
	id        id.ID
	creditor  regno.Number
	total     money.Amount
	settled   map[civil.Date]money.Amount
	cancelled bool
}

func (b *owed) due(on civil.Date) money.Amount {
	due := b.total
	for day, cents := range b.settled {
		if !day.After(on) {
			due -= cents
		}
	}
	return min(max(due, 0), b.total)
}

// paidFor is a payment and what has become of it.
type paidFor struct {
	payment.Payment
	back    map[id.ID]money.Amount
	voided  bool
	lost    bool // the bank took the card part back
	waiting bool // for a refund
}

func (p *paidFor) given() (sum money.Amount) {
	for _, cents := range p.back {
		sum += cents
	}
	return sum
}

// stands tells whether something of it was not given back.
func (p *paidFor) stands() bool { return p.given() < p.Total() }

// refund is a request for money and how far it has come.
type refund struct {
	id       id.ID
	of       *paidFor
	lines    []payment.Item
	cents    money.Amount
	tender   till.Tender
	standing payment.Standing
}

func newModel(t *testing.T, w *paymenttest.World) *model {
	return &model{
		t: t, w: w, open: map[string]bool{}, papers: map[payment.Paper]bool{}, receipts: map[string]int{}, copies: map[string]int{},
		closed: map[id.ID]bool{}, cash: map[string]money.Amount{}, card: map[string]money.Amount{}, creditors: map[regno.Number]money.Amount{},
	}
}

func (m *model) bill(b id.ID) *owed {
	return m.bills[slices.IndexFunc(m.bills, func(o *owed) bool { return o.id == b })]
}

// settle moves money for a bill on a day.
func (m *model) settle(b id.ID, day civil.Date, cents money.Amount) {
	o := m.bill(b)
	o.settled[day] += cents
	m.creditors[o.creditor] += cents
}

// latest is the payment of a bill that the clerk is told of.
func (m *model) latest(b id.ID) *paidFor {
	for _, p := range slices.Backward(m.paid) {
		if p.stands() && slices.ContainsFunc(p.Lines, func(l payment.Line) bool { return l.Bill == b }) {
			return p
		}
	}
	return nil
}

// doubtful tells whether somebody has to say why an item is no mistake.
func (m *model) doubtful(item payment.Item, on civil.Date) bool {
	b := m.bill(item.Bill)
	due := min(b.due(on), b.due(paymenttest.Day))
	earlier := m.latest(item.Bill)
	same := earlier != nil && slices.ContainsFunc(earlier.Lines, func(l payment.Line) bool { return l.Bill == item.Bill && l.Cents == item.Cents })
	return same || earlier != nil && due == 0 || item.Cents > due
}

// needsSecond tells whether more is overpaid for a bill than one person may take alone: 50 euro, with what was overpaid before.
func (m *model) needsSecond(item payment.Item, on civil.Date) bool {
	b := m.bill(item.Bill)
	more := item.Cents - min(b.due(on), b.due(paymenttest.Day))
	excess := -b.total
	for _, cents := range b.settled {
		excess += cents
	}
	return more > 0 && more+max(excess, 0) > 5_000
}

// takes tells whether a basket can be taken: what docs and screens promise, in one place.
func (m *model) takes(desk string, o payment.Order) bool {
	on, sum := paymenttest.Day, money.Amount(0)
	creditors, seen := map[regno.Number]bool{}, map[id.ID]bool{}
	if o.Paper != nil {
		on = o.Paper.Day
	}
	for _, item := range o.Items {
		b := m.bill(item.Bill)
		if m.needsSecond(item, on) || seen[item.Bill] || item.Cents <= 0 || b.cancelled || (o.Because == "" || o.Because == payment.NotElsewhere) && m.doubtful(item, on) {
			return false
		}
		seen[item.Bill], creditors[b.creditor] = true, true
		sum += item.Cents
	}
	cash := sum - o.Card
	paper := o.Paper == nil || slices.Contains(paymenttest.Books[desk], o.Paper.Book) && !m.papers[o.Paper.Paper] && len(creditors) == 1 && !o.Paper.Day.After(paymenttest.Day)
	given := (o.Given == 0 || o.Given >= cash && cash > 0) && (o.Cash || cash == 0)
	return m.open[desk] && !m.closed[o.Visit] && paper && given && cash >= 0 && (o.Card > 0) == (o.Slip != "")
}

// took notes a basket that was taken.
func (m *model) took(desk string, o payment.Order, b payment.Basket) error {
	parts, sum, cash := 0, money.Amount(0), money.Amount(0)
	for _, p := range b.Payments {
		m.paid = append(m.paid, &paidFor{Payment: p, back: map[id.ID]money.Amount{}})
		for _, l := range p.Lines {
			m.settle(l.Bill, p.Day, l.Cents)
			sum += l.Cents
			parts++
		}
		if p.Paper != (payment.Paper{}) {
			m.papers[p.Paper] = true
		} else if m.receipts[desk]++; p.Receipt.Number != uint32(m.receipts[desk]) {
			return fmt.Errorf("%s is receipt %d", p.Name(), m.receipts[desk])
		}
		m.cash[desk] += p.Cents(till.Cash)
		m.card[desk] += p.Cents(till.Card)
		cash += p.Cents(till.Cash)
	}
	var want money.Amount
	for _, item := range o.Items {
		want += item.Cents
	}
	if parts != len(o.Items) || sum != want || cash != want-o.Card || b.Change != max(o.Given-cash, 0) {
		return fmt.Errorf("of %s, %s by card, %s are taken in %d lines, the change is %s", want, o.Card, sum, parts, b.Change)
	}
	return nil
}

// gaveBack notes a void or a refund.
func (m *model) gaveBack(p *paidFor, lines []payment.Line, parts []till.Part, n *payment.Numbered) error {
	for _, l := range lines {
		p.back[l.Bill] += l.Cents
		m.settle(l.Bill, paymenttest.Day, -l.Cents)
	}
	for _, part := range parts {
		if part.Tender == till.Cash {
			m.cash[p.Desk] -= part.Cents
		} else {
			m.card[p.Desk] -= part.Cents
		}
	}
	if n == nil {
		return fmt.Errorf("nothing is printed for %s", p.Name())
	}
	series := payment.SeriesOf(p.Desk, 1, true)
	if m.receipts[series]++; n.Series != series || n.Number != uint32(m.receipts[series]) {
		return fmt.Errorf("%s is number %d of %s", n.Name(), m.receipts[series], series)
	}
	return nil
}

// compare holds everything that is stored against the model.
func (m *model) compare() {
	t, w := m.t, m.w
	t.Helper()
	for _, b := range m.bills {
		read, err := w.ReadBill(b.id)
		if err != nil {
			t.Fatal(err)
		}
		got := map[civil.Date]money.Amount{}
		for _, s := range read.Settled {
			got[s.Day] += s.Cents
		}
		if !maps.Equal(got, b.settled) || read.Cancelled != b.cancelled {
			t.Errorf("bill %s was settled by %v, want %v", read.Number, got, b.settled)
		}
		if b.due(paymenttest.Day) > 0 && !b.cancelled {
			wantDue(t, w, b.id, stateOf(b), b.due(paymenttest.Day))
		}
	}
	for series, n := range m.receipts {
		for _, p := range w.Series(series) {
			n--
			if copies := m.copies[p.Receipt.Name()]; len(p.Copies) != copies {
				t.Errorf("%s has %d copies, want %d", p.Receipt.Name(), len(p.Copies), copies)
			}
		}
		if n != 0 {
			t.Errorf("%s misses %d receipts", series, n)
		}
	}
	for desk := range m.open {
		wantBalance(t, w, ledger.Cash(desk), 2000+m.cash[desk])
	}
	var card money.Amount
	for desk := range m.open {
		card += m.balance(ledger.Card(desk)) - m.card[desk]
	}
	if card != -m.returned {
		t.Errorf("the terminals hold %s besides what was paid by card, and the bank took %s back", card, m.returned)
	}
	for creditor, cents := range m.creditors {
		wantBalance(t, w, ledger.Creditor(creditor), -cents)
	}
	m.drawers()
	w.Sound()
	w.SameAfterRebuild()
}

// drawers compares what the till knows of each drawer and terminal, and the count of payments.
func (m *model) drawers() {
	want := map[string]int64{}
	for desk := range m.open {
		want[desk+" cash"], want[desk+" card"] = int64(m.cash[desk]), int64(m.card[desk])
	}
	got := map[string]int64{}
	for desk := range m.open {
		got[desk+" cash"], got[desk+" card"] = 0, 0
	}
	m.sums(`SELECT desk || ' ' || tender, CAST(SUM(cents) AS BIGINT) FROM till_movement GROUP BY desk, tender`, got)
	if !maps.Equal(got, want) {
		m.t.Errorf("the drawers moved %v, want %v", got, want)
	}
	counted := map[string]int64{}
	m.sums(`SELECT kind, CAST(SUM(n) AS BIGINT) FROM tally_kind WHERE kind = 'payment' GROUP BY kind`, counted)
	stand := int64(0)
	for _, p := range m.paid {
		if !p.voided {
			stand++
		}
	}
	if counted["payment"] != stand {
		m.t.Errorf("%d payments are counted, and %d stand", counted["payment"], stand)
	}
}

func (m *model) sums(query string, into map[string]int64) {
	err := sqldb.Each(m.t.Context(), m.w.DB, query, nil, func(rows *sql.Rows) error {
		var key string
		var n int64
		err := rows.Scan(&key, &n)
		into[key] = n
		return err
	})
	if err != nil {
		m.t.Fatal(err)
	}
}

func stateOf(b *owed) bill.State {
	var sum money.Amount
	for _, cents := range b.settled {
		sum += cents
	}
	if sum > 0 {
		return bill.PartlyPaid
	}
	return bill.Open
}

func (m *model) balance(a ledger.Account) money.Amount {
	cents, err := ledgersql.Store{}.Balance(m.t.Context(), m.w.DB, a, paymenttest.Day)
	if err != nil {
		m.t.Fatal(err)
	}
	return cents
}
