package oidc

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/egress"
)

// Settings are what a provider is known by. They come from the operator.
type Settings struct {
	// Name is what people read on the button.
	Name string
	// Issuer is its address, exactly as it writes it itself; Client is who we are there, and Secret what only we know.
	Issuer, Client, Secret string
	// Second are the values that stand for a second proof: "acr=…" or "amr=…", as the provider writes them. None: what it says is one proof.
	Second []string
}

// Config is what a Provider is made of.
type Config struct {
	Settings
	Outside egress.Policy
	Clock   clock.Clock
}

// New returns the provider of these settings; nothing is asked yet. It returns ErrSettings for what cannot be a provider: no name or client, or an issuer without HTTPS that is not this machine.
func New(c Config) (*Provider, error) {
	u, err := url.Parse(c.Issuer)
	switch {
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%w: %q is no issuer", ErrSettings, c.Issuer)
	case u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1"):
		return nil, fmt.Errorf("%w: the issuer %q has no HTTPS", ErrSettings, c.Issuer)
	case c.Name == "" || c.Client == "":
		return nil, fmt.Errorf("%w: a provider needs a name and a client", ErrSettings)
	}
	for _, second := range c.Second {
		if kind, value, _ := strings.Cut(second, "="); value == "" || kind != "acr" && kind != "amr" {
			return nil, fmt.Errorf("%w: %q is neither acr=… nor amr=…", ErrSettings, second)
		}
	}
	transport := &http.Transport{DialContext: c.Outside.Dial, TLSHandshakeTimeout: patience, MaxIdleConns: 2, IdleConnTimeout: time.Minute}
	client := &http.Client{Timeout: patience, Transport: bounded{transport}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Provider{Config: c, client: client, places: make(chan struct{}, atOnce)}, nil
}
