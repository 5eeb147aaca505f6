package session

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"fmt"
	"time"

	"vienkopus/internal/platform/sqldb"
)

// About is what the list of sessions says of one: no more than its owner needs to know it again.
type About struct {
	// Owner is the id of whoever has signed in, Address from where, as limits count it, and Device what kind of browser.
	Owner, Address, Device string
}

type aboutKey struct{}

// Listed is a session that has not ended.
type Listed struct {
	About
	// Name is by what it is ended. It opens nothing.
	Name string
	// Begun is when its owner signed in, and Seen when it was last used, give or take some minutes; both in UTC.
	Begun, Seen time.Time
	// Remembers is what it remembers.
	Remembers map[string]any
}

// nameOf names a session without telling its token.
func nameOf(key hash) string {
	sum := sha256.Sum256(append([]byte("name of a session\x00"), key[:]...))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// Current returns the name of the session of the request, or "".
func (s *Sessions) Current(ctx context.Context) string {
	if ctx.Value(loadedKey{}) == nil {
		return ""
	}
	token := s.scs.Token(ctx)
	if token == "" {
		return ""
	}
	return nameOf(sha256.Sum256([]byte(token)))
}

// List returns the sessions of somebody that have not ended, the latest first.
func (s *Sessions) List(ctx context.Context, owner string) ([]Listed, error) {
	all := []Listed{}
	err := s.store.each(ctx, owner, func(l Listed, _ hash) { all = append(all, l) })
	return all, err
}

// EndNamed ends one session of somebody, and returns false where she has none of that name.
func (s *Sessions) EndNamed(ctx context.Context, owner, name string) (bool, error) {
	var ends []hash
	err := s.store.each(ctx, owner, func(l Listed, key hash) {
		if l.Name == name {
			ends = append(ends, key)
		}
	})
	for _, key := range ends {
		if err == nil {
			err = s.store.remove(ctx, key)
		}
	}
	return len(ends) > 0, err
}

func (s *store) each(ctx context.Context, owner string, show func(Listed, hash)) error {
	now := s.Clock.Now()
	const query = `SELECT token, data, address, device, begun_at, seen_at FROM side_session WHERE owner = $1 AND owner <> '' AND expires_at > $2 AND seen_at > $3
ORDER BY begun_at DESC, token`
	return sqldb.Each(ctx, s.DB, query, []any{owner, now.UnixMicro(), now.Add(-s.Idle).UnixMicro()}, func(rows *sql.Rows) error {
		var token, data []byte
		var begun, seen int64
		l := Listed{About: About{Owner: owner}}
		if err := rows.Scan(&token, &data, &l.Address, &l.Device, &begun, &seen); err != nil {
			return fmt.Errorf("session: list: %w", err)
		}
		var err error
		if _, l.Remembers, err = (codec{}).Decode(data); err != nil {
			return err
		}
		var key hash
		copy(key[:], token)
		l.Name, l.Begun, l.Seen = nameOf(key), time.UnixMicro(begun).UTC(), time.UnixMicro(seen).UTC()
		show(l, key)
		return nil
	})
}
