// Package reporthttp shows reports as pages, as files, and to programs.
//
// Every figure is a link to the lines that make it, for those who may see lines. What narrows a report stands in its address, and
// so does its order; the same address with .csv or .xlsx behind the path is the same report as a file.
package reporthttp

import (
	"context"
	"net/http"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/report"
	"vienkopus/internal/territory"
)

// Deps is what the pages need.
type Deps struct {
	Reports     *report.Service
	Journal     *journal.Journal
	Centres     centres
	Territories territories
	Shelf       shelf
}

// centres, territories and shelf know what codes are called.
type centres interface {
	Centres(ctx context.Context, r journal.Reader) ([]centre.Centre, error)
}

type territories interface {
	Municipalities(ctx context.Context, r journal.Reader) ([]territory.Municipality, error)
}

type shelf interface {
	Service(code string) (catalogue.Service, bool)
	Institution(code string) (catalogue.Institution, bool)
}

// Routes returns the lines of reports. Where the address names no place, the pages narrow to where the caller holds the permission.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	page := func(path, permission string, handle func(http.ResponseWriter, *http.Request) error) httpx.Route {
		return httpx.Route{
			Method: http.MethodGet, Path: path, Permission: permission, Scope: httpx.ScopeQuery, Time: httpx.TimeReport, Compress: true, Handle: handle,
		}
	}
	file := func(path, permission string, handle func(http.ResponseWriter, *http.Request) error) httpx.Route {
		route := page(path, permission, handle)
		route.Slow, route.Time, route.Compress = true, httpx.TimeUsual, false
		return route
	}
	return []httpx.Route{
		page("/reports/year", report.MayRead, p.year),
		file("/reports/year.csv", report.MayExport, p.yearFile),
		file("/reports/year.xlsx", report.MayExport, p.yearFile),
		page("/reports/acts", report.MayRead, p.acts),
		file("/reports/acts.csv", report.MayExport, p.actsFile),
		file("/reports/acts.xlsx", report.MayExport, p.actsFile),
		page("/reports/lines", report.MaySeeLines, p.lines),
		file("/reports/lines.csv", report.MaySeeLines, p.linesFile),
		file("/reports/lines.xlsx", report.MaySeeLines, p.linesFile),
		page("/reports/published", report.MayRead, p.published),
		page("/network", report.MaySeeNetwork, p.network),
	}
}

// pages are the handlers of reports.
type pages struct{ Deps }

func (p pages) today() civil.Date { return civil.In(p.Journal.Now(), lang.Zone) }
