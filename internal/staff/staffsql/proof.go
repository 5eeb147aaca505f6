package staffsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/staff/proof"
)

// ProofMigration makes the table of proofs.
var ProofMigration = sqldb.Migration{Number: 24, Name: "proofs of staff", SQL: `
CREATE TABLE staff_proof (
  id      BLOB   NOT NULL PRIMARY KEY,
  staff   BLOB   NOT NULL,
  kind    TEXT   NOT NULL,
  lookup  BLOB   NOT NULL,
  secret  TEXT   NOT NULL,
  label   TEXT   NOT NULL,
  made_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  code    BLOB
) WITHOUT ROWID;
CREATE INDEX staff_proof_staff ON staff_proof (staff);
CREATE INDEX staff_proof_lookup ON staff_proof (kind, lookup);
`}

// ProofRows says what the codes of the rows cover.
var ProofRows = rowcode.Table{Name: "staff_proof", Columns: []string{"id", "staff", "kind", "lookup", "secret", "label", "made_at", "ends_at"}, Key: 1, Sealed: []string{"secret"}}

var proofPlace = seal.Place{Table: "staff_proof", Column: "secret"}

// Proofs keeps by what people prove who they are, and implements proof.Store. The rows follow from no line; they carry codes, and secrets are sealed.
type Proofs struct{ Sealer *seal.Sealer }

const proofColumns = "id, staff, kind, lookup, secret, label, made_at, ends_at"

// Add implements proof.Store.
func (s Proofs) Add(ctx context.Context, tx *journal.Tx, p proof.Proof) error {
	key, err := seal.Key(p.ID)
	if err != nil {
		return err
	}
	secret := ""
	if len(p.Secret) > 0 {
		if secret, err = s.Sealer.SealText(proofPlace, key, string(p.Secret)); err != nil {
			return err
		}
	}
	var ends int64
	if !p.Ends.IsZero() {
		ends = p.Ends.UnixMicro()
	}
	cells := []any{p.ID, p.Staff, string(p.Kind), p.Lookup, secret, p.Label, p.Made.UnixMicro(), ends}
	code, err := tx.Code(ProofRows, cells...)
	if err != nil {
		return err
	}
	return tx.Run(ctx, "staffsql: add", "INSERT INTO staff_proof ("+proofColumns+", code) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", append(cells, code)...)
}

// Remove implements proof.Store.
func (Proofs) Remove(ctx context.Context, tx *journal.Tx, ids []id.ID) error {
	for _, one := range ids {
		if err := tx.Change(ctx, "staffsql: remove", "DELETE FROM staff_proof WHERE id = $1", one); err != nil {
			return err
		}
	}
	return nil
}

// Of implements proof.Store.
func (s Proofs) Of(ctx context.Context, r journal.Reader, person id.ID) ([]proof.Proof, error) {
	var all []proof.Proof
	err := sqldb.Each(ctx, r, "SELECT "+proofColumns+" FROM staff_proof WHERE staff = $1 ORDER BY made_at, id", []any{person}, func(rows *sql.Rows) error {
		p, err := s.read(rows)
		all = append(all, p)
		return err
	})
	return all, err
}

// Find implements proof.Store.
func (s Proofs) Find(ctx context.Context, r journal.Reader, kind proof.Kind, lookup []byte) (proof.Proof, bool, error) {
	p, err := s.read(r.QueryRow(ctx, "SELECT "+proofColumns+" FROM staff_proof WHERE kind = $1 AND lookup = $2", string(kind), lookup))
	if errors.Is(err, sql.ErrNoRows) {
		return proof.Proof{}, false, nil
	}
	return p, err == nil, err
}

func (s Proofs) read(row interface{ Scan(into ...any) error }) (proof.Proof, error) {
	var p proof.Proof
	var stored string
	var made, ends int64
	if err := row.Scan(&p.ID, &p.Staff, &p.Kind, &p.Lookup, &stored, &p.Label, &made, &ends); err != nil {
		return p, fmt.Errorf("staffsql: %w", err)
	}
	p.Made = time.UnixMicro(made).UTC()
	if ends != 0 {
		p.Ends = time.UnixMicro(ends).UTC()
	}
	if stored == "" {
		return p, nil
	}
	key, err := seal.Key(p.ID)
	if err != nil {
		return p, err
	}
	secret, err := s.Sealer.OpenText(proofPlace, key, stored)
	p.Secret = []byte(secret)
	return p, err
}
