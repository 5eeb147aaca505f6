// Package licences is the page that says on which terms the work of others is part of the program.
package licences

import (
	"context"
	"net/http"
	"net/url"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/web"
)

// Path is where the page is.
const Path = "/licences"

// Routes returns the page of these notices, for everybody. With ?name it shows the whole text of one.
func Routes(all []web.Notice) []httpx.Route {
	return []httpx.Route{{Method: http.MethodGet, Path: Path, Public: true, Handle: func(w http.ResponseWriter, r *http.Request) error {
		name := r.URL.Query().Get("name")
		if name == "" {
			return html.Render(w, r, http.StatusOK, listView(all))
		}
		for _, n := range all {
			if n.Name == name {
				return html.Render(w, r, http.StatusOK, textView(n))
			}
		}
		return fault.NewNotFound("licences.unknown")
	}}}
}

func address(n web.Notice) string { return Path + "?name=" + url.QueryEscape(n.Name) }

func columns(ctx context.Context) []html.Column {
	return []html.Column{{Label: lang.T(ctx, "licences.name")}, {Label: lang.T(ctx, "licences.version")}, {Label: lang.T(ctx, "licences.licence")}}
}
