// Package officesql keeps what the receipts of offices bear.
package officesql

import (
	"context"
	"database/sql"
	_ "embed" // the tables
	"errors"
	"fmt"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/centre"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
)

//go:embed schema.sql
var schema string

// Store is the projection and its answers.
type Store struct{}

// Name implements journal.Projection.
func (Store) Name() string { return "office" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{journal.Of[office.IssuerSet](), journal.Of[office.SigningSet]()}
}

// Apply implements journal.Projection. All lines stand at the desk of the network; of several for one day the last counts.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case office.IssuerSet:
		const query = `INSERT INTO office_issuer (municipality, from_day, name, reg_number, address, phone, unverified, why, source, who)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (municipality, from_day) DO UPDATE SET name = excluded.name, reg_number = excluded.reg_number,
address = excluded.address, phone = excluded.phone, unverified = excluded.unverified, why = excluded.why, source = excluded.source, who = excluded.who`
		return tx.Run(ctx, "office: issuer", query, f.Municipality, f.From, f.Name, string(f.Number), f.Address, f.Phone, f.Unverified, f.Why, f.Source, e.Actor.String())
	case office.SigningSet:
		const query = `INSERT INTO office_signing (from_day, unsigned, sentence, why, source, who) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (from_day) DO UPDATE SET unsigned = excluded.unsigned, sentence = excluded.sentence, why = excluded.why, source = excluded.source, who = excluded.who`
		return tx.Run(ctx, "office: signing", query, f.From, f.Unsigned, f.Sentence, f.Why, f.Source, e.Actor.String())
	}
	return nil
}

// IssuerOn returns who gives the receipts of a municipality on a day, or the zero value where nobody has said so.
func (Store) IssuerOn(ctx context.Context, r journal.Reader, municipality string, on civil.Date) (office.Issuer, error) {
	const query = `SELECT municipality, from_day, name, reg_number, address, phone, unverified, why, source, who FROM office_issuer
WHERE municipality = $1 AND from_day <= $2 ORDER BY from_day DESC LIMIT 1`
	var i office.Issuer
	err := r.QueryRow(ctx, query, municipality, on).Scan(&i.Municipality, &i.From, &i.Name, &i.Number, &i.Address, &i.Phone, &i.Unverified, &i.Why, &i.Source, &i.Who)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return i, fmt.Errorf("officesql: issuer: %w", err)
	}
	return i, nil
}

// PhoneOf returns the telephone under which a centre is reached on a day: its own, else that of its municipality, or "" where nobody has said either. Whatever says the telephone of a centre asks
// here, so that a slip and the page of the centre say the same.
func (s Store) PhoneOf(ctx context.Context, r journal.Reader, c centre.Centre, on civil.Date) (string, error) {
	if c.Phone != "" {
		return c.Phone, nil
	}
	issuer, err := s.IssuerOn(ctx, r, c.Municipality, on)
	return issuer.Phone, err
}

// SigningOn returns whether receipts are signed on a day: they are where nobody has said anything else.
func (Store) SigningOn(ctx context.Context, r journal.Reader, on civil.Date) (office.Signing, error) {
	const query = `SELECT from_day, unsigned, sentence, why, source, who FROM office_signing WHERE from_day <= $1 ORDER BY from_day DESC LIMIT 1`
	var g office.Signing
	err := r.QueryRow(ctx, query, on).Scan(&g.From, &g.Unsigned, &g.Sentence, &g.Why, &g.Source, &g.Who)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return g, fmt.Errorf("officesql: signing: %w", err)
	}
	return g, nil
}
