package billhttp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"vienkopus/internal/bill"
	"vienkopus/internal/platform/egress"
)

const (
	// patience is how long a creditor's system may take in all, from the first byte sent to the last one received: a client is waiting.
	patience = 1500 * time.Millisecond
	// mostBytes bounds an answer, also after it is unpacked.
	mostBytes = 1 << 20
	// mostHeader bounds the headers of an answer, in bytes.
	mostHeader = 64 << 10
)

// Remote asks the systems of creditors over HTTP; docs/formats/bills.md is what they are told.
type Remote struct {
	client *http.Client
	within time.Duration
}

// NewRemote returns a way to ask the systems that a policy allows. Within is how long an answer may take; 0 stands for 1.5 seconds.
func NewRemote(within time.Duration, outside egress.Policy) *Remote {
	if within == 0 {
		within = patience
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: outside.Dial, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: mostHeader, IdleConnTimeout: time.Minute,
	}
	return &Remote{within: within, client: &http.Client{
		Transport: transport,
		// Where an answer leads is not where the secret and the name may go.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// The ways in which an answer is none. They repeat nothing of it, because it may be about persons.
var (
	errStatus  = errors.New("billhttp: the system answered with another status than 200")
	errMedia   = errors.New("billhttp: the answer is no JSON")
	errLong    = errors.New("billhttp: the answer is too long")
	errNoBills = errors.New("billhttp: the answer is no list of bills")
)

// Ask implements what bill.Config wants: one question, whose answer is a list of bills as PUT /api/v1/bills has them. What names a bill is asked by GET; anything else may name a person,
// stands in no address, where logs on the way would keep it, and goes as the body of a POST.
func (r *Remote) Ask(ctx context.Context, l bill.Link, query string) ([]bill.Said, error) {
	ctx, cancel := context.WithTimeout(ctx, r.within)
	defer cancel()
	address, err := url.Parse(l.Lookup)
	if err != nil {
		return nil, fmt.Errorf("billhttp: address: %w", bare(err))
	}
	request, err := question(ctx, address, query)
	if err != nil {
		return nil, fmt.Errorf("billhttp: request: %w", bare(err))
	}
	request.Header.Set("Authorization", "Bearer "+string(l.Secret))
	request.Header.Set("Accept", "application/json")
	body, err := r.fetch(request)
	if err != nil {
		return nil, err
	}
	return decode(body)
}

func question(ctx context.Context, address *url.URL, query string) (*http.Request, error) {
	if !bill.IsNumber(query) {
		body := strings.NewReader(url.Values{"q": {query}}.Encode())
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), body)
		if err == nil {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return request, err
	}
	values := address.Query()
	values.Set("q", query)
	address.RawQuery = values.Encode()
	return http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
}

func (r *Remote) fetch(request *http.Request) (body []byte, err error) {
	response, err := r.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("billhttp: ask: %w", bare(err))
	}
	defer func() {
		if cerr := response.Body.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("billhttp: close: %w", cerr)
		}
	}()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: %d", errStatus, response.StatusCode)
	}
	if kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, errMedia
	}
	body, err = io.ReadAll(io.LimitReader(response.Body, mostBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("billhttp: read: %w", err)
	case len(body) > mostBytes:
		return nil, errLong
	}
	return body, nil
}

// bare takes the address off an error, because it holds what somebody has typed.
func bare(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// decode reads a list of bills. What has a member that we do not know, or anything behind the list, was not understood.
func decode(body []byte) ([]bill.Said, error) {
	var bodies []billBody
	reader := json.NewDecoder(bytes.NewReader(body))
	reader.DisallowUnknownFields()
	if err := reader.Decode(&bodies); err != nil || bodies == nil {
		return nil, errNoBills
	}
	if _, err := reader.Token(); !errors.Is(err, io.EOF) {
		return nil, errNoBills
	}
	all := make([]bill.Said, len(bodies))
	for i, b := range bodies {
		all[i] = b.said()
	}
	return all, nil
}
