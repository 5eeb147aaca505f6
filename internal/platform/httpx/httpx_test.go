package httpx_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sqldb"
)

func answers(text string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, _ *http.Request) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func fails(err error) func(http.ResponseWriter, *http.Request) error {
	return func(http.ResponseWriter, *http.Request) error { return err }
}

type site struct {
	http.Handler
	log *bytes.Buffer
}

func build(t *testing.T, change func(*httpx.Options), routes ...httpx.Route) site {
	t.Helper()
	s := site{log: &bytes.Buffer{}}
	opts := httpx.Options{
		Clock: clock.System{}, Log: slog.New(slog.NewJSONHandler(s.log, nil)), SignIn: "/sign-in", CSP: "default-src 'self'",
		PublicURL: "https://vienkopus.example", Around: []func(http.Handler) http.Handler{lang.Negotiate},
		Guard: func(r *http.Request, route httpx.Route) (*http.Request, error) { return r, nil },
	}
	if change != nil {
		change(&opts)
	}
	handler, err := httpx.Build(routes, opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Handler = handler
	return s
}

// reply is an answer that was read to its end.
type reply struct {
	StatusCode int
	Header     http.Header
}

func (s site) ask(t *testing.T, r *http.Request) (reply, string) {
	t.Helper()
	if r.Host == "example.com" { // httptest says so where nobody says anything
		r.Host = "localhost"
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return reply{StatusCode: w.Code, Header: w.Header()}, w.Body.String()
}

func get(path string) *http.Request {
	return httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil)
}

func form(path string, body string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestRoutesThatCannotStandAreRefused(t *testing.T) {
	ok := answers("ok")
	for name, routes := range map[string][]httpx.Route{
		"nobody said who may":     {{Method: "GET", Path: "/x", Handle: ok}},
		"two answers to who may":  {{Method: "GET", Path: "/x", Public: true, Permission: "report.read", Handle: ok}},
		"no handler":              {{Method: "GET", Path: "/x", Public: true}},
		"no method":               {{Path: "/x", Public: true, Handle: ok}},
		"a scope without purpose": {{Method: "GET", Path: "/x", SignedIn: true, Scope: httpx.ScopeDesk, Handle: ok}},
		"a path without a place":  {{Method: "GET", Path: "/x/{visit}", Permission: "visit.read", Scope: httpx.ScopePath, Handle: ok}},
		"twice the same":          {{Method: "GET", Path: "/x", Public: true, Handle: ok}, {Method: "GET", Path: "/x", Public: true, Handle: ok}},
		"a broken pattern":        {{Method: "GET", Path: "/{", Public: true, Handle: ok}},
	} {
		t.Run(name, func(t *testing.T) {
			guard := func(r *http.Request, _ httpx.Route) (*http.Request, error) { return r, nil }
			if _, err := httpx.Build(routes, httpx.Options{Clock: clock.System{}, Guard: guard}); err == nil {
				t.Error("built")
			}
		})
	}
	if _, err := httpx.Build([]httpx.Route{{Method: "GET", Path: "/x", SignedIn: true, Handle: ok}}, httpx.Options{Clock: clock.System{}}); err == nil {
		t.Error("built without a guard")
	}
}

func TestFaultsBecomeStatuses(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		says   string
	}{
		{fault.NewInvalid("request.malformed"), 422, "cannot be read"},
		{fault.NewNotFound("request.not_found"), 404, "no such page"},
		{fmt.Errorf("deep: %w", fault.NewConflict("request.key_reused")), 409, "sent before"},
		{fault.NewForbidden("request.method"), 403, "cannot be done"},
		{errors.Join(fault.NewInvalid("request.malformed"), fault.NewInvalid("request.method")), 422, "cannot be read"},
		{fmt.Errorf("write: %w", sqldb.ErrFull), 503, "no room left"},
		{sqldb.ErrClosed, 503, "restarting"},
		{errors.New("the secret is swordfish"), 500, "went wrong on our side"},
		{&http.MaxBytesError{Limit: 2048}, 413, "At most 2 kB"},
	} {
		s := build(t, nil, httpx.Route{Method: "GET", Path: "/x", Public: true, Handle: fails(c.err)},
			httpx.Route{Method: "GET", Path: "/api/v1/x", Public: true, Handle: fails(c.err)})
		res, body := s.ask(t, get("/x?lang=en"))
		if res.StatusCode != c.status || !strings.Contains(body, c.says) || strings.Contains(body, "swordfish") {
			t.Errorf("%v: page %d %q", c.err, res.StatusCode, body)
		}
		res, body = s.ask(t, get("/api/v1/x?lang=en"))
		var p httpx.Problem
		if err := json.Unmarshal([]byte(body), &p); err != nil || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Fatalf("%v: %q %v", c.err, body, err)
		}
		if p.Status != c.status || res.StatusCode != c.status || !strings.Contains(p.Title, c.says) || strings.Contains(body, "swordfish") ||
			p.Instance != "urn:uuid:"+res.Header.Get("X-Request-Id") {
			t.Errorf("%v: problem %+v", c.err, p)
		}
	}
}

