// Package cataloguesql keeps the tables of the catalogue: the rules of a service in columns, its texts as a document.
package cataloguesql

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

//go:embed schema.sql
var schema string

// Store reads the catalogue's tables and applies its facts to them.
type Store struct{}

// Name implements journal.Projection.
func (Store) Name() string { return "catalogue" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[catalogue.InstitutionRegistered](), journal.Of[catalogue.ServicePublished](), journal.Of[catalogue.ServiceWithdrawn](),
		journal.Of[catalogue.BasketApproved](),
	}
}

// Apply implements journal.Projection.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case catalogue.InstitutionRegistered:
		return upsert(ctx, tx, `INSERT INTO institution (code, kind, doc) VALUES ($1, $2, $3)
ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, doc = excluded.doc`, f.Institution, f.Institution.Code, string(f.Institution.Kind))
	case catalogue.ServicePublished:
		return published(ctx, tx, e, f.Service)
	case catalogue.ServiceWithdrawn:
		return tx.Change(ctx, "cataloguesql: withdrawn", `UPDATE service SET offered = $1 WHERE code = $2`, false, f.Code)
	case catalogue.BasketApproved:
		return upsert(ctx, tx, `INSERT INTO basket (code, version, valid_from, doc) VALUES ($1, $2, $3, $4)`,
			f.Basket, f.Basket.Code, f.Basket.Version, f.Basket.ValidFrom)
	}
	return nil
}

func published(ctx context.Context, tx *journal.Tx, e journal.Entry, s catalogue.Service) error {
	const current = `INSERT INTO service (code, version, institution, kinds, tiers, identity, offered, doc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (code) DO UPDATE SET version = excluded.version, institution = excluded.institution, kinds = excluded.kinds,
tiers = excluded.tiers, identity = excluded.identity, offered = excluded.offered, doc = excluded.doc`
	kinds := make([]string, len(s.Kinds))
	for i, k := range s.Kinds {
		kinds[i] = string(k)
	}
	err := upsert(ctx, tx, current, s, s.Code, s.Version, s.Institution, strings.Join(kinds, " "), strings.Join(s.Tiers, " "), string(s.Identity), true)
	if err != nil {
		return err
	}
	return upsert(ctx, tx, `INSERT INTO service_version (code, version, published_at, doc) VALUES ($1, $2, $3, $4)`,
		s, s.Code, s.Version, e.RecordedAt.UnixMicro())
}

// upsert runs the statement with the columns and, last, the document.
func upsert(ctx context.Context, tx *journal.Tx, query string, doc any, columns ...any) error {
	text, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("cataloguesql: document: %w", err)
	}
	return tx.Run(ctx, "cataloguesql", query, append(columns, text)...)
}

// Offer returns the rules of a service that is offered, or the fault "catalogue.service_unknown".
func (Store) Offer(ctx context.Context, r journal.Reader, service string) (catalogue.Offer, error) {
	type offered string
	return journal.Refer(r, offered(service), func() (catalogue.Offer, error) { return readOffer(ctx, r, service) })
}

func readOffer(ctx context.Context, r journal.Reader, service string) (catalogue.Offer, error) {
	const query = `SELECT s.code, s.version, s.institution, i.kind, s.kinds, s.tiers, s.identity
FROM service s JOIN institution i ON i.code = s.institution WHERE s.code = $1 AND s.offered`
	var o catalogue.Offer
	var kinds, tiers string
	err := r.QueryRow(ctx, query, service).Scan(&o.Code, &o.Version, &o.Institution, &o.Authority, &kinds, &tiers, &o.Identity)
	if errors.Is(err, sql.ErrNoRows) {
		return o, fault.NewInvalid("catalogue.service_unknown").On("service")
	}
	if err != nil {
		return o, fmt.Errorf("cataloguesql: offer: %w", err)
	}
	for _, k := range strings.Fields(kinds) {
		o.Kinds = append(o.Kinds, catalogue.ActKind(k))
	}
	o.Tiers = strings.Fields(tiers)
	return o, nil
}

