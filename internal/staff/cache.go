package staff

import (
	"sync"
	"time"
)

const (
	// cacheTime is how long a session may be out of date when another process changed a role.
	cacheTime = 30 * time.Second
	// cacheSize bounds the sessions kept in memory; about one kilobyte each.
	cacheSize = 20_000
)

// cache keeps sessions that were read a moment ago, because every request asks. Whatever this process changes drops all of it.
type cache struct {
	mu    sync.RWMutex
	known map[any]cached // by openedKey or TokenHash
	drops uint64         // a read that began before a drop is not kept
}

type cached struct {
	session *Session // never changed after it was made
	at      time.Time
}

func newCache() *cache { return &cache{known: map[any]cached{}} }

// get returns what is known under key, or reads it. Errors are not kept.
func (c *cache) get(key any, now time.Time, read func() (*Session, error)) (*Session, error) {
	c.mu.RLock()
	k, ok := c.known[key]
	drops := c.drops
	c.mu.RUnlock()
	if ok && now.Sub(k.at) < cacheTime && !now.Before(k.at) {
		return k.session, nil
	}
	session, err := read()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.drops == drops {
		if len(c.known) >= cacheSize {
			clear(c.known)
		}
		c.known[key] = cached{session: session, at: now}
	}
	return session, nil
}

// drop forgets everything.
func (c *cache) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	clear(c.known)
}
