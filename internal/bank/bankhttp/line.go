package bankhttp

import (
	"cmp"
	"net/http"
	"net/url"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
)

// linePage is one line of a statement, and what may be done when something about it is wrong.
type linePage struct {
	Office       officehttp.View
	Faults       html.ErrorSummary
	Key          id.ID
	Account, Ref string
	Details      html.DescriptionList
	DepositHref  string
	CanDoubt     bool
	Doubted      bool
	CanAside     bool
	Doubts       []html.Choice
	Asides       []html.Choice
}

// lineHref leads to the page about a line.
func lineHref(o officehttp.View, account iban.IBAN, ref string) string {
	return o.Href("/bank/line") + "?" + url.Values{"account": {string(account)}, "ref": {ref}}.Encode()
}

// line shows one line.
func (p pages) line(w http.ResponseWriter, r *http.Request) error {
	page, err := p.linePage(r)
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, lineView(page))
}

func (p pages) linePage(r *http.Request) (linePage, error) {
	ctx := r.Context()
	page := linePage{Key: p.Office.Key()}
	var err error
	if page.Office, err = p.Office.View(r, "/bank"); err != nil {
		return page, err
	}
	l, ok, err := p.Store.Line(ctx, p.Journal.DB(), iban.IBAN(r.FormValue("account")), r.FormValue("ref"))
	if err == nil && (!ok || l.Municipality != page.Office.Code) {
		err = fault.NewNotFound("till.bank_line_unknown")
	}
	if err != nil {
		return page, err
	}
	page.Account, page.Ref = string(l.IBAN), l.Ref
	row := lineOf(ctx, page.Office, l)
	page.Details = html.DescriptionList{
		{Term: lang.T(ctx, "office.day_label"), Text: row.Day},
		{Term: lang.T(ctx, "bankpage.iban"), Text: row.IBAN},
		{Term: lang.T(ctx, "bankpage.bank_ref"), Text: row.Ref},
		{Term: lang.T(ctx, "office.sum"), Text: lang.Amount(ctx, l.Cents)},
		{Term: lang.T(ctx, "office.state"), Text: cmp.Or(row.State, "–")},
	}
	if l.Placed {
		page.Details = append(page.Details, html.Detail{Term: lang.T(ctx, "bankpage.balance_before"), Text: lang.Amount(ctx, l.Before)})
	}
	if l.Returned != "" {
		page.Details = append(page.Details, html.Detail{Term: lang.T(ctx, "bankpage.other_line"), Text: l.Returned})
	}
	page.DepositHref, page.Doubted = row.Href, l.Doubted
	page.CanDoubt = (!l.Deposit.IsZero() || l.Cards) && !l.Doubted
	page.CanAside = !l.Used()
	page.Doubts = html.Choices(bank.Doubts, "", func(d bank.Doubt) string { return lang.T(ctx, "bankpage.doubt_is."+string(d)) })
	page.Asides = html.Choices(bank.AsideWhys, "", func(d bank.AsideWhy) string { return lang.T(ctx, "bankpage.aside_is."+string(d)) })
	return page, nil
}

// doubt asks for the match of a line to be undone.
func (p pages) doubt(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	if _, err = p.Bank.DoubtMatch(r.Context(), req, iban.IBAN(r.PostFormValue("account")), r.PostFormValue("ref"), bank.Doubt(r.PostFormValue("doubt"))); err != nil {
		return p.refuseLine(w, r, err, "doubt")
	}
	return officehttp.See(w, r, "/bank?said=doubted")
}

// setAside notes that a line counts no more.
func (p pages) setAside(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	if err = p.Bank.SetAside(r.Context(), req, iban.IBAN(r.PostFormValue("account")), r.PostFormValue("ref"), bank.AsideWhy(r.PostFormValue("aside"))); err != nil {
		return p.refuseLine(w, r, err, "aside")
	}
	return officehttp.See(w, r, "/bank?said=aside")
}

func (p pages) refuseLine(w http.ResponseWriter, r *http.Request, why error, form string) error {
	again, other := html.RefusalOf(r.Context(), why)
	if other != nil {
		return other
	}
	page, err := p.linePage(r)
	if err != nil {
		return err
	}
	page.Faults = again.Problems
	page.Faults.Move("reason", form)
	return html.Render(w, r, again.Status, lineView(page))
}

// secondPage is what waits for a second person.
type secondPage struct {
	Office officehttp.View
	Faults html.ErrorSummary
	Said   string
	Doubts []doubtRow
	Asked  []askedRow
}

// doubtRow is a match that somebody doubts.
type doubtRow struct {
	Key                          id.ID
	Doubt, Asked, What, Why, Ref string
	DepositHref                  string
	Own                          bool
}

// second shows what waits for a second person.
func (p pages) second(w http.ResponseWriter, r *http.Request) error {
	page, err := p.secondPage(r)
	if err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, secondView(page))
}

func (p pages) secondPage(r *http.Request) (secondPage, error) {
	ctx, db := r.Context(), p.Journal.DB()
	var page secondPage
	var err error
	if page.Office, err = p.Office.View(r, "/second"); err != nil {
		return page, err
	}
	signed, err := httpx.Signed(ctx)
	if err != nil {
		return page, err
	}
	if r.FormValue("said") == "decided" {
		page.Said = lang.T(ctx, "bankpage.decided_now")
	}
	open, err := p.Store.Doubts(ctx, db, page.Office.Code)
	if err != nil {
		return page, err
	}
	for _, d := range open {
		by, err := p.Office.Who(ctx, d.By)
		if err != nil {
			return page, err
		}
		row := doubtRow{
			Key: p.Office.Key(), Doubt: d.ID.String(), Asked: lang.DateTime(ctx, d.At) + ", " + by, Ref: d.Ref, Why: lang.T(ctx, "bankpage.doubt_is."+string(d.Reason)),
			What: lang.T(ctx, "bankpage.line_cards"), Own: d.By == signed.By.Who(),
		}
		if !d.Deposit.IsZero() {
			row.What, row.DepositHref = lang.T(ctx, "bankpage.line_deposit"), page.Office.Href("/till/deposits/"+d.Deposit.String())
		}
		page.Doubts = append(page.Doubts, row)
	}
	page.Asked, err = p.asked(ctx, page.Office.Code, signed.By.Who())
	return page, err
}

// undo notes what a second person found about a match.
func (p pages) undo(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	doubt, err := id.Parse(r.PostFormValue("doubt"))
	if err != nil {
		err = fault.NewNotFound("bank.doubt_unknown")
	} else {
		err = p.Bank.Undo(r.Context(), req, doubt, r.PostFormValue("wrong") == "yes")
	}
	return p.decided(w, r, err)
}