// Version returns the latest version of the service, or zero when it is new.
func (Store) Version(ctx context.Context, r journal.Reader, service string) (int, error) {
	return number(ctx, r, `SELECT COALESCE(MAX(version), 0) FROM service_version WHERE code = $1`, service)
}

// BasketVersion returns the latest version of the basket, or zero.
func (Store) BasketVersion(ctx context.Context, r journal.Reader, basket string) (int, error) {
	return number(ctx, r, `SELECT COALESCE(MAX(version), 0) FROM basket WHERE code = $1`, basket)
}

func number(ctx context.Context, r journal.Reader, query, code string) (int, error) {
	var n int
	if err := r.QueryRow(ctx, query, code).Scan(&n); err != nil {
		return 0, fmt.Errorf("cataloguesql: version: %w", err)
	}
	return n, nil
}

// Institution returns the institution, or the fault "catalogue.institution_unknown".
func (Store) Institution(ctx context.Context, r journal.Reader, code string) (catalogue.Institution, error) {
	i, err := one[catalogue.Institution](ctx, r, `SELECT doc FROM institution WHERE code = $1`, code)
	if errors.Is(err, sql.ErrNoRows) {
		return i, fault.NewNotFound("catalogue.institution_unknown")
	}
	return i, err
}

// Institutions returns all institutions in the order of their codes.
func (Store) Institutions(ctx context.Context, r journal.Reader) ([]catalogue.Institution, error) {
	return many[catalogue.Institution](ctx, r, `SELECT doc FROM institution ORDER BY code`)
}

// Service returns the present version of a service, offered or not, or the fault "catalogue.service_unknown".
func (Store) Service(ctx context.Context, r journal.Reader, code string) (catalogue.Service, error) {
	s, err := one[catalogue.Service](ctx, r, `SELECT doc FROM service WHERE code = $1`, code)
	if errors.Is(err, sql.ErrNoRows) {
		return s, fault.NewNotFound("catalogue.service_unknown")
	}
	return s, err
}

// Services returns the present versions of all services that are offered, in the order of their codes.
func (Store) Services(ctx context.Context, r journal.Reader) ([]catalogue.Service, error) {
	return many[catalogue.Service](ctx, r, `SELECT doc FROM service WHERE offered ORDER BY code`)
}

// Withdrawn returns the services that are offered no longer, in the order of their codes.
func (Store) Withdrawn(ctx context.Context, r journal.Reader) ([]catalogue.Service, error) {
	return many[catalogue.Service](ctx, r, `SELECT doc FROM service WHERE NOT offered ORDER BY code`)
}

// Basket returns the version of the basket that is valid on the day ("YYYY-MM-DD"), or the fault "catalogue.basket_unknown".
func (Store) Basket(ctx context.Context, r journal.Reader, code, day string) (catalogue.Basket, error) {
	const query = `SELECT doc FROM basket WHERE code = $1 AND valid_from <= $2 ORDER BY version DESC LIMIT 1`
	b, err := one[catalogue.Basket](ctx, r, query, code, day)
	if errors.Is(err, sql.ErrNoRows) {
		return b, fault.NewNotFound("catalogue.basket_unknown")
	}
	return b, err
}

func one[T any](ctx context.Context, r journal.Reader, query string, args ...any) (T, error) {
	var doc []byte
	var v T
	if err := r.QueryRow(ctx, query, args...).Scan(&doc); err != nil {
		return v, fmt.Errorf("cataloguesql: %w", err)
	}
	if err := json.Unmarshal(doc, &v); err != nil {
		return v, fmt.Errorf("cataloguesql: document: %w", err)
	}
	return v, nil
}

func many[T any](ctx context.Context, r journal.Reader, query string) ([]T, error) {
	var list []T
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var doc []byte
		var v T
		if err := rows.Scan(&doc); err != nil {
			return fmt.Errorf("cataloguesql: %w", err)
		}
		if err := json.Unmarshal(doc, &v); err != nil {
			return fmt.Errorf("cataloguesql: document: %w", err)
		}
		list = append(list, v)
		return nil
	})
	return list, err
}
