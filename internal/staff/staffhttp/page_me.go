package staffhttp

import (
	"context"
	"log/slog"
	"net/http"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
)

// mePage is the page on which somebody sees her roles and changes her password.
type mePage struct {
	Name string
	// SignIn is for the browser's list of passwords.
	SignIn string
	Roles  html.DescriptionList
	// Manages tells that she looks after others.
	Manages bool
	// Reads tells that she may read the security log.
	Reads bool
	// Changed is what was changed lately of how she signs in, or "".
	Changed string
	Done    bool
	Faults  html.ErrorSummary
}

func (p pages) me(w http.ResponseWriter, r *http.Request) error {
	return p.showMe(w, r, http.StatusOK, mePage{Done: r.URL.Query().Get("done") != ""})
}

func (p pages) showMe(w http.ResponseWriter, r *http.Request, status int, page mePage) error {
	ctx := r.Context()
	who, err := signedIn(ctx)
	if err != nil {
		return err
	}
	account, err := p.Staff.Accounts.ByID(ctx, p.Staff.Journal.DB(), who.Person)
	if err != nil {
		return err //nolint:wrapcheck // of the accounts
	}
	page.Name, page.SignIn, page.Manages = who.Name, account.SignIn, who.Holds(staff.MayManage)
	if page.Changed, err = p.changedLately(ctx, who.Person); err != nil {
		return err
	}
	page.Reads = who.May(staff.MayReadLog, scope.Place{})
	for _, g := range who.Grants {
		page.Roles = append(page.Roles, html.Detail{Term: RoleName(ctx, g.Role), Text: p.scope(ctx, g.Scope)})
	}
	return html.Render(w, r, status, meView(page))
}

func (p pages) newPassword(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := signedIn(ctx)
	if err != nil {
		return err
	}
	password := r.PostFormValue("password")
	if password == r.PostFormValue("again") {
		err = p.Staff.ChangePassword(ctx, who.By, who.Person, r.PostFormValue("old"), password, p.key())
	} else {
		err = fault.NewInvalid("staff.password_differs").On("again")
	}
	if err != nil {
		refusal, err := again(ctx, err)
		if err != nil {
			return err
		}
		return p.showMe(w, r, refusal.Status, mePage{Faults: refusal.Problems})
	}
	// The sessions elsewhere have ended; this one goes on under a new cookie.
	account, err := p.Staff.Accounts.ByID(ctx, p.Staff.Journal.DB(), who.Person)
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	if err := p.begin(w, r, account, opening{desk: who.Desk, weak: p.Sessions.Get(ctx, rememberWeak) != ""}); err != nil { // the password is changed all the same, and opens a new session
		slog.WarnContext(ctx, "a session could not go on after a new password", slog.Any("error", err))
		return redirect(w, r, "", SignInPath)
	}
	return redirect(w, r, "", "/me?done=yes")
}

// scope says where a role holds, by name where the application knows it.
func (p pages) scope(ctx context.Context, s scope.Scope) string {
	name := s.Code
	if p.Called != nil && name != "" {
		name = p.Called(ctx, s)
	}
	return lang.T(ctx, "staff.scope."+string(s.Level), "Name", name)
}
