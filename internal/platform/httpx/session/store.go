package session

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"vienkopus/internal/platform/sqldb"
)

// Tables are those of sessions, in the side store.
var Tables = sqldb.SideTables{Owner: "sessions", SQL: `
CREATE TABLE side_session (
  token      BLOB   NOT NULL PRIMARY KEY,
  data       BLOB   NOT NULL,
  seen_at    BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  begun_at   BIGINT NOT NULL,
  owner      TEXT   NOT NULL,
  address    TEXT   NOT NULL,
  device     TEXT   NOT NULL
) WITHOUT ROWID;
CREATE INDEX side_session_owner ON side_session (owner, begun_at);
`}

// Migration made the table of sessions while they stood in the database of the journal. Nothing uses it any more.
var Migration = sqldb.Migration{Number: 3, Name: "sessions", SQL: `
CREATE TABLE session (
  token      BLOB   NOT NULL PRIMARY KEY,
  data       BLOB   NOT NULL,
  seen_at    BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
) WITHOUT ROWID;
`}

const (
	// touchEvery is how late the time of the last request may be noted.
	touchEvery = 5 * time.Minute
	// cacheTime is how long memory is believed where no other process serves the database.
	cacheTime = 30 * time.Second
	// cacheSize bounds the sessions kept in memory; about 500 bytes each.
	cacheSize = 20_000
)

// hash is the SHA-256 of a token. Tokens are 256 random bits, so that no salt and no slow hash is needed.
type hash [sha256.Size]byte

// kept is a session as it stands in the table.
type kept struct {
	data     []byte
	seen     time.Time
	expires  time.Time
	cachedAt time.Time
}

// store implements scs.CtxStore. It has its own expiry, by our clock.
type store struct {
	Config
	mu    sync.Mutex
	cache map[hash]kept
	ends  uint64 // counts what was forgotten: a read that began before one of them is not remembered
}

func newStore(c Config) *store { return &store{Config: c, cache: map[hash]kept{}} }

// FindCtx returns the data of a session that has not ended.
func (s *store) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	key, now := hash(sha256.Sum256([]byte(token))), s.Clock.Now()
	k, found, ends := s.recall(key, now)
	if !found {
		if k, err = s.read(ctx, key); errors.Is(err, sql.ErrNoRows) {
			return nil, false, nil
		} else if err != nil {
			// Somebody who works goes on working: what the last read said holds until the store answers again.
			if k, found = s.last(key); !found {
				return nil, false, err
			}
			slog.WarnContext(ctx, "a session could not be read; it goes on from memory", slog.Any("error", err))
		}
		k.cachedAt = now
		s.remember(key, k, ends)
	}
	if s.ended(k, now) {
		return nil, false, nil
	}
	if now.Sub(k.seen) >= touchEvery {
		s.touch(ctx, key, k, ends)
	}
	return k.data, true, nil
}

func (s *store) ended(k kept, now time.Time) bool {
	return !now.Before(k.expires) || now.Sub(k.seen) >= s.Idle
}

// recall returns a session from memory, while what memory says can be relied on. A session that seems to have ended
// is read again: another process may have seen a request of it.
func (s *store) recall(key hash, now time.Time) (k kept, found bool, ends uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, found = s.cache[key]
	// Where several processes may serve (PostgreSQL) each request asks: a session that another one has ended must not live on here. Memory is for when the store does not answer.
	if !found || s.DB.Engine() == sqldb.Postgres || now.Sub(k.cachedAt) >= cacheTime || now.Before(k.cachedAt) || s.ended(k, now) {
		return kept{}, false, s.ends
	}
	return k, true, s.ends
}

// last returns what memory says of a session, however long ago it was read.
func (s *store) last(key hash) (kept, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, known := s.cache[key]
	return k, known
}

// amend changes in memory what a session remembers, and tells whether memory knows the session.
func (s *store) amend(key hash, data []byte, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, known := s.cache[key]
	if known {
		k.data, k.cachedAt = data, now
		s.cache[key] = k
		s.ends++ // a read that began before would bring back what was there
	}
	return known
}