func TestProblemsNameTheirFields(t *testing.T) {
	err := errors.Join(fault.NewInvalid("request.malformed").On("kind"), fault.NewInvalid("request.not_text").On("label"))
	s := build(t, nil, httpx.Route{Method: "GET", Path: "/api/v1/x", Public: true, Handle: fails(err)})
	_, body := s.ask(t, get("/api/v1/x?lang=en"))
	var p httpx.Problem
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatal(err)
	}
	if len(p.Errors) != 2 || p.Errors[1].Field != "label" || p.Errors[1].Type != "urn:vienkopus:fault:request.not_text" {
		t.Errorf("%+v", p)
	}
}

func TestAnInternalErrorIsLoggedWithTheIdThatIsShown(t *testing.T) {
	s := build(t, nil, httpx.Route{Method: "GET", Path: "/x/{name}", Public: true, Handle: fails(errors.New("broken pipe of thought"))})
	res, body := s.ask(t, get("/x/janis?q=berzina"))
	request := res.Header.Get("X-Request-Id")
	if v, err := id.Parse(request); err != nil || v[6]>>4 != 7 {
		t.Fatalf("request id %q", request)
	}
	if res.StatusCode != 500 || !strings.Contains(body, request) {
		t.Errorf("%d %q", res.StatusCode, body)
	}
	log := s.log.String()
	if strings.Count(log, request) != 2 || !strings.Contains(log, "broken pipe of thought") || !strings.Contains(log, `"route":"GET /x/{name}"`) {
		t.Errorf("log %s", log)
	}
	if strings.Contains(log, "janis") || strings.Contains(log, "berzina") {
		t.Errorf("the log names somebody: %s", log)
	}
}

func TestAPanicIsAnInternalErrorWithItsStack(t *testing.T) {
	s := build(t, nil, httpx.Route{Method: "GET", Path: "/x", Public: true, Handle: func(http.ResponseWriter, *http.Request) error {
		panic("out of cake")
	}})
	res, body := s.ask(t, get("/x"))
	if res.StatusCode != 500 || strings.Contains(body, "cake") || !strings.Contains(body, res.Header.Get("X-Request-Id")) {
		t.Errorf("%d %q", res.StatusCode, body)
	}
	if log := s.log.String(); !strings.Contains(log, "out of cake") || !strings.Contains(log, "httpx_test.go") {
		t.Errorf("log %s", log)
	}
}

func TestHalfAnAnswerBreaksTheConnection(t *testing.T) {
	s := build(t, nil, httpx.Route{Method: "GET", Path: "/x", Public: true, Slow: true, Handle: func(w http.ResponseWriter, _ *http.Request) error {
		if _, err := io.WriteString(w, strings.Repeat("line\n", 10_000)); err != nil {
			return err
		}
		return errors.New("the table ended early")
	}})
	server := httptest.NewServer(s)
	defer server.Close()
	if _, body, err := fetch(t.Context(), server.URL+"/x"); err == nil {
		t.Errorf("half an export of %d bytes looked whole", len(body))
	}
}

