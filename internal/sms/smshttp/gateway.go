package smshttp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/egress"
	"vienkopus/internal/sms"
)

const (
	// within is how long a gateway may take to answer.
	within = 10 * time.Second
	// mostRead bounds what is read of an answer, in bytes: it says nothing that is needed.
	mostRead = 16 << 10
)

// Gateway tells a gateway over HTTP what to send. docs/formats/sms.md is what it is told.
type Gateway struct {
	address, secret string
	within          time.Duration
	client          *http.Client
}

// errAddress says that an address is none that messages go to.
var errAddress = errors.New("smshttp: the gateway needs an address with https://, or http:// of a host that is allowed by name")

// NewGateway returns a gateway at an address that the policy allows. It returns an error for an address that is none, and for one without TLS to the world outside.
func NewGateway(address, secret string, outside egress.Policy) (*Gateway, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !outside.Allows(u.Hostname())) {
		return nil, errAddress
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: outside.Dial, ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute}
	return &Gateway{address: address, secret: secret, within: within, client: &http.Client{
		Transport: transport,
		// Where an answer leads is not where the number may go.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// errStatus says that the gateway has taken nothing and may take it later.
var errStatus = errors.New("smshttp: the gateway answered with another status than 2xx")

// Send implements sms.Gateway. Errors repeat nothing of what was sent.
func (g *Gateway) Send(ctx context.Context, message id.ID, c sms.Content) (err error) {
	ctx, cancel := context.WithTimeout(ctx, g.within)
	defer cancel()
	body, err := json.Marshal(struct {
		ID id.ID `json:"id"`
		sms.Content
	}{message, c})
	if err != nil {
		return fmt.Errorf("smshttp: message: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, g.address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("smshttp: request: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+g.secret)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", message.String())
	response, err := g.client.Do(request)
	if err != nil {
		return fmt.Errorf("smshttp: send: %w", bare(err))
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, mostRead)); err != nil {
		return fmt.Errorf("smshttp: answer: %w", err)
	}
	switch s := response.StatusCode; {
	case s >= 200 && s < 300:
		return nil
	case s >= 400 && s < 500 && s != http.StatusRequestTimeout && s != http.StatusTooManyRequests && s != http.StatusUnauthorized:
		return fmt.Errorf("%w: %d", sms.ErrRefused, s)
	default:
		return fmt.Errorf("%w: %d", errStatus, s)
	}
}

// bare takes the address off an error.
func bare(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