// remember keeps what was read, unless something was forgotten since.
func (s *store) remember(key hash, k kept, ends uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ends != s.ends {
		return
	}
	if len(s.cache) >= cacheSize {
		clear(s.cache)
	}
	s.cache[key] = k
}

func (s *store) forget(key hash) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ends++
	delete(s.cache, key)
}

// storeTime is how long the store may keep a request waiting for what memory may know too.
const storeTime = time.Second

func (s *store) read(ctx context.Context, key hash) (kept, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	var k kept
	var seen, expires int64
	row := s.DB.QueryRow(ctx, "SELECT data, seen_at, expires_at FROM side_session WHERE token = $1", key[:])
	if err := row.Scan(&k.data, &seen, &expires); err != nil {
		return kept{}, fmt.Errorf("session: find: %w", err)
	}
	k.seen, k.expires = time.UnixMicro(seen).UTC(), time.UnixMicro(expires).UTC()
	return k, nil
}

// touch notes the time of a request. When it cannot (the disk is full), the reader is served nevertheless.
func (s *store) touch(ctx context.Context, key hash, k kept, ends uint64) {
	now := s.Clock.Now()
	k.seen, k.cachedAt = now, now
	s.remember(key, k, ends) // first, so that requests at the same time do not write as well
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	err := s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE side_session SET seen_at = $1 WHERE token = $2", now.UnixMicro(), key[:])
		return err
	})
	if err != nil {
		slog.WarnContext(ctx, "the use of a session could not be noted", slog.Any("error", err))
	}
}

// CommitCtx stores a session. A new one lives for the lifetime by our clock; scs's own expiry, by the machine's, is not used.
// A session that was there before goes on in memory when it cannot be stored: what it tells of has happened already, and must not look as if it had not.
func (s *store) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	key, now := hash(sha256.Sum256([]byte(token))), s.Clock.Now()
	const upsert = `INSERT INTO side_session (token, data, seen_at, expires_at, begun_at, owner, address, device) VALUES ($1, $2, $3, $4, $3, $5, $6, $7)
ON CONFLICT (token) DO UPDATE SET data = excluded.data, seen_at = excluded.seen_at`
	about, begins := ctx.Value(aboutKey{}).(About)
	if !begins {
		about = About{} // a session that goes on keeps what it said at its beginning
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	err := s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, upsert, key[:], data, now.UnixMicro(), now.Add(s.Lifetime).UnixMicro(), about.Owner, about.Address, about.Device)
		return err
	})
	if err != nil && s.amend(key, data, now) {
		slog.WarnContext(ctx, "a session could not be stored; it goes on from memory", slog.Any("error", err))
		return nil
	}
	s.forget(key)
	return err
}

// DeleteCtx removes a session.
func (s *store) DeleteCtx(ctx context.Context, token string) error {
	return s.remove(ctx, sha256.Sum256([]byte(token)))
}

func (s *store) remove(ctx context.Context, key hash) error {
	err := s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM side_session WHERE token = $1", key[:])
		return err
	})
	s.forget(key)
	return err
}

func (s *store) sweep(ctx context.Context) (swept int64, err error) {
	now := s.Clock.Now()
	err = s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		swept, err = tx.Exec(ctx, "DELETE FROM side_session WHERE expires_at <= $1 OR seen_at <= $2", now.UnixMicro(), now.Add(-s.Idle).UnixMicro())
		return err
	})
	return swept, err
}

// errNoContext is returned by the methods of scs.Store that nobody calls, because the ones with a context exist.
var errNoContext = errors.New("session: a context is needed")

// Find implements scs.Store.
func (*store) Find(string) (b []byte, found bool, err error) { return nil, false, errNoContext }

// Commit implements scs.Store.
func (*store) Commit(string, []byte, time.Time) error { return errNoContext }

// Delete implements scs.Store.
func (*store) Delete(string) error { return errNoContext }
