package staffhttp

import (
	"net/http"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
)

// recoverPage is the page on which somebody comes in with a manager's code and chooses a new password.
type recoverPage struct {
	SignIn string
	Faults html.ErrorSummary
}

func (p pages) recover(w http.ResponseWriter, r *http.Request) error {
	return html.Render(w, r, http.StatusOK, recoverView(recoverPage{}))
}

func (p pages) recovered(w http.ResponseWriter, r *http.Request) error {
	page := recoverPage{SignIn: r.PostFormValue("sign_in")}
	from := p.originOf(r)
	var why error
	password := r.PostFormValue("password")
	if password != r.PostFormValue("again") {
		why = fault.NewInvalid("staff.password_differs").On("again")
	} else {
		account, err := p.Proofs.Recover(r.Context(), from.Origin, page.SignIn, r.PostFormValue("code"), password, p.key())
		if err == nil {
			return p.enter(w, r, account, entry{from: from})
		}
		why = err
	}
	refusal, err := refused(w, r, why)
	if err != nil {
		return err
	}
	page.Faults = refusal.Problems
	return html.Render(w, r, refusal.Status, recoverView(page))
}

// codePage shows a one-time code, this once.
type codePage struct{ ID, Name, SignIn, Code string }

func (p pages) makeCode(w http.ResponseWriter, r *http.Request) error {
	who, m, err := p.member(r)
	if err != nil {
		return err
	}
	code, err := p.Proofs.MakeRecovery(r.Context(), who.By, m.Staff, httpx.Key(r))
	if err != nil {
		refusal, err := again(r.Context(), err)
		if err != nil {
			return err
		}
		return p.showPerson(w, r, refusal.Status, personPage{Faults: refusal.Problems})
	}
	httpx.ShowOnce(r)
	return html.Render(w, r, http.StatusOK, codeView(codePage{ID: m.Staff.String(), Name: m.Name, SignIn: m.SignIn, Code: code}))
}
