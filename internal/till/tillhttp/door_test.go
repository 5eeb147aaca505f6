package tillhttp_test

import (
	"bytes"
	"context"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/centre/centresql"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/staff"
	"vienkopus/internal/territory/territorysql"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
	"vienkopus/internal/till/tillhttp"
	tt "vienkopus/internal/till/tilltest"
)

// door is the till behind its real routes; who asks stands in a header.
type door struct {
	t       *testing.T
	w       *tt.World
	handler http.Handler
}

// office is where the pages of Cēsis are.
const office = "/office/" + tt.Cesis

// worker is somebody who may ask: her id, her desk, and one role.
type worker struct {
	id, name     string
	desk, centre string
	scope        scope.Scope
	permissions  []string
}

var (
	counter = []string{staff.MayServe, payment.MayTake, payment.MayRead}
	manages = []string{till.MayRead, till.MayApprove, payment.MayApproveRefund}
	counts  = []string{till.MayRead, bank.MayImport, ledger.MayClose}

	workers = map[string]worker{
		"clerk":      {tt.Clerk, "Ilze Ozola", tt.Dze1, "dzerbene", scope.Centre("dzerbene"), counter},
		"colleague":  {tt.Colleague, "Sanita Kalēja", tt.Ces1, "cesis", scope.Centre("cesis"), counter},
		"second":     {tt.Second, "Andris Rubenis", tt.Ces2, "cesis", scope.Centre("cesis"), counter},
		"far":        {tt.Second, "Andris Rubenis", tt.Alu1, "aluksne", scope.Centre("aluksne"), counter},
		"manager":    {tt.Manager, "Aivars Krūmiņš", "", "", scope.Municipality(tt.Cesis), manages},
		"neighbour":  {tt.Second, "Zane Apsīte", "", "", scope.Municipality(tt.Aluksne), append(manages, counts...)},
		"accountant": {id.ID{15: 6}.String(), "Kristīne Bērziņa", "", "", scope.Municipality(tt.Cesis), counts},
		"collector":  {tt.Collector, "Pēteris Kalniņš", "", "", scope.Municipality(tt.Cesis), []string{till.MayCollect}},
		"auditor":    {id.ID{15: 7}.String(), "Rita Saulīte", "", "", scope.Network, []string{till.MayRead}},
		// One person does it all: what the rules forbid is forbidden to her too.
		"both": {tt.Clerk, "Ilze Ozola", tt.Dze1, "dzerbene", scope.Municipality(tt.Cesis), append(append(counter, manages...), till.MayCollect)},
	}
)

func called(_ context.Context, person string) (string, error) {
	for _, w := range workers {
		if w.id == person {
			return w.name, nil
		}
	}
	return "", nil
}

// guard does what the real one does with the permission and the scope of a route; internal/app tries that one.
func guard(r *http.Request, route httpx.Route) (*http.Request, error) {
	who, known := workers[r.Header.Get("X-Who")]
	if !known {
		return r, fault.NewUnauthenticated("staff.sign_in_first")
	}
	person, err := id.Parse(who.id)
	if err != nil {
		return r, err
	}
	s := &httpx.Caller{Person: person, By: actor.Staff(person.String(), "test"), Name: who.name, Desk: who.desk, Centre: who.centre, Grants: scope.Grants{{Role: "test", Scope: who.scope, Permissions: who.permissions}}}
	if s.Desk != "" {
		s.Municipality = tt.Cesis
		if s.Desk == tt.Alu1 {
			s.Municipality = tt.Aluksne
		}
	}
	r = r.WithContext(httpx.WithCaller(lang.With(r.Context(), r.Header.Get("X-Lang")), s))
	at := s.Place()
	if route.Scope == httpx.ScopePath {
		at = scope.Place{Municipality: r.PathValue("municipality")}
	}
	if !route.SignedIn && !s.May(route.Permission, at) {
		return r, fault.NewForbidden("staff.forbidden")
	}
	return r, nil
}

