package tillhttp

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
)

// summaryPage is the summary cash order of a centre for a working day.
type summaryPage struct {
	Office              officehttp.View
	Faults              html.ErrorSummary
	Day                 string
	Centres             []html.Choice
	Title, Name, Number string
	Creditors, Tenders  []summaryRow
	Received, Returned  string
	Total               string
}

// summaryRow is what one creditor or tender received and returned.
type summaryRow struct{ Name, Code, Received, Returned, Total string }

// centreName is a centre with its name.
type centreName struct{ code, name string }

// centresOf returns the centres of a municipality in the order of their names.
func (p pages) centresOf(ctx context.Context, municipality string) ([]centreName, error) {
	all, err := p.Centres.Centres(ctx, p.Journal.DB())
	var here []centreName
	for i := range all {
		if all[i].Municipality == municipality {
			here = append(here, centreName{all[i].Code, all[i].Name})
		}
	}
	slices.SortFunc(here, func(a, b centreName) int { return cmp.Compare(a.name, b.name) })
	return here, err
}

// summary shows the summary cash order.
func (p pages) summary(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Office.View(r, "/summary")
	if err != nil {
		return err
	}
	here, err := p.centresOf(ctx, o.Code)
	if err != nil {
		return err
	}
	centre := r.FormValue("centre")
	if centre == "" && len(here) > 0 {
		centre = here[0].code
	}
	at := slices.IndexFunc(here, func(c centreName) bool { return c.code == centre })
	if at < 0 {
		return fault.NewNotFound("tillpage.centre_unknown")
	}
	on, wrong := httpx.Day(r.FormValue("day"), "day", p.today())
	page := summaryPage{
		Office: o, Faults: html.Problems(ctx, wrong), Day: on.Display(), Name: here[at].name, Number: centre + "/" + on.String(),
		Title: lang.T(ctx, "tillpage.summary_title", "Centre", here[at].name, "Day", on.Display()),
	}
	for _, c := range here {
		page.Centres = append(page.Centres, html.Choice{Value: c.code, Label: c.name, Chosen: c.code == centre})
	}
	if wrong != nil {
		page.Day = r.FormValue("day")
		return html.Render(w, r, http.StatusUnprocessableEntity, summaryView(page))
	}
	if err := p.fillSummary(ctx, &page, ledger.Place{Day: on, Centre: centre, Municipality: o.Code}); err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, summaryView(page))
}

func (p pages) fillSummary(ctx context.Context, page *summaryPage, at ledger.Place) error {
	s, err := p.Store.Summary(ctx, p.Journal.DB(), at)
	if err != nil {
		return err
	}
	n, err := p.names(ctx)
	if err != nil {
		return err
	}
	var received, returned money.Amount // of few creditors, each within what a ledger holds
	for _, c := range s.Creditors {
		name, err := p.creditor(ctx, n, c.Creditor)
		if err != nil {
			return err
		}
		page.Creditors = append(page.Creditors, summaryRowOf(ctx, name, string(c.Creditor), c.Received, c.Returned))
		received += c.Received
		returned += c.Returned
	}
	for _, t := range s.Tenders {
		page.Tenders = append(page.Tenders, summaryRowOf(ctx, tenderName(ctx, t.Tender), "", t.Received, t.Returned))
	}
	page.Received, page.Returned = lang.Amount(ctx, received), lang.Amount(ctx, returned)
	page.Total = lang.Amount(ctx, received-returned)
	return nil
}

func summaryRowOf(ctx context.Context, name, code string, received, returned money.Amount) summaryRow {
	return summaryRow{
		Name: name, Code: code, Received: lang.Amount(ctx, received), Returned: lang.Amount(ctx, returned), Total: lang.Amount(ctx, received-returned),
	}
}
