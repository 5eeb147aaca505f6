// Package consent has a second person look at a payment that one alone may not take: a receipt written by hand that comes late or from no book of the desk, or much more than is due.
//
// Rules:
//   - The clerk asks; nothing moves. What is asked is the whole order: the bills with what is paid and what was due, how, and the receipt in the paper book. It says why it is asked.
//   - A second person, another person than the one who asked, says yes or no at the office. She sees what she decides about.
//   - After a yes the desk records the payment; it is taken only as it was asked, once. What is due has not become less meanwhile.
package consent

import (
	"context"
	"slices"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
)

// Why says why a payment needs a second person.
type Why string

// The reasons.
const (
	// Overpaid: more is paid than is due, by more than the limit, with what was overpaid before.
	Overpaid Why = "overpaid"
	// PaperLate: the receipt was written more days ago than the limit.
	PaperLate Why = "paper-late"
	// PaperBeforeBill: the receipt is older than a bill that it pays.
	PaperBeforeBill Why = "paper-before-bill"
	// PaperNoBook: the desk was never given a book with this number.
	PaperNoBook Why = "paper-no-book"
	// PaperOutsideBook: the book did not lie at the desk on the day of the receipt.
	PaperOutsideBook Why = "paper-outside-book"
)

// Whys are all reasons, in the order in which screens show them.
var Whys = []Why{PaperNoBook, PaperOutsideBook, PaperBeforeBill, PaperLate, Overpaid}

// Item is a bill and what is to be paid of it, in cents.
type Item struct {
	Bill id.ID `json:"bill"`
	// Number is the creditor's number of the bill.
	Number string       `json:"number"`
	Cents  money.Amount `json:"cents"`
	// Due was what settled the bill when it was asked, on the day of the receipt, and Today on that day itself: the difference is the late fee that would be forgiven.
	Due   money.Amount `json:"due"`
	Today money.Amount `json:"today"`
}

// Paper is a receipt that was written by hand, and the local day on it.
type Paper struct {
	Book   string     `json:"book"`
	Number uint32     `json:"number"`
	Day    civil.Date `json:"day"`
}

// Payment is what is asked for.
type Payment struct {
	Items []Item `json:"items"`
	// Card is what is paid by card, in cents; the rest is cash.
	Card  money.Amount `json:"card,omitempty"`
	Paper *Paper       `json:"paper,omitempty"`
	// Because is what the clerk has answered where the program doubted.
	Because string `json:"because,omitempty"`
	Why     []Why  `json:"why"`
}

// Total is what is paid in all, in cents.
func (p Payment) Total() money.Amount {
	var sum money.Amount
	for _, i := range p.Items {
		sum += i.Cents
	}
	return sum
}

// State is how far it has come.
type State string

// The states.
const (
	Waiting  State = "waiting"
	Agreed   State = "agreed"
	Refused  State = "refused"
	Recorded State = "recorded"
)

// Question is a payment about which a second person is asked.
type Question struct {
	ID    id.ID
	Desk  string
	Entry int64
	At    time.Time // UTC
	By    string    // who asked, as the line names the actor
	ledger.Place
	Payment
	State State
	// Decider is who decided, a staff id, and Decided when; empty and zero while it waits.
	Decider string
	Decided time.Time
}

// MayDecide is to say yes or no to a payment that one alone may not take.
const MayDecide = "payment.agree"

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayDecide, Roles: []string{"centre-manager", "municipal-manager"}, FourEyes: true},
}

// store is what the rules read.
type store interface {
	// Question returns what was asked, or the fault "consent.unknown".
	Question(ctx context.Context, r journal.Reader, of id.ID) (Question, error)
	Limits(ctx context.Context, r journal.Reader) ([]Limits, error)
}

// Service asks and decides.
type Service struct {
	Journal *journal.Journal
	Store   store
}

// Ask records, inside the transaction at the desk, that a second person is asked about a payment, and returns the name of the question.
func (s *Service) Ask(ctx context.Context, tx *journal.Tx, at ledger.Place, p Payment) (id.ID, error) {
	slices.SortFunc(p.Why, func(a, b Why) int { return slices.Index(Whys, a) - slices.Index(Whys, b) })
	p.Why = slices.Compact(p.Why)
	f := Asked{Consent: tx.NewID(), Place: at, Payment: p}
	return f.Consent, tx.Record(ctx, f)
}

// Decision is what a second person says.
type Decision struct {
	Consent      id.ID  `json:"consent"`
	Municipality string `json:"municipality"`
	Agreed       bool   `json:"agreed"`
}

// Decide says yes or no; the request is posted at the office of the municipality. Nobody decides on what she has asked herself, by whatever account. It returns
// "consent.unknown" and the conflict "consent.decided".
func (s *Service) Decide(ctx context.Context, r journal.Request, d Decision) error {
	_, err := s.Journal.Do(ctx, r, []any{"consent", d}, func(tx *journal.Tx) error {
		if err := tx.Lock(ctx, Subject(d.Consent)); err != nil {
			return err
		}
		q, err := s.Store.Question(ctx, tx, d.Consent)
		switch {
		case err != nil:
			return err
		case q.Municipality != d.Municipality || tx.Desk() != office.Desk(d.Municipality):
			return fault.NewNotFound("consent.unknown")
		case q.State != Waiting:
			return fault.NewConflict("consent.decided")
		}
		was, err := actor.Parse(q.By)
		if err != nil {
			return err
		}
		if was.Who() == tx.By().Who() {
			return fault.NewForbidden("consent.own")
		}
		if err := tx.Second(ctx, was.Who()); err != nil {
			return err
		}
		return tx.Record(ctx, Decided{Consent: d.Consent, Agreed: d.Agreed})
	})
	return err
}

// Granted returns, inside the transaction at the desk that asked, what a second person has agreed to and was not recorded yet; nobody else records it until the transaction ends.
// It returns "consent.unknown", "consent.other_desk" (forbidden), and the conflict "consent.not_agreed".
func (s *Service) Granted(ctx context.Context, tx *journal.Tx, of id.ID) (Question, error) {
	if err := tx.Lock(ctx, Subject(of)); err != nil {
		return Question{}, err
	}
	q, err := s.Store.Question(ctx, tx, of)
	switch {
	case err != nil:
		return q, err
	case q.Desk != tx.Desk():
		return q, fault.NewForbidden("consent.other_desk", "Desk", q.Desk)
	case q.State != Agreed:
		return q, fault.NewConflict("consent.not_agreed")
	}
	return q, nil
}
