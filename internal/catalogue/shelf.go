package catalogue

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"vienkopus/internal/platform/journal"
)

// Shelf is the catalogue in memory, for screens and search. A follower fills it again when the catalogue has changed;
// rules never ask it, they read in their transaction.
type Shelf struct {
	store    shelfStore
	contents atomic.Pointer[contents]
	seen     atomic.Int64 // the last line of the catalogue that is in it
}

// shelfStore reads the whole catalogue.
type shelfStore interface {
	Institutions(ctx context.Context, r journal.Reader) ([]Institution, error)
	// Services returns what is offered, Withdrawn what is offered no longer but still has a name.
	Services(ctx context.Context, r journal.Reader) ([]Service, error)
	Withdrawn(ctx context.Context, r journal.Reader) ([]Service, error)
}

type contents struct {
	institutions map[string]Institution
	services     map[string]Service
	offered      []Service
	index        func() *Index // made when it is asked for: most commands search nothing
}

// NewShelf returns an empty shelf.
func NewShelf(s shelfStore) *Shelf {
	shelf := &Shelf{store: s}
	shelf.contents.Store(&contents{index: func() *Index { return NewIndex(nil, nil) }})
	return shelf
}

// Fill reads the whole catalogue.
func (s *Shelf) Fill(ctx context.Context, r journal.Reader) error {
	institutions, err := s.store.Institutions(ctx, r)
	if err != nil {
		return err
	}
	offered, err := s.store.Services(ctx, r)
	if err != nil {
		return err
	}
	withdrawn, err := s.store.Withdrawn(ctx, r)
	if err != nil {
		return err
	}
	c := &contents{
		institutions: map[string]Institution{}, services: map[string]Service{},
		offered: offered, index: sync.OnceValue(func() *Index { return NewIndex(offered, institutions) }),
	}
	for _, i := range institutions {
		c.institutions[i.Code] = i
	}
	for _, list := range [][]Service{withdrawn, offered} {
		for i := range list {
			c.services[list[i].Code] = list[i]
		}
	}
	s.contents.Store(c)
	return nil
}

// Refresh fills the shelf again when the desk of the catalogue has a new line. It keeps no cursor in the database: what is in memory is read anew at
// every start, by every node for itself.
func (s *Shelf) Refresh(ctx context.Context, j *journal.Journal) error {
	head, err := j.Head(ctx, j.DB(), Desk)
	if err != nil || head.Number == s.seen.Load() {
		return err
	}
	if err := s.Fill(ctx, j.DB()); err != nil {
		return err
	}
	s.contents.Load().index() // so that nobody's first search waits for it
	s.seen.Store(head.Number)
	return nil
}

// Service returns the present version of a service, offered or not.
func (s *Shelf) Service(code string) (Service, bool) {
	found, ok := s.contents.Load().services[code]
	return found, ok
}

// IsOffered tells whether a service can be had today.
func (s *Shelf) IsOffered(code string) bool {
	return slices.ContainsFunc(s.Offered(), func(o Service) bool { return o.Code == code })
}

// Institution returns the institution of the code.
func (s *Shelf) Institution(code string) (Institution, bool) {
	found, ok := s.contents.Load().institutions[code]
	return found, ok
}

// Offered returns all services that are offered, in the order of their codes; the caller does not change it.
func (s *Shelf) Offered() []Service { return s.contents.Load().offered }

// Search returns the services that fit the client's words best.
func (s *Shelf) Search(query, lang string, limit int) []Hit {
	return s.contents.Load().index().Search(query, lang, limit)
}
