package visit

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
)

// State is where a visit stands.
type State string

// The states. A visit is served or on hold until it is closed, for good.
const (
	Serving State = "serving"
	OnHold  State = "on-hold"
	Ended   State = "closed"
)

// States are all states, in the order in which a visit has them.
var States = []State{Serving, OnHold, Ended}

// Visit is one client at one desk.
type Visit struct {
	ID           id.ID
	Desk         string
	Municipality string
	Centre       string
	Channel      Channel
	State        State
	OpenedAt     time.Time // UTC
	ClosedAt     time.Time // UTC; zero until closed
}

// Part is which part of the visits is asked for that a desk closed on a local day ("YYYY-MM-DD"): up to Limit of them, behind the one that was closed
// at a moment (UTC) and has that id. The zero moment is the end of time.
type Part struct {
	Desk, Day string
	Before    time.Time
	ID        id.ID
	Limit     int
}

// ActState tells whether an act still counts.
type ActState string

// The states of an act.
const (
	Counted   ActState = ""
	Undone    ActState = "undone"
	Corrected ActState = "corrected"
)

// Gone are the states of an act that does not count any more.
var Gone = []ActState{Undone, Corrected}

// Act is one thing that was done.
type Act struct {
	ID         id.ID
	Visit      id.ID
	Number     int64 // of its journal line
	RecordedAt time.Time
	Line
	Identity Document
	State    ActState
}

// Paid is a payment of a visit that stands, as a later feature tells it.
type Paid struct {
	// Receipt is its number as people say it, Creditor the name of who gets the money, and Cents what was paid, what was given back taken away.
	Receipt, Creditor string
	Cents             money.Amount
}

// Span is a stretch of time in which a visit was served or waited.
type Span struct {
	Serving  bool
	From, To time.Time // UTC; To is zero while it lasts
}

// store is what the rules read. Every method reads through r, so that a rule sees its own transaction.
type store interface {
	// Visit returns the visit, or the fault "visit.unknown".
	Visit(ctx context.Context, r journal.Reader, visit id.ID) (Visit, error)
	// ServedAt returns the visit that the desk serves at present, if any.
	ServedAt(ctx context.Context, r journal.Reader, desk string) (Visit, bool, error)
	// Act returns the act of the visit, or the fault "visit.act_unknown".
	Act(ctx context.Context, r journal.Reader, visit, act id.ID) (Act, error)
	// Acts returns all acts of the visit, those that count no more among them, in the order of their lines.
	Acts(ctx context.Context, r journal.Reader, visit id.ID) ([]Act, error)
	// Counts tells whether the visit holds an act that still counts.
	Counts(ctx context.Context, r journal.Reader, visit id.ID) (bool, error)
	// Tied tells whether the act counts a fact of another feature, so that only taking that back takes the act away.
	Tied(ctx context.Context, r journal.Reader, act id.ID) (bool, error)
}

// places knows what a desk may do.
type places interface {
	Desk(ctx context.Context, r journal.Reader, desk string, on civil.Date) (centre.DeskPlace, error)
	May(ctx context.Context, r journal.Reader, tier centre.Tier, authority, actKind string, on civil.Date) (bool, error)
}

// offers knows the services.
type offers interface {
	Offer(ctx context.Context, r journal.Reader, service string) (catalogue.Offer, error)
}

// Config is what the counter is made of.
type Config struct {
	Journal *journal.Journal
	Store   store
	Places  places
	Offers  offers
}

// Service is the counter.
type Service struct {
	journal *journal.Journal
	store   store
	places  places
	offers  offers
}

// New returns the counter.
func New(c Config) *Service {
	return &Service{journal: c.Journal, store: c.Store, places: c.Places, offers: c.Offers}
}

// today returns the desk's place and the local day there. A day may differ from the UTC day, so the place is asked first with that one.
func (s *Service) today(ctx context.Context, tx *journal.Tx) (centre.DeskPlace, civil.Date, error) {
	place, err := s.places.Desk(ctx, tx, tx.Desk(), civil.In(tx.Now(), time.UTC))
	if err != nil {
		return place, civil.Date{}, err
	}
	zone, err := civil.Zone(place.Zone)
	if err != nil {
		return place, civil.Date{}, err
	}
	return place, civil.In(tx.Now(), zone), nil
}

// own returns the visit when it belongs to the desk of the transaction and is not closed.
func (s *Service) own(ctx context.Context, tx *journal.Tx, visit id.ID) (Visit, error) {
	v, err := s.store.Visit(ctx, tx, visit)
	switch {
	case err != nil:
		return v, err
	case v.Desk != tx.Desk():
		return v, fault.NewForbidden("visit.foreign_desk", "Desk", v.Desk)
	case v.State == Ended:
		return v, fault.NewConflict("visit.already_closed")
	}
	return v, nil
}

// free refuses to change an act that counts something else.
func (s *Service) free(ctx context.Context, tx *journal.Tx, act id.ID) error {
	tied, err := s.store.Tied(ctx, tx, act)
	if err == nil && tied {
		err = fault.NewConflict("visit.act_tied")
	}
	return err
}

// serve makes v the visit that the desk serves: whoever is being served waits.
func (s *Service) serve(ctx context.Context, tx *journal.Tx, v Visit) error {
	if v.State == Serving {
		return nil
	}
	if err := s.pause(ctx, tx); err != nil {
		return err
	}
	return tx.Record(ctx, Resumed{Visit: v.ID})
}

// pause puts the visit that the desk serves on hold, if there is one.
func (s *Service) pause(ctx context.Context, tx *journal.Tx) error {
	now, serving, err := s.store.ServedAt(ctx, tx, tx.Desk())
	if err != nil || !serving {
		return err
	}
	return tx.Record(ctx, Held{Visit: now.ID})
}
