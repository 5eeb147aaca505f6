package territory

import (
	"context"
	"errors"
	"strings"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
)

// Store is what the rules read, inside their transaction.
type Store interface {
	// Municipality returns the municipality of the code, or the fault NotFound territory.municipality_unknown.
	Municipality(ctx context.Context, r journal.Reader, code string) (Municipality, error)
	// Unit returns the town or parish of the code, or the fault NotFound territory.unit_unknown.
	Unit(ctx context.Context, r journal.Reader, code string) (Unit, error)
}

// Config is what the service is made of.
type Config struct {
	Journal *journal.Journal
	Store   Store
}

// Service keeps the places.
type Service struct {
	journal *journal.Journal
	store   Store
}

// New returns the service.
func New(c Config) *Service { return &Service{journal: c.Journal, store: c.Store} }

// post makes the key of the request and writes at the desk of the network.
func (s *Service) post(ctx context.Context, by actor.Actor, key string, input any, rule func(*journal.Tx) error) error {
	k, err := journal.NewKey(key, input)
	if err != nil {
		return err
	}
	_, err = s.journal.Post(ctx, by, Network, k, rule)
	return err
}

// longestName is how many bytes the name of a place may have.
const longestName = 120

// place checks what every place must have: a code, a name, and a first day.
func place(code, name string, from civil.Date) error {
	var errs []error
	if !IsATVK(code) && !IsSlug(code) {
		errs = append(errs, fault.NewInvalid("territory.code").On("code"))
	}
	if err := named(name); err != nil {
		errs = append(errs, err)
	}
	if from.IsZero() {
		errs = append(errs, fault.NewInvalid("territory.from").On("from"))
	}
	return errors.Join(errs...)
}

func named(name string) error {
	if strings.TrimSpace(name) != name || name == "" || len(name) > longestName {
		return fault.NewInvalid("territory.name").On("name")
	}
	return nil
}

// free returns nil when the error says that the thing is unknown, and a conflict when there was no error.
func free(err error, taken string) error {
	switch {
	case err == nil:
		return fault.NewConflict(taken).On("code")
	case fault.KindOf(err) == fault.NotFound:
		return nil
	}
	return err
}
