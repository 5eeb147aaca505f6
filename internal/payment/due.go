package payment

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/consent"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

// part is what goes to one creditor on one receipt.
type part struct {
	creditor regno.Number
	kind     bill.Kind
	lines    []Line
}

// gathered is what an order comes to: the parts of the creditors, what a second person would be asked, and what was ever paid for each bill, by whatever way, in cents.
type gathered struct {
	parts []part
	asks  consent.Payment
	paid  map[id.ID]money.Amount
}

// lately is how many days back a payment of the same sum for the same bill looks like the same one.
const lately = 30

// perCreditor reads the bills in the transaction, refuses what cannot be paid, and gathers the lines by creditor, in the order of the
// items; what is too much for one receipt goes to another, but a receipt from a paper book is one and has one creditor. Whoever else
// wants to pay one of these bills waits meanwhile.
func (s *Service) perCreditor(ctx context.Context, tx *journal.Tx, o Order, today civil.Date) (gathered, error) {
	if err := lockBills(ctx, tx, o.Items); err != nil {
		return gathered{}, err
	}
	fees, err := s.Bills.LateFees(ctx, tx)
	if err != nil {
		return gathered{}, err
	}
	limits, err := s.Bills.Limits(ctx, tx)
	if err != nil {
		return gathered{}, err
	}
	on := today
	if o.Paper != nil {
		on = o.Paper.Day
	}
	read, err := s.read(ctx, tx, o)
	if err != nil {
		return gathered{}, err
	}
	alone, err := s.alone(ctx, tx, o, today)
	if err != nil {
		return gathered{}, err
	}
	var parts []part
	before := map[id.ID]money.Amount{}
	for _, item := range o.Items {
		b, there := read.bills[item.Bill]
		if !there {
			return gathered{}, fault.NewNotFound("bill.unknown")
		}
		earlier, paid := read.paid[item.Bill]
		due := bill.DueOn(b, fees, today)
		if item.Saw != nil && *item.Saw != due.Total {
			return gathered{}, fault.NewConflict("payment.due_changed", "Bill", b.Number, "Was", *item.Saw, "Due", due.Total).On("items")
		}
		d := doubt{due: owed(b, fees, on, today), today: due.Total, because: o.Because, on: on, earlier: earlier, paid: paid, old: b.MustAsk(due, limits, today)}
		if err := admit(b, item, d); err != nil {
			return gathered{}, err
		}
		for _, settled := range b.Settled {
			before[b.ID] += max(settled.Cents, 0)
		}
		alone.look(b, item, d.due, due)
		alone.asks.Forgives += forgiven(b, item, fees, on, today)
		parts = withLine(parts, b, item, o.Paper != nil)
	}
	if o.Paper != nil && len(parts) > 1 {
		return gathered{}, fault.NewInvalid("payment.paper_creditors").On("items")
	}
	if err := s.forgives(ctx, tx, &alone); err != nil {
		return gathered{}, err
	}
	return gathered{parts: parts, asks: alone.asks, paid: before}, nil
}

// withLine puts the line of an item behind those of its creditor. What is too much for one receipt goes to another, but not on paper.
func withLine(parts []part, b bill.Bill, item Item, paper bool) []part {
	at := slices.IndexFunc(parts, func(p part) bool {
		return p.creditor == b.Creditor && (paper || len(p.lines) < receipt.MaxBills)
	})
	if at < 0 {
		at = len(parts)
		parts = append(parts, part{creditor: b.Creditor, kind: b.Kind})
	}
	parts[at].lines = append(parts[at].lines, Line{Bill: b.ID, Number: b.Number, Cents: item.Cents})
	return parts
}

