package staffhttp

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/proof"
)

// signInPage is the page on which somebody signs in.
type signInPage struct {
	SignIn, Next string
	// Ended says that a session has ended, and why as far as it is known; "" for whoever had none. Kept tells that what was typed comes back.
	Ended string
	Kept  bool
	// Passkeys tells that there can be some at our address.
	Passkeys bool
	// Elsewhere is what the provider of accounts elsewhere is called, or "".
	Elsewhere string
	// Cards tells that eID cards are trusted, and Several that the card's owner has several accounts, of which she names one.
	Cards, Several bool
	Faults         html.ErrorSummary
}

func (p pages) signInPage(r *http.Request, next string) signInPage {
	next = localPath(next, "")
	return signInPage{Ended: p.ended(r), Kept: httpx.KeptIn(next), SignIn: r.PostFormValue("sign_in"), Next: next, Passkeys: p.site(r) != nil, Elsewhere: p.elsewhere(r), Cards: p.Proofs.Cards != nil && p.address(r) != ""}
}

// ended says that the session of the request has ended: by a line about her, or because it stands nowhere any more.
func (p pages) ended(r *http.Request) string {
	ctx := r.Context()
	_, known := httpx.CallerOf(ctx)
	switch {
	case known:
		return ""
	case p.Sessions.Get(ctx, rememberStaff) != "":
		return lang.T(ctx, "staff.ended_by_line")
	case p.Sessions.Lapsed(ctx):
		return lang.T(ctx, "staff.ended_by_time")
	}
	return ""
}

func (p pages) signIn(w http.ResponseWriter, r *http.Request) error {
	next := r.URL.Query().Get("next")
	if who, ok := httpx.CallerOf(r.Context()); ok && !who.Token {
		return redirect(w, r, next, p.Landing(who))
	}
	return html.Render(w, r, http.StatusOK, signInView(p.signInPage(r, next)))
}

func (p pages) signedIn(w http.ResponseWriter, r *http.Request) error {
	page := p.signInPage(r, r.PostFormValue("next"))
	from := p.originOf(r)
	account, err := p.Staff.SignIn(r.Context(), from.Origin, page.SignIn, r.PostFormValue("password"))
	if err != nil {
		refusal, err := refused(w, r, err)
		if err != nil {
			return err
		}
		page.Faults = refusal.Problems
		return html.Render(w, r, refusal.Status, signInView(page))
	}
	return p.passed(w, r, account, entry{next: page.Next, from: from})
}

// stronger tells somebody whose password was right that her role needs more than that, and that she has it.
func (p pages) stronger(w http.ResponseWriter, r *http.Request, next string) error {
	page := p.signInPage(r, next)
	refusal, err := again(r.Context(), fault.NewForbidden("proof.stronger"))
	if err != nil {
		return err
	}
	page.Faults = refusal.Problems
	return html.Render(w, r, refusal.Status, signInView(page))
}

// entry is where somebody who has just signed in wants to go.
type entry struct {
	next string
	desk string // the desk of the one before, at a switch
	from origin
	weak bool // she has to enrol a second proof first
}

// halfTime is how long the right password waits for the code.
const halfTime = 5 * time.Minute

// passed goes on with somebody whose password was right: to the code, where her account needs one, or in.
func (p pages) passed(w http.ResponseWriter, r *http.Request, a staff.Account, e entry) error {
	need, err := p.Proofs.Beside(r.Context(), a.Staff)
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	if need == proof.Stronger {
		return p.stronger(w, r, e.next)
	}
	if need != proof.Code {
		e.weak = need == proof.Enrolment
		return p.enter(w, r, a, e)
	}
	if before, ok := httpx.CallerOf(r.Context()); ok && before.Person != a.Staff { // the session of the one before ends here
		if err := p.leave(r.Context(), before); err != nil {
			return err
		}
	}
	half := map[string]string{rememberHalf: a.Staff.String(), rememberProven: p.moment(), rememberDesk: e.desk}
	if err := p.Sessions.Begin(w, r, session.About{}, half); err != nil {
		return err //nolint:wrapcheck // of the sessions
	}
	return httpx.See(w, r, codePath+"?"+url.Values{"next": {e.next}}.Encode()) //nolint:wrapcheck // a redirect
}

// half is who has typed the right password a moment ago.
func (p pages) half(r *http.Request) (staff.Account, error) {
	needed := fault.NewUnauthenticated("staff.sign_in_first")
	who, err := id.Parse(p.Sessions.Get(r.Context(), rememberHalf))
	if err != nil {
		return staff.Account{}, needed
	}
	micros, err := strconv.ParseInt(p.Sessions.Get(r.Context(), rememberProven), 10, 64)
	if since := p.Staff.Journal.Now().Sub(time.UnixMicro(micros)); err != nil || since < 0 || since > halfTime {
		return staff.Account{}, needed
	}
	return p.Staff.Accounts.ByID(r.Context(), p.Staff.Journal.DB(), who) //nolint:wrapcheck // of the accounts
}

// enter begins the session of somebody whose password was right: the one before leaves the desk, and of that session nothing remains.
func (p pages) enter(w http.ResponseWriter, r *http.Request, a staff.Account, e entry) error {
	ctx := r.Context()
	if before, ok := httpx.CallerOf(ctx); ok && before.Person != a.Staff {
		if err := p.leave(ctx, before); err != nil {
			return err
		}
	}
	opened, err := p.Staff.Session(ctx, a.Opened())
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	who := callerOf(opened)
	desk, err := p.ownDesk(ctx, who, e.desk)
	if err != nil {
		return err
	}
	if desk != "" {
		if err := p.Staff.TakeDesk(ctx, who.By, who.Person, desk, p.key()); err != nil {
			return err //nolint:wrapcheck // of the service
		}
	}
	if err := p.begin(w, r, a, opening{desk: desk, weak: e.weak}); err != nil {
		return err
	}
	p.keep(w, r, e.from)
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
