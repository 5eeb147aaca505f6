package oidc_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/egress"
	"vienkopus/internal/platform/oidc"
	"vienkopus/internal/platform/oidc/oidctest"
)

var morning = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)

var ask = oidc.Ask{State: "state", Nonce: "nonce", Verifier: strings.Repeat("v", 43), Back: "https://example.com/back"}

func open(t *testing.T, second ...string) (*oidctest.Provider, *oidc.Provider, *clock.Hand) {
	t.Helper()
	hand := clock.NewHand(morning)
	there := oidctest.New(t, hand)
	settings := oidc.Settings{Name: "Valsts", Issuer: there.URL, Client: oidctest.Client, Secret: oidctest.Secret, Second: second}
	p, err := oidc.New(oidc.Config{Settings: settings, Outside: egress.Policy{Inside: []string{"127.0.0.1"}}, Clock: hand})
	if err != nil {
		t.Fatal(err)
	}
	return there, p, hand
}

// comes goes there and back as somebody.
func comes(t *testing.T, there *oidctest.Provider, p *oidc.Provider, spoil func(a *oidc.Ask, got *oidc.Answer)) (oidc.Identity, error) {
	t.Helper()
	address, err := p.Begin(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	query, err := url.ParseQuery(there.Visit(address, "ilze-1"))
	if err != nil {
		t.Fatal(err)
	}
	a, got := ask, oidc.Answer{Code: query.Get("code"), Issuer: query.Get("iss")}
	if spoil != nil {
		spoil(&a, &got)
	}
	return p.Finish(t.Context(), a, got)
}

func TestWhoHasProvenElsewhereIsKnownByIssuerAndSubject(t *testing.T) {
	t.Parallel()
	there, p, _ := open(t)
	who, err := comes(t, there, p, nil)
	if want := (oidc.Identity{Issuer: there.URL, Subject: "ilze-1", Proven: morning}); err != nil || who != want {
		t.Fatalf("%+v, %v", who, err)
	}
}

func TestEveryBadAnswerIsRefused(t *testing.T) {
	t.Parallel()
	claim := func(name string, value any) func(*oidctest.Provider) {
		return func(there *oidctest.Provider) { there.Claims = map[string]any{name: value} }
	}
	for what, lie := range map[string]func(there *oidctest.Provider){
		"another nonce":            claim("nonce", "other"),
		"no nonce":                 claim("nonce", nil),
		"another audience":         claim("aud", "somebody-else"),
		"several audiences":        claim("aud", []string{oidctest.Client, "somebody-else"}),
		"another authorised party": claim("azp", "somebody-else"),
		"another issuer":           claim("iss", "https://other.example"),
		"an ended token":           claim("exp", morning.Add(-time.Minute).Unix()),
		"a token of tomorrow":      claim("iat", morning.Add(24*time.Hour).Unix()),
		"no subject":               claim("sub", nil),
		"an answer of another one": func(there *oidctest.Provider) { there.Iss = "https://other.example" },
		"an unsigned token": func(there *oidctest.Provider) {
			there.Lie = func(header map[string]any, _ func(string) []byte) func(string) []byte {
				header["alg"] = "none"
				return func(string) []byte { return nil }
			}
		},
		"a token without its signature": func(there *oidctest.Provider) {
			there.Lie = func(map[string]any, func(string) []byte) func(string) []byte {
				return func(string) []byte { return nil }
			}
		},
		"a signature by what both know": func(there *oidctest.Provider) {
			there.Lie = func(header map[string]any, _ func(string) []byte) func(string) []byte {
				header["alg"] = "HS256"
				return func(input string) []byte {
					mac := hmac.New(sha256.New, []byte(oidctest.Secret))
					mac.Write([]byte(input))
					return mac.Sum(nil)
				}
			}
		},
		"a signature of other words": func(there *oidctest.Provider) {
			there.Lie = func(_ map[string]any, sign func(string) []byte) func(string) []byte {
				return func(input string) []byte { return sign(input + "x") }
			}
		},
	} {
		there, p, _ := open(t)
		lie(there)
		if who, err := comes(t, there, p, nil); !errors.Is(err, oidc.ErrRefused) {
			t.Errorf("%s: %+v, %v", what, who, err)
		}
	}
}

func TestACodeIsOfThisBrowserAndUsedOnce(t *testing.T) {
	t.Parallel()
	there, p, _ := open(t)
	var kept oidc.Answer
	if _, err := comes(t, there, p, func(_ *oidc.Ask, got *oidc.Answer) { kept = *got }); err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func(a *oidc.Ask, got *oidc.Answer){
		"a code that was used":     func(_ *oidc.Ask, got *oidc.Answer) { *got = kept },
		"another verifier":         func(a *oidc.Ask, _ *oidc.Answer) { a.Verifier = strings.Repeat("w", 43) },
		"another way back":         func(a *oidc.Ask, _ *oidc.Answer) { a.Back = "https://evil.example/back" },
		"another nonce of ours":    func(a *oidc.Ask, _ *oidc.Answer) { a.Nonce = "other" },
		"no word who has answered": func(_ *oidc.Ask, got *oidc.Answer) { got.Issuer = "" },
	} {
		if who, err := comes(t, there, p, spoil); !errors.Is(err, oidc.ErrRefused) {
			t.Errorf("%s: %+v, %v", what, who, err)
		}
	}
}

func TestWhatCountsAsASecondProofIsWrittenDown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim string
		value any
		want  bool
	}{
		{"acr", "urn:high", true}, {"acr", "urn:low", false}, {"acr", "", false}, {"amr", []string{"pwd", "mfa"}, true}, {"amr", []string{"pwd"}, false}, {"amr", nil, false},
	} {
		there, p, _ := open(t, "acr=urn:high", "amr=mfa")
		there.Claims = map[string]any{c.claim: c.value}
		if who, err := comes(t, there, p, nil); err != nil || who.Second != c.want {
			t.Errorf("%v: %v, %v", c, who, err)
		}
	}
	there, p, _ := open(t)
	there.Claims = map[string]any{"amr": []string{"mfa"}}
	if who, err := comes(t, there, p, nil); err != nil || who.Second {
		t.Errorf("without a word about it: %v, %v", who, err)
	}
}

