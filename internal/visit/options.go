package visit

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
)

// Options are the acts that a desk may record for a service today. Blocked are those that the service knows but the tier of the centre does not allow.
type Options struct {
	Place   centre.DeskPlace
	Offer   catalogue.Offer
	Allowed []catalogue.ActKind
	Blocked []catalogue.ActKind
}

// Options says what the desk may do for the service, for a screen; Record asks again inside its transaction.
func (s *Service) Options(ctx context.Context, r journal.Reader, desk, service string) (Options, error) {
	now := s.journal.Now()
	place, err := s.places.Desk(ctx, r, desk, civil.In(now, time.UTC))
	if err != nil {
		return Options{}, err
	}
	zone, err := civil.Zone(place.Zone)
	if err != nil {
		return Options{}, err
	}
	offer, err := s.offers.Offer(ctx, r, service)
	if err != nil {
		return Options{}, err
	}
	o := Options{Place: place, Offer: offer}
	for _, kind := range Kinds {
		if !offer.Takes(kind) {
			continue
		}
		may, err := s.may(ctx, r, kind, offer, spot{place: place, day: civil.In(now, zone)})
		if err != nil {
			return o, err
		}
		if may {
			o.Allowed = append(o.Allowed, kind)
		} else {
			o.Blocked = append(o.Blocked, kind)
		}
	}
	return o, nil
}

// may is the rule of the tier, and for an application that of the service too. That somebody asked may be said everywhere.
func (s *Service) may(ctx context.Context, r journal.Reader, kind catalogue.ActKind, offer catalogue.Offer, at spot) (bool, error) {
	if kind == catalogue.Unmet || kind == catalogue.Call {
		return true, nil
	}
	may, err := s.places.May(ctx, r, at.place.Tier, string(offer.Authority), string(kind), at.day)
	if err != nil || !may {
		return false, err
	}
	return kind != catalogue.Application || offer.At(string(at.place.Tier.Class())), nil
}
