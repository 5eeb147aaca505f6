package app

import (
	"context"
	"net/http"

	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/staffhttp"
)

// doors are the places of the main navigation, each for those who may go there.
var doors = []struct{ permission, key, href string }{
	{staff.CounterServe, "app.nav_counter", "/counter"},
	{staff.PaymentTake, "app.nav_pay", "/pay"},
	{staff.PaymentTake, "app.nav_till", "/till"},
	{staff.TillRead, "app.nav_office", "/office"},
	{staff.CashCollect, "app.nav_collect", "/office"},
	{staff.ReportRead, "app.nav_year", "/reports/year"},
	{staff.ReportRead, "app.nav_acts", "/reports/acts"},
	{staff.NetworkRead, "app.nav_network", "/network"},
	{"", "app.nav_find", "/find"},
	{"", "app.nav_services", "/services"},
	{"", "app.nav_centres", "/centres"},
}

// shell is what surrounds every page for whoever makes the request.
func (a *App) shell(ctx context.Context) html.Shell {
	s := html.Shell{Version: a.Config.Version}
	who, signedIn := staff.From(ctx)
	for _, d := range doors {
		if d.permission == "" || (signedIn && who.Holds(d.permission)) {
			s.Nav = append(s.Nav, html.NavItem{Label: lang.T(ctx, d.key), Href: d.href})
		}
	}
	s.Footer = []html.Link{{Label: lang.T(ctx, "app.check_receipt"), Href: paymenthttp.CheckPath}}
	if !signedIn {
		s.Footer = append(s.Footer, html.Link{Label: lang.T(ctx, "app.for_staff"), Href: "/sign-in"})
		return s
	}
	s.User = &html.User{Name: who.Name, Role: staffhttp.RoleName(ctx, who.Actor().Role()), Desk: who.Desk, SignOut: "/sign-out", Links: links(ctx, who)}
	if who.Holds(staff.CounterServe) {
		// Until nodes exchange lines every line is where it belongs as soon as it is answered.
		s.Status, s.StatusURL = &html.Status{Connection: html.Online}, "/status"
	}
	return s
}

// links are what a person changes about being here.
func links(ctx context.Context, who staff.Session) []html.Link {
	var all []html.Link
	if who.Holds(staff.CounterServe) {
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
func failurePage(w http.ResponseWriter, r *http.Request, f httpx.Failure) error {
	page := html.ErrorPage{Status: f.Status, Fault: f.Faults[0]}
	if f.Status >= http.StatusInternalServerError {
		page.ID = f.ID
	}
	if f.Status == http.StatusServiceUnavailable && r.MultipartForm == nil && r.PostForm.Get(httpx.KeyField) != "" {
		page.Again = &html.Resend{Action: r.URL.RequestURI(), Fields: r.PostForm}
	}
	return html.RenderError(w, r, page)
}
