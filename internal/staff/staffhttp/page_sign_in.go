package staffhttp

import (
	"net/http"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/staff"
)

// signInPage is the page on which somebody signs in.
type signInPage struct {
	SignIn, Next string
	Faults       html.ErrorSummary
}

func (p pages) signIn(w http.ResponseWriter, r *http.Request) error {
	next := r.URL.Query().Get("next")
	if who, ok := httpx.CallerOf(r.Context()); ok && !who.Token {
		return redirect(w, r, next, p.Landing(who))
	}
	return html.Render(w, r, http.StatusOK, signInView(signInPage{Next: localPath(next, "")}))
}

func (p pages) signedIn(w http.ResponseWriter, r *http.Request) error {
	page := signInPage{SignIn: r.PostFormValue("sign_in"), Next: localPath(r.PostFormValue("next"), "")}
	from := originOf(r)
	account, err := p.Staff.SignIn(r.Context(), from.Origin, page.SignIn, r.PostFormValue("password"))
	if err != nil {
		refusal, err := refused(w, r, err)
		if err != nil {
			return err
		}
		page.Faults = refusal.Problems
		return html.Render(w, r, refusal.Status, signInView(page))
	}
	return p.enter(w, r, account, entry{next: page.Next, from: from})
}

// entry is where somebody who has just signed in wants to go.
type entry struct {
	next string
	desk string // the desk of the one before, at a switch
	from origin
}

// enter begins the session of somebody whose password was right: the one before leaves the desk, and of that session nothing remains.
func (p pages) enter(w http.ResponseWriter, r *http.Request, a staff.Account, e entry) error {
	ctx := r.Context()
	if before, ok := httpx.CallerOf(ctx); ok && before.Person != a.Staff {
		if err := p.leave(ctx, before); err != nil {
			return err
		}
	}
	session, err := p.Staff.Session(ctx, a.Opened())
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	who := callerOf(session)
	desk, err := p.ownDesk(ctx, who, e.desk)
	if err != nil {
		return err
	}
	if desk != "" {
		if err := p.Staff.TakeDesk(ctx, who.By, who.Person, desk, p.key()); err != nil {
			return err //nolint:wrapcheck // of the service
		}
	}
	if err := p.begin(w, r, a, desk); err != nil {
		return err
	}
	e.from.keep(w)
	return redirect(w, r, e.next, p.Landing(who))
}

// signOut ends the session, whether there still is one or not.
func (p pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if who, ok := httpx.CallerOf(r.Context()); ok && !who.Token {
		if err := p.leave(r.Context(), who); err != nil {
			return err
		}
	}
	if err := p.Sessions.End(w, r); err != nil {
		return err //nolint:wrapcheck // of the sessions
	}
	return redirect(w, r, "", SignInPath)
}
