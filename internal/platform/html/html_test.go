package html_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

func request(t *testing.T, method, target string) *http.Request {
	t.Helper()
	return httptest.NewRequestWithContext(t.Context(), method, target, http.NoBody)
}

func render(t *testing.T, r *http.Request, status int, c templ.Component) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	if err := html.Render(w, r, status, c); err != nil {
		t.Fatal(err)
	}
	return w
}

// raw writes text as it is.
func raw(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// page is a page with a heading and a part that htmx may ask for alone.
func page() templ.Component {
	results := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return templ.Fragment("results").Render(templ.WithChildren(ctx, raw(`<ul id="results"></ul>`)), w)
	})
	body := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return errors.Join(raw(`<h1>Centri</h1>`).Render(ctx, w), results.Render(ctx, w))
	})
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return html.Page(html.Head{Title: "Centri"}).Render(templ.WithChildren(ctx, body), w)
	})
}

func TestRenderWritesThePage(t *testing.T) {
	t.Parallel()
	w := render(t, request(t, http.MethodGet, "/centres?q=malka"), http.StatusOK, page())
	body := w.Body.String()
	for _, want := range []string{
		"<!doctype html>", `<html lang="lv">`, "<title>Centri – Vienkopus</title>", "<h1>Centri</h1>", `<ul id="results">`,
		`href="#main"`, `<main class="vk-main" id="main"`, `hreflang="en"`, `href="/centres?lang=en&amp;q=malka"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": html.ContentSecurityPolicy, "Cache-Control": "no-store",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if strings.Contains(html.ContentSecurityPolicy, "unsafe") {
		t.Error("the policy allows something unsafe")
	}
}

// htmx gets the part whose name is its target's id, under the status the page would have.
func TestRenderWritesAFragment(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{"div#results": `<ul id="results"></ul>`, "ul#results": `<ul id="results"></ul>`} {
		r := request(t, http.MethodGet, "/centres")
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Target", target)
		w := render(t, r, http.StatusUnprocessableEntity, page())
		if got := w.Body.String(); got != want || w.Code != http.StatusUnprocessableEntity {
			t.Errorf("target %s: %d %q", target, w.Code, got)
		}
	}
}

// What htmx asks for and the page has not becomes the whole page, never an empty part.
func TestRenderFallsBackToThePage(t *testing.T) {
	t.Parallel()
	r := request(t, http.MethodGet, "/centres")
	r.Header.Set("HX-Request", "true")
	r.Header.Set("HX-Target", "div#map")
	w := render(t, r, http.StatusOK, page())
	if !strings.Contains(w.Body.String(), "<h1>") || w.Header().Get("HX-Retarget") != "body" {
		t.Errorf("%v %s", w.Header(), w.Body)
	}
	for name, value := range map[string]string{"HX-Target": "body", "HX-History-Restore-Request": "true"} {
		r := request(t, http.MethodGet, "/centres")
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Target", "div#results")
		r.Header.Set(name, value)
		if w := render(t, r, http.StatusOK, page()); !strings.Contains(w.Body.String(), "<h1>") {
			t.Errorf("with %s %s: %s", name, value, w.Body)
		}
	}
}

func TestRenderWritesNothingWhenTheComponentFails(t *testing.T) {
	t.Parallel()
	broken := templ.ComponentFunc(func(context.Context, io.Writer) error { return errors.New("broken") })
	for _, target := range []string{"", "div#results"} {
		r := request(t, http.MethodGet, "/")
		if target != "" {
			r.Header.Set("HX-Request", "true")
			r.Header.Set("HX-Target", target)
		}
		w := httptest.NewRecorder()
		if err := html.Render(w, r, http.StatusOK, broken); err == nil || w.Body.Len() > 0 || w.Header().Get("Content-Type") != "" {
			t.Errorf("error %v, body %q", err, w.Body)
		}
	}
}

// The language can be changed on a page that answered a post: the link leads to the page with the form.
func TestLanguageLinksLeadBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, method, target, referer, want string }{
		{"a page", http.MethodGet, "/a?b=1&lang=lv", "", `href="/a?b=1&amp;lang=lt"`},
		{"a post", http.MethodPost, "/a/do", "http://example.com/a?b=1", `href="/a?b=1&amp;lang=lt"`},
		{"a post from elsewhere", http.MethodPost, "/a/do", "http://elsewhere.example/a", `href="/?lang=lt"`},
		{"a post from nowhere", http.MethodPost, "/a/do", "", `href="/?lang=lt"`},
		{"a path that looks like a host", http.MethodGet, "http://example.com//elsewhere.example/a", "", `href="/elsewhere.example/a?lang=lt"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := request(t, c.method, c.target)
			r.Header.Set("Referer", c.referer)
			if body := render(t, r, http.StatusOK, page()).Body.String(); !strings.Contains(body, c.want) {
				t.Errorf("no %s in %s", c.want, body[strings.Index(body, "vk-languages"):])
			}
		})
	}
}

