// Package payment takes money for bills and gives receipts that prove themselves.
//
// Rules:
//   - A basket may hold bills of several creditors. Each creditor's part is a payment with a receipt of its own; all payments of a basket are recorded
//     together, with the settlement of the bills, the postings, the number of the receipt and the count of the act.
//   - Whoever comes may pay: neither identity nor mandate is asked. A payer is named on the receipt only when he wishes, and never in the journal.
//   - There is no fee. What is cash and what is card is shared out over the payments to the cent (Apportion).
//   - What one alone may not take waits for a second person: a receipt written by hand that is late, older than its bill or from no book of the desk, and
//     much more than is due, and a void once the client has gone or of a receipt written by hand (alone.go).
//   - Possible mistakes interrupt and do not forbid: a bill that was paid already, or more than is due, is taken once somebody says why.
//   - Receipts are numbered without gaps in the series of the desk, what is paid out in a series of its own; each is chained to the one before. A
//     receipt is signed after the commit; the same bytes come out again and again. A reprint is a numbered copy.
//   - A void takes back the whole payment in the shift that took it, a refund later, approved by a second person, a return what the bank took back.
//     Which may follow which is a table (transition.go). All are new lines.
//   - A card is charged only after a line says that it is asked, and the charge has paid only with the line of its payment, in one transaction. What stops in between is
//     taken back (charge.go, take_up.go).
//   - Money is not dated back: when the clock stands before the last receipt of the series, nothing is taken.
package payment

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/consent"
	"vienkopus/internal/ledger"
	"vienkopus/internal/paperbook"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
	"vienkopus/internal/visit"
)

// Line is what is paid for one bill, or given back.
type Line struct {
	Bill id.ID `json:"bill"`
	// Number is the creditor's number of the bill, as it stands on the receipt.
	Number string       `json:"number"`
	Cents  money.Amount `json:"cents"`
}

// Numbered is what of a receipt is decided when it is recorded; the code follows from it and the rest of the fact.
type Numbered struct {
	Node   string        `json:"node"`
	Series string        `json:"series"`
	Number uint32        `json:"number"`
	Key    receipt.KeyID `json:"key"`
	// Previous is the link of the receipt before, absent in number 1; Link is that of this one.
	Previous receipt.Link `json:"previous,omitzero"`
	Link     receipt.Link `json:"link"`
}

// Paper names a receipt that was written by hand, in a book with printed numbers.
type Paper struct {
	Book   string `json:"book"`
	Number uint32 `json:"number"`
}

// Payment is what one creditor got of a basket.
type Payment struct {
	ID, Basket, Visit, Act, Shift id.ID
	Desk                          string
	// Entry is the number of its journal line; At is when it was recorded (UTC); By is who took it.
	Entry int64
	At    time.Time
	By    string
	ledger.Place
	Creditor regno.Number
	Lines    []Line
	Parts    []till.Part
	// Given is the cash that was handed over for the whole basket, in cents, or 0.
	Given   money.Amount
	Because Because
	// Forgiven is the late fee, in cents, that the earlier day of a receipt written by hand made the client not owe.
	Forgiven money.Amount
	Receipt  Numbered // the zero value for a receipt from a paper book
	Paper    Paper    // the zero value for a receipt of ours
	// Reversed is what was given back so far, in cents, and State what that makes of the payment.
	Reversed money.Amount
	State    State
}

// Record is where and when a payment was recorded: at a desk, as a line of its journal, at a moment (UTC), by whom.
type Record struct {
	Desk  string
	Entry int64
	At    time.Time
	By    string
}

// Part is which part of a list is asked for: up to Limit rows behind one, which is named as the order of the list demands.
type Part struct {
	// Before is the number of the line before which the rows stand.
	Before int64
	// At is the moment (UTC) before which they were recorded; zero is the end of time.
	At time.Time
	ID id.ID
	// Limit is how many rows are wanted.
	Limit int
}

// DeskDay is a local day at a desk, from its first moment to the first of the next one (UTC).
type DeskDay struct {
	Desk     string
	Day      civil.Date
	From, To time.Time
}

// DayOf returns a local day at a desk.
func DayOf(desk string, day civil.Date, zone *time.Location) DeskDay {
	year, month, n := day.YMD()
	return DeskDay{Desk: desk, Day: day, From: time.Date(year, month, n, 0, 0, 0, 0, zone).UTC(), To: time.Date(year, month, n+1, 0, 0, 0, 0, zone).UTC()}
}

// Has tells whether a moment is on the day.
func (d DeskDay) Has(at time.Time) bool { return !at.Before(d.From) && at.Before(d.To) }

// DaySum is what a desk took on a day, in cents, what was given back taken away. Each payment is in Taken of one day alone: the one on which it was recorded.
type DaySum struct {
	// N is how many payments the list of the day has.
	N     int
	Taken money.Amount
	// Earlier is the part of Taken of which an earlier day stands on a receipt written by hand; Later are receipts written by hand on this day that were typed in later, and are in Taken then.
	Earlier, Later money.Amount
}

