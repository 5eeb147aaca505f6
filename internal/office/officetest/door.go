// Package officetest lets tests knock at the doors of the till, the ledger and the bank as people of a municipality, and look at what they are shown. The
// guard is not the real one, which internal/app tries.
package officetest

import (
	"bytes"
	"context"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/bank/bankhttp"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/ledger/ledgerhttp"
	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/territory/territorysql"
	"vienkopus/internal/till/tillhttp"
	tt "vienkopus/internal/till/tilltest"
)

// Door is the doors of the till, the ledger and the bank behind their real routes; who asks stands in a header.
type Door struct {
	T       *testing.T
	W       *bt.World
	handler http.Handler
}

// Office is where the pages of Cēsis are.
const Office = "/office/" + tt.Cesis

// site is the routes of the three doors in a world.
func site(w *bt.World) []httpx.Route {
	shell := officehttp.Shell{
		Journal: w.Journal, Places: territorysql.Store{}, Centres: centresql.Store{}, Called: called,
		// The tabs of an office are the frame's, which has goldens of its own.
		Tabs: func() []room.Tab { return nil },
	}
	creditors := billsql.Store{}
	return slices.Concat(
		tillhttp.Routes(tillhttp.Deps{Journal: w.Journal, Office: shell, Till: w.Till, Store: w.Store, Creditors: creditors, Centres: centresql.Store{}, Stated: stated}),
		ledgerhttp.Routes(ledgerhttp.Deps{Journal: w.Journal, Office: shell, Ledger: w.Ledger, Books: ledgersql.Store{}, Creditors: creditors}),
		bankhttp.Routes(bankhttp.Deps{
			Journal: w.Journal, Office: shell, Till: w.Till, Bank: w.Bank, Cash: w.Store, Store: w.Banked, Creditors: creditors,
		}),
	)
}

// stated is a checkpoint that was stated before the fortnight ends.
func stated(context.Context) (string, time.Time, error) {
	return "0a1b 2c3d 4e5f 6789", time.Date(2026, 11, 20, 15, 45, 0, 0, time.UTC), nil
}

// Open opens the network at dsn and its doors.
func Open(t *testing.T, dsn string) *Door {
	t.Helper()
	w := bt.New(t, dsn)
	handler, err := httpx.Build(site(w), httpx.Options{Clock: w.Clock, Guard: guard, Log: slog.New(slog.DiscardHandler)})
	tt.Must(t, err)
	return &Door{T: t, W: w, handler: handler}
}

func (d *Door) serve(who string, r *http.Request) Answer {
	d.T.Helper()
	r.Header.Set("X-Who", who)
	if r.Header.Get("X-Lang") == "" {
		r.Header.Set("X-Lang", "en")
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	if strings.Contains(w.Body.String(), "⟦") {
		d.T.Errorf("%s %s: a message is missing", r.Method, r.URL)
	}
	return Answer{t: d.T, asked: r.Method + " " + r.URL.String(), Status: w.Code, Page: w.Body.String(), Head: w.Header()}
}

// Get asks for a page.
func (d *Door) Get(who, path string) Answer {
	d.T.Helper()
	return d.serve(who, httptest.NewRequestWithContext(d.T.Context(), http.MethodGet, path, nil))
}

// Post sends a form: names and values in turn. Without a "key" it gets a fresh one.
func (d *Door) Post(who, path string, form ...string) Answer {
	d.T.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		values.Add(form[i], form[i+1])
	}
	if !values.Has("key") {
		values.Set("key", d.W.By(tt.Clerk, tt.Dze1).Key)
	}
	r := httptest.NewRequestWithContext(d.T.Context(), http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://"+r.Host)
	return d.serve(who, r)
}

// Upload sends a file to the bank's page.
func (d *Door) Upload(who, content string, ours ...string) Answer {
	d.T.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	tt.Must(d.T, form.WriteField("key", d.W.By(tt.Clerk, tt.Dze1).Key))
	for _, account := range ours {
		tt.Must(d.T, form.WriteField("ours", account))
	}
	part, err := form.CreateFormFile("file", "statement.xml")
	tt.Must(d.T, err)
	_, err = part.Write([]byte(content))
	tt.Must(d.T, err)
	tt.Must(d.T, form.Close())
	r := httptest.NewRequestWithContext(d.T.Context(), http.MethodPost, Office+"/bank", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", "http://"+r.Host)
	return d.serve(who, r)
}

// In asks in another language.
func (d *Door) In(lang string) *Door {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("X-Lang", lang)
		d.handler.ServeHTTP(w, r)
	})
	return &Door{T: d.T, W: d.W, handler: handler}
}