// lockBills has whoever else wants to pay one of these bills wait.
func lockBills(ctx context.Context, tx *journal.Tx, items []Item) error {
	wanted := make([]string, len(items))
	for i, item := range items {
		wanted[i] = bill.Subject(item.Bill)
	}
	slices.Sort(wanted) // in one order everywhere, so that two baskets never wait for each other
	for _, name := range wanted {
		if err := tx.Lock(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// owed is what settles a bill that was paid on a day: no more than was due then, and, when that lies back, no more than is still due today.
func owed(b bill.Bill, fees []bill.LateFee, on, today civil.Date) money.Amount {
	return min(bill.DueOn(b, fees, on).Total, bill.DueOn(b, fees, today).Total)
}

// basket is what is known of the bills of an order: themselves, and the payments of them that stand.
type basket struct {
	bills map[id.ID]bill.Bill
	paid  map[id.ID]Payment
}

// read reads the bills of an order, all at once: the desks behind this one wait for a transaction, not for each bill.
func (s *Service) read(ctx context.Context, tx *journal.Tx, o Order) (basket, error) {
	ids := make([]id.ID, len(o.Items))
	for i, item := range o.Items {
		ids[i] = item.Bill
	}
	b := basket{bills: map[id.ID]bill.Bill{}}
	all, err := s.Bills.Bills(ctx, tx, ids)
	if err != nil {
		return b, err
	}
	for _, one := range all {
		b.bills[one.ID] = one
	}
	if o.Because == "" || o.Because == NotElsewhere { // else nobody doubts
		b.paid, err = s.Store.PaidFor(ctx, tx, ids)
	}
	return b, err
}

// doubt is what may speak against taking an item.
type doubt struct {
	due     money.Amount
	today   money.Amount // what is due today; more than due where a receipt written by hand bears an earlier day
	because Because
	on      civil.Date
	// earlier is the latest payment of the bill that stands, if there is one (paid).
	earlier Payment
	paid    bool
	// old says that its creditor has said nothing about the bill for long.
	old bool
}

// admit refuses a cancelled bill, and interrupts where the item looks like a mistake and nobody has said why it is none.
func admit(b bill.Bill, item Item, d doubt) error {
	if b.Cancelled {
		return fault.NewConflict("payment.bill_cancelled", "Bill", b.Number).On("items")
	}
	if d.because != "" && d.because != NotElsewhere {
		return nil
	}
	earlier, paid := d.earlier, d.paid
	same := paid && slices.ContainsFunc(earlier.Lines, func(l Line) bool { return l.Bill == b.ID && l.Cents == item.Cents })
	switch {
	case paid && (d.due == 0 || same && !earlier.Day.Before(d.on.AddDays(-lately))):
		return fault.NewConflict("payment.perhaps_paid", "Bill", b.Number, "Receipt", earlier.Name(), "Day", earlier.Day.Display()).On("because")
	case item.Cents > d.due && d.due < d.today:
		return fault.NewConflict("payment.above_due_then", "Bill", b.Number, "Due", d.due, "Day", d.on.Display(), "Today", d.today).On("because")
	case item.Cents > d.due:
		return fault.NewConflict("payment.above_due", "Bill", b.Number, "Due", d.due).On("because")
	case d.old && d.because == "":
		return fault.NewConflict("payment.perhaps_elsewhere", "Bill", b.Number, "Day", b.AsOf.Display()).On("because")
	}
	return nil
}

// Name is the number of the receipt as people say it: the series and the number.
func (p Payment) Name() string {
	if p.Paper != (Paper{}) {
		return p.Paper.Name()
	}
	return p.Receipt.Name()
}

// count adds the act that counts a payment, under the service of the bill where the catalogue offers it.
func (s *Service) count(ctx context.Context, tx *journal.Tx, kind bill.Kind, v id.ID) (visit.ActRecorded, error) {
	service := s.ServiceOf(kind)
	offer, err := s.Offers.Offer(ctx, tx, service)
	if err != nil && fault.First(err) == nil {
		return visit.ActRecorded{}, err
	}
	if err != nil || !offer.Takes(catalogue.Payment) {
		service = ""
	}
	return s.Counter.Add(ctx, tx, v, visit.What{Kind: catalogue.Payment, Service: service})
}

// The law forbids the cash whether one deal is paid at one go or at several. As one deal counts all that was paid in cash for a bill in dealYears, and for all bills in one name
// at one address in dealDays, wherever in the network. A bill is one deal "in one operation or several" (likums "Par nodokļiem un nodevām", 30. pants), so that its parts add up however small
// they are; to take several bills of one payer for one deal is more than the law says, and there a sum below a tenth of the limit is not looked at with those before it.
const (
	dealDays   = 30
	dealYears  = 5
	smallShare = 10
)

// admitTogether refuses cash that comes to the limit of the law together with what was taken before: from the same payer, or for the same bill, in other visits and at other desks.
// It holds the payer until the transaction ends, so that two desks do not each take the half.
// Where all that was ever paid for a bill and this payment stay below the limit, nothing is read.
func (s *Service) admitTogether(ctx context.Context, tx *journal.Tx, o Order, p plan) error {
	today, paid := p.shift.Day, p.paid
	cash := o.sum() - o.Card
	most, err := s.Shifts.CashLimit(ctx, tx, today)
	if err != nil || most == 0 || cash <= 0 {
		return err
	}
	small := cash < most/smallShare
	bills := make([]bill.Bill, len(o.Items))
	for i, item := range o.Items {
		bills[i].ID = item.Bill
		one := min(item.Cents, cash)
		if small && paid[item.Bill]+one < most {
			continue
		}
		before, err := s.Store.CashFor(ctx, tx, []id.ID{item.Bill}, today.AddDays(-dealYears*366))
		if err == nil && before > 0 && before+one >= most {
			err = fault.NewInvalid("payment.cash_together", "Max", most, "Before", before).On("given")
		}
		if err != nil {
			return err
		}
	}
	if small {
		return nil
	}
	payers, err := s.Bills.Payers(ctx, tx, bills)
	if err != nil {
		return err
	}
	slices.SortFunc(payers, func(a, b bill.Payer) int {
		return cmp.Or(cmp.Compare(bill.Fold(a.Name), bill.Fold(b.Name)), cmp.Compare(bill.Fold(a.Address), bill.Fold(b.Address)))
	})
	for i, who := range payers {
		if who.Name == "" || i > 0 && who == payers[i-1] {
			continue
		}
		if err := s.admitPayer(ctx, tx, who, deal{cash: cash, most: most, since: today.AddDays(-dealDays)}); err != nil {
			return err
		}
	}
	return nil
}

// deal is cash that is about to be taken, the limit of the law, and since when what was taken before counts with it.
type deal struct {
	cash, most money.Amount
	since      civil.Date
}

func (s *Service) admitPayer(ctx context.Context, tx *journal.Tx, who bill.Payer, d deal) error {
	name, address := bill.Fold(who.Name), bill.Fold(who.Address)
	sum := sha256.Sum256([]byte(name + "\x00" + address))
	if err := tx.Lock(ctx, "cash:"+hex.EncodeToString(sum[:8])); err != nil {
		return err
	}
	namesakes, err := s.Bills.Namesakes(ctx, tx, name)
	if err != nil {
		return err
	}
	var theirs []id.ID
	for _, n := range namesakes {
		if bill.Fold(n.Name) == name && bill.Fold(n.Address) == address {
			theirs = append(theirs, n.Bill)
		}
	}
	before, err := s.Store.CashFor(ctx, tx, theirs, d.since)
	if err == nil && before > 0 && before+d.cash >= d.most {
		err = fault.NewInvalid("payment.cash_together", "Max", d.most, "Before", before).On("given")
	}
	return err
}
