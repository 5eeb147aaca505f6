// Package sighthttp shows who has looked persons up, and what an account in wrong hands may have shown.
package sighthttp

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/sight"
)

// Deps is what the pages need.
type Deps struct {
	Journal *journal.Journal
	Sight   *sight.Service
	Store   Store
	Office  officehttp.Shell
	Bills   Bills
}

// Store reads who has looked.
type Store interface {
	Count(ctx context.Context, r journal.Reader, q sight.Asked) (int, error)
	List(ctx context.Context, r journal.Reader, q sight.Asked, p sight.Part) ([]sight.Look, error)
	Habits(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]sight.Habit, error)
	Seen(ctx context.Context, r journal.Reader, q sight.Trace, most int) ([]sight.Seen, error)
}

// Bills knows whose a bill is.
type Bills interface {
	Owed(ctx context.Context, bills []id.ID) ([]bill.Found, error)
}

// pages are the handlers.
type pages struct{ Deps }

// Routes returns the lines of the pages.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	return []httpx.Route{
		officehttp.Route(http.MethodGet, "/looks", sight.MayRead, p.looks).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/looks.csv", sight.MayRead, p.looksFile).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/looks.xlsx", sight.MayRead, p.looksFile).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/breach", sight.MayTrace, p.breach).Within(httpx.TimeReport),
		officehttp.Route(http.MethodGet, "/breach/notice", sight.MayTrace, p.notice).Within(httpx.TimeReport),
		officehttp.Route(http.MethodPost, "/breach/persons.csv", sight.MayTrace, p.takeOut).Within(httpx.TimeReport),
	}
}

// shown is how many lines a page shows.
const shown = 50

// looksPage is who has looked in a municipality.
type looksPage struct {
	Office   officehttp.View
	Faults   html.ErrorSummary
	From, To string
	People   []html.Choice
	Unusual  []habitRow
	Rows     []lookRow
	Pages    html.Pagination
	Files    []html.Link
}

// habitRow is somebody who looked in an unusual way on a day.
type habitRow struct{ Day, Who, Searches, Opened, Idle, Refused, Href string }

// lookRow is one line.
type lookRow struct{ At, Who, Desk, Number, What, Mark string }

// asked is what the address asks for: the last month of the municipality unless it says something else.
func (p pages) asked(r *http.Request) (sight.Asked, error) {
	over, err := httpx.PeriodOf(r, p.Office.Today())
	return sight.Asked{Municipality: r.PathValue("municipality"), Staff: strings.TrimSpace(r.FormValue("who")), Over: over}, err
}

// looks shows the lines, and above them who is unusual.
func (p pages) looks(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Office.View(r, "/looks")
	if err != nil {
		return err
	}
	q, wrong := p.asked(r)
	page := looksPage{Office: o, Faults: html.Problems(ctx, wrong), From: q.Over.From.Display(), To: q.Over.To.Display()}
	if wrong != nil {
		page.From, page.To = r.FormValue("from"), r.FormValue("to")
		return html.Render(w, r, http.StatusUnprocessableEntity, looksView(page))
	}
	if page.People, err = p.people(ctx, q, &page); err != nil {
		return err
	}
	if err := p.part(r, q, &page); err != nil {
		return err
	}
	page.Files = html.FilesOf(ctx, p.href(o, q), "/looks")
	return html.Render(w, r, http.StatusOK, looksView(page))
}

func (p pages) href(o officehttp.View, q sight.Asked) string {
	return o.Href("/looks?" + url.Values{"from": {q.Over.From.String()}, "to": {q.Over.To.String()}, "who": {q.Staff}}.Encode())
}

// people are those who have looked in the period, to choose one of them; the unusual days go onto the page, unless it is nil.
func (p pages) people(ctx context.Context, q sight.Asked, page *looksPage) ([]html.Choice, error) {
	habits, err := p.Store.Habits(ctx, p.Journal.DB(), q.Municipality, q.Over)
	if err != nil {
		return nil, err
	}
	var all []html.Choice
	for _, h := range habits {
		name, err := p.Office.Who(ctx, h.Staff)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, func(c html.Choice) bool { return c.Value == h.Staff }) {
			all = append(all, html.Choice{Value: h.Staff, Label: name, Chosen: h.Staff == q.Staff})
		}
		if page == nil || !h.IsUnusual() || q.Staff != "" && q.Staff != h.Staff {
			continue
		}
		number := func(n int) string { return lang.Int(ctx, int64(n)) }
		page.Unusual = append(page.Unusual, habitRow{
			Day: h.Day.Display(), Who: name, Searches: number(h.Searches), Opened: number(h.Opened), Idle: number(h.Idle), Refused: number(h.Refused),
			Href: p.href(page.Office, sight.Asked{Staff: h.Staff, Over: civil.Period{From: h.Day, To: h.Day}}),
		})
	}
	return all, nil
}

// part reads the lines of a page, and how one comes to the next.
func (p pages) part(r *http.Request, q sight.Asked, page *looksPage) error {
	ctx, db := r.Context(), p.Journal.DB()
	list := httpx.List{Name: "looks/" + q.Municipality + "/" + q.Staff + "/" + q.Over.String()}
	part := sight.Part{Day: last, Micros: math.MaxInt64, Limit: shown + 1}
	key, there, err := list.After(r, 4)
	if err != nil {
		return err
	}
	if there {
		part.Day, part.Desk = key[0], key[2]
		var bad [2]error
		part.Micros, bad[0] = strconv.ParseInt(key[1], 10, 64)
		part.Number, bad[1] = strconv.ParseInt(key[3], 10, 64)
		if _, err := civil.ParseDate(part.Day); err != nil || bad[0] != nil || bad[1] != nil {
			return httpx.BadPlace()
		}
	}
	all, err := p.Store.List(ctx, db, q, part)
	if err != nil {
		return err
	}
	n, err := p.Store.Count(ctx, db, q)
	if err != nil {
		return err
	}
	all, end, more := httpx.Cut(all, shown)
	page.Pages = html.PartOf(r, len(all), n)
	if more {
		page.Pages.Next = html.Behind(r, list.Place(end.Day.String(), strconv.FormatInt(end.At.UnixMicro(), 10), end.Desk, strconv.FormatInt(end.Number, 10)))
	}
	page.Rows, err = p.rows(ctx, all)
	return err
}

// last is behind every day.
const last = "9999-99-99"
