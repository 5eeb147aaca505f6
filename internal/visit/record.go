package visit

import (
	"context"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
)

// What is what a clerk says was done.
type What struct {
	Kind    catalogue.ActKind `json:"kind"`
	Service string            `json:"service"`
	// Channel is how it was done; empty means the channel of the visit.
	Channel  Channel  `json:"channel"`
	Depth    Depth    `json:"depth"`
	Reason   Reason   `json:"reason"`
	Identity Document `json:"identity"`
}

// Record notes an act in the visit. A visit on hold is taken back by it; without a visit (the zero id) one begins with it, in person.
//
// It returns a fault when the visit is unknown, closed or another desk's, when the service is unknown or not for this kind of
// act, when the tier of the centre does not allow it ("visit.tier"), or when a document has to be seen first.
func (s *Service) Record(ctx context.Context, r journal.Request, visit id.ID, what What) (Act, error) {
	if err := what.check(); err != nil {
		return Act{}, err
	}
	posted, err := s.journal.Do(ctx, r, []any{"record", visit, what}, func(tx *journal.Tx) error {
		_, err := s.Add(ctx, tx, visit, what)
		return err
	})
	if err != nil {
		return Act{}, err
	}
	f, line, err := journal.Answer[ActRecorded](posted)
	if err != nil {
		return Act{}, err
	}
	return Act{ID: f.Act, Visit: f.Visit, Number: line.Number, RecordedAt: line.RecordedAt, Line: f.Line, Identity: f.Identity}, nil
}

// Add is Record inside the transaction of another feature, whose fact the act counts. It returns what Record returns as faults.
func (s *Service) Add(ctx context.Context, tx *journal.Tx, visit id.ID, what What) (ActRecorded, error) {
	place, day, err := s.today(ctx, tx)
	if err != nil {
		return ActRecorded{}, err
	}
	v := Visit{State: Serving, Channel: InPerson}
	if !visit.IsZero() {
		if v, err = s.own(ctx, tx, visit); err != nil {
			return ActRecorded{}, err
		}
	}
	line, err := s.line(ctx, tx, what, spot{place: place, day: day, channel: v.Channel})
	if err != nil {
		return ActRecorded{}, err
	}
	if v, err = s.present(ctx, tx, v, place); err != nil {
		return ActRecorded{}, err
	}
	f := ActRecorded{Act: tx.NewID(), Visit: v.ID, Line: line, Identity: what.Identity}
	return f, tx.Record(ctx, f)
}

// present makes v the visit that the desk serves: it is taken back from hold, or begins when it is new.
func (s *Service) present(ctx context.Context, tx *journal.Tx, v Visit, place centre.DeskPlace) (Visit, error) {
	if !v.ID.IsZero() {
		return v, s.serve(ctx, tx, v)
	}
	if err := s.pause(ctx, tx); err != nil {
		return v, err
	}
	v.ID = tx.NewID()
	return v, tx.Record(ctx, Opened{Visit: v.ID, Municipality: place.Municipality, Centre: place.Centre, Channel: v.Channel})
}

// check looks at what needs no database. Several faults come joined, each on its field.
func (w What) check() error {
	switch {
	case !slices.Contains(Kinds, w.Kind):
		return fault.NewInvalid("visit.kind_unknown").On("kind")
	case w.Service == "" && w.needsService():
		return fault.NewInvalid("visit.service_missing").On("service")
	case w.Channel != "" && !slices.Contains(Channels, w.Channel):
		return fault.NewInvalid("visit.channel_unknown").On("channel")
	case w.Identity != "" && !slices.Contains(Documents, w.Identity):
		return fault.NewInvalid("visit.identity_unknown").On("identity")
	}
	return w.checkDetail()
}

// checkDetail sees that help has a depth, that what could not be done has a reason, and that nothing else has either.
func (w What) checkDetail() error {
	help, unmet := w.Kind == catalogue.EserviceHelp, w.Kind == catalogue.Unmet
	switch {
	case help != (w.Depth != ""), w.Depth != "" && !slices.Contains(Depths, w.Depth):
		return fault.NewInvalid("visit.depth").On("depth")
	case unmet != (w.Reason != ""), w.Reason != "" && !slices.Contains(Reasons, w.Reason):
		return fault.NewInvalid("visit.reason").On("reason")
	}
	return nil
}

// needsService tells whether the act is about a service; the others may be about one.
func (w What) needsService() bool {
	return w.Kind == catalogue.Consultation || w.Kind == catalogue.EserviceHelp || w.Kind == catalogue.Application
}

// spot is where and when an act is done.
type spot struct {
	place   centre.DeskPlace
	day     civil.Date
	channel Channel
}

// line turns what was done into what is counted, reading the service and the rules of the tier in the transaction.
func (s *Service) line(ctx context.Context, tx *journal.Tx, what What, at spot) (Line, error) {
	line := Line{
		Day: at.day, Municipality: at.place.Municipality, Centre: at.place.Centre, Kind: what.Kind,
		Channel: what.Channel, Service: what.Service, Depth: what.Depth, Reason: what.Reason,
	}
	if line.Channel == "" {
		line.Channel = at.channel
	}
	if what.Service == "" {
		return line, nil
	}
	offer, err := s.offers.Offer(ctx, tx, what.Service)
	if err != nil {
		return line, err
	}
	line.ServiceVersion, line.Institution = offer.Version, offer.Institution
	return line, s.allowed(ctx, tx, what, offer, at)
}

// allowed refuses what the service does not know, what the tier does not allow, and an application without the look at a document that it demands.
func (s *Service) allowed(ctx context.Context, tx *journal.Tx, what What, offer catalogue.Offer, at spot) error {
	if !offer.Takes(what.Kind) {
		return fault.NewInvalid("visit.kind_not_for_service").On("kind")
	}
	may, err := s.may(ctx, tx, what.Kind, offer, at)
	if err != nil {
		return err
	}
	if !may {
		return fault.NewInvalid("visit.tier").On("service")
	}
	if what.Kind == catalogue.Application && offer.Identity == catalogue.IdentityDocument && what.Identity == "" {
		return fault.NewInvalid("visit.identity_needed").On("identity")
	}
	return nil
}
