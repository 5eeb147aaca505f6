package paymenthttp

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/sight"
)

// isByName tells whether persons were looked for: nothing has the number or the code, and it is a name, or found somebody as one.
func isByName(query string, found []bill.Found) bool {
	if slices.ContainsFunc(found, func(f bill.Found) bool { return f.Exact }) {
		return false
	}
	return len(found) > 0 || !bill.IsNumber(query)
}

// look is a request of the clerk to look somebody up: each press is one.
func (p pages) look(s *httpx.Caller) journal.Request {
	return journal.Request{By: s.By, Desk: s.Desk, Key: "look:" + id.New(p.Journal.Now()).String()}
}

// byName shows whom a search by name or address found in the municipality of the desk: masked, or open when it is one person alone. The line is written first.
func (p pages) byName(w http.ResponseWriter, r *http.Request, form payForm, answer bill.Answer) error {
	ctx := r.Context()
	s, err := httpx.Signed(ctx)
	if err != nil {
		return err
	}
	here := func(f bill.Found) bool { return f.Municipality != s.Municipality }
	if answer.Found = slices.DeleteFunc(answer.Found, here); len(answer.Found) == 0 {
		if answer.Found, err = p.paidToday(ctx, s.Desk, form.Query); err != nil {
			return err
		}
		answer.Found = slices.DeleteFunc(answer.Found, here)
	}
	opened, err := p.Sight.Searched(ctx, p.look(s), sight.Search{Query: form.Query, Municipality: s.Municipality, Found: answer.Found, Asked: answer.Asked})
	if err != nil {
		return p.refused(w, r, form, err)
	}
	connected, err := p.Bills.Connected(ctx)
	if err != nil {
		return err
	}
	if connected && len(answer.Asked) == 0 {
		form.Askable = form.Query
	}
	if opened {
		return p.answered(w, r, form, answer, form.Query)
	}
	page, err := p.screen(r, form)
	if err != nil {
		return err
	}
	page.masked(ctx, answer)
	return html.Render(w, r, http.StatusOK, payView(page))
}

// askByName asks the systems of creditors by a name, because the clerk has pressed for it.
func (p pages) askByName(w http.ResponseWriter, r *http.Request) error {
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	form := payForm{Query: httpx.Typed(r, "q")}
	answer, err := p.Bills.AskByName(r.Context(), s.By, form.Query)
	if err != nil {
		return p.refused(w, r, form, err)
	}
	if !isByName(form.Query, answer.Found) {
		return p.answered(w, r, form, answer, form.Query)
	}
	return p.byName(w, r, form, answer)
}

// openPayer shows one of the persons of a masked list, by one of her bills: names stand in no form.
func (p pages) openPayer(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	s, err := httpx.Signed(ctx)
	if err != nil {
		return err
	}
	b, err := id.Parse(r.PostFormValue("bill"))
	if err != nil {
		return fault.NewNotFound("bill.unknown")
	}
	theirs, err := p.Bills.OfPayer(ctx, b)
	if err != nil {
		return p.refused(w, r, payForm{}, err)
	}
	here := slices.DeleteFunc(slices.Clone(theirs), func(f bill.Found) bool { return f.Municipality != s.Municipality }) // as in the list
	if len(here) > 0 {
		theirs = here
	}
	if err := p.Sight.Open(ctx, p.look(s), s.Municipality, theirs); err != nil {
		return p.refused(w, r, payForm{}, err)
	}
	return p.answered(w, r, payForm{}, bill.Answer{Found: theirs}, "")
}

// maskedRow is somebody of a list of persons.
type maskedRow struct{ Name, House, Bill, Bills string }

// masked shows initials and houses.
func (c *payPage) masked(ctx context.Context, a bill.Answer) {
	c.Searched = true
	for _, silent := range a.Silent {
		c.Silent = append(c.Silent, silent.Name)
	}
	var who []bill.Payer
	bills := map[bill.Payer][]bill.Found{}
	for _, f := range a.Found {
		if bills[f.Payer] == nil {
			who = append(who, f.Payer)
		}
		bills[f.Payer] = append(bills[f.Payer], f)
	}
	for _, one := range who {
		m := sight.Mask(one)
		c.Masked = append(c.Masked, maskedRow{
			Name: m.Name, House: m.Address, Bill: bills[one][0].ID.String(), Bills: lang.N(ctx, "payment.open_bills", int64(len(bills[one]))),
		})
	}
}

func (m maskedRow) label(ctx context.Context) templ.Attributes {
	return templ.Attributes{"aria-label": lang.T(ctx, "payment.open_payer_of", "Name", m.Name, "House", m.House)}
}
