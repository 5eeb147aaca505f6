package visitsql

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/visit"
)

// DraftTables are those of what is being typed, in the side store. It may be lost without harm and is forgotten when the visit is closed.
var DraftTables = sqldb.SideTables{Owner: "drafts", SQL: `
-- 2: fields are sealed
CREATE TABLE side_draft (
  visit      BLOB   NOT NULL PRIMARY KEY,
  desk       TEXT   NOT NULL,
  fields     BLOB   NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX side_draft_age ON side_draft (updated_at);
`}

// DraftMigration made the table of drafts while they stood in the database of the journal. Nothing uses it any more.
var DraftMigration = sqldb.Migration{Number: 4, Name: "draft", SQL: `
CREATE TABLE draft (
  visit      BLOB   NOT NULL PRIMARY KEY,
  desk       TEXT   NOT NULL,
  fields     BLOB   NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX draft_age ON draft (updated_at);
`}

// Drafts keeps what a clerk has typed and not yet sent, per visit.
type Drafts struct {
	// DB is a side store that was told of DraftTables.
	DB *sqldb.DB
	// Visits is the database in which Store keeps the visits.
	Visits journal.Reader
	// Sealer is the network's: what is typed names people.
	Sealer *seal.Sealer
}

var fieldsPlace = seal.Place{Table: "side_draft", Column: "fields"}

// Save replaces the draft of the visit. It returns the fault "visit.already_closed" unless the visit is open at the desk: what
// arrives after the client has left is not kept.
func (d Drafts) Save(ctx context.Context, desk string, v id.ID, fields visit.Draft, now time.Time) error {
	text, err := json.Marshal(fields)
	if err != nil {
		return fmt.Errorf("visitsql: draft: %w", err)
	}
	if err := d.open(ctx, desk, v); err != nil {
		return err
	}
	by, err := d.Sealer.Aside()
	if err == nil {
		text, err = by.Seal(fieldsPlace, v[:], text)
	}
	if err != nil {
		return err
	}
	const query = `INSERT INTO side_draft (visit, desk, fields, updated_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (visit) DO UPDATE SET fields = excluded.fields, updated_at = excluded.updated_at`
	err = d.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, query, v, desk, text, now.UnixMicro())
		return err
	})
	if err != nil {
		return err
	}
	// The visit may have been closed meanwhile. Whoever closes it forgets the draft after that: so either he has found ours, or we see that it is closed.
	if closed := d.open(ctx, desk, v); closed != nil {
		return errors.Join(closed, d.Forget(ctx, v))
	}
	return nil
}

// open returns the fault "visit.already_closed" unless the visit is open at the desk.
func (d Drafts) open(ctx context.Context, desk string, v id.ID) error {
	var n int
	const query = `SELECT COUNT(*) FROM visit WHERE id = $1 AND desk = $2 AND state <> 'closed'`
	if err := d.Visits.QueryRow(ctx, query, v, desk).Scan(&n); err != nil {
		return fmt.Errorf("visitsql: draft: %w", err)
	}
	if n == 0 {
		return fault.NewConflict("visit.already_closed")
	}
	return nil
}

// Load returns the draft of the visit at the desk; a visit without one has an empty draft.
func (d Drafts) Load(ctx context.Context, desk string, v id.ID) (visit.Draft, error) {
	var text []byte
	err := d.DB.QueryRow(ctx, `SELECT fields FROM side_draft WHERE visit = $1 AND desk = $2`, v, desk).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return visit.Draft{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("visitsql: draft: %w", err)
	}
	by, err := d.Sealer.Aside()
	if err != nil {
		return nil, err
	}
	if text, err = by.Open(fieldsPlace, v[:], text); err != nil {
		return visit.Draft{}, nil //nolint:nilerr // of another process, or from before another key: it is as good as lost
	}
	fields := visit.Draft{}
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, fmt.Errorf("visitsql: draft: %w", err)
	}
	return fields, nil
}

// Forget deletes the draft of the visit.
func (d Drafts) Forget(ctx context.Context, v id.ID) error {
	return d.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM side_draft WHERE visit = $1`, v)
		return err
	})
}

// Sweep deletes the drafts that nobody has touched since the given time, and returns how many they were.
func (d Drafts) Sweep(ctx context.Context, since time.Time) (int64, error) {
	var n int64
	err := d.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
		n, err = tx.Exec(ctx, `DELETE FROM side_draft WHERE updated_at < $1`, since.UnixMicro())
		return err
	})
	return n, err
}
