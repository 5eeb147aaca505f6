package cataloguehttp

import (
	"context"
	"net/http"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

// found is how many services a search shows.
const found = 20

// servicesPage lists services: those found, or all by institution.
type servicesPage struct {
	Query    string
	Searched bool
	Hits     []serviceLine
	Groups   []group
}

type group struct {
	Name     string
	Services []serviceLine
}

type serviceLine struct{ Code, Name, Summary, Institution string }

// servicePage is everything a client wants to know of one service.
type servicePage struct {
	Code, Name, Summary, Institution string
	Bring                            []string
	Details                          []html.Detail
}

func (p pages) services(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page := servicesPage{Query: r.FormValue("q")}
	if page.Query != "" {
		page.Searched = true
		for _, hit := range p.Shelf.Search(page.Query, lang.Code(ctx), found) {
			if s, ok := p.Shelf.Service(hit.Code); ok {
				page.Hits = append(page.Hits, p.line(ctx, s))
			}
		}
	} else {
		page.Groups = p.groups(ctx)
	}
	return html.Render(w, r, http.StatusOK, servicesView(page))
}

func (p pages) line(ctx context.Context, s catalogue.Service) serviceLine {
	code := lang.Code(ctx)
	return serviceLine{Code: s.Code, Name: s.Name.For(code), Summary: s.Summary.For(code), Institution: p.institution(ctx, s.Institution)}
}

func (p pages) institution(ctx context.Context, code string) string {
	if i, ok := p.Shelf.Institution(code); ok {
		return i.Name.For(lang.Code(ctx))
	}
	return code
}

// groups are all services by institution, names in the order of a dictionary of the reader's language.
func (p pages) groups(ctx context.Context) []group {
	order := collate.New(language.Make(lang.Code(ctx)))
	byInstitution := map[string][]serviceLine{}
	for _, s := range p.Shelf.Offered() {
		byInstitution[s.Institution] = append(byInstitution[s.Institution], p.line(ctx, s))
	}
	var all []group
	for code, services := range byInstitution {
		slices.SortFunc(services, func(a, b serviceLine) int { return order.CompareString(a.Name, b.Name) })
		all = append(all, group{Name: p.institution(ctx, code), Services: services})
	}
	slices.SortFunc(all, func(a, b group) int { return order.CompareString(a.Name, b.Name) })
	return all
}

func (p pages) service(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	s, ok := p.Shelf.Service(r.PathValue("service"))
	if !ok {
		return fault.NewNotFound("catalogue.service_unknown")
	}
	code := lang.Code(ctx)
	page := servicePage{
		Code: s.Code, Name: s.Name.For(code), Summary: s.Summary.For(code), Institution: p.institution(ctx, s.Institution),
		Bring: Texts(code, s.Bring),
		Details: []html.Detail{
			{Term: lang.T(ctx, "catalogue.fee"), Text: Fee(ctx, s.Fee)},
			{Term: lang.T(ctx, "catalogue.time"), Text: Time(ctx, s.ProcessingTime)},
			{Term: lang.T(ctx, "catalogue.next"), Text: s.Tell.For(code)},
		},
	}
	return html.Render(w, r, http.StatusOK, serviceView(page))
}

// Texts returns the texts in the language of the code.
func Texts(code string, list []catalogue.Text) []string {
	all := make([]string, len(list))
	for i, t := range list {
		all[i] = t.For(code)
	}
	return all
}

// Fee says what a service costs, in words. An amount that nobody has checked says so.
func Fee(ctx context.Context, f catalogue.Fee) string {
	note := f.Note.For(lang.Code(ctx))
	switch {
	case f.Cents != nil && *f.Cents == 0:
		return mark(ctx, joined(lang.T(ctx, "catalogue.fee_free"), note), f.Unverified)
	case f.Cents != nil:
		return mark(ctx, joined(money.Amount(*f.Cents).Format(lang.Code(ctx)), note), f.Unverified)
	case note != "":
		return mark(ctx, note, f.Unverified)
	}
	return lang.T(ctx, "catalogue.fee_unknown")
}

// Time says how long the institution takes, in words. A time that nobody has checked says so.
func Time(ctx context.Context, t catalogue.ProcessingTime) string {
	note := t.Note.For(lang.Code(ctx))
	switch {
	case t.WorkingDays > 0:
		return mark(ctx, joined(lang.N(ctx, "catalogue.working_days", int64(t.WorkingDays)), note), t.Unverified)
	case t.CalendarDays > 0:
		return mark(ctx, joined(lang.N(ctx, "catalogue.calendar_days", int64(t.CalendarDays)), note), t.Unverified)
	case note != "":
		return mark(ctx, note, t.Unverified)
	}
	return lang.T(ctx, "catalogue.time_unknown")
}

func mark(ctx context.Context, text string, unverified bool) string {
	if unverified {
		return text + " (" + lang.T(ctx, "catalogue.unverified") + ")"
	}
	return text
}

func joined(first, second string) string {
	if second == "" {
		return first
	}
	return first + " – " + second
}
