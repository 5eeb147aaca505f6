// Package oidctest is a provider elsewhere, for tests: it answers as one should, and lies where a test wants it to.
package oidctest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/platform/clock"
)

// Client and Secret are ours there.
const (
	Client = "vienkopus"
	Secret = "noslēpums" //nolint:gosec // of nobody real
)

// Provider answers at an address of this machine.
type Provider struct {
	*httptest.Server
	Clock clock.Clock
	// Claims are written over those of an honest token; nil takes one away.
	Claims map[string]any
	// Lie changes the header and the signature of a token.
	Lie func(header map[string]any, sign func(input string) []byte) func(input string) []byte
	// Iss is what the browser brings back as the issuer, "" for the right one.
	Iss string

	tb    testing.TB
	key   *rsa.PrivateKey
	mu    sync.Mutex
	codes map[string]url.Values // by code, until it is used
	// Exchanges is how many codes were asked for.
	Exchanges int
}

var b64 = base64.RawURLEncoding

// New returns a provider that is closed with the test.
func New(tb testing.TB, c clock.Clock) *Provider {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	p := &Provider{Clock: c, tb: tb, key: key, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.write(w, http.StatusOK, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "none", "HS256"}, "authorization_response_iss_parameter_supported": true,
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		p.write(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": b64.EncodeToString(key.N.Bytes()), "e": b64.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(mux)
	tb.Cleanup(p.Close)
	return p
}

func (p *Provider) write(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		p.tb.Error(err)
	}
}

// Visit is a browser that was sent to the provider and whose person signs in there as subject; it returns the query with which the browser goes back.
func (p *Provider) Visit(address, subject string) string {
	p.tb.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Path != "/authorize" || u.Query().Get("code_challenge_method") != "S256" || u.Query().Get("client_id") != Client || u.Query().Get("scope") != "openid" {
		p.tb.Fatalf("asked with %s", address)
	}
	asked := u.Query()
	asked.Set("sub", subject)
	code := rand.Text()
	p.mu.Lock()
	p.codes[code] = asked
	p.mu.Unlock()
	iss := p.URL
	if p.Iss != "" {
		iss = p.Iss
	}
	return url.Values{"code": {code}, "state": {asked.Get("state")}, "iss": {iss}}.Encode()
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.Exchanges++
	asked, known := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	p.mu.Unlock()
	name, secret, _ := r.BasicAuth()
	if name == "" {
		name, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	} else if s, err := url.QueryUnescape(secret); err == nil {
		secret = s
	}
	if name != Client || secret != Secret {
		p.write(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !known || b64.EncodeToString(sum[:]) != asked.Get("code_challenge") || r.PostFormValue("redirect_uri") != asked.Get("redirect_uri") {
		p.write(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
		return
	}
	p.write(w, http.StatusOK, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 60, "id_token": p.sign(asked)})
}

func (p *Provider) sign(asked url.Values) string {
	now := p.Clock.Now()
	claims := map[string]any{
		"iss": p.URL, "sub": asked.Get("sub"), "aud": Client, "exp": now.Add(5 * time.Minute).Unix(), "iat": now.Unix(), "nonce": asked.Get("nonce"), "auth_time": now.Unix(),
		"email": "ilze@example.com", "email_verified": true,
	}
	for name, value := range p.Claims {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	header := map[string]any{"alg": "RS256", "kid": "1", "typ": "JWT"}
	sign := func(input string) []byte {
		sum := sha256.Sum256([]byte(input))
		signature, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
		if err != nil {
			p.tb.Error(err)
		}
		return signature
	}
	if p.Lie != nil {
		sign = p.Lie(header, sign)
	}
	input := p.encode(header) + "." + p.encode(claims)
	return input + "." + b64.EncodeToString(sign(input))
}

func (p *Provider) encode(part any) string {
	text, err := json.Marshal(part)
	if err != nil {
		p.tb.Error(err)
	}
	return b64.EncodeToString(text)
}