// Back is what was given back of a payment so far, in cents, and how.
type Back struct {
	Cents money.Amount
	Way   Way
}

// Taken is the payment of a fact, as it stands now that so much was given back.
func (f MoneyTaken) Taken(at Record, back Back) Payment {
	p := Payment{
		ID: f.Payment, Basket: f.Basket, Visit: f.Visit, Act: f.Act, Shift: f.Shift, Desk: at.Desk, Entry: at.Entry, At: at.At, By: at.By,
		Place: f.Place, Creditor: f.Creditor, Lines: f.Lines, Parts: f.Parts, Given: f.Given, Because: f.Because, Forgiven: f.Forgiven, State: Taken,
	}
	if f.Receipt != nil {
		p.Receipt = *f.Receipt
	}
	if f.Paper != nil {
		p.Paper = *f.Paper
	}
	return p.after(back.Way, back.Cents)
}

// Parts are the tenders of a payment, in cents: the card first, so that the change comes out of the last payment of a basket.
func Parts(cash, card money.Amount, slip string) []till.Part {
	var parts []till.Part
	if card != 0 {
		parts = append(parts, till.Part{Tender: till.Card, Cents: card, Slip: slip})
	}
	if cash != 0 {
		parts = append(parts, till.Part{Tender: till.Cash, Cents: cash})
	}
	return parts
}

// Total is what was paid, in cents.
func (p Payment) Total() money.Amount { return total(p.Lines) }

// Cents is what was paid in a tender.
func (p Payment) Cents(t till.Tender) money.Amount { return till.Moved{Parts: p.Parts}.Cents(t) }

func total(lines []Line) money.Amount {
	var sum money.Amount // each line is bounded by receipt.MaxNumber
	for _, l := range lines {
		sum += l.Cents
	}
	return sum
}

// Because says why a possible mistake is none.
type Because string

// The reasons.
const (
	// OtherPeriod: the earlier payment was for something else.
	OtherPeriod Because = "other-period"
	// InAdvance: the client pays ahead and knows that it is more than is due.
	InAdvance Because = "in-advance"
	// ClientInsists: he knows, and wants it all the same.
	ClientInsists Because = "client-insists"
)

// NotElsewhere says that the client was asked and has not paid elsewhere; it answers nothing else.
const NotElsewhere Because = "not-elsewhere"

// Reasons are all reasons, in the order in which screens show them.
var Reasons = []Because{OtherPeriod, InAdvance, ClientInsists, NotElsewhere}

// store is what the rules read. Every method reads through r, so that a rule sees its own transaction.
type store interface {
	// Payment returns a payment, or the fault "payment.unknown".
	Payment(ctx context.Context, r journal.Reader, payment id.ID) (Payment, error)
	// PaidFor returns the latest payment that still stands of each of the bills that has one.
	PaidFor(ctx context.Context, r journal.Reader, bills []id.ID) (map[id.ID]Payment, error)
	// CashFor returns what was paid in cash for any of the bills from a local day on, in cents, what was given back taken away.
	CashFor(ctx context.Context, r journal.Reader, bills []id.ID, since civil.Date) (money.Amount, error)
	// Last returns the last receipt of the series in which a desk gives receipts now, of what is paid in or out, when it was recorded, and whether there is
	// one; where there is none yet, only the series is set.
	Last(ctx context.Context, r journal.Reader, desk string, out bool) (Numbered, time.Time, bool, error)
	// Links returns the links of all receipts of a number: more than one where the database was put back, or there were two of it.
	Links(ctx context.Context, r journal.Reader, series string, number uint32) ([]receipt.Link, error)
	// OnPaper tells whether the receipt of the paper book was typed in already.
	OnPaper(ctx context.Context, r journal.Reader, p Paper) (bool, error)
	// ForgivenAlone returns the late fee that was given away since a moment (UTC) by receipts written by hand to which no second person agreed, in cents: at a desk, or by somebody at any desk.
	ForgivenAlone(ctx context.Context, r journal.Reader, desk, who string, since time.Time) (money.Amount, error)
	// NamePayer keeps the name that the payer wishes to see on his receipt, outside the journal.
	NamePayer(ctx context.Context, tx *journal.Tx, payment id.ID, name string) error
	// Refund returns a refund, or the fault "payment.refund_unknown".
	Refund(ctx context.Context, r journal.Reader, refund id.ID) (Refund, error)
	// Awaited tells whether a refund of the payment has been requested or approved and not paid yet.
	Awaited(ctx context.Context, r journal.Reader, payment id.ID) (bool, error)
	// GivenBack returns what was given back of a payment, each time a line for each bill.
	GivenBack(ctx context.Context, r journal.Reader, payment id.ID) ([]Line, error)
	// Copies returns how many copies of a receipt there are.
	Copies(ctx context.Context, r journal.Reader, series string, number uint32) (int, error)
	// LastCharge returns what a card was asked last under a request at a desk, or the zero value.
	LastCharge(ctx context.Context, r journal.Reader, desk, request string) (Charge, error)
	// Charge returns a charge, or the zero value.
	Charge(ctx context.Context, r journal.Reader, charge id.ID) (Charge, error)
	// OpenCharges returns up to limit charges behind one that are asked or given up, the oldest first.
	OpenCharges(ctx context.Context, r journal.Reader, after id.ID, limit int) ([]Charge, error)
	// Document returns the receipt of a series, or the fault "payment.receipt_unknown".
	Document(ctx context.Context, r journal.Reader, series string, number uint32) (Document, error)
}

