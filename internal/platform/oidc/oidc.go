// Package oidc asks a provider elsewhere who somebody is: OpenID Connect Core 1.0, code flow, with PKCE (RFC 7636), state, nonce, and the issuer in the answer (RFC 9207).
//
// It knows no accounts: what comes out is an issuer and a subject, which somebody has bound to an account before, or not. An e-mail address is never looked at.
package oidc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

var (
	// ErrRefused says that an answer does not prove who somebody is.
	ErrRefused = errors.New("oidc: refused")
	// ErrAway says that the provider did not answer as one does.
	ErrAway = errors.New("oidc: the provider does not answer")
	// ErrSettings says that a provider cannot be one.
	ErrSettings = errors.New("oidc: settings")
)

const (
	// patience bounds one question to the provider, and mostBytes its answer.
	patience  = 5 * time.Second
	mostBytes = 1 << 20
	// atOnce is how many answers may be exchanged at the same time: strangers can ask for it.
	atOnce = 8
	// knownTime is how long what the provider says of itself is believed.
	knownTime = time.Hour
	// lateness is how much the provider's clock may be ahead or behind.
	lateness = time.Minute
)

// algorithms are those by which an answer may be signed: a key pair each. "none" is not one, and what both sides know is no proof of who signed.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// Provider is one provider elsewhere.
type Provider struct {
	Config
	client *http.Client
	places chan struct{}

	mu    sync.Mutex
	known *oidc.Provider
	since time.Time
}

// bounded cuts answers that are longer than any honest one.
type bounded struct{ inner http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.inner.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, mostBytes), res.Body}
	}
	return res, err //nolint:wrapcheck // the transport's own
}

// discover returns what the provider says of itself, and refuses one that calls itself otherwise.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.Clock.Now(); p.known != nil && now.Sub(p.since) < knownTime && !now.Before(p.since) {
		return p.known, nil
	}
	// The keys are fetched later, by whoever needs them: they must not end with this request.
	known, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	p.known, p.since = known, p.Clock.Now()
	return known, nil
}

// Ask is what one sign-in is made of. State, Nonce and Verifier are the caller's, who knows them again when the answer comes.
type Ask struct {
	State, Nonce, Verifier string
	// Back is the address to which the provider sends the browser.
	Back string
	// Again has the person prove anew who she is, also where the provider knows her still.
	Again bool
}

// Begin returns the address to which a browser is sent. It returns ErrAway.
func (p *Provider) Begin(ctx context.Context, a Ask) (string, error) {
	known, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	if a.Again {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	var levels []string
	for _, second := range p.Second {
		if level, is := strings.CutPrefix(second, "acr="); is {
			levels = append(levels, level)
		}
	}
	if levels != nil {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(levels, " ")))
	}
	return p.flow(known, a.Back).AuthCodeURL(a.State, options...), nil
}

func (p *Provider) flow(known *oidc.Provider, back string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.Client, ClientSecret: p.Secret, Endpoint: known.Endpoint(), RedirectURL: back, Scopes: []string{oidc.ScopeOpenID}}
}

// Answer is what a browser brings back.
type Answer struct {
	Code string
	// Issuer is the parameter iss, "" where there is none.
	Issuer string
}

// Identity is who somebody is elsewhere.
type Identity struct {
	Issuer, Subject string
	// Second tells that she has given two proofs there, by the values of Settings.Second.
	Second bool
	// Proven is when she proved who she is, in UTC; the zero time where the provider does not say.
	Proven time.Time
}

// Finish returns who has come back. It returns ErrRefused for an answer that proves nothing and ErrAway when the provider cannot be asked or too many ask at once.
func (p *Provider) Finish(ctx context.Context, a Ask, got Answer) (Identity, error) {
	select {
	case p.places <- struct{}{}:
		defer func() { <-p.places }()
	default:
		return Identity{}, fmt.Errorf("%w: too many at once", ErrAway)
	}
	known, err := p.discover(ctx)
	if err != nil {
		return Identity{}, err
	}
	if err := p.isFrom(known, got.Issuer); err != nil {
		return Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	tokens, err := p.flow(known, a.Back).Exchange(ctx, got.Code, oauth2.VerifierOption(a.Verifier))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.Response.StatusCode < http.StatusInternalServerError:
		return Identity{}, fmt.Errorf("%w: %w", ErrRefused, err)
	case err != nil:
		return Identity{}, fmt.Errorf("%w: %w", ErrAway, err)
	}
	raw, is := tokens.Extra("id_token").(string)
	if !is {
		return Identity{}, fmt.Errorf("%w: there is no ID token", ErrRefused)
	}
	return p.identity(ctx, known, raw, a.Nonce)
}

// isFrom refuses an answer that another provider has given (RFC 9207 §2.4): whoever is asked must be who answers.
func (p *Provider) isFrom(known *oidc.Provider, issuer string) error {
	var says struct {
		Names bool `json:"authorization_response_iss_parameter_supported"`
	}
	if err := known.Claims(&says); err != nil {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	if issuer != p.Issuer && (issuer != "" || says.Names) {
		return fmt.Errorf("%w: the answer is of the issuer %q", ErrRefused, issuer)
	}
	return nil
}

func (p *Provider) identity(ctx context.Context, known *oidc.Provider, raw, nonce string) (Identity, error) {
	verifier := known.Verifier(&oidc.Config{ClientID: p.Client, SupportedSigningAlgs: algorithms, Now: p.Clock.Now})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return Identity{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	var more struct {
		ACR      string   `json:"acr"`
		AMR      []string `json:"amr"`
		Party    string   `json:"azp"`
		AuthTime int64    `json:"auth_time"`
	}
	if err := token.Claims(&more); err != nil {
		return Identity{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	now := p.Clock.Now()
	switch {
	case nonce == "" || token.Nonce != nonce:
		return Identity{}, fmt.Errorf("%w: it answers another question", ErrRefused)
	case token.Subject == "":
		return Identity{}, fmt.Errorf("%w: it names nobody", ErrRefused)
	case len(token.Audience) > 1 && more.Party != p.Client, more.Party != "" && more.Party != p.Client: // OpenID Connect Core §3.1.3.7, 4 and 5
		return Identity{}, fmt.Errorf("%w: it is for another party", ErrRefused)
	case token.IssuedAt.After(now.Add(lateness)):
		return Identity{}, fmt.Errorf("%w: it is of tomorrow", ErrRefused)
	}
	who := Identity{Issuer: token.Issuer, Subject: token.Subject}
	who.Second = slices.Contains(p.Second, "acr="+more.ACR) || slices.ContainsFunc(more.AMR, func(way string) bool { return slices.Contains(p.Second, "amr="+way) })
	if more.AuthTime > 0 {
		who.Proven = time.Unix(more.AuthTime, 0).UTC()
	}
	return who, nil
}
