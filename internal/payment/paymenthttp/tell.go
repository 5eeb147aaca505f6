package paymenthttp

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"vienkopus/internal/bill"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
)

const (
	// tellPatience is how long a billing system may take to confirm one notice.
	tellPatience = 10 * time.Second
	// firstPause and longestPause are how long a system that does not confirm is left alone: twice as long each time.
	firstPause   = time.Second
	longestPause = 5 * time.Minute
)

// Teller tells billing systems what was paid: POST with the signature of Standard Webhooks, the same id however often it is told.
type Teller struct {
	Journal *journal.Journal
	Links   Links
	client  *http.Client
	pauses  map[string]*pause
}

// pause is how long a creditor's system is left alone, and until when.
type pause struct {
	length time.Duration
	until  time.Time
}

// NewTeller returns a teller.
func NewTeller(j *journal.Journal, links Links) *Teller {
	return &Teller{Journal: j, Links: links, pauses: map[string]*pause{}, client: &http.Client{
		Timeout: tellPatience,
		// Where an answer leads is not who was registered.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Tell tells every linked system what it does not know yet, and returns the errors of those that did not confirm, joined. What a system has not
// confirmed it is told again; one that does not answer holds up no other one.
func (t *Teller) Tell(ctx context.Context) error {
	links, err := t.Links.Links(ctx, t.Journal.DB())
	if err != nil {
		return err
	}
	var failed []error
	for _, l := range links {
		if l.Notify == "" || !t.due(l) {
			continue
		}
		err := t.Journal.CatchUp(ctx, journal.Follower{Name: payment.Follower(l.Creditor), Handle: func(ctx context.Context, lines []journal.Entry) error {
			return t.lines(ctx, l, lines)
		}})
		t.note(l, err)
		if err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func (t *Teller) due(l bill.Link) bool {
	p := t.pauses[string(l.Creditor)]
	return p == nil || !t.Journal.Now().Before(p.until)
}

func (t *Teller) note(l bill.Link, err error) {
	key := string(l.Creditor)
	if err == nil {
		delete(t.pauses, key)
		return
	}
	p := t.pauses[key]
	if p == nil {
		p = &pause{length: firstPause / 2}
		t.pauses[key] = p
	}
	p.length = min(2*p.length, longestPause)
	p.until = t.Journal.Now().Add(p.length)
}

func (t *Teller) lines(ctx context.Context, l bill.Link, lines []journal.Entry) error {
	for _, e := range lines {
		n, tells := payment.NoticeOf(e)
		if !tells || n.Creditor != l.Creditor {
			continue
		}
		if err := t.one(ctx, l, n); err != nil {
			return err
		}
	}
	return nil
}

// errNotConfirmed is returned for an answer that does not confirm a notice.
var errNotConfirmed = errors.New("paymenthttp: the billing system does not confirm")

// one tells one notice. Source of the headers: standardwebhooks.com, version 1.
func (t *Teller) one(ctx context.Context, l bill.Link, n payment.Notice) error {
	body, err := n.Body()
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.Notify, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("paymenthttp: notice: %w", err)
	}
	stamp := strconv.FormatInt(t.Journal.Now().Unix(), 10)
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Webhook-Id": n.ID.String(), "Webhook-Timestamp": stamp,
		"Webhook-Signature": Signature(l.Secret, n.ID.String(), stamp, body),
	} {
		req.Header.Set(name, value)
	}
	res, err := t.client.Do(req)
	if err != nil {
		return fmt.Errorf("paymenthttp: notice: %w", err)
	}
	_, rerr := io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16))
	if err := errors.Join(rerr, res.Body.Close()); err != nil {
		return fmt.Errorf("paymenthttp: notice: %w", err)
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fmt.Errorf("%w: %s answers %d", errNotConfirmed, l.Creditor, res.StatusCode)
	}
	return nil
}

// Signature is how a billing system knows that a notice is ours: HMAC-SHA256 over id, time and body with the shared secret.
func Signature(secret bill.Secret, id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(string(secret)))
	mac.Write([]byte(id + "." + stamp + ".")) // a hash never fails to write
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
