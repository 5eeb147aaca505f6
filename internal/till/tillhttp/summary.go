package tillhttp

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
)

// summaryPage is the summary cash order of a centre for a working day.
type summaryPage struct {
	Office             officehttp.View
	Faults             html.ErrorSummary
	Day                string
	Centres            []html.Choice
	Title              string
	Details            html.DescriptionList
	Creditors, Tenders []summaryRow
	Received, Returned string
	Total              string
}

// summaryRow is what one creditor or tender received and returned.
type summaryRow struct{ Name, Code, Received, Returned, Total string }

// summary shows the summary cash order.
func (p pages) summary(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Office.View(r, "/summary")
	if err != nil {
		return err
	}
	here, err := p.Office.CentresOf(ctx, o.Code)
	if err != nil {
		return err
	}
	centre := r.FormValue("centre")
	if centre == "" && len(here) > 0 {
		centre = here[0].Code
	}
	at := slices.IndexFunc(here, func(c officehttp.CentreName) bool { return c.Code == centre })
	if at < 0 {
		return fault.NewNotFound("office.centre_unknown")
	}
	on, wrong := httpx.Day(r.FormValue("day"), "day", p.Office.Today())
	page := summaryPage{
		Office: o, Faults: html.Problems(ctx, wrong), Day: on.Display(),
		Title: lang.T(ctx, "tillpage.summary_title", "Centre", here[at].Name, "Day", on.Display()),
	}
	for _, c := range here {
		page.Centres = append(page.Centres, html.Choice{Value: c.Code, Label: c.Name, Chosen: c.Code == centre})
	}
	if wrong != nil {
		page.Day = r.FormValue("day")
		return html.Render(w, r, http.StatusUnprocessableEntity, summaryView(page))
	}
	if page.Details, err = p.summaryDetails(ctx, o, ledger.Place{Day: on, Centre: centre, Municipality: o.Code}); err != nil {
		return err
	}
	if err := p.fillSummary(ctx, &page, ledger.Place{Day: on, Centre: centre, Municipality: o.Code}); err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, summaryView(page))
}

// summaryDetails are the number of the order, which follows without a gap from that of the day before, the institution with its registration number, and the receipts that
// the order stands for. Source: MK 625 (2021).
func (p pages) summaryDetails(ctx context.Context, o officehttp.View, at ledger.Place) (html.DescriptionList, error) {
	db := p.Journal.DB()
	number, err := p.Store.SummaryNumber(ctx, db, at)
	if err != nil {
		return nil, err
	}
	var issuer office.Issuer
	var receipts []string
	if p.Issuers != nil {
		issuer, err = p.Issuers.IssuerOn(ctx, db, at.Municipality, at.Day)
	}
	if err == nil && p.Receipts != nil {
		receipts, err = p.Receipts(ctx, db, at)
	}
	if err != nil {
		return nil, err
	}
	details := html.DescriptionList{
		{Term: lang.T(ctx, "tillpage.number"), Text: at.Centre + " " + strconv.FormatInt(number, 10) + "/" + strconv.Itoa(at.Day.Year())},
		{Term: lang.T(ctx, "tillpage.municipality"), Text: cmp.Or(issuer.Name, o.Name)},
	}
	if issuer.Number != "" {
		details = append(details, html.Detail{Term: lang.T(ctx, "paper.creditor_number"), Text: string(issuer.Number)})
	}
	if len(receipts) > 0 {
		details = append(details, html.Detail{Term: lang.T(ctx, "tillpage.receipts"), Text: strings.Join(receipts, ", ")})
	}
	return details, nil
}

func (p pages) fillSummary(ctx context.Context, page *summaryPage, at ledger.Place) error {
	s, err := p.Store.Summary(ctx, p.Journal.DB(), at)
	if err != nil {
		return err
	}
	var received, returned money.Amount // of few creditors, each within what a ledger holds
	for _, c := range s.Creditors {
		name, err := p.Creditors.CreditorName(ctx, p.Journal.DB(), c.Creditor)
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
	if p.Stated == nil {
		return nil
	}
	code, when, err := p.Stated(ctx)
	if code != "" {
		text := lang.T(ctx, "tillpage.stated_at", "Code", code, "At", lang.DateTime(ctx, when))
		page.Details = append(page.Details, html.Detail{Term: lang.T(ctx, "tillpage.stated"), Text: text})
	}
	return err
}

func summaryRowOf(ctx context.Context, name, code string, received, returned money.Amount) summaryRow {
	return summaryRow{
		Name: name, Code: code, Received: lang.Amount(ctx, received), Returned: lang.Amount(ctx, returned), Total: lang.Amount(ctx, received-returned),
	}
}
