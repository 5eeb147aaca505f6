package paymentsql

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"time"

	"vienkopus/internal/payment/keyring"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
)

//go:embed keyring.sql
var keyringSchema string

// SecretMigration makes the table of the seeds that keys grow out of. It stands outside the journal because seeds are secret, and
// belongs into a backup because nobody can make them again.
var SecretMigration = sqldb.Migration{Number: 7, Name: "receipt secrets", SQL: `
CREATE TABLE receipt_secret (
  node    TEXT   NOT NULL,
  kid     TEXT   NOT NULL,
  seed    BLOB   NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (node, kid)
) WITHOUT ROWID;
`}

// SecretRows says what the code of a row covers.
var SecretRows = rowcode.Table{Name: "receipt_secret", Columns: []string{"node", "kid", "seed", "made_at"}, Key: 2, Sealed: []string{"seed"}}

var seedPlace = seal.Place{Table: "receipt_secret", Column: "seed"}

// Keyring is the projection and the queries of the keys of receipts, and the table of their seeds.
type Keyring struct {
	// Sealer seals the seeds; without one they stand in clear.
	Sealer *seal.Sealer
}

// Name implements journal.Projection.
func (Keyring) Name() string { return "keyring" }

// Schema implements journal.Projection.
func (Keyring) Schema() string { return keyringSchema }

// Reads implements journal.Projection.
func (Keyring) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[keyring.Introduced](), journal.Of[keyring.Compromised](),
	}
}

// Apply implements journal.Projection. Which of two keys of a node with one id counts, and since when a key is compromised, does not
// depend on the order in which the lines of two desks come in.
func (Keyring) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case keyring.Introduced:
		key, err := f.ToKey()
		if errors.Is(err, receipt.ErrKey) {
			return nil // a line that introduces no key makes none
		}
		if err != nil {
			return err
		}
		const query = `INSERT INTO receipt_key (node, kid, public, from_at, to_at, desk, number) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (node, kid) DO UPDATE SET public = excluded.public, from_at = excluded.from_at, to_at = excluded.to_at,
desk = excluded.desk, number = excluded.number
WHERE excluded.desk < receipt_key.desk OR excluded.desk = receipt_key.desk AND excluded.number < receipt_key.number`
		return tx.Run(ctx, "payment: key", query, key.Node, key.ID.String(), []byte(key.Public), key.From.UnixMicro(), key.To.UnixMicro(), e.Desk, e.Number)
	case keyring.Compromised:
		const query = `INSERT INTO receipt_key_compromised (node, kid, since) VALUES ($1, $2, $3)
ON CONFLICT (node, kid) DO UPDATE SET since = excluded.since WHERE excluded.since < receipt_key_compromised.since`
		since := max(f.Since.UnixMicro(), time.Second.Microseconds()) // no moment before the first one means "not compromised"
		return tx.Run(ctx, "payment: compromised key", query, f.Node, f.Kid.String(), since)
	}
	return nil
}

const keyColumns = `SELECT k.node, k.public, k.from_at, k.to_at, COALESCE(c.since, 0) FROM receipt_key k
LEFT JOIN receipt_key_compromised c ON c.node = k.node AND c.kid = k.kid`

// Covering implements what keyring.Service asks of its store.
func (k Keyring) Covering(ctx context.Context, r journal.Reader, node string, at time.Time) (receipt.KeyID, bool, error) {
	kids, err := k.usable(ctx, r, `k.node = $1 AND k.from_at <= $2 AND k.to_at > $2 ORDER BY k.from_at DESC, k.desk DESC, k.number DESC`, node, at.UnixMicro())
	if err != nil || len(kids) == 0 {
		return receipt.KeyID{}, false, err
	}
	kid, err := receipt.ParseKeyID(kids[0])
	return kid, err == nil, err
}

// Usable implements what keyring.Service asks of its store.
func (k Keyring) Usable(ctx context.Context, r journal.Reader, node string) ([]receipt.Key, error) {
	kids, err := k.usable(ctx, r, `k.node = $1`, node)
	if err != nil {
		return nil, err
	}
	all, err := keys(ctx, r, keyColumns+` WHERE k.node = $1 ORDER BY k.from_at, k.kid`, node)
	return slices.DeleteFunc(all, func(key receipt.Key) bool { return !slices.Contains(kids, key.ID.String()) }), err
}