func TestErrorPages(t *testing.T) {
	t.Parallel()
	known := fault.NewConflict("shell.total")
	for _, c := range []struct {
		name       string
		page       html.ErrorPage
		want, hide string
	}{
		{"not found", html.ErrorPage{Status: http.StatusNotFound}, "Lapa nav atrasta", ""},
		{"forbidden", html.ErrorPage{Status: http.StatusForbidden}, "Jums nav tiesību", ""},
		{"conflict with its reason", html.ErrorPage{Status: http.StatusConflict, Fault: known}, "Kopā", "kāds jau ir"},
		{"a fault without message", html.ErrorPage{Status: http.StatusConflict, Fault: fault.NewConflict("shell.none")}, "kāds jau ir", "⟦"},
		{"internal", html.ErrorPage{Status: http.StatusInternalServerError, ID: "id-7"}, "<code>id-7</code>", ""},
		{"too large", html.ErrorPage{Status: http.StatusRequestEntityTooLarge}, "Pārāk liels", ""},
		{"unknown status", html.ErrorPage{Status: http.StatusTeapot}, "Mums radās kļūda", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			if err := html.RenderError(w, request(t, http.MethodGet, "/x"), c.page); err != nil {
				t.Fatal(err)
			}
			body := w.Body.String()
			if w.Code != c.page.Status || !strings.Contains(body, c.want) || c.hide != "" && strings.Contains(body, c.hide) {
				t.Errorf("%d %s", w.Code, body)
			}
		})
	}
}

// An error in a part of a page is told at the top of the page that is there.
func TestErrorInAFragment(t *testing.T) {
	t.Parallel()
	r := request(t, http.MethodPost, "/x")
	r.Header.Set("HX-Request", "true")
	r.Header.Set("HX-Target", "div#results")
	w := httptest.NewRecorder()
	if err := html.RenderError(w, r, html.ErrorPage{Status: http.StatusForbidden}); err != nil {
		t.Fatal(err)
	}
	if w.Header().Get("HX-Retarget") != "#problems" || !strings.HasPrefix(w.Body.String(), `<div class="ds-alert"`) {
		t.Errorf("%v %s", w.Header(), w.Body)
	}
}

func TestPreferencesSwitchCharacterKeys(t *testing.T) {
	t.Parallel()
	show := html.Preferences(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := html.Render(w, r, http.StatusOK, page()); err != nil {
			t.Error(err)
		}
	}))
	for _, c := range []struct{ target, cookie, want string }{
		{"/", "", `data-keys="on"`},
		{"/?keys=off", "", `data-keys="off"`},
		{"/", "off", `data-keys="off"`},
		{"/?keys=on", "off", `data-keys="on"`},
		{"/?keys=maybe", "", `data-keys="on"`},
	} {
		r := request(t, http.MethodGet, c.target)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "keys", Value: c.cookie})
		}
		w := httptest.NewRecorder()
		show.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s with cookie %q: no %s", c.target, c.cookie, c.want)
		}
		if kept := len(w.Result().Cookies()) == 1; kept != (c.target == "/?keys=off" || c.target == "/?keys=on") {
			t.Errorf("%s keeps a cookie: %v", c.target, kept)
		}
	}
}

func TestPreferencesRememberThePaper(t *testing.T) {
	t.Parallel()
	show := html.Preferences(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := html.Render(w, r, http.StatusOK, html.PaperChoice{Chosen: html.PaperOf(r)}); err != nil {
			t.Error(err)
		}
	}))
	for _, c := range []struct {
		target, cookie string
		want           html.Paper
		kept           bool
	}{
		{"/", "", html.A4, false},
		{"/?paper=58mm", "", html.Roll58, true},
		{"/", "80mm", html.Roll80, false},
		{"/?paper=large", "80mm", html.LargePrint, true},
		{"/?paper=a5&keys=on", "", html.A5, true},
		{"/?paper=a3", "a5", html.A5, false},
		{"/", "a3", html.A4, false},
	} {
		r := request(t, http.MethodGet, c.target)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "paper", Value: c.cookie})
		}
		if got := html.PaperOf(r); got != c.want {
			t.Errorf("%s with cookie %q: %s, want %s", c.target, c.cookie, got, c.want)
		}
		w := httptest.NewRecorder()
		show.ServeHTTP(w, r)
		kept := ""
		for _, cookie := range w.Result().Cookies() {
			if cookie.Name == "paper" {
				kept = cookie.Value
			}
		}
		if c.kept != (kept == string(c.want)) {
			t.Errorf("%s keeps %q", c.target, kept)
		}
		if n := strings.Count(w.Body.String(), "<a href="); n != len(html.Papers) || strings.Count(w.Body.String(), `aria-current="page"`) != 1 {
			t.Errorf("%s: %s", c.target, w.Body)
		}
	}
}

