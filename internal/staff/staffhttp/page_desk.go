package staffhttp

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
)

// deskPage is the page on which somebody chooses the desk to work at.
type deskPage struct {
	Next    string
	Choices []html.Choice
	// Taken says that the desk at which she worked in this browser is open in another one, or "".
	Taken string
	// Ready tells that one is chosen already, so that Enter is enough.
	Ready  bool
	Faults html.ErrorSummary
}

// fewDesks is how many desks are shown side by side; more go into a list that opens.
const fewDesks = 12

// Few tells whether all desks can be in sight.
func (d deskPage) few() bool { return len(d.Choices) <= fewDesks }

func (p pages) desk(w http.ResponseWriter, r *http.Request) error {
	return p.showDesks(w, r, http.StatusOK, deskPage{Next: localPath(r.URL.Query().Get("next"), "")})
}

func (p pages) showDesks(w http.ResponseWriter, r *http.Request, status int, page deskPage) error {
	ctx := r.Context()
	who, err := signedIn(ctx)
	if err != nil {
		return err
	}
	if page.Taken, err = p.takenOver(ctx, who); err != nil {
		return err
	}
	desks, err := p.Staff.DesksFor(ctx, who.Grants)
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	last, err := p.Staff.LastDesk(ctx, who.Person)
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	for _, d := range desks {
		hint := ""
		if len(desks) <= fewDesks { // a list that opens has no room for it
			if hint, err = p.seatedAt(ctx, d, who); err != nil {
				return err
			}
		}
		chosen := d.Code == last || len(desks) == 1
		page.Ready = page.Ready || chosen
		page.Choices = append(page.Choices, html.Choice{Value: d.Code, Label: deskLabel(d), Hint: hint, Chosen: chosen})
	}
	return html.Render(w, r, status, deskView(page))
}

// takenOver says who took the desk at which somebody has worked in this browser, or "" where nobody did.
func (p pages) takenOver(ctx context.Context, who *httpx.Caller) (string, error) {
	desk := p.Sessions.Get(ctx, rememberDesk)
	if who.Desk != "" || desk == "" {
		return "", nil
	}
	by, err := p.Staff.SeatedAt(ctx, desk)
	if err != nil || by.Staff.IsZero() || by.Staff == who.Person {
		return "", err //nolint:wrapcheck // of the service
	}
	return lang.T(ctx, "staff.desk_taken_over", "Desk", desk, "At", lang.DateTime(ctx, by.Since), "Name", by.Name), nil
}

// deskLabel names a desk by its centre, unless the desk's own name does.
func deskLabel(d staff.Desk) string {
	label := d.Name + " (" + d.Code + ")"
	if strings.Contains(d.Name, d.CentreName) {
		return label
	}
	return d.CentreName + ", " + label
}

// button takes the desk.
func (d deskPage) button(ctx context.Context) html.Button {
	b := html.Button{Label: lang.T(ctx, "staff.desk_take")}
	if d.Ready && len(d.Faults) == 0 {
		b.Attrs = map[string]any{"autofocus": true, "data-focus": true}
	}
	return b
}

// seatedAt says who works at a desk now, or "".
func (p pages) seatedAt(ctx context.Context, d staff.Desk, who *httpx.Caller) (string, error) {
	person, err := p.Staff.SeatedAt(ctx, d.Code)
	switch {
	case err != nil:
		return "", err //nolint:wrapcheck // of the service
	case person.Staff.IsZero():
		return "", nil
	case person.Staff == who.Person:
		return lang.T(ctx, "staff.desk_yours"), nil
	}
	return lang.T(ctx, "staff.desk_taken_by", "Name", person.Name), nil
}

func (p pages) seated(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := signedIn(ctx)
	if err != nil {
		return err
	}
	desk, next := r.PostFormValue("desk"), localPath(r.PostFormValue("next"), "")
	err = p.Staff.TakeDesk(ctx, who.By, who.Person, desk, p.key())
	if err != nil {
		refusal, err := again(ctx, err)
		if err != nil {
			return err
		}
		return p.showDesks(w, r, refusal.Status, deskPage{Next: next, Faults: refusal.Problems})
	}
	if who.Desk != desk {
		if err := p.leave(ctx, who); err != nil {
			return err
		}
	}
	if err := p.Sessions.Set(ctx, rememberDesk, desk); err != nil {
		return err //nolint:wrapcheck // of the sessions
	}
	return redirect(w, r, next, "/counter")
}

// ownDesk returns the desk that needs no choosing: the preferred one, or the only one there is; else "".
func (p pages) ownDesk(ctx context.Context, who *httpx.Caller, preferred string) (string, error) {
	desks, err := p.Staff.DesksFor(ctx, who.Grants)
	if err != nil {
		return "", err //nolint:wrapcheck // of the service
	}
	if preferred != "" && slices.ContainsFunc(desks, func(d staff.Desk) bool { return d.Code == preferred }) {
		return preferred, nil
	}
	if len(desks) == 1 {
		return desks[0].Code, nil
	}
	return "", nil
}

// leave frees the desk that somebody works at, if any.
func (p pages) leave(ctx context.Context, who *httpx.Caller) error {
	if who.Token {
		return nil
	}
	if p.Left != nil {
		httpx.Aside(ctx, "left", func(ctx context.Context) error { return p.Left(ctx, who) })
	}
	if who.Desk == "" {
		return nil
	}
	return p.Staff.LeaveDesk(ctx, who.By, who.Person, who.Desk, p.key()) //nolint:wrapcheck // of the service
}

// signedIn returns who is signed in. The route asks for a person, so that the fault is never seen.
func signedIn(ctx context.Context) (*httpx.Caller, error) {
	who, err := httpx.Signed(ctx)
	if err == nil && who.Token {
		err = fault.NewUnauthenticated("staff.sign_in_first")
	}
	return who, err
}
