// Package officehttp is the frame around the pages that a municipality's office has. Features hand their pages in as tabs; what belongs to another
// municipality than that of the address is not found.
package officehttp

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/territory"
)

// Base is the address of all offices; the ATVK code of the municipality follows.
const Base = "/office"

// places knows municipalities.
type places interface {
	Municipalities(ctx context.Context, r journal.Reader) ([]territory.Municipality, error)
	Municipality(ctx context.Context, r journal.Reader, code string) (territory.Municipality, error)
}

// Shell is the frame.
type Shell struct {
	Journal *journal.Journal
	Places  places
	Centres centres
	// Called returns the name of somebody by her staff id, or "" when nobody knows it any more.
	Called func(ctx context.Context, person string) (string, error)
	// Tabs returns the pages of all features.
	Tabs func() []room.Tab
}

// View is the office of a municipality, around one of its pages.
type View struct {
	Code, Name, Base string
	Tabs             html.Tabs
}

// Href is the address of a page of the office.
func (v View) Href(path string) string { return v.Base + path }

// PeriodHref is the address of a page of the office about a period.
func (v View) PeriodHref(path string, over civil.Period) string {
	return v.Href(path + "?" + url.Values{"from": {over.From.String()}, "to": {over.To.String()}}.Encode())
}

// DeskHref is the address of a page of the office about a desk on a day.
func (v View) DeskHref(path, desk string, day civil.Date) string {
	return v.Href(path + "?" + url.Values{"desk": {desk}, "day": {day.String()}}.Encode())
}

// Route is the line of a page of the office: the permission must hold in the municipality of the path, which follows Base and the code.
func Route(method, path, permission string, handle func(http.ResponseWriter, *http.Request) error) httpx.Route {
	return httpx.Route{Method: method, Path: Base + "/{municipality}" + path, Permission: permission, Scope: httpx.ScopePath, Handle: handle}
}

// Routes returns the way in.
func (s Shell) Routes() []httpx.Route {
	return []httpx.Route{{Method: http.MethodGet, Path: Base, SignedIn: true, Handle: s.offices}}
}

// View returns the office of the municipality in the path; tab is the path of the page that is shown, "" for one below them. It returns
// NotFound for a municipality that is not known.
func (s Shell) View(r *http.Request, tab string) (View, error) {
	ctx := r.Context()
	who, err := httpx.Signed(ctx)
	if err != nil {
		return View{}, err
	}
	m, err := s.Places.Municipality(ctx, s.Journal.DB(), r.PathValue("municipality"))
	if err != nil {
		return View{}, err
	}
	v := View{Code: m.Code, Name: m.NameOn(s.Today()), Base: Base + "/" + m.Code}
	v.Tabs.Label = lang.T(ctx, "office.rooms", "Place", v.Name)
	for _, one := range s.tabs(who, m.Code) {
		v.Tabs.Tabs = append(v.Tabs.Tabs, html.Tab{Label: lang.T(ctx, one.Label), Href: v.Href(one.Path), Current: one.Path == tab})
	}
	if len(v.Tabs.Tabs) == 1 {
		v.Tabs.Tabs = nil // there is nothing to choose
	}
	return v, nil
}

// Today is the day on which pages are looked at.
func (s Shell) Today() civil.Date { return civil.In(s.Journal.Now(), lang.Zone) }

// Key makes the request key of a form.
func (s Shell) Key() id.ID { return id.New(s.Journal.Now()) }

// tabs are the pages that the caller may see in a municipality, in their order.
func (s Shell) tabs(who *httpx.Caller, municipality string) []room.Tab {
	var all []room.Tab
	for _, one := range s.Tabs() {
		if who.May(one.Permission, scope.Place{Municipality: municipality}) {
			all = append(all, one)
		}
	}
	slices.SortStableFunc(all, func(a, b room.Tab) int { return cmp.Compare(a.Rank, b.Rank) })
	return all
}

// officesPage are the offices in which somebody may do something.
type officesPage struct{ Offices []html.Link }

// offices leads to the office of the only municipality in which somebody may do something, or lets her choose.
func (s Shell) offices(w http.ResponseWriter, r *http.Request) error {
	who, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	all, err := s.Places.Municipalities(r.Context(), s.Journal.DB())
	if err != nil {
		return err
	}
	page := officesPage{}
	for i := range all {
		if !all[i].To.IsZero() {
			continue // it has been taken over by another one
		}
		if tabs := s.tabs(who, all[i].Code); len(tabs) > 0 {
			page.Offices = append(page.Offices, html.Link{Label: all[i].NameOn(s.Today()), Href: Base + "/" + all[i].Code + tabs[0].Path})
		}
	}
	switch len(page.Offices) {
	case 0:
		return fault.NewForbidden("staff.forbidden")
	case 1:
		return httpx.See(w, r, page.Offices[0].Href)
	}
	slices.SortFunc(page.Offices, func(a, b html.Link) int { return cmp.Compare(a.Label, b.Label) })
	return html.Render(w, r, http.StatusOK, officesView(page))
}

// Request is a request of the form at the office of the municipality in the path.
func Request(r *http.Request) (journal.Request, error) {
	return httpx.RequestAt(r, office.Desk(r.PathValue("municipality")))
}

// See leads to a page of the office in the path.
func See(w http.ResponseWriter, r *http.Request, path string) error {
	return httpx.See(w, r, Base+"/"+url.PathEscape(r.PathValue("municipality"))+path)
}