func draw(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(lang.With(t.Context(), "lv"), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What comes from people is text, wherever it stands.
func TestNothingFromPeopleBecomesMarkup(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script>`
	field := html.Field{Name: "n", Label: evil, Hint: evil, Error: evil}
	for _, c := range []templ.Component{
		html.Text{Field: field, Value: evil},
		html.Textarea{Field: field, Value: evil},
		html.Checkbox{Field: field, Value: evil},
		html.Select{Field: field, Empty: evil, Choices: []html.Choice{{Value: evil, Label: evil}}},
		html.Radios{Field: field, Choices: []html.Choice{{Value: evil, Label: evil, Hint: evil, Key: evil}}},
		html.Button{Label: evil, Name: evil, Value: evil, Key: evil, Href: evil},
		html.Tag{Text: evil},
		html.Alert{Title: evil, Text: evil},
		html.DescriptionList{{Term: evil, Text: evil}},
		html.Breadcrumb{{Label: evil, Href: evil}},
		html.Figure{Flag: evil, Href: evil},
		html.ErrorSummary{{Field: evil, Text: evil}},
		html.EmptyState{Title: evil, Text: evil},
		html.Pagination{Text: evil, Prev: evil},
		html.BarChart{ID: evil, Title: evil, Summary: evil, Series: []string{evil}, Bars: []html.Bar{{Label: evil, Values: []int64{1}, Href: evil}}},
	} {
		if got := draw(t, c); strings.Contains(got, "<script") {
			t.Errorf("%T: %s", c, got)
		}
	}
	for _, c := range []templ.Component{html.Button{Label: "x", Href: "javascript:alert(1)"}, html.Figure{Href: "javascript:alert(1)"}} {
		if got := draw(t, c); strings.Contains(got, "javascript:") {
			t.Errorf("%T: %s", c, got)
		}
	}
}

// Every fault of a form stands in the summary and at its field, which the summary links to.
func TestProblems(t *testing.T) {
	t.Parallel()
	err := errors.Join(fault.NewInvalid("shell.next").On("name"), fault.NewInvalid("shell.previous"))
	problems := html.Problems(lang.With(t.Context(), "en"), err)
	if problems.On("name") != "Next" || problems.On("other") != "" || len(problems) != 2 {
		t.Errorf("%+v", problems)
	}
	got := draw(t, problems)
	for _, want := range []string{`<a href="#name">Next</a>`, "<li>Previous</li>", "tabindex", "autofocus", "Lūdzu, izlabojiet 2 kļūdas"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if got := draw(t, html.Problems(t.Context(), errors.New("disk full"))); got != "" {
		t.Errorf("an internal error is shown: %s", got)
	}
	field := draw(t, html.Text{Field: html.Field{Name: "name", Label: "Vārds", Hint: "Pilns", Error: "Trūkst"}})
	for _, want := range []string{`id="name"`, `aria-describedby="name-hint name-error"`, `aria-invalid="true"`, `id="name-error">Trūkst`} {
		if !strings.Contains(field, want) {
			t.Errorf("no %s in %s", want, field)
		}
	}
}

// An amount that was typed "10.00" stood beside one that was written "10,00".
func TestAnAmountIsWrittenInOneWayHoweverItWasTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string][2]string{
		"10.00": {"10,00", "10.00"}, "10,00": {"10,00", "10.00"}, "5": {"5,00", "5.00"}, "1 234,5": {"1234,50", "1234.50"}, "": {"", ""}, "ten": {"ten", "ten"}, "1,234": {"1,234", "1,234"},
	} {
		for at, language := range []string{"lv", "en"} {
			r := request(t, http.MethodGet, "/?lang="+language)
			var page string
			lang.Negotiate(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				page = render(t, r, http.StatusOK, html.Money{Field: html.Field{Name: "sum", Label: "Sum"}, Value: typed}).Body.String()
			})).ServeHTTP(httptest.NewRecorder(), r)
			if !strings.Contains(page, `value="`+want[at]+`"`) {
				t.Errorf("%q in %s: %s", typed, language, page)
			}
		}
	}
}
