package tillhttp

import (
	"net/http"

	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/till"
)

type handler = func(http.ResponseWriter, *http.Request) error

func desk(method, path string, handle handler) httpx.Route {
	return httpx.Route{Method: method, Path: path, Permission: till.MayTake, Scope: httpx.ScopeDesk, Handle: handle}
}

// Routes returns the lines of the till. At a counter the desk in use decides; at an office the municipality in the path.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	return []httpx.Route{
		desk(http.MethodGet, "/till", p.drawer),
		desk(http.MethodPost, "/till/open", p.open),
		desk(http.MethodGet, "/till/count", p.countForm),
		desk(http.MethodPost, "/till/count", p.count),
		desk(http.MethodPost, "/till/explain", p.explain),
		desk(http.MethodPost, "/till/close", p.close),
		desk(http.MethodGet, "/till/bags", p.bags),
		desk(http.MethodPost, "/till/bags", p.give),

		officehttp.Route(http.MethodGet, "/till", till.MayRead, p.waiting),
		officehttp.Route(http.MethodGet, "/till/shifts/{shift}", till.MayRead, p.shift),
		officehttp.Route(http.MethodPost, "/till/shifts/{shift}", till.MayApprove, p.judge),

		officehttp.Route(http.MethodGet, "/cash-book", till.MayRead, p.book).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/cash-book.csv", till.MayRead, p.bookFile).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/cash-book.xlsx", till.MayRead, p.bookFile).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/summary", till.MayRead, p.summary).Within(httpx.TimeReport),
	}
}
