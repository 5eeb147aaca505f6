// Package till is the money in a drawer, from the change money of the morning to the bank.
//
// Rules:
//   - Money moves only in an open shift, and every line that moves it names the shift (Moved). A desk has one open shift at most; it is
//     found by its state, never by a span of time.
//   - A shift is counted blind: nobody is told what should be there before what is there has been counted, note by note. What was counted is
//     never reset; a second count is a second line. What is too much or too little goes to the account of differences and needs a reason.
//   - A shift is approved by somebody who had no part in it, from wherever she is. What was handed over is a new line by each of the two.
//   - What the office says (Approve, Object, Take) stands at the desk of the office (Office), so it can come before the lines that it is about.
//   - What may follow what is data: ShiftEdges and BagEdges. Who brings bags to a bank tells by Banked and Arrived; that is internal/bank.
//   - What happened is applied wherever and whenever its line arrives; contradictions are shown.
package till

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/centre"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
)

// Tender says with what is paid.
type Tender string

// The tenders.
const (
	Cash Tender = "cash"
	Card Tender = "card"
)

// Tenders are all tenders, in the order in which screens show them.
var Tenders = []Tender{Cash, Card}

// Part is what moved in one tender, in cents: positive into the drawer or terminal, negative out of it.
type Part struct {
	Tender Tender       `json:"tender"`
	Cents  money.Amount `json:"cents"`
	// Slip is the number on the slip of the card terminal, or "".
	Slip string `json:"slip,omitempty"`
}

// Moved is embedded in the facts of other features that put money into a drawer or take it out. Its members stand in the body, where the
// shift finds them without knowing the fact.
type Moved struct {
	Shift id.ID  `json:"shift"`
	Parts []Part `json:"parts"`
}

// Movement implements Mover.
func (m Moved) Movement() Moved { return m }

// Cents is what moved in a tender.
func (m Moved) Cents(t Tender) money.Amount {
	var sum money.Amount // a fact holds few parts, each within ledger.LargestPosting
	for _, p := range m.Parts {
		if p.Tender == t {
			sum += p.Cents
		}
	}
	return sum
}

// Mover is a fact that moves money in a shift; it embeds Moved.
type Mover interface{ Movement() Moved }

// store is what the rules read. Every method reads through r, so that a rule sees its own transaction.
type store interface {
	// OpenAt returns the shift of the desk that is not closed, and whether there is one.
	OpenAt(ctx context.Context, r journal.Reader, desk string) (Shift, bool, error)
	// Left returns what the last closed shift of the desk left in the drawer, in cents; 0 when there was none.
	Left(ctx context.Context, r journal.Reader, desk string) (money.Amount, error)
	// Shift returns a shift, or the fault "till.shift_unknown".
	Shift(ctx context.Context, r journal.Reader, shift id.ID) (Shift, error)
	// Expected returns what should be in the drawer of a shift, in cents: its float, what moved in cash, and what its counts found so far.
	Expected(ctx context.Context, r journal.Reader, shift id.ID) (money.Amount, error)
	// Actors returns who wrote a line of the shift at its desk (staff ids).
	Actors(ctx context.Context, r journal.Reader, shift id.ID) ([]string, error)
	// Bag returns a bag by its number; one that nobody has packed has the state NoBag.
	Bag(ctx context.Context, r journal.Reader, code string) (Bag, error)
	// CashLimits returns all cash limits, in the order of their days.
	CashLimits(ctx context.Context, r journal.Reader) ([]CashLimit, error)
	// CountRules returns all rules about when drawers are counted, in the order of their days.
	CountRules(ctx context.Context, r journal.Reader) ([]CountRule, error)
}

// places knows where a desk stands on a day; an unknown desk is a fault.
type places interface {
	Desk(ctx context.Context, r journal.Reader, desk string, on civil.Date) (centre.DeskPlace, error)
}

// admitter says whether entries may be posted; ledger.Service is one.
type admitter interface {
	Admit(ctx context.Context, tx *journal.Tx, entries ...ledger.Entry) error
}

// Config is what the till is made of.
type Config struct {
	Journal *journal.Journal
	Store   store
	Places  places
	Ledger  admitter
}

// Service is the till.
type Service struct {
	journal *journal.Journal
	store   store
	places  places
	ledger  admitter
}

// New returns the till.
func New(c Config) *Service {
	return &Service{journal: c.Journal, store: c.Store, places: c.Places, ledger: c.Ledger}
}

// Here returns where the desk of the transaction stands and which local day it is there.
func (s *Service) Here(ctx context.Context, tx *journal.Tx) (ledger.Place, error) {
	at, err := s.places.Desk(ctx, tx, tx.Desk(), civil.In(tx.Now(), time.UTC))
	if err != nil {
		return ledger.Place{}, err
	}
	zone, err := civil.Zone(at.Zone)
	if err != nil {
		return ledger.Place{}, err
	}
	return ledger.Place{Day: civil.In(tx.Now(), zone), Centre: at.Centre, Municipality: at.Municipality}, nil
}

// here returns the shift at the desk of the transaction when the step may be done with it, and where and on which day that is.
func (s *Service) here(ctx context.Context, tx *journal.Tx, step Step) (Shift, ledger.Place, error) {
	shift, _, err := s.store.OpenAt(ctx, tx, tx.Desk())
	if err != nil {
		return shift, ledger.Place{}, err
	}
	if err := allow(shift.State, step); err != nil {
		return shift, ledger.Place{}, err
	}
	at, err := s.Here(ctx, tx)
	return shift, at, err
}

// entry returns the one entry of these postings when it may be posted.
func (s *Service) entry(ctx context.Context, tx *journal.Tx, at ledger.Place, postings ...ledger.Posting) ([]ledger.Entry, error) {
	entry, err := ledger.NewEntry(at, postings...)
	if err != nil {
		return nil, err
	}
	return []ledger.Entry{entry}, s.ledger.Admit(ctx, tx, entry)
}
