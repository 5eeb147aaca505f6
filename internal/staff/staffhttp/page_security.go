package staffhttp

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sheet"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/denial"
)

// securityPage is the security log, as an auditor reads it.
type securityPage struct {
	Kinds  []html.Choice
	Day    string
	Who    string
	Name   string
	Rows   []eventRow
	Files  []html.Link
	Pages  html.Pagination
	Faults html.ErrorSummary
}

// eventRow is one event. Href leads to all of that person.
type eventRow struct{ At, Kind, Name, Href, What, Address string }

// exportMost is how many events a file has, at most.
const exportMost = 50_000

// asked reads what somebody looks for in the security log, which she must be allowed to read in the whole network.
func (p pages) asked(r *http.Request) (staff.Asked, error) {
	ask := staff.Asked{Who: r.FormValue("person"), Kind: staff.EventKind(r.FormValue("kind")), Until: p.Staff.Journal.Now().Add(time.Hour)}
	who, err := signedIn(r.Context())
	if err != nil {
		return ask, err
	}
	if !who.May(staff.MayReadLog, scope.Place{}) {
		return ask, fault.NewForbidden("staff.forbidden")
	}
	day, err := httpx.Day(r.FormValue("day"), "day", civil.Date{})
	if err != nil || day.IsZero() {
		return ask, err //nolint:wrapcheck // a fault of the address
	}
	zone := lang.ZoneOf(r.Context())
	ask.From, ask.Until = civil.Clock(0).On(day, zone), civil.Clock(0).On(day.AddDays(1), zone)
	return ask, nil
}

func (p pages) security(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	ask, err := p.asked(r)
	status, page := http.StatusOK, securityPage{Day: r.FormValue("day"), Who: ask.Who}
	if err != nil {
		refusal, err := html.RefusalOf(ctx, err)
		if err != nil {
			return err
		}
		status, page.Faults = refusal.Status, refusal.Problems
	}
	list := httpx.List{Name: "security"}
	skip, err := list.AfterNumber(r, 0)
	if err != nil {
		return err //nolint:wrapcheck // a fault of the address
	}
	ask.Limit, ask.Skip = listed+1, int(min(max(skip, 0), exportMost))
	all, err := p.Events(ctx, ask)
	if err != nil {
		return err
	}
	shown, _, more := httpx.Cut(all, listed)
	for _, e := range shown {
		row := eventRow{At: lang.DateTime(ctx, e.At), Kind: lang.T(ctx, "staff.event."+string(e.Kind)), Name: p.called(ctx, e.Who), What: p.told(ctx, e), Address: e.Address}
		if _, err := id.Parse(e.Who); err == nil {
			row.Href = securityPath + "?" + url.Values{"person": {e.Who}}.Encode()
		}
		page.Rows = append(page.Rows, row)
	}
	if more {
		page.Pages.Next = html.Behind(r, list.Place(strconv.Itoa(ask.Skip+listed)))
	}
	if ask.Skip > 0 {
		page.Pages.Prev = html.Behind(r, "")
	}
	page.Name = p.called(ctx, ask.Who)
	page.Kinds = html.Choices(staff.EventKinds, ask.Kind, func(k staff.EventKind) string { return lang.T(ctx, "staff.event."+string(k)) })
	query := url.Values{"kind": {string(ask.Kind)}, "day": {page.Day}, "person": {ask.Who}}.Encode()
	page.Files = []html.Link{{Label: "CSV", Href: securityPath + ".csv?" + query}, {Label: "XLSX", Href: securityPath + ".xlsx?" + query}}
	return html.Render(w, r, status, securityView(page))
}

// called is the name of whoever acted; a program of our own is called as lines call it.
func (p pages) called(ctx context.Context, who string) string {
	person, err := id.Parse(who)
	if err != nil {
		return who
	}
	account, err := p.Staff.Accounts.ByID(ctx, p.Staff.Journal.DB(), person)
	if err != nil {
		return who
	}
	return account.Name
}