func TestCrossSiteRequestsAreRefused(t *testing.T) {
	s := build(t, nil, httpx.Route{Method: "POST", Path: "/x", Public: true, Handle: answers("done")})
	for _, c := range []struct {
		header, value string
		status        int
	}{
		{"Sec-Fetch-Site", "cross-site", 403},
		{"Sec-Fetch-Site", "same-site", 403},
		{"Sec-Fetch-Site", "same-origin", 200},
		{"Origin", "https://evil.example", 403},
		{"Origin", "https://vienkopus.example", 200},
		{"Origin", "http://localhost", 200}, // the host of the requests
		{"Idempotency-Key", "a program", 200},
	} {
		r := form("/x?lang=en", "a=b")
		r.Header.Set(c.header, c.value)
		res, body := s.ask(t, r)
		if res.StatusCode != c.status || (c.status == 403 && !strings.Contains(body, "another site")) {
			t.Errorf("%s %s: %d %q", c.header, c.value, res.StatusCode, body)
		}
	}
}

func TestTheUnknownAreSentToSignIn(t *testing.T) {
	guard := func(o *httpx.Options) {
		o.Guard = func(r *http.Request, route httpx.Route) (*http.Request, error) {
			if route.Path == "/counter" {
				return r, &httpx.Detour{Path: "/desk", Cause: fault.NewForbidden("request.method")}
			}
			return r, fault.NewUnauthenticated("request.method")
		}
	}
	s := build(t, guard, httpx.Route{Method: "GET", Path: "/x", SignedIn: true, Handle: answers("in")},
		httpx.Route{Method: "POST", Path: "/x", SignedIn: true, Handle: answers("in")},
		httpx.Route{Method: "GET", Path: "/counter", Permission: "counter.serve", Scope: httpx.ScopeDesk, Handle: answers("in")},
		httpx.Route{Method: "POST", Path: "/counter", Permission: "counter.serve", Scope: httpx.ScopeDesk, Handle: answers("in")},
		httpx.Route{Method: "GET", Path: "/api/v1/x", Permission: "report.read", Handle: answers("in")},
		httpx.Route{Method: "GET", Path: "/open", Public: true, Handle: answers("open")})
	next := func(path string) string { return "?" + url.Values{"next": {path}}.Encode() }
	partial := form("/x", "a=b")
	partial.Header.Set("HX-Request", "true")
	partial.Header.Set("HX-Current-URL", "https://vienkopus.example/visits/7?tab=acts")
	for _, c := range []struct {
		r                *http.Request
		status           int
		header, contents string
	}{
		{get("/x?a=b"), 303, "Location", "/sign-in" + next("/x?a=b")},
		{form("/x", "a=b"), 303, "Location", "/sign-in" + next("/x")}, // the page that held it
		{partial, 401, "HX-Redirect", "/sign-in" + next("/visits/7?tab=acts")},
		{get("/counter"), 303, "Location", "/desk" + next("/counter")},
		{form("/counter", ""), 403, "Location", ""},
		{get("/api/v1/x"), 401, "WWW-Authenticate", "Bearer"},
		{get("/open"), 200, "Location", ""},
	} {
		res, body := s.ask(t, c.r)
		if res.StatusCode != c.status || res.Header.Get(c.header) != c.contents || strings.Contains(body, "in\n") {
			t.Errorf("%s %s: %d %v", c.r.Method, c.r.URL, res.StatusCode, res.Header)
		}
	}
}

// The public address decides, not the connection: a proxy in front ends TLS, and a hub in a bus has none.
func TestEveryCookieIsSecureWherePeopleComeOverHTTPS(t *testing.T) {
	for address, secure := range map[string]bool{"https://vienkopus.example": true, "http://localhost:8080": false, "": false} {
		s := build(t, func(o *httpx.Options) {
			o.PublicURL, o.Around = address, append(o.Around, html.Preferences)
		}, httpx.Route{Method: "GET", Path: "/x", Public: true, Handle: func(w http.ResponseWriter, r *http.Request) error {
			http.SetCookie(w, &http.Cookie{Name: "later", Value: "a"})
			if r.URL.Query().Has("refused") {
				return fault.NewNotFound("request.not_found")
			}
			return answers("done")(w, r)
		}})
		for path, cookies := range map[string]int{"/x?lang=en&keys=off&paper=a5": 4, "/x?lang=lt&refused": 2, "/nothing?keys=on": 1} {
			res, _ := s.ask(t, get(path))
			list := (&http.Response{Header: res.Header}).Cookies()
			if len(list) != cookies {
				t.Errorf("%s: %v", path, list)
			}
			for _, c := range list {
				if c.Secure != secure {
					t.Errorf("%s at %q: %v", path, address, c)
				}
			}
			if bad := strings.Count(strings.Join(res.Header["Set-Cookie"], "\n"), "Secure"); secure && bad != cookies {
				t.Errorf("%s: %q", path, res.Header["Set-Cookie"])
			}
		}
	}
}