// bills knows what is owed.
type bills interface {
	// Bills returns the bills that are there, in any order.
	Bills(ctx context.Context, r journal.Reader, bills []id.ID) ([]bill.Bill, error)
	LateFees(ctx context.Context, r journal.Reader) ([]bill.LateFee, error)
	Limits(ctx context.Context, r journal.Reader) ([]bill.Limits, error)
	// Payers returns the payers of the bills, in their order, and Namesakes the bills in a name (after bill.Fold).
	Payers(ctx context.Context, r journal.Reader, bills []bill.Bill) ([]bill.Payer, error)
	Namesakes(ctx context.Context, r journal.Reader, name string) ([]bill.InName, error)
}

// shifts says where money may move; till.Service is it.
type shifts interface {
	Current(ctx context.Context, tx *journal.Tx) (till.Shift, error)
	// Drawer is what the drawer of the open shift holds, in cents: nothing more can be paid out of it.
	Drawer(ctx context.Context, tx *journal.Tx) (money.Amount, error)
	// AdmitCash refuses cash above the limit of the law for one deal.
	AdmitCash(ctx context.Context, tx *journal.Tx, cents money.Amount) error
	// CashLimit returns the sum from which on cash is forbidden for one deal on a day, in cents; 0 where there is no limit.
	CashLimit(ctx context.Context, tx *journal.Tx, on civil.Date) (money.Amount, error)
}

// admitter says whether entries may be posted; ledger.Service is it.
type admitter interface {
	Admit(ctx context.Context, tx *journal.Tx, entries ...ledger.Entry) error
}

// counter counts acts; visit.Service is it.
type counter interface {
	Add(ctx context.Context, tx *journal.Tx, v id.ID, what visit.What) (visit.ActRecorded, error)
	TakeBack(ctx context.Context, tx *journal.Tx, v, act id.ID) error
	// Ended tells whether the visit has ended.
	Ended(ctx context.Context, r journal.Reader, v id.ID) (bool, error)
}

// books knows which paper book lay at the desk of the transaction on a day; paperbook.Service is it.
type books interface {
	Of(ctx context.Context, tx *journal.Tx, book string, number uint32, day civil.Date) (paperbook.Doubt, error)
}

// consents asks second persons; consent.Service is it.
type consents interface {
	LimitsOn(ctx context.Context, r journal.Reader, on civil.Date) (consent.Limits, error)
	Ask(ctx context.Context, tx *journal.Tx, at ledger.Place, p consent.Payment) (id.ID, error)
	Granted(ctx context.Context, tx *journal.Tx, of id.ID) (consent.Question, error)
}

// offers knows the services.
type offers interface {
	Offer(ctx context.Context, r journal.Reader, service string) (catalogue.Offer, error)
}

// keys sign receipts.
type keys interface {
	// Current returns the key of this node that signs at a moment, or a fault.
	Current(ctx context.Context, r journal.Reader, at time.Time) (*receipt.SigningKey, error)
	// Find returns any key of this node, to sign the same again.
	Find(ctx context.Context, r journal.Reader, key receipt.KeyID) (*receipt.SigningKey, error)
}

// Config is what payments are made of.
type Config struct {
	Journal *journal.Journal
	Store   store
	Bills   bills
	Shifts  shifts
	Ledger  admitter
	Counter counter
	Offers  offers
	Keys    keys
	Books   books
	// Consents asks a second person about what one alone may not take.
	Consents consents
	// Terminal charges cards where the clerk types no slip; nil where there is none that the program can ask.
	Terminal terminal.Terminal
	// Patience is how long a charge that nobody comes back to is left open; DefaultPatience when zero.
	Patience time.Duration
	// ServiceOf returns the service under which the payment of a kind of bill is counted; what is not offered is counted without one.
	ServiceOf func(bill.Kind) string
}

// Service takes money and gives it back.
type Service struct{ Config }

// New returns the service.
func New(c Config) *Service { return &Service{Config: c} }

// Whose basket it is: a clerk's at a desk, for the visit that is served, or "" where none is. The next client has another one.
type Whose struct{ Desk, Staff, Visit string }
