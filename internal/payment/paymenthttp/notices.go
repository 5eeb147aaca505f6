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
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment/notice"
	"vienkopus/internal/platform/delivery"
	"vienkopus/internal/platform/egress"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
)

// Links knows which creditors have a billing system of their own.
type Links interface {
	Links(ctx context.Context, r journal.Reader) ([]bill.Link, error)
	// Owed tells whether a creditor is to be told of what was recorded at a moment.
	Owed(ctx context.Context, r journal.Reader, creditor regno.Number, at time.Time) (bool, error)
}

// noticesPage are the billing systems and what each does not know yet.
type noticesPage struct {
	Municipality string
	Systems      []noticeRow
}

// noticeRow is one billing system.
type noticeRow struct {
	Creditor, Number, Since, Cents string
	Notices                        int64
}

// notices shows what has been paid and not told yet.
func (p pages) notices(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	links, err := p.Links.Links(ctx, p.Journal.DB())
	if err != nil {
		return err
	}
	untold, err := p.untold(ctx)
	if err != nil {
		return err
	}
	var numbers []regno.Number
	for _, l := range links {
		if l.Notify != "" {
			numbers = append(numbers, l.Creditor)
		}
	}
	for _, number := range slices.Sorted(maps.Keys(untold)) { // also one that was disconnected
		if !slices.Contains(numbers, number) {
			numbers = append(numbers, number)
		}
	}
	creditors, err := p.Creditors.Creditors(ctx, p.Journal.DB(), numbers)
	if err != nil {
		return err
	}
	page := noticesPage{Municipality: r.PathValue("municipality")}
	for _, number := range numbers {
		c, u := creditors[number], untold[number]
		row := noticeRow{Creditor: c.Name, Number: string(c.Number), Notices: u.notices, Cents: lang.Amount(ctx, u.cents)}
		if !u.since.IsZero() {
			row.Since = lang.DateTime(ctx, u.since)
		}
		page.Systems = append(page.Systems, row)
	}
	return html.Render(w, r, http.StatusOK, noticesView(page))
}

// untold is what a creditor's billing system has not confirmed yet.
type untold struct {
	notices int64
	// cents is what they come to, what went back taken away.
	cents money.Amount
	// since is when the oldest of them was recorded, zero when there is none.
	since time.Time
}

func (p pages) untold(ctx context.Context) (map[regno.Number]untold, error) {
	all := map[regno.Number]untold{}
	err := delivery.Waiting(ctx, p.Journal.DB(), notice.Kind, func(m delivery.Message) error {
		n, err := notice.Read(m.Body)
		if err != nil {
			return err
		}
		u := all[n.Creditor]
		u.notices++
		u.cents += n.Cents
		if u.since.IsZero() || n.At.Before(u.since) {
			u.since = n.At
		}
		all[n.Creditor] = u
		return nil
	})
	return all, err
}

// tellPatience is how long a billing system may take to confirm one notice.
const tellPatience = 10 * time.Second

// teller tells billing systems what was paid: POST with the signature of Standard Webhooks, the same id however often it is told.
type teller struct {
	journal *journal.Journal
	links   Links
	client  *http.Client
	// confirmed keeps when a notice was confirmed, for whoever follows his money.
	confirmed func(ctx context.Context, message string, at time.Time) error
}

// Notices are the messages to billing systems. What a system has not confirmed it is told again: soon at first, then every quarter of an hour for about
// ten days, and after that when a person asks for it.
// confirmed is told of each that was confirmed. Only systems that the policy allows are told.
func Notices(j *journal.Journal, links Links, outside egress.Policy, confirmed func(ctx context.Context, message string, at time.Time) error) delivery.Kind {
	t := teller{journal: j, links: links, confirmed: confirmed, client: &http.Client{
		Timeout:   tellPatience,
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: outside.Dial, ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute},
		// Where an answer leads is not who was registered.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	return delivery.Kind{
		Name: notice.Kind, Kinds: notice.Tells(), Messages: t.messages, Deliver: t.deliver, Workers: 16, Within: tellPatience + time.Second,
		Retry: jobs.Retry{First: time.Second, Most: 15 * time.Minute, Times: 1000},
	}
}

// messages returns what a line tells the billing system of its creditor, when one was connected then.
func (t teller) messages(ctx context.Context, e journal.Entry) ([]delivery.Message, error) {
	n, tells := notice.Of(e)
	if !tells {
		return nil, nil
	}
	owed, err := t.links.Owed(ctx, t.journal.DB(), n.Creditor, n.At)
	if err != nil || !owed {
		return nil, err
	}
	body, err := n.Body()
	return []delivery.Message{{ID: n.ID.String(), To: string(n.Creditor), Body: body}}, err
}

// link returns how a creditor's billing system is reached; Notify is "" when it is not.
func (t teller) link(ctx context.Context, creditor regno.Number) (bill.Link, error) {
	links, err := t.links.Links(ctx, t.journal.DB())
	i := slices.IndexFunc(links, func(l bill.Link) bool { return l.Creditor == creditor })
	if err != nil || i < 0 {
		return bill.Link{}, err
	}
	return links[i], nil
}

// errNotConfirmed is returned for an answer that does not confirm a notice.
var errNotConfirmed = errors.New("paymenthttp: the billing system does not confirm")

// errDisconnected keeps a notice waiting until its system is connected again: what was owed stays owed, and is seen.
var errDisconnected = errors.New("paymenthttp: the billing system is disconnected")

// deliver tells one notice. Source of the headers: standardwebhooks.com, version 1.
func (t teller) deliver(ctx context.Context, m delivery.Message) error {
	l, err := t.link(ctx, regno.Number(m.To))
	if err == nil && l.Notify == "" {
		err = errDisconnected
	}
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.Notify, bytes.NewReader(m.Body))
	if err != nil {
		return fmt.Errorf("paymenthttp: notice: %w", err)
	}
	stamp := strconv.FormatInt(t.journal.Now().Unix(), 10)
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Webhook-Id": m.ID, "Webhook-Timestamp": stamp, "Webhook-Signature": signature(l.Secret, m.ID, stamp, m.Body),
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
		return fmt.Errorf("%w: it answers %d", errNotConfirmed, res.StatusCode)
	}
	return t.confirmed(ctx, m.ID, t.journal.Now())
}

// signature is how a billing system knows that a notice is ours: HMAC-SHA256 over id, time and body with the shared secret.
func signature(secret bill.Secret, id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(string(secret)))
	mac.Write([]byte(id + "." + stamp + ".")) // a hash never fails to write
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
