package tillhttp

import (
	"cmp"
	"net/http"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
	"vienkopus/internal/territory"
)

// rooms are the pages of an office, each for those who may see it.
var rooms = []struct{ permission, key, path string }{
	{staff.TillRead, "tillpage.room_till", "/till"},
	{staff.TillRead, "tillpage.room_book", "/cash-book"},
	{staff.TillRead, "tillpage.room_summary", "/summary"},
	{staff.TillRead, "tillpage.room_creditors", "/creditors"},
	{staff.TillRead, "tillpage.room_trial", "/trial"},
	{staff.RefundApprove, "tillpage.room_refunds", "/refunds"}, // this one and the next two are pages of payments
	{staff.BankImport, "tillpage.room_returns", "/returns"},
	{staff.TillRead, "tillpage.room_notices", "/notices"},
	{staff.BankImport, "tillpage.room_bank", "/bank"},
	{staff.BankImport, "tillpage.room_remittances", "/remittances"},
	{staff.LedgerClose, "tillpage.room_period", "/period"},
	{staff.CashCollect, "tillpage.room_collect", "/collect"},
}

// officeView is the office of a municipality, around each of its pages.
type officeView struct {
	Code, Name, Base string
	Tabs             html.Tabs
}

// href is the address of a page of the office.
func (o officeView) href(path string) string { return o.Base + path }

// office returns the office of the municipality in the path; room is the page that is shown, "" for one below them.
func (p pages) office(r *http.Request, room string) (officeView, error) {
	ctx := r.Context()
	s, err := staff.Signed(r.Context())
	if err != nil {
		return officeView{}, err
	}
	m, err := p.Places.Municipality(ctx, p.Journal.DB(), r.PathValue("municipality"))
	if err != nil {
		return officeView{}, err
	}
	o := officeView{Code: m.Code, Name: m.NameOn(p.today()), Base: "/office/" + m.Code}
	o.Tabs.Label = lang.T(ctx, "tillpage.rooms", "Place", o.Name)
	for _, one := range rooms {
		if s.May(one.permission, staff.Place{Municipality: m.Code}) {
			o.Tabs.Tabs = append(o.Tabs.Tabs, html.Tab{Label: lang.T(ctx, one.key), Href: o.href(one.path), Current: one.path == room})
		}
	}
	if len(o.Tabs.Tabs) == 1 {
		o.Tabs.Tabs = nil // there is nothing to choose
	}
	return o, nil
}

// officesPage are the offices in which somebody may do something.
type officesPage struct{ Offices []html.Link }

// offices leads to the office of the only municipality in which somebody may do something, or lets her choose.
func (p pages) offices(w http.ResponseWriter, r *http.Request) error {
	s, err := staff.Signed(r.Context())
	if err != nil {
		return err
	}
	all, err := p.Places.Municipalities(r.Context(), p.Journal.DB())
	if err != nil {
		return err
	}
	page := officesPage{}
	for i := range all {
		if room := firstRoom(s, all[i]); room != "" {
			page.Offices = append(page.Offices, html.Link{Label: all[i].NameOn(p.today()), Href: room})
		}
	}
	switch len(page.Offices) {
	case 0:
		return fault.NewForbidden("staff.forbidden")
	case 1:
		http.Redirect(w, r, page.Offices[0].Href, http.StatusSeeOther)
		return nil
	}
	slices.SortFunc(page.Offices, func(a, b html.Link) int { return cmp.Compare(a.Label, b.Label) })
	return html.Render(w, r, http.StatusOK, officesView(page))
}

// firstRoom returns the first page of an office that somebody may see, or "".
func firstRoom(s staff.Session, m territory.Municipality) string {
	if !m.To.IsZero() {
		return "" // it has been taken over by another one
	}
	for _, room := range rooms {
		if s.May(room.permission, staff.Place{Municipality: m.Code}) {
			return "/office/" + m.Code + room.path
		}
	}
	return ""
}
