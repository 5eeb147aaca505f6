package staffhttp

import (
	"net/http"
	"strconv"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
)

// ConfirmPath is where somebody proves again who she is.
const ConfirmPath = "/confirm"

// confirmPage asks somebody to prove again who she is, while a form waits for that.
type confirmPage struct {
	SignIn string
	// Action is where the page is sent, with the form that waits.
	Action string
	// Passkey tells that she can do so by one.
	Passkey bool
	// Elsewhere is what the provider is called where she has an account, or "", and Back where the browser goes from there.
	Elsewhere, Back string
	// Proven tells that she has proven it a moment ago, elsewhere.
	Proven bool
	Faults html.ErrorSummary
}

func (p pages) confirm(w http.ResponseWriter, r *http.Request) error {
	return p.showConfirm(w, r, http.StatusOK, confirmPage{})
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
	if page.Passkey, err = p.hasPasskey(r, who.Person); err != nil {
		return err
	}
	has, err := p.Proofs.HasOutside(r.Context(), who.Person)
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	if page.Action == "" {
		page.Action = r.URL.RequestURI()
	}
	if _, query, _ := strings.Cut(page.Action, "?"); has {
		page.Elsewhere, page.Back = p.elsewhere(r), confirmElsewherePath+"?"+query
	}
	page.SignIn, page.Proven = account.SignIn, r.URL.Query().Has(httpx.FormParam) && p.proven(r, newlyTime) == nil
	return html.Render(w, r, status, confirmView(page))
}

// confirmed lets the form that waited go on, or leads back to the page that held it.
func (p pages) confirmed(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := signedIn(ctx)
	if err != nil {
		return err
	}
	if why := p.proves(r, who); why != nil {
		refusal, err := refusedAgain(r, why)
		if err != nil {
			return err
		}
		return p.showConfirm(w, r, refusal.Status, confirmPage{Faults: refusal.Problems})
	}
	if err := p.Sessions.Set(ctx, rememberProven, p.moment()); err != nil {
		return err //nolint:wrapcheck // of the sessions
	}
	if httpx.Resend(w, r) {
		return nil
	}
	return redirect(w, r, r.URL.Query().Get("next"), "/")
}

// proves returns nil when somebody has proven again who she is, by a passkey or by her password.
func (p pages) proves(r *http.Request, who *httpx.Caller) error {
	if p.proven(r, newlyTime) == nil { // elsewhere, a moment ago
		return nil
	}
	if r.PostFormValue("answer") == "" {
		return p.Staff.Confirm(r.Context(), who.Person, r.PostFormValue("password")) //nolint:wrapcheck // of the service
	}
	site := p.site(r)
	if site == nil {
		return noPasskeys()
	}
	return p.Proofs.ConfirmPasskey(r.Context(), site, who.Person, []byte(answerOf(r))) //nolint:wrapcheck // of the service
}

// moment is now, as a session remembers it.
func (p pages) moment() string { return strconv.FormatInt(p.Staff.Journal.Now().UnixMicro(), 10) }

// refusedAgain is again for somebody who has signed in and did not prove it once more: she is known, and she may not.
func refusedAgain(r *http.Request, why error) (html.Refusal, error) {
	if first := fault.First(why); fault.KindOf(why) == fault.Unauthenticated {
		why = fault.NewForbidden(first.Key, first.Args...).On(first.Field)
	}
	return again(r.Context(), why)
}
