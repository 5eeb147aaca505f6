// Package consent has a second person look at what one alone may not do with money: a receipt written by hand that comes late, from no book of the desk, or gives a late fee away; much more
// than is due; and the void of a payment when its client has gone, or of one that was written by hand.
//
// Rules:
//   - The clerk asks; nothing moves. What is asked is the whole order: the bills with what is paid and what was due, how, and the receipt in the paper book; or which payment is to be voided. It
//     says why it is asked.
//   - A second person, another person than the one who asked and the one who took the money, says yes or no at the office. She sees what she decides about.
//   - After a yes the desk records it; only as it was asked, once. What is due has not become less meanwhile, and no more of a late fee is given away.
package consent

import (
	"context"
	"fmt"
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
	// PaperForgives: the earlier day of the receipt gives more late fee away than the limit, with what was given away before.
	PaperForgives Why = "paper-forgives"
	// VoidAfterVisit: the visit of the payment has ended, so that its client is not there.
	VoidAfterVisit Why = "void-after-visit"
	// VoidLate: the payment was taken longer ago than the limit, though its visit was never ended.
	VoidLate Why = "void-late"
	// VoidPaper: the payment was written by hand; whoever holds the paper is not told by the program.
	VoidPaper Why = "void-paper"
)

// Whys are all reasons, in the order in which screens show them.
var Whys = []Why{PaperNoBook, PaperOutsideBook, PaperBeforeBill, PaperLate, PaperForgives, Overpaid, VoidPaper, VoidAfterVisit, VoidLate}

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

// Void is a payment that is to be taken back as a whole.
type Void struct {
	Payment id.ID `json:"payment"`
	// Receipt is its number as people say it, and Reason why it is to be voided.
	Receipt string `json:"receipt"`
	Reason  string `json:"reason"`
	// TakenAt is when it was taken (UTC), and TakenBy by whom, a staff id: she does not decide about it.
	TakenAt time.Time `json:"taken_at"`
	TakenBy string    `json:"taken_by"`
}

// Payment is what is asked for: a payment that is to be taken, or the void of one.
type Payment struct {
	Items []Item `json:"items"`
	// Card is what is paid by card, in cents; the rest is cash.
	Card  money.Amount `json:"card,omitempty"`
	Paper *Paper       `json:"paper,omitempty"`
	// Because is what the clerk has answered where the program doubted.
	Because string `json:"because,omitempty"`
	// Forgives is the late fee, in cents, that the earlier day of the receipt makes the client not owe.
	Forgives money.Amount `json:"forgives,omitempty"`
	// Void is set where a payment is to be voided; Items are then what goes back.
	Void *Void `json:"void,omitempty"`
	Why  []Why `json:"why"`
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

// Part are those who had a part in what is asked, as staff ids: who asks, and who took the payment that is to be voided. None of them decides.
func (q Question) Part() ([]string, error) {
	asked, err := actor.Parse(q.By)
	if err != nil {
		return nil, fmt.Errorf("consent: %w", err)
	}
	had := []string{asked.Who()}
	if q.Void != nil && q.Void.TakenBy != "" && q.Void.TakenBy != asked.Who() {
		had = append(had, q.Void.TakenBy)
	}
	return had, nil
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
		had, err := q.Part()
		if err != nil {
			return err
		}
		if slices.Contains(had, tx.By().Who()) {
			return fault.NewForbidden("consent.own")
		}
		if err := tx.Second(ctx, had...); err != nil {
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
