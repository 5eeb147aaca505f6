// Package till is the money in a drawer, from the change money of the morning to the bank.
//
// Rules:
//   - Money moves only in an open shift, and every line that moves it names the shift (Moved). A desk has one open shift at most; it is
//     found by its state, never by a span of time.
//   - A shift is counted blind: nobody is told what should be there before what is there has been counted, note by note. What was counted is
//     never reset; a second count is a second line. What is too much or too little goes to the account of differences and needs a reason.
//   - A shift is approved by somebody else than who counted it, from wherever she is. What was handed over, deposited and matched is a new line each.
//   - What happened is applied wherever and whenever its line arrives; contradictions are shown.
package till

import (
	"context"
	"fmt"
	"sync"
	"time"

	"vienkopus/internal/base/actor"
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

// State is where a shift stands.
type State string

// The states of a shift.
const (
	Open    State = "open"
	Counted State = "counted"
	Closed  State = "closed"
)

// Shift is the time in which one drawer is in use.
type Shift struct {
	ID   id.ID
	Desk string
	ledger.Place
	State    State
	OpenedAt time.Time // UTC
	// Float is the change money that was in the drawer when it was opened, in cents.
	Float money.Amount
}

// store is what the rules read. Every method reads through r, so that a rule sees its own transaction.
type store interface {
	// OpenAt returns the shift of the desk that is not closed, and whether there is one.
	OpenAt(ctx context.Context, r journal.Reader, desk string) (Shift, bool, error)
	// Left returns what the last closed shift of the desk left in the drawer, in cents; 0 when there was none.
	Left(ctx context.Context, r journal.Reader, desk string) (money.Amount, error)
	// Shift returns a shift, or the fault "till.shift_unknown".
	Shift(ctx context.Context, r journal.Reader, shift id.ID) (Shift, error)
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
	zones   sync.Map // name → *time.Location
}

// New returns the till.
func New(c Config) *Service {
	return &Service{journal: c.Journal, store: c.Store, places: c.Places, ledger: c.Ledger}
}

// Request is who asks for something, at which desk, under which key.
type Request struct {
	By   actor.Actor
	Desk string
	Key  string
}

// Here returns where the desk of the transaction stands and which local day it is there.
func (s *Service) Here(ctx context.Context, tx *journal.Tx) (ledger.Place, error) {
	at, err := s.places.Desk(ctx, tx, tx.Desk(), civil.In(tx.Now(), time.UTC))
	if err != nil {
		return ledger.Place{}, err
	}
	zone, err := s.zone(at.Zone)
	if err != nil {
		return ledger.Place{}, err
	}
	return ledger.Place{Day: civil.In(tx.Now(), zone), Centre: at.Centre, Municipality: at.Municipality}, nil
}

func (s *Service) zone(name string) (*time.Location, error) {
	if known, ok := s.zones.Load(name); ok {
		return known.(*time.Location), nil //nolint:errcheck,forcetypeassert // only locations are stored
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("till: zone: %w", err)
	}
	s.zones.Store(name, zone)
	return zone, nil
}