func deps(w *tt.World) tillhttp.Deps {
	return tillhttp.Deps{
		Journal: w.Journal, Till: w.Till, Bank: w.Bank, Ledger: w.Ledger, Store: w.Store, Books: ledgersql.Store{}, Creditors: billsql.Store{},
		Centres: centresql.Store{}, Called: called,
		// The tabs of an office are the frame's, which has goldens of its own.
		Office: officehttp.Shell{Journal: w.Journal, Places: territorysql.Store{}, Tabs: func() []room.Tab { return nil }},
	}
}

func open(t *testing.T, dsn string) *door {
	t.Helper()
	w := tt.New(t, dsn)
	handler, err := httpx.Build(tillhttp.Routes(deps(w)), httpx.Options{Clock: w.Clock, Guard: guard, Log: slog.New(slog.DiscardHandler)})
	tt.Must(t, err)
	return &door{t: t, w: w, handler: handler}
}

// answer is what was answered.
type answer struct {
	t      *testing.T
	asked  string
	status int
	page   string
	head   http.Header
}

func (d *door) serve(who string, r *http.Request) answer {
	d.t.Helper()
	r.Header.Set("X-Who", who)
	if r.Header.Get("X-Lang") == "" {
		r.Header.Set("X-Lang", "en")
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	if strings.Contains(w.Body.String(), "⟦") {
		d.t.Errorf("%s %s: a message is missing", r.Method, r.URL)
	}
	return answer{t: d.t, asked: r.Method + " " + r.URL.String(), status: w.Code, page: w.Body.String(), head: w.Header()}
}

func (d *door) get(who, path string) answer {
	d.t.Helper()
	return d.serve(who, httptest.NewRequestWithContext(d.t.Context(), http.MethodGet, path, nil))
}

// post sends a form: names and values in turn. Without a "key" it gets a fresh one.
func (d *door) post(who, path string, form ...string) answer {
	d.t.Helper()
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Add(form[i], form[i+1])
	}
	if !values.Has("key") {
		values.Set("key", d.w.By(tt.Clerk, tt.Dze1).Key)
	}
	r := httptest.NewRequestWithContext(d.t.Context(), http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.serve(who, r)
}

// upload sends a file to the bank's page.
func (d *door) upload(who, content string) answer {
	d.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	tt.Must(d.t, form.WriteField("key", d.w.By(tt.Clerk, tt.Dze1).Key))
	part, err := form.CreateFormFile("file", "statement.xml")
	tt.Must(d.t, err)
	_, err = part.Write([]byte(content))
	tt.Must(d.t, err)
	tt.Must(d.t, form.Close())
	r := httptest.NewRequestWithContext(d.t.Context(), http.MethodPost, office+"/bank", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return d.serve(who, r)
}

// is complains unless the answer has the status.
func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d: %s", a.asked, a.status, status, text(a.page))
	}
	return a
}

// leads complains unless the answer leads to the address.
func (a answer) leads(to string) {
	a.t.Helper()
	if got := a.is(http.StatusSeeOther).head.Get("Location"); got != to {
		a.t.Errorf("%s leads to %s, want %s", a.asked, got, to)
	}
}

// says complains about every text that the page does not hold.
func (a answer) says(texts ...string) answer {
	a.t.Helper()
	for _, one := range texts {
		if !strings.Contains(text(a.page), one) {
			a.t.Errorf("%s does not say %q: %s", a.asked, one, text(a.page))
		}
	}
	return a
}

// hides complains about every text that the page or its source holds. Ids are left out: their digits are chance.
func (a answer) hides(texts ...string) {
	a.t.Helper()
	page := ids.ReplaceAllString(a.page, "")
	for _, one := range texts {
		if strings.Contains(page, one) || strings.Contains(text(page), one) {
			a.t.Errorf("%s says %q", a.asked, one)
		}
	}
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
	ids    = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|/assets/[^"]*`)
)

// text is what a reader sees of the main part of a page, in one line.
func text(page string) string {
	if i := strings.Index(page, "<main"); i >= 0 {
		page = page[i:]
	}
	page = tags.ReplaceAllString(page, " ")
	page = strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&").Replace(page)
	return strings.TrimSpace(spaces.ReplaceAllString(page, " "))
}

// hidden returns the value of a hidden field of a page.
func hidden(t *testing.T, page, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + regexp.QuoteMeta(name) + `" value="([^"]*)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no field %s", name)
	}
	return found[1]
}
