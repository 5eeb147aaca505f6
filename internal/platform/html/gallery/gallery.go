// Package gallery shows every component of the pages from sample data, in every language, for eyes and for golden tests.
package gallery

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/web"
)

// Page is one page of the gallery.
type Page struct {
	// Name is its path without the slash.
	Name string
	// Status is what it is answered with.
	Status int
	// IsOpen pages show nobody signed in.
	IsOpen bool
	body   func(words) templ.Component
}

// Pages returns the pages of the gallery.
func Pages() []Page {
	return []Page{
		{Name: "components", Status: http.StatusOK, body: components},
		{Name: "form", Status: http.StatusUnprocessableEntity, body: form},
		{Name: "table", Status: http.StatusOK, body: tables},
		{Name: "counter", Status: http.StatusOK, body: counter},
		{Name: "finder", Status: http.StatusOK, IsOpen: true, body: finder},
		{Name: "forbidden", Status: http.StatusForbidden, body: func(words) templ.Component {
			return html.ErrorPage{Status: http.StatusForbidden}
		}},
		{Name: "internal", Status: http.StatusInternalServerError, IsOpen: true, body: func(words) templ.Component {
			return html.ErrorPage{Status: http.StatusInternalServerError, ID: "01975a3c-6f0e-7d21-9c41-5b7e2a90d4f1"}
		}},
	}
}

// Handler serves the gallery with its files. A status line that grows older shows what a day without network looks like.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", web.Handler())
	mux.Handle("GET /{$}", http.RedirectHandler("/components", http.StatusSeeOther))
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		show(w, r, http.StatusOK, html.StatusLine(status))
	})
	for _, p := range Pages() {
		mux.Handle("/"+p.Name, p)
	}
	return lang.Negotiate(html.Preferences(mux))
}

// ServeHTTP shows the page in the language of the request.
func (p Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	said := texts[lang.Code(r.Context())]
	ctx := html.WithShell(r.Context(), p.shell(said))
	show(w, r.WithContext(ctx), p.Status, p.body(said))
}

func show(w http.ResponseWriter, r *http.Request, status int, c templ.Component) {
	if err := html.Render(w, r, status, c); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

var status = html.Status{Connection: html.Delayed, Unsent: 12, Oldest: 47 * time.Minute, Printer: html.PrinterReady}

func (p Page) shell(said words) html.Shell {
	s := html.Shell{Version: "0.1.0", Footer: []html.Link{{Label: said.accessibility, Href: "/components"}}}
	if p.IsOpen {
		return s
	}
	s.User = &html.User{Name: "Anna Bērziņa", Role: said.role, Desk: "CES-1", Links: []html.Link{{Label: said.change, Href: "/components"}}, SignOut: "/form"}
	for _, one := range Pages() {
		s.Nav = append(s.Nav, html.NavItem{Label: said.pages[one.Name], Href: "/" + one.Name})
	}
	s.Status = &status
	s.StatusURL = "/status"
	return s
}
