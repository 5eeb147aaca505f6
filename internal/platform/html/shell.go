package html

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"vienkopus/internal/platform/lang"
	"vienkopus/web"
)

// Shell is what surrounds a page for the person who looks at it. The application fills it for each request.
type Shell struct {
	// User is who is signed in, or nil.
	User *User
	// Nav is where this person can go.
	Nav []NavItem
	// Status is the counter's status line, or nil where there is no counter.
	Status *Status
	// StatusURL answers with StatusLine alone; the page asks it every 20 s. Empty: never.
	StatusURL string
	// Version of the program, shown in the footer.
	Version string
	// Footer is what stands in the footer for everybody, for example about, accessibility, privacy.
	Footer []Link
}

// User is the person signed in, as the header shows her.
type User struct {
	Name, Role string
	// Desk in use, or empty.
	Desk string
	// Links to change desk, password and the like.
	Links []Link
	// SignOut is where the sign-out button posts to, or empty.
	SignOut string
}

// Link is a place to go. Label is in the reader's language.
type Link struct {
	Label, Href string
}

// NavItem is a link of the main navigation; it is current on its own page and those below it.
type NavItem struct {
	Label, Href string
	// Key is its key, for example "F2", or empty.
	Key string
}

// Head is what one page says about itself.
type Head struct {
	// Title stands in the browser's tab; the page's h1 says the same or more.
	Title string
	// Width is "" for reading width of the counter, "wide" for tables of a whole network, "narrow" for a form or a text.
	Width string
	// ForClients makes everything that is pressed at least 44 px, and letters larger.
	ForClients bool
	// Public lets search engines keep the page.
	Public bool
}

type shellKey struct{}

// WithShell returns a context whose pages have that shell.
func WithShell(ctx context.Context, s Shell) context.Context {
	return context.WithValue(ctx, shellKey{}, s)
}

func shellIn(ctx context.Context) Shell {
	if s, ok := ctx.Value(shellKey{}).(Shell); ok {
		return s
	}
	return Shell{}
}

// htmxConfig keeps htmx within the Content-Security-Policy: no style of its own; it evaluates nothing.
const htmxConfig = `{"includeIndicatorCSS":false,"history":true,"mode":"same-origin","defaultTimeout":30000}`

// letters are fetched with the style sheet and not after it: every page needs the first, every Latvian page both.
func letters() []string {
	var all []string
	for _, name := range []string{"source-sans-3-latin-wght-normal.woff2", "source-sans-3-latin-ext-wght-normal.woff2"} {
		if path := web.Path(name); path != "" {
			all = append(all, path)
		}
	}
	return all
}

func (h Head) size() string {
	if h.ForClients {
		return "md"
	}
	return "sm"
}

// around is the size of what surrounds the page: whoever is signed in finds the same header on every page.
func (h Head) around(s Shell) string {
	if s.User != nil {
		return "sm"
	}
	return h.size()
}

func (h Head) tab() string {
	if h.Title == "" {
		return "Vienkopus"
	}
	return h.Title + " – Vienkopus"
}

func (r request) keys() string {
	if r.keysOff {
		return "off"
	}
	return "on"
}

// current says how a link relates to the page: "page" for the page itself, "true" for one above it, "" for others.
func (r request) current(href string) string {
	path, _, _ := strings.Cut(href, "?")
	switch {
	case path == r.path:
		return "page"
	case path != "/" && strings.HasPrefix(r.path, strings.TrimSuffix(path, "/")+"/"):
		return "true"
	}
	return ""
}

func currentAttribute(value string) templ.Attributes {
	if value == "" {
		return nil
	}
	return templ.Attributes{"aria-current": value}
}

func languageCurrent(ctx context.Context, code string) templ.Attributes {
	if code == lang.Code(ctx) {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}
