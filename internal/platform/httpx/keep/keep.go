// Package keep keeps in the side store, for a while, what a browser cannot be asked for again: the page that answered a form, and a form that came without a
// session. Losing the table shows the browser's own question once more, and harms nobody. Pages show persons, so they are sealed: with the keys of the network,
// or where there are none with a key in the memory of the process.
package keep

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
)

// Tables are those of what is kept, in the side store.
var Tables = sqldb.SideTables{Owner: "kept", SQL: `
-- 2: bodies are sealed
CREATE TABLE side_kept (
  name    TEXT   NOT NULL PRIMARY KEY,
  owner   TEXT   NOT NULL,
  status  BIGINT NOT NULL,
  body    BLOB   NOT NULL,
  kept_at BIGINT NOT NULL
);
CREATE INDEX side_kept_owner ON side_kept (owner, kept_at);
CREATE INDEX side_kept_age ON side_kept (status, kept_at);
`}

const (
	// lifetime is how long something is kept: a client's errand, and somebody fetched to type her password.
	lifetime = 30 * time.Minute
	// most bounds what is kept of one owner: whoever goes back further sees an older page that is still there, or the beginning.
	most = 20
	// mostForms bounds the forms that are kept of all owners together.
	mostForms = 300
	// largest bounds what is kept, in bytes.
	largest = 1 << 20
)

// Store implements httpx.Keeper.
type Store struct {
	// DB is a side store that was told of Tables.
	DB    *sqldb.DB
	Clock clock.Clock
	// Sealer is the network's.
	Sealer *seal.Sealer
}

var bodyPlace = seal.Place{Table: "side_kept", Column: "body"}

var errLarge = errors.New("keep: it is too large")

// Keep implements httpx.Keeper.
func (s Store) Keep(ctx context.Context, owner string, what httpx.Kept) (string, error) {
	if len(what.Body) > largest {
		return "", errLarge
	}
	name, now := rand.Text(), s.Clock.Now()
	key, err := seal.Key(owner, name)
	if err != nil {
		return "", err
	}
	by, err := s.Sealer.Aside()
	if err != nil {
		return "", err
	}
	body, err := by.Seal(bodyPlace, key, what.Body)
	if err != nil {
		return "", err
	}
	return name, s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if what.Status == 0 { // nobody is signed in, so that anybody may have sent it
			if _, err := tx.Exec(ctx, `DELETE FROM side_kept WHERE status = 0 AND name NOT IN (SELECT name FROM side_kept WHERE status = 0 ORDER BY kept_at DESC LIMIT $1)`,
				mostForms-1); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `DELETE FROM side_kept WHERE owner = $1 AND name NOT IN (SELECT name FROM side_kept WHERE owner = $1 ORDER BY kept_at DESC LIMIT $2)`,
			owner, most-1); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO side_kept (name, owner, status, body, kept_at) VALUES ($1, $2, $3, $4, $5)`,
			name, owner, int64(what.Status), body, now.UnixMicro())
		return err
	})
}

// Kept implements httpx.Keeper.
func (s Store) Kept(ctx context.Context, owner, name string) (httpx.Kept, bool, error) {
	var k httpx.Kept
	var status int64
	var body []byte
	err := s.DB.QueryRow(ctx, `SELECT status, body FROM side_kept WHERE name = $1 AND owner = $2 AND kept_at > $3`,
		name, owner, s.Clock.Now().Add(-lifetime).UnixMicro()).Scan(&status, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return k, false, nil
	}
	if err != nil {
		return k, false, fmt.Errorf("keep: %w", err)
	}
	key, err := seal.Key(owner, name)
	if err != nil {
		return k, false, err
	}
	by, err := s.Sealer.Aside()
	if err != nil {
		return k, false, err
	}
	if k.Body, err = by.Open(bodyPlace, key, body); err != nil {
		return httpx.Kept{}, false, nil //nolint:nilerr // of another process, or from before another key: it is as good as lost
	}
	k.Status = int(status)
	return k, true, nil
}

// Forget throws away all that is kept of an owner: at the end of her session, so that nobody goes back to it.
func (s Store) Forget(ctx context.Context, owner string) error {
	return s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM side_kept WHERE owner = $1`, owner)
		return err
	})
}

// ForgetAll throws away all that is kept of everybody: somebody who may stand in it was erased.
func (s Store) ForgetAll(ctx context.Context) error {
	return s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM side_kept`)
		return err
	})
}

// Sweep throws away what nobody will ask for any more.
func (s Store) Sweep(ctx context.Context) error {
	return s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM side_kept WHERE kept_at <= $1`, s.Clock.Now().Add(-lifetime).UnixMicro())
		return err
	})
}
