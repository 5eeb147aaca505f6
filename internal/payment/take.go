package payment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// Item is a bill in the basket and how much of it is paid, in cents.
type Item struct {
	Bill  id.ID        `json:"bill"`
	Cents money.Amount `json:"cents"`
	// Saw is what was due for the bill, in cents, when whoever pays was told; nil says nothing of it. If something else is due now, he is told first.
	Saw *money.Amount `json:"saw,omitempty"`
}

// Order is what the clerk says was paid.
type Order struct {
	// Visit counts the payments; the zero id begins one.
	Visit id.ID  `json:"visit"`
	Items []Item `json:"items"`
	// Card is what was paid by card, with the number on the slip of the terminal. Cash says that the rest of the items was paid in cash: a tender is said, and
	// never assumed from a field that is empty.
	Card money.Amount `json:"card"`
	Slip string       `json:"slip"`
	Cash bool         `json:"cash"`
	// Given is the cash that was handed over, in cents; 0 says exactly what is to be paid.
	Given   money.Amount `json:"given"`
	Because Because      `json:"because"`
	// Paper names the receipt when it was written by hand, with the local day on it.
	Paper *OnPaper `json:"paper,omitempty"`
	// Consent is what a second person has agreed to, where the order needs one.
	Consent id.ID `json:"consent,omitzero"`
	// Payer is named on the receipts because he wishes so. It is no part of the request's name, which is kept for ever.
	Payer string `json:"-"`
}

// Basket is what was taken at one go.
type Basket struct {
	ID       id.ID
	Payments []Payment
	// Change is what the client gets back, in cents.
	Change money.Amount
}

// MostItems bounds a basket.
const MostItems = 60

// LargestItem bounds what is paid of one bill at one go, in cents: a million euro.
const LargestItem money.Amount = 100_000_000

const (
	longestSlip = 20
	longestName = 120
)

// Take records the payment of a basket of bills: one payment, one receipt and one counted act for each creditor, all together or nothing.
//
// It returns the fault "payment.tender_unsaid" for an order that does not say how all of it is paid; the conflicts "till.no_shift"; "payment.due_changed" when
// something else is due than whoever pays was told; "payment.perhaps_paid", "payment.above_due" and "payment.perhaps_elsewhere", which pass once Because says why;
// "payment.card_refused", "payment.card_unknown" and "payment.card_not_cancelled" after which the same request is sent again, and "payment.card_taken_back" when the
// charge of the card was given up meanwhile; "payment.paper_taken"; "payment.needs_second.…" for what one person alone may not take (Ask); "payment.clock" when the clock stands before the last receipt; "payment.desk_code" at a desk whose code fits no
// receipt; and faults for what cannot be paid.
func (s *Service) Take(ctx context.Context, r journal.Request, o Order) (Basket, error) {
	asks := o.Card > 0 && o.Slip == "" && s.Terminal != nil
	if err := o.check(asks); err != nil {
		return Basket{}, err
	}
	key, err := journal.NewKey(r.Key, []any{"take", o})
	if err != nil {
		return Basket{}, err
	}
	asked := Charge{Request: r.Key}
	if asks {
		if asked, err = s.ask(ctx, r, o); err != nil {
			return Basket{}, err
		}
		if asked.State == Asked { // otherwise it has paid this request already, which is answered below
			if o.Slip, err = s.charge(ctx, r, asked); err != nil {
				return Basket{}, err
			}
		}
	}
	posted, err := s.Journal.Post(ctx, r.By, r.Desk, key, func(tx *journal.Tx) error { return s.take(ctx, tx, o, asked) })
	if err != nil {
		if asks && fault.First(err) != nil { // certainly not recorded; after an error of the machine the same request is sent again, or TakeUp looks
			err = errors.Join(err, s.giveUp(ctx, r, asked, NotRecorded))
		}
		return Basket{}, err
	}
	return basketOf(posted)
}

// basketOf reads the answer of a Take from its lines, now or the first time.
func basketOf(posted journal.Posted) (Basket, error) {
	var b Basket
	var cash money.Amount
	for _, e := range posted.Entries {
		f, ok := e.Fact.(MoneyTaken)
		if !ok {
			continue
		}
		p := f.Taken(Record{Desk: e.Desk, Entry: e.Number, At: e.RecordedAt, By: e.Actor.String()}, Back{})
		cash += p.Cents(till.Cash)
		b.ID = f.Basket
		b.Payments = append(b.Payments, p)
		b.Change = max(p.Given-cash, 0)
	}
	if len(b.Payments) == 0 {
		return b, fmt.Errorf("payment: the answer to a payment holds none")
	}
	return b, nil
}

// sum is what the items make, in cents; check has bounded them.
func (o Order) sum() money.Amount {
	var sum money.Amount
	for _, i := range o.Items {
		sum += i.Cents
	}
	return sum
}

// tenders are the parts of the whole basket: the card first, so that the change comes out of the last payment.
func (o Order) tenders() []till.Part {
	return Parts(o.sum()-o.Card, o.Card, o.Slip)
}

