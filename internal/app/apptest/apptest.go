// Package apptest puts people with browsers in front of the whole program, for tests.
package apptest

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/staff"
)

// Password is everybody's.
const Password = "zilonis ar šalli" //nolint:gosec // of nobody real

// Site is a program that answers, and its people.
type Site struct {
	tb      testing.TB
	app     *app.App
	handler http.Handler
}

// New serves a program, in which the roles of the house are made known.
func New(tb testing.TB, a *app.App) *Site {
	tb.Helper()
	s := &Site{tb: tb, app: a}
	s.must(a.DefineRoles(tb.Context(), actor.System("test")))
	var err error
	s.handler, err = a.Handler(nil)
	s.must(err)
	return s
}

func (s *Site) must(err error) {
	s.tb.Helper()
	if err != nil {
		s.tb.Fatal(err)
	}
}

// Visitor is a browser of somebody unknown.
func (s *Site) Visitor() *Browser {
	return &Browser{site: s, cookies: map[string]string{"lang": "lv"}}
}

// Person enrols somebody of that name in a role and signs her in; at a desk, unless that is "".
func (s *Site) Person(name, role string, in scope.Scope, desk string) *Browser {
	s.tb.Helper()
	ctx, by, signIn := s.tb.Context(), actor.System("test"), strings.ToLower(name)
	who, err := s.app.Staff.Enrol(ctx, by, staff.NewPerson{SignIn: signIn, Name: name, Password: Password, Scope: in}, "enrol:"+name)
	s.must(err)
	s.must(s.app.Staff.Grant(ctx, by, staff.RoleGranted{Staff: who, Role: role, Scope: in}, "grant:"+name))
	b := s.Visitor()
	b.ID = who
	b.Post("/sign-in", url.Values{"sign_in": {signIn}, "password": {Password}}).Is(http.StatusSeeOther)
	if desk != "" {
		b.Post("/desk", url.Values{"desk": {desk}}).Is(http.StatusSeeOther)
	}
	return b
}

// Browser is somebody at a screen.
type Browser struct {
	// ID is who has signed in.
	ID      id.ID
	site    *Site
	cookies map[string]string
	headers [][2]string
}

// With returns the same browser, or program, that sends one more header.
func (b *Browser) With(header, value string) *Browser {
	return &Browser{ID: b.ID, site: b.site, cookies: b.cookies, headers: append(slices.Clip(b.headers), [2]string{header, value})}
}

// In returns the same browser in another language.
func (b *Browser) In(language string) *Browser {
	other := &Browser{ID: b.ID, site: b.site, cookies: map[string]string{}}
	for name, value := range b.cookies {
		other.cookies[name] = value
	}
	other.cookies["lang"] = language
	return other
}

// Answer is what the program says.
type Answer struct {
	tb     testing.TB
	asked  string
	Status int
	// To is where the browser is sent, or "".
	To   string
	Body string
}

// Is fails unless the answer has the status.
func (a Answer) Is(status int) Answer {
	a.tb.Helper()
	if a.Status != status {
		a.tb.Fatalf("%s: %d, want %d\n%s", a.asked, a.Status, status, a.Body)
	}
	return a
}

// Says fails unless the page holds the text.
func (a Answer) Says(text string) Answer {
	a.tb.Helper()
	if !strings.Contains(a.Body, text) {
		a.tb.Errorf("%s does not say %q", a.asked, text)
	}
	return a
}

// Get asks for a page.
func (b *Browser) Get(path string) Answer {
	b.site.tb.Helper()
	return b.ask(http.MethodGet, path, nil, "")
}

// Post sends a form.
func (b *Browser) Post(path string, form url.Values) Answer {
	b.site.tb.Helper()
	return b.ask(http.MethodPost, path, form, "")
}

// Submit sends a form from a page, as a real browser does: it says where the form stood and that a reader goes there.
func (b *Browser) Submit(from, path string, form url.Values) Answer {
	b.site.tb.Helper()
	return b.ask(http.MethodPost, path, form, from)
}

// Follow goes where the answer sends the browser, as long as it sends it on.
func (b *Browser) Follow(a Answer) Answer {
	b.site.tb.Helper()
	for range 5 {
		if a.To == "" {
			break
		}
		a = b.Get(a.To)
	}
	return a
}

// SignIn signs in somebody who was enrolled by Person; with next, the address where she wants to go.
func (b *Browser) SignIn(name, next string) Answer {
	b.site.tb.Helper()
	return b.Post("/sign-in", url.Values{"sign_in": {strings.ToLower(name)}, "password": {Password}, "next": {next}})
}

// LoseSession forgets the cookie, as when the session has ended.
func (b *Browser) LoseSession() {
	for name := range b.cookies {
		if name != "lang" {
			delete(b.cookies, name)
		}
	}
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// Form are the hidden fields of the form of a page that goes to an address.
func (a Answer) Form(action string) url.Values {
	a.tb.Helper()
	_, rest, found := strings.Cut(a.Body, `action="`+action+`"`)
	if !found {
		a.tb.Fatalf("%s has no form to %s\n%s", a.asked, action, a.Body)
	}
	inside, _, _ := strings.Cut(rest, "</form>")
	form := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(inside, -1) {
		form.Add(m[1], html.UnescapeString(m[2]))
	}
	return form
}

func (b *Browser) ask(method, path string, form url.Values, from string) Answer {
	b.site.tb.Helper()
	r := httptest.NewRequestWithContext(b.site.tb.Context(), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://"+r.Host)
	}
	if from != "" {
		r.Header.Set("Referer", "http://"+r.Host+from)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Sec-Fetch-Mode", "navigate")
	}
	for _, h := range b.headers {
		r.Header.Set(h[0], h[1])
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value}) //nolint:gosec // a request carries none of what gosec misses
	}
	w := httptest.NewRecorder()
	b.site.handler.ServeHTTP(w, r)
	for _, line := range w.Header()["Set-Cookie"] {
		c, err := http.ParseSetCookie(line)
		b.site.must(err)
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return Answer{tb: b.site.tb, asked: method + " " + path, Status: w.Code, To: w.Header().Get("Location"), Body: w.Body.String()}
}
