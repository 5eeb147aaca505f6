package staffhttp

import (
	"context"
	"net/http"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
)

// switchPage is the page on which the next person takes over a shared desk.
type switchPage struct {
	// Others are who has worked at this centre, and Other is a sign-in name for anybody else.
	Others []html.Choice
	Other  string
	Faults html.ErrorSummary
}

func (p pages) change(w http.ResponseWriter, r *http.Request) error {
	return p.showOthers(w, r, http.StatusOK, switchPage{})
}

func (p pages) showOthers(w http.ResponseWriter, r *http.Request, status int, page switchPage) error {
	who, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	if who.Centre != "" {
		people, err := p.Staff.Colleagues(r.Context(), who.Centre)
		if err != nil {
			return err //nolint:wrapcheck // of the service
		}
		chosen := r.PostFormValue("person")
		for _, one := range people {
			if one.Staff != who.Person {
				value := one.Staff.String()
				page.Others = append(page.Others, html.Choice{Value: value, Label: one.Name, Chosen: value == chosen})
			}
		}
	}
	return html.Render(w, r, status, switchView(page))
}

func (p pages) changed(w http.ResponseWriter, r *http.Request) error {
	who, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	from := p.originOf(r)
	account, err := p.chosen(r, from.Origin)
	if err != nil {
		refusal, err := refused(w, r, err)
		if err != nil {
			return err
		}
		return p.showOthers(w, r, refusal.Status, switchPage{Other: r.PostFormValue("sign_in"), Faults: refusal.Problems})
	}
	return p.passed(w, r, account, entry{desk: who.Desk, from: from})
}

// chosen signs in whoever was chosen or typed. A typed name comes first: it was typed on purpose.
func (p pages) chosen(r *http.Request, from staff.Origin) (staff.Account, error) {
	password := r.PostFormValue("password")
	if name := httpx.Typed(r, "sign_in"); name != "" {
		return p.Staff.SignIn(r.Context(), from, name, password) //nolint:wrapcheck // of the service
	}
	person, err := id.Parse(r.PostFormValue("person"))
	if err != nil {
		return staff.Account{}, fault.NewInvalid("staff.person_missing").On("person")
	}
	return p.Staff.SignInAs(r.Context(), from, person, password) //nolint:wrapcheck // of the service
}

// otherHint says when to type a name; without colleagues to choose from there is nothing else to do.
func (s switchPage) otherHint(ctx context.Context) string {
	if len(s.Others) == 0 {
		return ""
	}
	return lang.T(ctx, "staff.switch_other")
}

// otherError is what is wrong with the name. Where nobody can be chosen, the missing person is a missing name.
func (s switchPage) otherError() string {
	if text := s.Faults.On("person"); len(s.Others) == 0 && text != "" {
		return text
	}
	return s.Faults.On("sign_in")
}
