package staffsql

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/sqldb"
)

// ProofTables are those of what changes with every use of a proof, and of tickets, in the side store.
var ProofTables = sqldb.SideTables{Owner: "proof_uses", SQL: `
CREATE TABLE side_proof_use (
  proof   BLOB   NOT NULL PRIMARY KEY,
  step    BIGINT NOT NULL,
  used_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE side_ticket_key (
  one    BIGINT NOT NULL PRIMARY KEY,
  secret BLOB   NOT NULL
) WITHOUT ROWID;
CREATE TABLE side_ticket_spent (
  mark    BLOB   NOT NULL PRIMARY KEY,
  ends_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX side_ticket_spent_ends ON side_ticket_spent (ends_at);
`}

// ProofUses keeps when proofs were used and which tickets have come back, and implements proof.Uses and ticket.Store.
type ProofUses struct {
	// DB is a side store that was told of ProofTables.
	DB *sqldb.DB
}

// Use implements proof.Uses.
func (u ProofUses) Use(ctx context.Context, one id.ID, step int64, at time.Time) (fresh bool, err error) {
	return u.grow(ctx, "<", one, step, at)
}

// Advance implements proof.Uses. Those that do not count say 0 for ever.
func (u ProofUses) Advance(ctx context.Context, one id.ID, count uint32, at time.Time) (bool, error) {
	if count == 0 {
		return u.grow(ctx, "<=", one, 0, at)
	}
	return u.grow(ctx, "<", one, int64(count), at)
}

func (u ProofUses) grow(ctx context.Context, than string, one id.ID, step int64, at time.Time) (fresh bool, err error) {
	err = u.DB.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, `INSERT INTO side_proof_use (proof, step, used_at) VALUES ($1, $2, $3)
ON CONFLICT (proof) DO UPDATE SET step = excluded.step, used_at = excluded.used_at WHERE side_proof_use.step `+than+` excluded.step`, one, step, at.UnixMicro())
		fresh = n > 0
		return err
	})
	return fresh, err
}

// LastUsed implements proof.Uses.
func (u ProofUses) LastUsed(ctx context.Context, proofs []id.ID) (map[id.ID]time.Time, error) {
	last := map[id.ID]time.Time{}
	for _, one := range proofs {
		err := sqldb.Each(ctx, u.DB, "SELECT used_at FROM side_proof_use WHERE proof = $1", []any{one}, func(rows *sql.Rows) error {
			var at int64
			if err := rows.Scan(&at); err != nil {
				return fmt.Errorf("staffsql: use of a proof: %w", err)
			}
			last[one] = time.UnixMicro(at).UTC()
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return last, nil
}

// TicketKey implements ticket.Store.
func (u ProofUses) TicketKey(ctx context.Context) ([]byte, error) {
	var secret []byte
	err := u.readKey(ctx, &secret)
	if err != nil || secret != nil {
		return secret, err
	}
	drawn := make([]byte, sha256.Size)
	rand.Read(drawn)
	err = u.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO side_ticket_key (one, secret) VALUES (1, $1) ON CONFLICT (one) DO NOTHING", drawn)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = u.readKey(ctx, &secret) // somebody else may have been quicker
	return secret, err
}

func (u ProofUses) readKey(ctx context.Context, into *[]byte) error {
	return sqldb.Each(ctx, u.DB, "SELECT secret FROM side_ticket_key WHERE one = 1", nil, func(rows *sql.Rows) error {
		if err := rows.Scan(into); err != nil {
			return fmt.Errorf("staffsql: key of tickets: %w", err)
		}
		return nil
	})
}

// Spend implements ticket.Store.
func (u ProofUses) Spend(ctx context.Context, mark [sha256.Size]byte, until, now time.Time) (fresh bool, err error) {
	err = u.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Run(ctx, "staffsql: tickets", "DELETE FROM side_ticket_spent WHERE ends_at < $1", now.Add(-time.Hour).UnixMicro()); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, "INSERT INTO side_ticket_spent (mark, ends_at) VALUES ($1, $2) ON CONFLICT (mark) DO NOTHING", mark[:], until.UnixMicro())
		fresh = n > 0
		return err
	})
	return fresh, err
}
