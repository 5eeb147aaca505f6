package staffhttp

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
)

// peoplePage is the list of those whom a manager looks after.
type peoplePage struct {
	Query string
	Rows  []personRow
	Pages html.Pagination
}

// personRow is one of them.
type personRow struct{ ID, Name, SignIn, Roles string }

// personPage is one of them, with where she is signed in.
type personPage struct {
	ID, Name, SignIn string
	Roles            html.DescriptionList
	List             sessionList
	Done             bool
	Faults           html.ErrorSummary
}

// listed is how many people a page shows.
const listed = 50

func (p pages) people(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := signedIn(ctx)
	if err != nil {
		return err
	}
	all, err := p.Staff.Members(ctx, who.Grants)
	if err != nil {
		return err //nolint:wrapcheck // of the service
	}
	page := peoplePage{Query: strings.TrimSpace(r.URL.Query().Get("q"))}
	words := strings.Fields(strings.ToLower(page.Query))
	all = slices.DeleteFunc(all, func(m staff.Member) bool {
		text := strings.ToLower(m.Name + " " + m.SignIn)
		return slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
	})
	list := httpx.List{Name: "staff"}
	behind, err := list.AfterNumber(r, 0)
	if err != nil {
		return err //nolint:wrapcheck // a fault of the address
	}
	from := int(min(max(behind, 0), int64(len(all))))
	shown, _, more := httpx.Cut(all[from:], listed)
	for _, m := range shown {
		page.Rows = append(page.Rows, personRow{ID: m.Staff.String(), Name: m.Name, SignIn: m.SignIn, Roles: p.roles(ctx, m)})
	}
	page.Pages = html.PartOf(r, len(shown), len(all))
	if more {
		page.Pages.Next = html.Behind(r, list.Place(lang.Int(ctx, int64(from+listed))))
	}
	return html.Render(w, r, http.StatusOK, peopleView(page))
}

// roles are the roles of somebody in a line.
func (p pages) roles(ctx context.Context, m staff.Member) string {
	var names []string
	for _, g := range m.Grants {
		if name := RoleName(ctx, g.Role); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

func (p pages) person(w http.ResponseWriter, r *http.Request) error {
	return p.showPerson(w, r, http.StatusOK, personPage{Done: r.URL.Query().Get("done") != ""})
}

// member is the person whom the path names, if whoever asks looks after her.
func (p pages) member(r *http.Request) (*httpx.Caller, staff.Member, error) {
	who, err := signedIn(r.Context())
	if err != nil {
		return nil, staff.Member{}, err
	}
	person, err := httpx.PathID(r, "person", "staff.unknown")
	if err != nil {
		return nil, staff.Member{}, err //nolint:wrapcheck // a fault of the address
	}
	m, err := p.Staff.Member(r.Context(), who.Grants, person)
	return who, m, err //nolint:wrapcheck // of the service
}

func (p pages) showPerson(w http.ResponseWriter, r *http.Request, status int, page personPage) error {
	ctx := r.Context()
	_, m, err := p.member(r)
	if err != nil {
		return err
	}
	page.ID, page.Name, page.SignIn = m.Staff.String(), m.Name, m.SignIn
	for _, g := range m.Grants {
		page.Roles = append(page.Roles, html.Detail{Term: RoleName(ctx, g.Role), Text: p.scope(ctx, g.As())})
	}
	if page.List, err = p.sessionsOf(ctx, m.Staff, peoplePath+"/"+page.ID+"/sessions"); err != nil {
		return err
	}
	return html.Render(w, r, status, personView(page))
}

func (p pages) endOthers(w http.ResponseWriter, r *http.Request) error {
	who, m, err := p.member(r)
	if err != nil {
		return err
	}
	if err := p.end(r, who, m.Staff); err != nil {
		refusal, err := again(r.Context(), err)
		if err != nil {
			return err
		}
		return p.showPerson(w, r, refusal.Status, personPage{Faults: refusal.Problems})
	}
	return redirect(w, r, "", peoplePath+"/"+m.Staff.String()+"?done=yes")
}
