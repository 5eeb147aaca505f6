// Package cataloguehttp shows the services to everybody: pages for people, operations for programs.
package cataloguehttp

import (
	"net/http"

	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/httpx"
)

// Deps is what the pages need.
type Deps struct{ Shelf *catalogue.Shelf }

// Routes returns the lines of the catalogue; all of them are public.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	return []httpx.Route{
		{Method: http.MethodGet, Path: "/services", Public: true, Handle: p.services},
		{Method: http.MethodGet, Path: "/services/{service}", Public: true, Handle: p.service},
	}
}

type pages struct{ Deps }
