package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/demo/catalogue"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
)

// town is the demonstration's places, services and roles, with nobody in it and nothing recorded.
var town = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	a, err := app.Open(ctx, app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.System{}})
	if err != nil {
		return err
	}
	by := actor.System("test")
	if err := a.DefineRoles(ctx, by); err != nil {
		return err
	}
	if err := places.Seed(ctx, places.Services{Territory: a.Territory, Centre: a.Centre}, by); err != nil {
		return err
	}
	if err := catalogue.Seed(ctx, a.Publisher, by); err != nil {
		return err
	}
	return a.Close()
})

// The desks of the tests: two of a unified centre, one of a library that is no more than a customer centre, and one far away.
const (
	cesis    = "CES-1"
	beside   = "CES-2"
	marsneni = "MRS-1"
	far      = "LIV-1"
)

// house is a program that answers over HTTP.
type house struct {
	*app.App
	t    *testing.T
	site *httptest.Server
	heed *ledger // holds every answer to the description of the interface
}

// inTown runs the test against a program in town, on both engines.
func inTown(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) { test(t, newHouse(t, dsn)) })
}

func newHouse(t *testing.T, dsn string) *house {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.System{}, Version: "test", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	handler, err := a.Handler(nil)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{App: a, t: t, site: httptest.NewServer(handler)}
	t.Cleanup(h.site.Close)
	h.heed = newLedger(t, h)
	return h
}

// caller is a program with a token, or without one.
type caller struct {
	h     *house
	token string
	id    id.ID
	lang  string
}

var labels atomic.Int64

// token makes a token in a role: at a desk, or for a scope when the desk is empty.
func (h *house) token(role, desk string, within scope.Scope) caller {
	h.t.Helper()
	label := fmt.Sprintf("test-%d", labels.Add(1))
	in := staff.NewToken{Label: label, Role: role, Desk: desk, Scope: within}
	secret, token, err := h.Staff.CreateToken(h.t.Context(), actor.System("test"), in, label)
	if err != nil {
		h.t.Fatal(err)
	}
	return caller{h: h, token: secret, id: token}
}

func (h *house) clerk(desk string) caller { return h.token("clerk", desk, scope.Scope{}) }

// reply is what was answered.
type reply struct {
	t      testing.TB
	asked  string
	status int
	head   http.Header
	body   []byte
}

// request is one request of a program. Key is its Idempotency-Key, Raw a body that is sent as it is.
type request struct {
	method, path, key string
	body              any
	raw               []byte
	kind              string // Content-Type, application/json when empty
}

// send makes the request and returns an error when there was no answer.
func (c caller) send(ctx context.Context, q request) (reply, error) {
	r := reply{t: c.h.t, asked: q.method + " " + q.path}
	text := q.raw
	if q.body != nil {
		var err error
		if text, err = json.Marshal(q.body); err != nil {
			return r, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, q.method, c.h.site.URL+q.path, bytes.NewReader(text))
	if err != nil {
		return r, err
	}
	for name, value := range map[string]string{
		"Idempotency-Key": q.key, "Content-Type": q.kind, "Accept-Language": c.lang, "Authorization": bearer(c.token),
	} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	if q.kind == "" && text != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.h.site.Client().Do(req)
	if err != nil {
		return r, err
	}
	defer res.Body.Close()
	r.status, r.head = res.StatusCode, res.Header
	if r.body, err = io.ReadAll(res.Body); err == nil {
		c.h.heed.note(r)
	}
	return r, err
}

func bearer(token string) string {
	if token == "" {
		return ""
	}
	return "Bearer " + token
}

// ask makes the request and ends the test when there is no answer.
func (c caller) ask(q request) reply {
	c.h.t.Helper()
	r, err := c.send(c.h.t.Context(), q)
	if err != nil {
		c.h.t.Fatal(err)
	}
	return r
}

func (c caller) get(path string) reply {
	c.h.t.Helper()
	return c.ask(request{method: http.MethodGet, path: path})
}

// post sends a body under a key; an empty key names nothing.
func (c caller) post(path, key string, body any) reply {
	c.h.t.Helper()
	return c.ask(request{method: http.MethodPost, path: path, key: key, body: body})
}

// speaking returns the same program asking in another language.
func (c caller) speaking(lang string) caller {
	c.lang = lang
	return c
}

// is ends the test unless the answer has the status.
func (r reply) is(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("%s: %d %s, want %d", r.asked, r.status, r.body, status)
	}
	return r
}

// fails complains unless the answer is a problem with the status and the key of a message.
func (r reply) fails(status int, key string) problem {
	r.t.Helper()
	var p problem
	if err := json.Unmarshal(r.body, &p); err != nil || r.status != status || p.Type != "urn:vienkopus:fault:"+key {
		r.t.Errorf("%s: %d %s, want %d %s", r.asked, r.status, r.body, status, key)
	}
	return p
}

func (r reply) into(v any) {
	r.t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		r.t.Fatalf("%s: %s: %v", r.asked, r.body, err)
	}
}

// problem is an error as RFC 9457 has it, with our list of faults.
type problem struct {
	Type, Title, Instance string
	Status                int
	Errors                []struct{ Type, Field, Detail string }
}

// visitSeen and actSeen are what the tests read of an answer.
type visitSeen struct {
	ID, Desk, Centre, Channel, State string
	Closed                           *time.Time `json:"closed_at"`
	Acts                             []actSeen
}

type actSeen struct {
	ID, Visit, Kind, Service, Institution, Channel, Depth, Reason, Identity, State, Day string
	Number                                                                              int64
}

// visits is where visits are opened.
const visits = "/api/v1/visits"

func (r reply) visit() visitSeen {
	r.t.Helper()
	var v visitSeen
	r.into(&v)
	return v
}

func (r reply) act() actSeen {
	r.t.Helper()
	var a actSeen
	r.into(&a)
	return a
}

// opened returns the path of a new visit.
func (c caller) opened() string {
	c.h.t.Helper()
	return visits + "/" + c.post(visits, "", what{}).is(http.StatusCreated).visit().ID
}

// what is a body.
type what map[string]any

// lines returns how many lines all journals hold.
func (h *house) lines() int64 {
	h.t.Helper()
	var n int64
	if err := h.DB.QueryRow(h.t.Context(), "SELECT COALESCE(SUM(number), 0) FROM desk_head").Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// sound complains about everything that verify finds.
func (h *house) sound() {
	h.t.Helper()
	report, err := h.Verify(h.t.Context(), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range report.Problems {
		h.t.Error(p)
	}
}

// fewActs is how many acts prove nothing yet.
const fewActs = 20

// enough tells whether so much was recorded that it proves something.
func enough(crowd []*desk) bool {
	total := 0
	for _, d := range crowd {
		d.mu.Lock()
		total += len(d.acts)
		d.mu.Unlock()
	}
	return total >= 2*fewActs
}