// told says what an event is about: a change or why somebody did not come in, in words; a route as it is.
func (p pages) told(ctx context.Context, e staff.Event) string {
	if e.Kind == staff.SignInFail && lang.Has(ctx, e.What) {
		return lang.T(ctx, e.What)
	}
	if e.Kind == staff.Denied {
		return deniedIn(ctx, e.What)
	}
	kind, subjects, _ := strings.Cut(e.What, " ")
	key := "staff.event_of." + kind
	if e.Kind != staff.Changed || !lang.Has(ctx, key) {
		return e.What
	}
	words := []string{lang.T(ctx, key)}
	for _, subject := range strings.Fields(subjects) {
		thing, name, _ := strings.Cut(subject, ":")
		switch thing {
		case "staff":
			words = append(words, p.called(ctx, name))
		case "role":
			words = append(words, RoleName(ctx, name))
		case "desk", "group":
			words = append(words, name)
		}
	}
	return strings.Join(words, " · ")
}

// deniedIn says what was refused: the route as it is, and why in words. What is filled into the words is not kept.
func deniedIn(ctx context.Context, what string) string {
	words := strings.Fields(what)
	if len(words) == 0 || !lang.Has(ctx, words[len(words)-1]) {
		return what
	}
	last := len(words) - 1
	words[last] = lang.Bare(ctx, words[last])
	return strings.Join(words, " ")
}

func (p pages) securityFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	ask, err := p.asked(r)
	if err != nil {
		return err
	}
	ask.Limit = exportMost
	all, err := p.Events(ctx, ask)
	if err != nil {
		return err
	}
	out, err := httpx.Sheet(w, r, civil.In(p.Staff.Journal.Now(), time.UTC).String(), []sheet.Cell{
		sheet.Text(lang.T(ctx, "staff.event_at")), sheet.Text(lang.T(ctx, "staff.event_kind")), sheet.Text(lang.T(ctx, "staff.event_who")),
		sheet.Text(lang.T(ctx, "staff.event_what")), sheet.Text(lang.T(ctx, "staff.session_address")),
	})
	if err != nil {
		return err //nolint:wrapcheck // of the file
	}
	rows := make([][]sheet.Cell, len(all))
	for i, e := range all {
		rows[i] = []sheet.Cell{sheet.Text(e.At.Format(time.RFC3339)), sheet.Text(string(e.Kind)), sheet.Text(e.Who), sheet.Text(e.What), sheet.Text(e.Address)}
	}
	return httpx.Rows(out, rows) //nolint:wrapcheck // of the file
}

// Handed notes in the security log that somebody took a file.
func (d Deps) Handed(r *http.Request, route httpx.Route) {
	if who, ok := httpx.CallerOf(r.Context()); ok && d.Staff.Log != nil {
		d.Staff.Log.Note(r.Context(), staff.Event{Kind: staff.Exported, Who: who.By.Who(), What: route.Pattern()})
	}
}

// Denied notes in the security log that somebody was refused, whichever door refused her: which route, and why where it is not for want of the permission. Of each person and token so many are noted
// in an hour, and of all who have not signed in together. That a name must wait after wrong passwords is noted as a failed sign-in already.
func (d Deps) Denied(r *http.Request, pattern string, why *fault.Fault) {
	who := ""
	if caller, ok := httpx.CallerOf(r.Context()); ok {
		who = caller.Person.String()
	}
	if d.Staff.Log == nil || who == "" && why.Key == "staff.paused" {
		return
	}
	what := pattern
	if why.Key != "staff.forbidden" {
		what += " " + why.Key
	}
	switch d.bound(who) {
	case denial.Note:
	case denial.Many:
		what = "staff.denied_often"
	case denial.Drop:
		return
	}
	d.Staff.Log.Note(r.Context(), staff.Event{Kind: staff.Denied, Who: who, What: what})
}

func (d Deps) bound(who string) denial.Verdict {
	if d.Denials == nil {
		return denial.Note
	}
	return d.Denials.Count(who)
}
