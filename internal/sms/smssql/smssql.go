// Package smssql keeps which text messages were asked for, and the sealed numbers of those that wait.
package smssql

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/sms"
)

//go:embed schema.sql
var schema string

// WaitingMigration makes the table of what waits for the gateway. It follows from no line, stands in no backup, and may be lost: then the message is.
var WaitingMigration = sqldb.Migration{Number: 26, Name: "text messages", SQL: `
CREATE TABLE sms_waiting (
  message BLOB   NOT NULL PRIMARY KEY,
  content TEXT   NOT NULL,
  next    BIGINT NOT NULL
);
`}

var place = seal.Place{Table: "sms_waiting", Column: "content"}

// Store is the projection, and the numbers that wait.
type Store struct {
	DB     *sqldb.DB
	Sealer *seal.Sealer
}

// Name implements journal.Projection.
func (Store) Name() string { return "sms" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{journal.Of[sms.Asked](), journal.Of[sms.Ended]()}
}

// Apply implements journal.Projection.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case sms.Asked:
		const query = `INSERT INTO sms (message, desk, payment, visit, receipt, at, outcome) VALUES ($1, $2, $3, $4, $5, $6, '')`
		return tx.Run(ctx, "sms: asked", query, f.Message, e.Desk, f.Payment, f.Visit, f.Receipt, e.RecordedAt.UnixMicro())
	case sms.Ended:
		return tx.Change(ctx, "sms: ended", `UPDATE sms SET outcome = $1 WHERE message = $2`, string(f.Outcome), f.Message)
	}
	return nil
}

const columns = `SELECT message, desk, payment, visit, receipt, at, outcome FROM sms `

// OfVisit returns the messages of a visit, the first first.
func (Store) OfVisit(ctx context.Context, r journal.Reader, visit id.ID) ([]sms.Message, error) {
	return collect(ctx, r, columns+`WHERE visit = $1 ORDER BY at, message`, visit)
}

// Message returns one message, or the fault "sms.unknown".
func (Store) Message(ctx context.Context, r journal.Reader, message id.ID) (sms.Message, error) {
	all, err := collect(ctx, r, columns+`WHERE message = $1`, message)
	if err == nil && len(all) == 0 {
		err = fault.NewNotFound("sms.unknown")
	}
	if err != nil {
		return sms.Message{}, err
	}
	return all[0], nil
}

func collect(ctx context.Context, r journal.Reader, query string, args ...any) ([]sms.Message, error) {
	var all []sms.Message
	err := sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var m sms.Message
		var at int64
		if err := rows.Scan(&m.ID, &m.Desk, &m.Payment, &m.Visit, &m.Receipt, &at, &m.Outcome); err != nil {
			return fmt.Errorf("smssql: message: %w", err)
		}
		m.At = time.UnixMicro(at).UTC()
		all = append(all, m)
		return nil
	})
	return all, err
}

// Open returns what waits, the first first, with its content where that is there and can be opened.
func (s Store) Open(ctx context.Context, r journal.Reader) ([]sms.Held, error) {
	messages, err := collect(ctx, r, columns+`WHERE outcome = '' ORDER BY at, message`)
	if err != nil {
		return nil, err
	}
	all := make([]sms.Held, len(messages))
	for i, m := range messages {
		all[i].Message = m
		if err := s.fill(ctx, r, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (s Store) fill(ctx context.Context, r journal.Reader, h *sms.Held) error {
	var stored string
	var next int64
	err := r.QueryRow(ctx, `SELECT content, next FROM sms_waiting WHERE message = $1`, h.ID).Scan(&stored, &next)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("smssql: waiting: %w", err)
	}
	key, err := seal.Key(h.ID)
	if err != nil {
		return err
	}
	text, err := s.Sealer.OpenText(place, key, stored)
	if errors.Is(err, seal.ErrSealed) || errors.Is(err, seal.ErrNoKey) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(text), &h.Content); err != nil {
		return fmt.Errorf("smssql: waiting: %w", err)
	}
	h.OK, h.Next = true, time.UnixMicro(next).UTC()
	return nil
}

// Hold keeps the content of a message sealed.
func (s Store) Hold(ctx context.Context, tx *journal.Tx, message id.ID, c sms.Content) error {
	key, err := seal.Key(message)
	if err != nil {
		return err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("smssql: waiting: %w", err)
	}
	sealed, err := s.Sealer.SealText(place, key, string(text))
	if err != nil {
		return err
	}
	return tx.Run(ctx, "sms: hold", `INSERT INTO sms_waiting (message, content, next) VALUES ($1, $2, 0)`, message, sealed)
}

// Drop forgets the content of a message.
func (Store) Drop(ctx context.Context, tx *journal.Tx, message id.ID) error {
	return tx.Run(ctx, "sms: drop", `DELETE FROM sms_waiting WHERE message = $1`, message)
}

// Later says when a message is tried again.
func (s Store) Later(ctx context.Context, message id.ID, next time.Time) error {
	return s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		return tx.Run(ctx, "sms: later", `UPDATE sms_waiting SET next = $1 WHERE message = $2`, next.UnixMicro(), message)
	})
}

// Seals tells whether content can be sealed.
func (s Store) Seals() bool { return s.Sealer != nil && s.Sealer.Seals() }
