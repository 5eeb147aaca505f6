// Package session remembers in the side store who has signed in, behind a cookie that says nothing by itself.
//
// Losing the table signs everybody out and harms nobody; while it cannot be reached, sessions that are known go on from memory. It holds only the hash of
// a cookie's token, so that a copy of the database opens no session. A request writes nothing: the time of the last
// request is noted at most every touchEvery. Whatever is ended ends at once, also in other processes
// that share the database.
package session

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/sqldb"
)

// Config is what sessions are made of.
type Config struct {
	// DB is a side store that was told of Tables.
	DB    *sqldb.DB
	Clock clock.Clock
	// PublicURL decides how the cookie is protected: with "https://…" it never travels in clear.
	PublicURL string
	// Idle ends a session that nobody used for so long; 0 stands for usualIdle.
	Idle time.Duration
	// Lifetime ends every session, used or not; 0 stands for usualLifetime.
	Lifetime time.Duration
}

const (
	// usualIdle lets a librarian leave the counter for her other work; what she typed is kept in drafts anyway.
	usualIdle = 2 * time.Hour
	// usualLifetime is a long working day.
	usualLifetime = 14 * time.Hour
)

// Sessions loads, begins and ends sessions.
type Sessions struct {
	scs   *scs.SessionManager
	store *store
}

// New returns sessions kept in the store.
func New(c Config) *Sessions {
	if c.Idle == 0 {
		c.Idle = usualIdle
	}
	if c.Lifetime == 0 {
		c.Lifetime = usualLifetime
	}
	m := scs.New()
	st := newStore(c)
	m.Store, m.Codec, m.Lifetime = st, codec{}, c.Lifetime
	m.Cookie.Persist = false // it ends with the browser
	m.Cookie.Name = "vienkopus"
	if strings.HasPrefix(c.PublicURL, "https://") {
		// The prefix makes browsers insist on Secure, on this host alone and on the whole of it (RFC 6265bis §4.1.3.2).
		m.Cookie.Name, m.Cookie.Secure = "__Host-vienkopus", true
	}
	return &Sessions{scs: m, store: st}
}

type loadedKey struct{}

// Load returns the request with the session of its cookie; one without a cookie, or with one that opens nothing, comes back as it was.
// It is made for httpx.Options.Prepare.
func (s *Sessions) Load(r *http.Request) (*http.Request, error) {
	cookie, err := r.Cookie(s.scs.Cookie.Name)
	if err != nil || cookie.Value == "" {
		return r, nil //nolint:nilerr // no cookie is no error
	}
	ctx, err := s.load(r.Context(), cookie.Value)
	if err != nil {
		return r, err
	}
	return r.WithContext(ctx), nil
}

func (s *Sessions) load(ctx context.Context, token string) (context.Context, error) {
	ctx, err := s.scs.Load(ctx, token)
	if err != nil {
		return ctx, fmt.Errorf("session: load: %w", err)
	}
	return context.WithValue(ctx, loadedKey{}, true), nil
}

// Get returns what the session remembers under name, or "".
func (s *Sessions) Get(ctx context.Context, name string) string {
	if ctx.Value(loadedKey{}) == nil {
		return ""
	}
	return s.scs.GetString(ctx, name)
}

// Lapsed tells that the cookie of the request opens nothing: its session was not used for too long, or was ended.
func (s *Sessions) Lapsed(ctx context.Context) bool {
	return ctx.Value(loadedKey{}) != nil && s.scs.Token(ctx) == ""
}

// Begin ends the session of the request, if there is one, and begins a new one under a new token that remembers only values. Its owner sees about in her list.
func (s *Sessions) Begin(w http.ResponseWriter, r *http.Request, about About, values map[string]string) error {
	ctx := r.Context()
	if ctx.Value(loadedKey{}) == nil {
		var err error
		if ctx, err = s.load(ctx, ""); err != nil {
			return err
		}
	}
	if err := s.scs.RenewToken(ctx); err != nil {
		return fmt.Errorf("session: renew: %w", err)
	}
	if err := s.scs.Clear(ctx); err != nil {
		return fmt.Errorf("session: clear: %w", err)
	}
	for name, value := range values {
		s.scs.Put(ctx, name, value)
	}
	token, expiry, err := s.scs.Commit(context.WithValue(ctx, aboutKey{}, about))
	if err != nil {
		return fmt.Errorf("session: begin: %w", err)
	}
	s.scs.WriteSessionCookie(ctx, w, token, expiry)
	return nil
}

// Set remembers a value in the session of the request; without a session it does nothing.
func (s *Sessions) Set(ctx context.Context, name, value string) error {
	if ctx.Value(loadedKey{}) == nil || s.scs.Token(ctx) == "" {
		return nil
	}
	s.scs.Put(ctx, name, value)
	if _, _, err := s.scs.Commit(ctx); err != nil {
		return fmt.Errorf("session: set: %w", err)
	}
	return nil
}

// End ends the session of the request and takes the cookie back, this also when the session could not be ended.
func (s *Sessions) End(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	s.scs.WriteSessionCookie(ctx, w, "", time.Time{})
	if ctx.Value(loadedKey{}) != nil {
		if err := s.scs.Destroy(ctx); err != nil {
			return fmt.Errorf("session: end: %w", err)
		}
	}
	return nil
}

// Sweep throws away sessions that have ended, and returns how many.
func (s *Sessions) Sweep(ctx context.Context) (int64, error) { return s.store.sweep(ctx) }
