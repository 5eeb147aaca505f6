package staff

import (
	"context"
	"sync"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

// AsOf names a state of everything from which a session follows: what is told of people, roles and tokens at the network's desk, and who sits at the desk in use.
type AsOf struct {
	Head journal.Hash
	Seat id.ID
}

// cacheSize bounds the sessions kept in memory; about one kilobyte each.
const cacheSize = 20_000

// cache keeps sessions as of the state in which they were read. That state is asked for every request, so that nothing is ever out of date, whichever program on the
// database has changed it.
type cache struct {
	mu    sync.RWMutex
	known map[any]cached // by openedKey or TokenHash
}

type cached struct {
	session *Session // never changed after it was made
	as      AsOf
}

func newCache() *cache { return &cache{known: map[any]cached{}} }

// session returns what is known under key, or reads it. Errors are not kept.
func (s *Service) session(ctx context.Context, key any, desk string, read func() (*Session, error)) (*Session, error) {
	as, err := s.Roles.AsOf(ctx, s.Journal.DB(), desk)
	if err != nil {
		return nil, err //nolint:wrapcheck // of the store
	}
	c := s.sessions
	c.mu.RLock()
	k, ok := c.known[key]
	c.mu.RUnlock()
	if ok && k.as == as {
		return k.session, nil
	}
	session, err := read()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= cacheSize {
		clear(c.known)
	}
	c.known[key] = cached{session: session, as: as}
	return session, nil
}