func TestUnknownAddressesAndMethods(t *testing.T) {
	s := build(t, nil, httpx.Route{Method: "GET", Path: "/x", Public: true, Handle: answers("done")},
		httpx.Route{Method: "PUT", Path: "/x", Public: true, Handle: answers("done")})
	if res, body := s.ask(t, get("/y?lang=en")); res.StatusCode != 404 || !strings.Contains(body, "no such page") {
		t.Errorf("%d %q", res.StatusCode, body)
	}
	if res, _ := s.ask(t, form("/x", "")); res.StatusCode != 405 || res.Header.Get("Allow") != "GET, PUT" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	s := build(t, nil, httpx.Route{Method: "GET", Path: "/x", Public: true, Handle: answers("done")})
	for _, path := range []string{"/x", "/nothing", "/x?q=%ff"} {
		res, _ := s.ask(t, get(path))
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Referrer-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	if res, _ := s.ask(t, get("/x")); res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control %q", res.Header.Get("Cache-Control"))
	}
}

func TestKeyComesFromFormOrHeader(t *testing.T) {
	r := form("/x?key=query", "key=field")
	if got := httpx.Key(r); got != "field" {
		t.Error(got)
	}
	r = get("/x?key=query")
	r.Header.Set("Idempotency-Key", "header")
	if got := httpx.Key(r); got != "header" {
		t.Error(got)
	}
}

func TestLogsDuringARequestCarryItsId(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(httpx.LogHandler(slog.NewJSONHandler(&out, nil)))
	s := build(t, nil, httpx.Route{Method: "GET", Path: "/x", Public: true, Handle: func(_ http.ResponseWriter, r *http.Request) error {
		log.InfoContext(r.Context(), "inside")
		return nil
	}})
	res, _ := s.ask(t, get("/x"))
	if !strings.Contains(out.String(), `"request_id":"`+res.Header.Get("X-Request-Id")+`"`) {
		t.Error(out.String())
	}
	out.Reset()
	log.InfoContext(context.Background(), "outside")
	if strings.Contains(out.String(), "request_id") {
		t.Error(out.String())
	}
}

func TestACallerWhoWentAwayIsNoError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := build(t, nil, httpx.Route{Method: "GET", Path: "/x", Public: true, Handle: func(_ http.ResponseWriter, r *http.Request) error {
		cancel()
		return fmt.Errorf("read: %w", r.Context().Err())
	}})
	s.ask(t, get("/x").WithContext(ctx))
	if log := s.log.String(); strings.Contains(log, "ERROR") || !strings.Contains(log, `"status":499`) {
		t.Error(log)
	}
}

type frameKey struct{}

// What the guard puts around the request is there for the page that refuses, and for public pages whose reader is unknown.
func TestTheGuardsFrameIsKept(t *testing.T) {
	frame := func(o *httpx.Options) {
		o.SignIn = ""
		o.Guard = func(r *http.Request, _ httpx.Route) (*http.Request, error) {
			return r.WithContext(context.WithValue(r.Context(), frameKey{}, "frame")), fault.NewUnauthenticated("request.method")
		}
		o.Page = func(w http.ResponseWriter, r *http.Request, f httpx.Failure) error {
			_, err := fmt.Fprint(w, f.Status, r.Context().Value(frameKey{}))
			return err
		}
	}
	shows := func(w http.ResponseWriter, r *http.Request) error {
		_, err := fmt.Fprint(w, r.Context().Value(frameKey{}))
		return err
	}
	s := build(t, frame, httpx.Route{Method: "GET", Path: "/in", SignedIn: true, Handle: shows}, httpx.Route{Method: "GET", Path: "/open", Public: true, Handle: shows})
	for path, want := range map[string]string{"/in": "401frame", "/open": "frame"} {
		if _, body := s.ask(t, get(path)); body != want {
			t.Errorf("%s: %q", path, body)
		}
	}
}
