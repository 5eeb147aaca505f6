// Package visithttp is the screen of the counter, and its REST operations.
package visithttp

import (
	"context"
	"net/http"

	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
	"vienkopus/internal/visit/visitsql"
)

// Deps is what the screen needs.
type Deps struct {
	Journal  *journal.Journal
	Counter  *visit.Service
	Store    visitsql.Store
	Drafts   visitsql.Drafts
	Services Services
	Search   func(query, lang string, limit int) []catalogue.Hit
	Nearest  Nearest
	Shell    func(r *http.Request, title string) html.Shell
}

// Services reads the catalogue.
type Services interface {
	Service(ctx context.Context, r journal.Reader, code string) (catalogue.Service, error)
	Services(ctx context.Context, r journal.Reader) ([]catalogue.Service, error)
	Institution(ctx context.Context, r journal.Reader, code string) (catalogue.Institution, error)
	Offer(ctx context.Context, r journal.Reader, code string) (catalogue.Offer, error)
}

// Nearest says where a thing can be done that cannot be done at this centre.
type Nearest interface {
	Elsewhere(ctx context.Context, r journal.Reader, from string, offer catalogue.Offer, kind catalogue.ActKind) (centre.Near, bool, error)
}

// Permissions of the counter.
const (
	serve   = "counter.serve"
	correct = "visit.correct"
	read    = "visit.read"
)

// Routes returns the lines of the counter. The desk in use decides where one may serve; the service sees to it that a visit stays at its desk.
func Routes(d Deps) []httpx.Route {
	p := pages{Deps: d}
	desk := func(method, path, permission string, handle func(http.ResponseWriter, *http.Request) error) httpx.Route {
		return httpx.Route{Method: method, Path: path, Permission: permission, Scope: httpx.ScopeDesk, Handle: handle}
	}
	return []httpx.Route{
		desk(http.MethodGet, "/counter", serve, p.counter),
		desk(http.MethodGet, "/counter/search", serve, p.search),
		desk(http.MethodPost, "/visits", serve, p.open),
		desk(http.MethodPost, "/counter/acts", serve, p.record),
		desk(http.MethodPost, "/counter/calls", serve, p.call),
		desk(http.MethodPost, "/visits/{visit}/hold", serve, p.hold),
		desk(http.MethodPost, "/visits/{visit}/resume", serve, p.resume),
		desk(http.MethodPost, "/visits/{visit}/close", serve, p.close),
		desk(http.MethodPost, "/visits/{visit}/draft", serve, p.draft),
		desk(http.MethodPost, "/visits/{visit}/acts/{act}/undo", serve, p.undo),
		desk(http.MethodGet, "/visits/{visit}", read, p.closed),
		desk(http.MethodGet, "/visits/{visit}/slip", read, p.slip),
		desk(http.MethodGet, "/visits/{visit}/acts/{act}/correct", correct, p.correction),
		desk(http.MethodPost, "/visits/{visit}/acts/{act}/correct", correct, p.correct),
	}
}

// pages are the handlers of the counter.
type pages struct{ Deps }

// pathID reads an identifier from the path. It returns a not-found fault for anything that is none.
func pathID(r *http.Request, name string) (id.ID, error) {
	v, err := id.Parse(r.PathValue(name))
	if err != nil {
		return v, notFound(name)
	}
	return v, nil
}
