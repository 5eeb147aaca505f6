package catalogue

import (
	"context"
	"fmt"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// Desk is where the lines of the catalogue are written: the office of the network.
const Desk = journal.ReferenceDesk

// store is what the rules of the catalogue read.
type store interface {
	// Version returns the latest version of the service, or zero when it is new.
	Version(ctx context.Context, r journal.Reader, service string) (int, error)
	// Institution returns the institution, or the fault "catalogue.institution_unknown".
	Institution(ctx context.Context, r journal.Reader, code string) (Institution, error)
	// BasketVersion returns the latest version of the basket, or zero.
	BasketVersion(ctx context.Context, r journal.Reader, basket string) (int, error)
}

// Publisher changes the catalogue. Nothing is overwritten: a changed text is a new version.
type Publisher struct {
	journal *journal.Journal
	store   store
}

// NewPublisher returns a publisher that reads through the store and writes to the journal.
func NewPublisher(j *journal.Journal, s store) *Publisher { return &Publisher{journal: j, store: s} }

// RegisterInstitution adds an institution or renames it. The code never changes.
func (p *Publisher) RegisterInstitution(ctx context.Context, by actor.Actor, key string, i Institution) error {
	if problems := i.Validate(); len(problems) > 0 {
		return fault.NewInvalid("catalogue.incomplete", "Problem", fmt.Sprint(problems[0]))
	}
	return p.post(ctx, by, key, i, func(tx *journal.Tx) error {
		return tx.Record(ctx, InstitutionRegistered{Institution: i})
	})
}

// Publish adds the next version of a service. It returns a fault when the version is not the next one, or something is missing.
func (p *Publisher) Publish(ctx context.Context, by actor.Actor, key string, s Service) error {
	if problems := s.Validate(); len(problems) > 0 {
		return fault.NewInvalid("catalogue.incomplete", "Problem", fmt.Sprint(problems[0]))
	}
	return p.post(ctx, by, key, s, func(tx *journal.Tx) error {
		if _, err := p.store.Institution(ctx, tx, s.Institution); err != nil {
			return err
		}
		latest, err := p.store.Version(ctx, tx, s.Code)
		if err != nil {
			return err
		}
		if s.Version != latest+1 {
			return fault.NewConflict("catalogue.version", "Expected", latest+1).On("version")
		}
		return tx.Record(ctx, ServicePublished{Service: s})
	})
}

// Withdraw takes a service out of the offer.
func (p *Publisher) Withdraw(ctx context.Context, by actor.Actor, key, code string) error {
	return p.post(ctx, by, key, code, func(tx *journal.Tx) error {
		latest, err := p.store.Version(ctx, tx, code)
		if err != nil {
			return err
		}
		if latest == 0 {
			return fault.NewNotFound("catalogue.service_unknown")
		}
		return tx.Record(ctx, ServiceWithdrawn{Code: code})
	})
}

// Approve adds the next version of a basket. All its services must be known, because it is indivisible.
func (p *Publisher) Approve(ctx context.Context, by actor.Actor, key string, b Basket) error {
	return p.post(ctx, by, key, b, func(tx *journal.Tx) error {
		latest, err := p.store.BasketVersion(ctx, tx, b.Code)
		if err != nil {
			return err
		}
		if b.Version != latest+1 {
			return fault.NewConflict("catalogue.version", "Expected", latest+1).On("version")
		}
		for _, code := range b.Services {
			version, err := p.store.Version(ctx, tx, code)
			if err != nil {
				return err
			}
			if version == 0 {
				return fault.NewInvalid("catalogue.basket_service_unknown", "Service", code).On("services")
			}
		}
		return tx.Record(ctx, BasketApproved{Basket: b})
	})
}

func (p *Publisher) post(ctx context.Context, by actor.Actor, key string, input any, rule func(*journal.Tx) error) error {
	k, err := journal.NewKey(key, input)
	if err != nil {
		return err
	}
	_, err = p.journal.Post(ctx, by, Desk, k, rule)
	return err
}
