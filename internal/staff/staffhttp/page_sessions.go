package staffhttp

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/platform/lang"
)

// sessionList is where somebody is signed in, as a manager or she herself sees it.
type sessionList struct {
	// Action is where a press goes that ends one, or all of them.
	Action string
	Rows   []sessionRow
	Key    id.ID
}

// sessionRow is one session.
type sessionRow struct {
	Name, Device, Address, Since, Seen string
	// Here tells that it is that of the reader.
	Here bool
}

// everySession is the choice that ends all sessions, in every program.
const everySession = "all"

// sessionsPage is the page on which somebody sees where she is signed in.
type sessionsPage struct {
	List   sessionList
	Done   bool
	Faults html.ErrorSummary
}

func (p pages) ownSessions(w http.ResponseWriter, r *http.Request) error {
	return p.showSessions(w, r, http.StatusOK, sessionsPage{Done: r.URL.Query().Get("done") != ""})
}

func (p pages) showSessions(w http.ResponseWriter, r *http.Request, status int, page sessionsPage) error {
	who, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	if page.List, err = p.sessionsOf(r.Context(), who.Person, sessionsPath); err != nil {
		return err
	}
	return html.Render(w, r, status, sessionsView(page))
}

// sessionsOf lists the sessions of somebody; action is where what ends them is sent.
func (p pages) sessionsOf(ctx context.Context, person id.ID, action string) (sessionList, error) {
	list := sessionList{Action: action, Key: id.New(p.Staff.Journal.Now())}
	all, err := p.OpenSessions(ctx, person)
	if err != nil {
		return list, err
	}
	here := p.Sessions.Current(ctx)
	for _, s := range all {
		device := s.Device
		if device == "" {
			device = lang.T(ctx, "staff.session_unknown")
		}
		list.Rows = append(list.Rows, sessionRow{
			Name: s.Name, Device: device, Address: s.Address, Since: lang.DateTime(ctx, s.Begun), Seen: lang.DateTime(ctx, s.Seen), Here: s.Name == here,
		})
	}
	return list, nil
}

// OpenSessions returns the sessions of somebody that would be served: not those that ended by a new password, a lost role, or a line.
func (d Deps) OpenSessions(ctx context.Context, person id.ID) ([]session.Listed, error) {
	account, err := d.Staff.Accounts.ByID(ctx, d.Staff.Journal.DB(), person)
	if err != nil {
		return nil, err //nolint:wrapcheck // of the accounts
	}
	all, err := d.Sessions.List(ctx, person.String())
	if err != nil {
		return nil, err //nolint:wrapcheck // of the sessions
	}
	is := remembered(account.Opened())
	return slices.DeleteFunc(all, func(l session.Listed) bool {
		return account.Left || l.Remembers[rememberChanged] != is[rememberChanged] || l.Remembers[rememberEnded] != is[rememberEnded]
	}), nil
}

func (p pages) endOwn(w http.ResponseWriter, r *http.Request) error {
	who, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	switch err := p.end(r, who, who.Person); {
	case err == nil && r.PostFormValue("session") == everySession:
		return redirect(w, r, "", SignInPath)
	case err == nil:
		return redirect(w, r, "", sessionsPath+"?done=yes")
	default:
		refusal, err := again(r.Context(), err)
		if err != nil {
			return err
		}
		return p.showSessions(w, r, refusal.Status, sessionsPage{Faults: refusal.Problems})
	}
}

// end ends the session of somebody that the form names, or all of them by a line.
func (p pages) end(r *http.Request, who *httpx.Caller, person id.ID) error {
	name := r.PostFormValue("session")
	if name == everySession {
		return p.Staff.EndSessions(r.Context(), who.By, person, httpx.Key(r)) //nolint:wrapcheck // of the service
	}
	found, err := p.Sessions.EndNamed(r.Context(), person.String(), name)
	if err == nil && !found {
		err = fault.NewNotFound("staff.session_gone")
	}
	return err //nolint:wrapcheck // of the sessions
}

// Signs by which a browser and a machine are known from what the browser says of itself, the more particular first. Nothing depends on it: it lets somebody know
// her own session again in a list.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"}}
	machines = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}}
)

// deviceOf says in two words what kind of browser asks, or "" where it does not say.
func deviceOf(r *http.Request) string {
	said := r.UserAgent()
	var words []string
	for _, list := range [][][2]string{browsers, machines} {
		for _, one := range list {
			if strings.Contains(said, one[0]) {
				words = append(words, one[1])
				break
			}
		}
	}
	return strings.Join(words, ", ")
}