// check looks at what needs no database; asks says that the terminal will tell the number of the slip.
func (o Order) check(asks bool) error {
	if len(o.Items) == 0 || len(o.Items) > MostItems {
		return fault.NewInvalid("payment.items", "Max", MostItems).On("items")
	}
	for i, item := range o.Items {
		if item.Cents <= 0 || item.Cents > LargestItem {
			return fault.NewInvalid("payment.amount", "Max", LargestItem).On("amount")
		}
		if slices.ContainsFunc(o.Items[:i], func(other Item) bool { return other.Bill == item.Bill }) {
			return fault.NewInvalid("payment.bill_twice").On("items")
		}
	}
	cash := o.sum() - o.Card
	switch {
	case o.Card < 0 || cash < 0:
		return fault.NewInvalid("payment.card_amount").On("card")
	case (o.Card > 0) != (o.Slip != "" || asks) || len(o.Slip) > longestSlip || !isVisible(o.Slip):
		return fault.NewInvalid("payment.slip").On("slip")
	case cash > 0 && !o.Cash:
		return fault.NewInvalid("payment.tender_unsaid", "Rest", cash).On("given")
	case o.Given > 0 && cash == 0:
		return fault.NewInvalid("payment.given_by_card").On("given")
	case o.Given < 0 || o.Given > 0 && o.Given < cash || o.Given > LargestItem:
		return fault.NewInvalid("payment.given_too_little").On("given")
	case o.Because != "" && !slices.Contains(Reasons, o.Because):
		return fault.NewInvalid("payment.because").On("because")
	case utf8.RuneCountInString(o.Payer) > longestName || strings.ContainsFunc(o.Payer, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError || unicode.Is(unicode.Cf, r) }):
		return fault.NewInvalid("payment.payer", "Max", longestName).On("payer")
	}
	return o.Paper.check()
}

func isVisible(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// plan is what an order comes to at the desk, before anything is recorded.
type plan struct {
	shift till.Shift
	at    ledger.Place
	// What a second person is asked about is of weight where the order has reasons for it.
	gathered
}

// plan sees that an order can be taken, as the transaction sees the shift and the bills.
func (s *Service) plan(ctx context.Context, tx *journal.Tx, o Order) (plan, error) {
	shift, err := s.Shifts.Current(ctx, tx)
	if err != nil {
		return plan{}, err
	}
	if err := s.Shifts.AdmitCash(ctx, tx, o.sum()-o.Card); err != nil {
		return plan{}, err
	}
	p := plan{shift: shift, at: shift.Place}
	if o.Paper != nil {
		if p.at.Day, err = s.paperDay(ctx, tx, *o.Paper, p.at.Day); err != nil {
			return plan{}, err
		}
	}
	if p.gathered, err = s.perCreditor(ctx, tx, o, shift.Day); err != nil {
		return p, err
	}
	return p, s.admitTogether(ctx, tx, o, p)
}

// agreed is plan for what is recorded: what one person alone may not take, a second one has agreed to.
func (s *Service) agreed(ctx context.Context, tx *journal.Tx, o Order) (plan, error) {
	p, err := s.plan(ctx, tx, o)
	if err == nil {
		err = s.admitAlone(ctx, tx, o, p.asks)
	}
	return p, err
}

// take is Take inside its transaction.
func (s *Service) take(ctx context.Context, tx *journal.Tx, o Order, asked Charge) error {
	p, err := s.agreed(ctx, tx, o)
	if err != nil {
		return err
	}
	totals := make([]money.Amount, len(p.parts))
	for i, part := range p.parts {
		totals[i] = total(part.lines)
	}
	shared := Apportion(o.tenders(), totals)
	t := taking{Service: s, order: o, shift: p.shift, at: p.at, basket: tx.NewID(), visit: o.Visit, forgives: p.asks.Forgives}
	if err := s.settle(ctx, tx, o, asked, t.basket); err != nil {
		return err
	}
	for i, part := range p.parts {
		if err := t.record(ctx, tx, part, shared[i]); err != nil {
			return err
		}
	}
	return nil
}

// taking is a basket on its way into the journal.
type taking struct {
	*Service
	order  Order
	shift  till.Shift
	at     ledger.Place
	basket id.ID
	visit  id.ID // of the first act on, that of all
	// forgives is the late fee that the day of a receipt written by hand gives away, in cents; such a receipt is one payment.
	forgives money.Amount
}

// record writes the payment of one creditor.
func (t *taking) record(ctx context.Context, tx *journal.Tx, p part, tenders []till.Part) error {
	act, err := t.count(ctx, tx, p.kind, t.visit)
	if err != nil {
		return err
	}
	t.visit = act.Visit
	entry, err := ledger.NewEntry(t.at, append(postings(tx.Desk(), tenders), ledger.Posting{Account: ledger.Creditor(p.creditor), Cents: -total(p.lines)})...)
	if err != nil {
		return err
	}
	if err := t.Ledger.Admit(ctx, tx, entry); err != nil {
		return err
	}
	f := MoneyTaken{
		Payment: tx.NewID(), Basket: t.basket, Visit: act.Visit, Act: act.Act, Place: t.at, Creditor: p.creditor, Lines: p.lines,
		Moved: till.Moved{Shift: t.shift.ID, Parts: tenders}, Given: t.order.Given, Because: t.order.Because, Consent: t.order.Consent, Forgiven: t.forgives,
		Booked: ledger.Booked{Ledger: []ledger.Entry{entry}},
	}
	if t.order.Paper != nil {
		f.Paper = &t.order.Paper.Paper
	} else if f.Receipt, err = t.number(ctx, tx, numbering{
		kind: receipt.Payment, creditor: p.creditor, parts: tenders, lines: p.lines,
	}); err != nil {
		return err
	}
	if t.order.Payer != "" {
		if err := t.Store.NamePayer(ctx, tx, f.Payment, t.order.Payer); err != nil {
			return err
		}
	}
	return tx.Record(ctx, f)
}

// postings are what comes into the drawer and the terminal of a desk.
func postings(desk string, parts []till.Part) []ledger.Posting {
	var all []ledger.Posting
	for _, p := range parts {
		account := ledger.Cash(desk)
		if p.Tender == till.Card {
			account = ledger.Card(desk)
		}
		all = append(all, ledger.Posting{Account: account, Cents: p.Cents})
	}
	return all
}
