package staffhttp

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
)

// ConfirmPath is where somebody proves again who she is.
const ConfirmPath = "/confirm"

// ConfirmField is the field in which she does. It is typed anew each time: no page may hand it on.
const ConfirmField = "confirm_password"

// confirmPage asks somebody to prove again who she is, and holds the form that waits for that.
type confirmPage struct {
	SignIn string
	// Action is where the page is sent, with the address that waits.
	Action string
	Fields url.Values
	Faults html.ErrorSummary
}

// names are the fields in a steady order.
func (p confirmPage) names() []string { return slices.Sorted(maps.Keys(p.Fields)) }

func (p pages) confirm(w http.ResponseWriter, r *http.Request) error {
	next := localPath(r.URL.Query().Get("next"), "/")
	return p.showConfirm(w, r, http.StatusOK, confirmPage{Action: ConfirmPath + "?" + url.Values{"next": {next}}.Encode()})
}

// AskAgain shows, in the place of a form that was refused, the page on which somebody proves who she is and by that sends the form again.
func (d Deps) AskAgain(w http.ResponseWriter, r *http.Request) error {
	action := ConfirmPath + "?" + url.Values{"to": {r.URL.RequestURI()}}.Encode()
	return pages{d}.showConfirm(w, r, http.StatusForbidden, confirmPage{Action: action, Fields: r.PostForm})
}

func (p pages) showConfirm(w http.ResponseWriter, r *http.Request, status int, page confirmPage) error {
	who, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	account, err := p.Staff.Accounts.ByID(r.Context(), p.Staff.Journal.DB(), who.Person)
	if err != nil {
		return err //nolint:wrapcheck // of the accounts
	}
	page.SignIn = account.SignIn
	page.Fields = maps.Clone(page.Fields)
	delete(page.Fields, ConfirmField)
	return html.Render(w, r, status, confirmView(page))
}

// confirmed lets the form that waited go on: the browser sends it again, to where it was going (307, RFC 9110 §15.4.8).
func (p pages) confirmed(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := signedIn(ctx)
	if err != nil {
		return err
	}
	if err := p.Staff.Confirm(ctx, who.Person, r.PostFormValue(ConfirmField)); err != nil {
		refusal, err := again(ctx, err)
		if err != nil {
			return err
		}
		if fault.KindOf(err) == fault.Unauthenticated {
			refusal.Status = http.StatusForbidden // she is signed in
		}
		refusal.Problems.Move("password", ConfirmField)
		return p.showConfirm(w, r, refusal.Status, confirmPage{Action: r.URL.RequestURI(), Fields: r.PostForm, Faults: refusal.Problems})
	}
	if err := p.Sessions.Set(ctx, rememberProven, p.moment()); err != nil {
		return err //nolint:wrapcheck // of the sessions
	}
	if to := httpx.LocalPath(r.URL.Query().Get("to"), ""); to != "" {
		http.Redirect(w, r, to, http.StatusTemporaryRedirect) //nolint:gosec // LocalPath leads nowhere else
		return nil
	}
	return redirect(w, r, r.URL.Query().Get("next"), "/")
}

// moment is now, as a session remembers it.
func (p pages) moment() string { return strconv.FormatInt(p.Staff.Journal.Now().UnixMicro(), 10) }
