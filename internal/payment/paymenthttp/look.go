package paymenthttp

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment"
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

// byNumber shows what a number found. A scan shows the bill on the paper alone, and puts it into the basket; what was typed opens the payer, and waits for a press. Whatever does not prove
// that the paper is there leaves a line first.
func (p pages) byNumber(w http.ResponseWriter, r *http.Request, form payForm, answer bill.Answer, scanned bool) error {
	ctx, query := r.Context(), form.Query
	s, err := httpx.Signed(ctx)
	if err != nil {
		return err
	}
	paper, there := onPaper(answer.Found)
	if answer.Found = named(answer.Found, s.Municipality, scanned); there {
		answer.Found = paper
	} else {
		opened, err := p.Sight.Numbered(ctx, p.look(s), sight.Number{Query: query, Here: s.Municipality, Found: answer.Found})
		if err != nil {
			return p.refused(w, r, form, err)
		}
		if !opened && len(answer.Found) > 0 {
			return p.severalMasked(w, r, form, answer)
		}
	}
	if b, only := theOne(answer.Found); only && scanned {
		if err := p.put(ctx, s, payment.Item{Bill: b.ID, Cents: b.Due.Total}); err != nil {
			return p.refused(w, r, form, err)
		}
		form.Query, form.Put = "", b.ID
	}
	form.Typed = !scanned
	return p.answered(w, r, form, answer, query)
}

// onPaper are the bills whose paper was scanned, and whether there is one.
func onPaper(found []bill.Found) ([]bill.Found, bool) {
	paper := slices.DeleteFunc(slices.Clone(found), func(f bill.Found) bool { return !f.Exact || !f.OnPaper() })
	return paper, len(paper) > 0
}

// named are the bills that a number may show: those of that number, and beside them what the payer owes in the municipality of the desk, unless the paper was scanned, or the bill is of another
// municipality: there only what is not settled, when there is any.
func named(found []bill.Found, here string, scanned bool) []bill.Found {
	away := slices.ContainsFunc(found, func(f bill.Found) bool { return f.Exact && f.Municipality != here })
	open := func(f bill.Found) bool { return f.Due.Total > 0 }
	onlyOpen := away && slices.ContainsFunc(found, func(f bill.Found) bool { return f.Exact && open(f) })
	return slices.DeleteFunc(slices.Clone(found), func(f bill.Found) bool {
		if f.Exact {
			return onlyOpen && f.Municipality != here && !open(f)
		}
		return scanned || away || f.Municipality != here
	})
}

// away says of the bills of other municipalities whose they are.
func (p pages) away(ctx context.Context, page *payPage, found []bill.Found) error {
	s, err := httpx.Signed(ctx)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, f := range found {
		if f.Municipality == s.Municipality {
			continue
		}
		m, err := p.Municipalities.Municipality(ctx, p.Journal.DB(), f.Municipality)
		if f := fault.First(err); err != nil && (f == nil || f.Kind != fault.NotFound) {
			return err
		}
		names[f.ID.String()] = cmp.Or(m.Name, f.Municipality)
	}
	for _, g := range page.Groups {
		for i := range g.Bills {
			g.Bills[i].Away = names[g.Bills[i].ID]
		}
	}
	return nil
}

// maskUnseen leaves initials and houses of the payers of bills that are neither in the basket nor opened by the clerk: a form that names one shows nothing that she has not seen.
func (p pages) maskUnseen(ctx context.Context, s *httpx.Caller, of payment.Whose, owed []bill.Found) error {
	kept, err := p.Baskets.Load(ctx, of)
	if err != nil {
		return err
	}
	for i, f := range owed {
		if slices.ContainsFunc(kept, func(item payment.Item) bool { return item.Bill == f.ID }) {
			continue
		}
		seen, err := p.Sight.Together(ctx, s.By, f.ID)
		if err != nil {
			return err
		}
		if len(seen) == 0 {
			owed[i].Payer = sight.Mask(f.Payer)
		}
	}
	return nil
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
	return p.severalMasked(w, r, form, answer)
}

// severalMasked shows several persons: initials and houses.
func (p pages) severalMasked(w http.ResponseWriter, r *http.Request, form payForm, answer bill.Answer) error {
	page, err := p.screen(r, form)
	if err != nil {
		return err
	}
	s, err := httpx.Signed(r.Context())
	if err != nil {
		return err
	}
	page.masked(r.Context(), answer, s.Municipality)
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
		return p.byNumber(w, r, form, answer, false)
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

// maskedRow is somebody of a list of persons. Away says that she is of another municipality, where nobody here opens her: of the bill that was named is taken what is owed.
type maskedRow struct {
	Name, House, Bill, Bills string
	Away                     bool
}

// masked shows initials and houses.
func (c *payPage) masked(ctx context.Context, a bill.Answer, here string) {
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
			Away: bills[one][0].Municipality != here,
		})
	}
}

func (m maskedRow) label(ctx context.Context) templ.Attributes {
	return templ.Attributes{"aria-label": lang.T(ctx, "payment.open_payer_of", "Name", m.Name, "House", m.House)}
}
