package app

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"

	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/html/licences"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/staffhttp"
	"vienkopus/internal/trail/trailhttp"
)

// doors are the places of the main navigation for whoever makes the request, in their order; who is nil for a visitor.
func (h *house) doors(who *httpx.Caller) []room.Door {
	var all []room.Door
	for _, r := range h.rooms {
		for _, d := range r.Doors {
			if d.Permission == "" || who != nil && who.Holds(d.Permission) {
				all = append(all, d)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b room.Door) int { return cmp.Compare(a.Rank, b.Rank) })
	return all
}

// landing is the page that somebody works with most, by what she may do.
func (h *house) landing(who *httpx.Caller) string {
	at := room.Door{Href: "/me", Landing: math.MaxInt}
	for _, d := range h.doors(who) {
		if d.Landing > 0 && d.Landing < at.Landing {
			at = d
		}
	}
	return at.Href
}

// shell is what surrounds every page for whoever makes the request.
func (a *App) shell(ctx context.Context) html.Shell {
	s := html.Shell{Version: a.Config.Version}
	who, signedIn := httpx.CallerOf(ctx)
	for _, d := range a.doors(who) {
		s.Nav = append(s.Nav, html.NavItem{Label: lang.T(ctx, d.Label), Href: d.Href})
	}
	s.Footer = []html.Link{
		{Label: lang.T(ctx, "app.check_receipt"), Href: paymenthttp.CheckPath},
		{Label: lang.T(ctx, "trail.title"), Href: trailhttp.FollowPath},
		{Label: lang.T(ctx, "licences.title"), Href: licences.Path},
	}
	if !signedIn {
		s.Footer = append(s.Footer, html.Link{Label: lang.T(ctx, "app.for_staff"), Href: "/sign-in"})
		return s
	}
	s.User = &html.User{Name: who.Name, Role: staffhttp.RoleName(ctx, who.By.Role()), Desk: who.Desk, SignOut: "/sign-out", Links: links(ctx, who)}
	if who.Holds(staff.MayServe) {
		// Until nodes exchange lines every line is where it belongs as soon as it is answered.
		s.Status, s.StatusURL = &html.Status{Connection: html.Online}, "/status"
	}
	return s
}

// links are what a person changes about being here.
func links(ctx context.Context, who *httpx.Caller) []html.Link {
	var all []html.Link
	if who.Holds(staff.MayServe) {
		all = append(all, html.Link{Label: lang.T(ctx, "app.change_desk"), Href: "/desk"}, html.Link{Label: lang.T(ctx, "app.switch_user"), Href: "/switch"})
	}
	return append(all, html.Link{Label: lang.T(ctx, "app.me"), Href: "/me"})
}

// statusRoute answers the status line alone; a page that gets no answer says by itself that the connection is lost.
func (a *App) statusRoute() httpx.Route {
	return httpx.Route{
		Method: http.MethodGet, Path: "/status", SignedIn: true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			if err := a.DB.Ping(r.Context()); err != nil {
				return err
			}
			return html.Render(w, r, http.StatusOK, html.StatusLine(html.Status{Connection: html.Online}))
		},
	}
}

// failurePage shows a failure as a page in the reader's language.
func (a *App) failurePage(w http.ResponseWriter, r *http.Request, f httpx.Failure) error {
	page := html.ErrorPage{Status: f.Status, Fault: f.Faults[0]}
	if f.Status >= http.StatusInternalServerError {
		page.ID = f.ID
	}
	if who, ok := httpx.CallerOf(r.Context()); ok && (page.Fault.Key == httpx.OtherPerson || page.Fault.Key == httpx.OtherDesk) {
		page.Now, page.Switch = nowSignedIn(r.Context(), who), "/switch"
	}
	if f.Status == http.StatusServiceUnavailable && r.MultipartForm == nil && r.PostForm.Get(httpx.KeyField) != "" {
		page.Again = &html.Resend{Action: r.URL.RequestURI(), Fields: r.PostForm}
	}
	return html.RenderError(w, r, page)
}

// nowSignedIn says who is signed in, and at which desk.
func nowSignedIn(ctx context.Context, who *httpx.Caller) string {
	if who.Desk == "" {
		return lang.T(ctx, "shell.now_signed_in", "Name", who.Name)
	}
	return lang.T(ctx, "shell.now_signed_in_at", "Name", who.Name, "Desk", who.Desk)
}
