// Package html is the look of every page: the shell around it, the components in it, and the one way to write it out.
//
// A feature writes a templ component that calls @Page and hands it to Render. Components take typed values whose texts
// are already in the reader's language; nothing here asks a service. Layout classes (vk-stack, vk-row, vk-grid, vk-split,
// vk-counter, vk-panel, vk-list) are described in web/src/layout.css.
package html

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"vienkopus/internal/platform/httpx"
)

// ContentSecurityPolicy is sent with every page: nothing from elsewhere, nothing inline.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// problemsID is the element of the layout in which a fragment request that failed shows why.
const problemsID = "problems"

// request is what the layout needs to know of the request; Render puts it into the context.
type request struct {
	path    string
	here    url.URL
	keysOff bool
}

type requestKey struct{}

// Render writes a page. A request by htmx gets only the templ.Fragment that is named as its target's id, so that one
// component serves both; where there is no such fragment the whole page takes the place of the old one.
// It returns what the component returns; by then nothing has been written.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	ctx := context.WithValue(r.Context(), requestKey{}, requestOf(r))
	w.Header().Add("Vary", "HX-Request, HX-Target")
	var page bytes.Buffer
	if target := targetOf(r); target != "" {
		if err := templ.RenderFragments(ctx, &page, c, target); err != nil {
			return fmt.Errorf("render fragment %s: %w", target, err)
		}
		if page.Len() > 0 {
			return write(w, status, marked(page.Bytes(), markOf(r)))
		}
		w.Header().Set("HX-Retarget", "body")
		w.Header().Set("HX-Reswap", "innerHTML")
	}
	if err := c.Render(ctx, &page); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	whole := marked(page.Bytes(), markOf(r))
	if t, ok := httpx.TypingOf(r.Context()); ok {
		whole = filled(ctx, whole, t)
	}
	if httpx.KeepPage(w, r, status, whole) {
		return nil
	}
	if _, known := httpx.CallerOf(r.Context()); !known && r.Method == http.MethodPost {
		// Nobody's page, so that nothing can be kept for its reader here: the browser keeps it, and going back shows it and no error.
		w.Header().Set("Cache-Control", "private, no-cache")
	}
	return write(w, status, whole)
}

// markOf says who sees the page that answers a request.
func markOf(r *http.Request) string {
	who, ok := httpx.CallerOf(r.Context())
	if !ok {
		return ""
	}
	return httpx.Mark(who)
}

func write(w http.ResponseWriter, status int, page []byte) error {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", ContentSecurityPolicy)
	if h.Get("Cache-Control") == "" {
		// A shared computer must not show the last client's page to the next one.
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	if _, err := w.Write(page); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// targetOf returns the id of the element that htmx will fill ("div#results" → "results"), or "".
func targetOf(r *http.Request) string {
	if r.Header.Get("HX-Request") != "true" || r.Header.Get("HX-History-Restore-Request") == "true" {
		return ""
	}
	_, id, found := strings.Cut(r.Header.Get("HX-Target"), "#")
	if !found {
		return ""
	}
	if plain, err := url.PathUnescape(id); err == nil {
		return plain
	}
	return id
}

// requestOf takes the address a reader can come back to: of a posted form, the page that held it.
func requestOf(r *http.Request) request {
	here := url.URL{Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		here = url.URL{Path: "/"}
		if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host && from.Path != "" {
			here = url.URL{Path: from.Path, RawQuery: from.RawQuery}
		}
	}
	// "//name" would be another host.
	here.Path = "/" + strings.TrimLeft(here.Path, "/")
	return request{path: r.URL.Path, here: here, keysOff: keysWish.of(r) == "off"}
}

func requestIn(ctx context.Context) request {
	if r, ok := ctx.Value(requestKey{}).(request); ok {
		return r
	}
	return request{path: "/", here: url.URL{Path: "/"}}
}

// with returns the address of this page with one parameter set.
func (r request) with(name, value string) string {
	u := r.here
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}
