// Package elsewhere is the door to the provider at which people have accounts: it asks by OpenID Connect what the rules want to know.
package elsewhere

import (
	"context"
	"errors"
	"fmt"

	"vienkopus/internal/platform/oidc"
	"vienkopus/internal/staff/proof"
)

// Provider implements proof.Provider.
type Provider struct{ asked *oidc.Provider }

// New returns the provider. It returns oidc.ErrSettings for one that cannot be one.
func New(c oidc.Config) (Provider, error) {
	p, err := oidc.New(c)
	return Provider{p}, err
}

// Known implements proof.Provider.
func (p Provider) Known() proof.Known {
	return proof.Known{Name: p.asked.Name, Issuer: p.asked.Issuer, Strong: len(p.asked.Second) > 0}
}

// Begin implements proof.Provider.
func (p Provider) Begin(ctx context.Context, a proof.Ask) (string, error) {
	address, err := p.asked.Begin(ctx, oidc.Ask(a))
	return address, said(err)
}

// Finish implements proof.Provider.
func (p Provider) Finish(ctx context.Context, a proof.Ask, got proof.Answer) (proof.Identity, error) {
	who, err := p.asked.Finish(ctx, oidc.Ask(a), oidc.Answer(got))
	return proof.Identity(who), said(err)
}

func said(err error) error {
	switch {
	case errors.Is(err, oidc.ErrAway):
		return fmt.Errorf("%w: %w", proof.ErrAway, err)
	case errors.Is(err, oidc.ErrRefused):
		return fmt.Errorf("%w: %w", proof.ErrRefused, err)
	}
	return err
}