// usable returns the ids of keys that are not compromised and whose seed is here; the alias of receipt_key is k. A seed that was sealed with a key that is
// lost opens no more and counts as none, so that the next key takes its place and the counters go on. Where the key is only not at hand nobody can tell, and
// the seed counts.
func (k Keyring) usable(ctx context.Context, r journal.Reader, where string, args ...any) ([]string, error) {
	var kids []string
	const query = `SELECT k.node, k.kid, s.seed FROM receipt_key k JOIN receipt_secret s ON s.node = k.node AND s.kid = k.kid
WHERE NOT EXISTS (SELECT 1 FROM receipt_key_compromised x WHERE x.node = k.node AND x.kid = k.kid) AND `
	err := sqldb.Each(ctx, r, query+where, args, func(rows *sql.Rows) error {
		var node, kid string
		var stored []byte
		if err := rows.Scan(&node, &kid, &stored); err != nil {
			return fmt.Errorf("paymentsql: usable key: %w", err)
		}
		switch _, err := k.open(node, kid, stored); {
		case errors.Is(err, seal.ErrSealed):
			return nil
		case err != nil && !errors.Is(err, seal.ErrNoKey):
			return err
		}
		kids = append(kids, kid)
		return nil
	})
	return kids, err
}

// Key implements what keyring.Service asks of its store.
func (Keyring) Key(ctx context.Context, r journal.Reader, node string, kid receipt.KeyID) (receipt.Key, bool, error) {
	found, err := keys(ctx, r, keyColumns+` WHERE k.node = $1 AND k.kid = $2`, node, kid.String())
	if err != nil || len(found) == 0 {
		return receipt.Key{}, false, err
	}
	return found[0], true, nil
}

// All implements what keyring.Service asks of its store.
func (Keyring) All(ctx context.Context, r journal.Reader) ([]receipt.Key, error) {
	return keys(ctx, r, keyColumns+` ORDER BY k.node, k.from_at, k.kid`)
}

func keys(ctx context.Context, r journal.Reader, query string, args ...any) ([]receipt.Key, error) {
	var all []receipt.Key
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var node string
		var public []byte
		var from, to, since int64
		if err := rows.Scan(&node, &public, &from, &to, &since); err != nil {
			return fmt.Errorf("paymentsql: key: %w", err)
		}
		key, err := receipt.NewKey(node, public, time.UnixMicro(from), time.UnixMicro(to))
		if err != nil {
			return err
		}
		if since != 0 {
			key.Compromised = time.UnixMicro(since).UTC()
		}
		all = append(all, key)
		return nil
	})
	return all, err
}

// Seed implements what keyring.Service asks of its store.
func (k Keyring) Seed(ctx context.Context, r journal.Reader, node string, kid receipt.KeyID) (keyring.Seed, bool, error) {
	var stored []byte
	err := r.QueryRow(ctx, `SELECT seed FROM receipt_secret WHERE node = $1 AND kid = $2`, node, kid.String()).Scan(&stored)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("paymentsql: seed: %w", err)
	}
	seed, err := k.open(node, kid.String(), stored)
	switch {
	case errors.Is(err, seal.ErrSealed):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}
	return keyring.NewSeed(seed), true, nil
}

// open returns a stored seed. It returns seal.ErrSealed for one whose key is lost, and seal.ErrNoKey where the key is not at hand.
func (k Keyring) open(node, kid string, stored []byte) ([]byte, error) {
	key, err := seal.Key(node, kid)
	if err != nil {
		return nil, err
	}
	return k.Sealer.Open(seedPlace, key, stored)
}

// KeepSeed implements what keyring.Service asks of its store.
func (k Keyring) KeepSeed(ctx context.Context, tx *journal.Tx, node string, kid receipt.KeyID, seed keyring.Seed) error {
	key, err := seal.Key(node, kid.String())
	if err != nil {
		return err
	}
	sealed, err := k.Sealer.Seal(seedPlace, key, seed())
	if err != nil {
		return err
	}
	cells := []any{node, kid.String(), sealed, tx.Now().UnixMicro()}
	code, err := tx.Code(SecretRows, cells...)
	if err != nil {
		return err
	}
	const query = `INSERT INTO receipt_secret (node, kid, seed, made_at, code) VALUES ($1, $2, $3, $4, $5)`
	return tx.Run(ctx, "payment: seed", query, append(cells, code)...)
}