func TestAProviderInsideIsAskedByNameAlone(t *testing.T) {
	t.Parallel()
	there := oidctest.New(t, clock.NewHand(morning))
	p, err := oidc.New(oidc.Config{Settings: oidc.Settings{Name: "x", Issuer: there.URL, Client: "c"}, Clock: clock.NewHand(morning)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Begin(t.Context(), ask); !errors.Is(err, oidc.ErrAway) || !errors.Is(err, egress.ErrInside) {
		t.Error(err)
	}
}

// It says that it is somebody else: its keys would sign for anybody.
func TestAProviderThatCallsItselfOtherwiseIsRefused(t *testing.T) {
	t.Parallel()
	there, _, hand := open(t)
	address := strings.Replace(there.URL, "127.0.0.1", "localhost", 1)
	p, err := oidc.New(oidc.Config{Settings: oidc.Settings{Name: "x", Issuer: address, Client: "c"}, Outside: egress.Policy{Inside: []string{"localhost"}}, Clock: hand})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Begin(t.Context(), ask); !errors.Is(err, oidc.ErrAway) {
		t.Error(err)
	}
}

func TestSettingsThatCannotBe(t *testing.T) {
	t.Parallel()
	good := oidc.Settings{Name: "x", Issuer: "https://login.example", Client: "c", Second: []string{"acr=high"}}
	if _, err := oidc.New(oidc.Config{Settings: good, Clock: clock.NewHand(morning)}); err != nil {
		t.Error(err)
	}
	for what, spoil := range map[string]func(s *oidc.Settings){
		"no HTTPS":      func(s *oidc.Settings) { s.Issuer = "http://login.example" },
		"no address":    func(s *oidc.Settings) { s.Issuer = "login.example" },
		"a query":       func(s *oidc.Settings) { s.Issuer += "?x=1" },
		"no name":       func(s *oidc.Settings) { s.Name = "" },
		"no client":     func(s *oidc.Settings) { s.Client = "" },
		"another claim": func(s *oidc.Settings) { s.Second = []string{"email=x"} },
		"no value":      func(s *oidc.Settings) { s.Second = []string{"acr="} },
	} {
		s := good
		spoil(&s)
		if _, err := oidc.New(oidc.Config{Settings: s, Clock: clock.NewHand(morning)}); !errors.Is(err, oidc.ErrSettings) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
