package ledgerhttp

import (
	"net/http"
	"strconv"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/office"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
)

// periodPage says how far the figures are final, and what came late.
type periodPage struct {
	Office  officehttp.View
	Faults  html.ErrorSummary
	Said    string
	Key     id.ID
	Closed  string
	Through string
	Late    []lateRow
}

// lateRow is an entry dated into a period that was closed without it.
type lateRow struct{ Href, Day, Desk, Number, Centre, Closed string }

// period shows how far the figures are final.
func (p pages) period(w http.ResponseWriter, r *http.Request) error {
	page, err := p.periodPage(r)
	if err != nil {
		return err
	}
	if r.FormValue("said") == "closed" {
		page.Said = lang.T(r.Context(), "ledgerpage.period_closed_now")
	}
	return html.Render(w, r, http.StatusOK, periodView(page))
}

func (p pages) periodPage(r *http.Request) (periodPage, error) {
	ctx, db := r.Context(), p.Journal.DB()
	page := periodPage{Key: p.Office.Key()}
	var err error
	if page.Office, err = p.Office.View(r, "/period"); err != nil {
		return page, err
	}
	closed, err := p.Books.ClosedThrough(ctx, db, page.Office.Code)
	if err != nil {
		return page, err
	}
	if !closed.IsZero() {
		page.Closed = closed.Display()
	}
	// What is proposed is the end of last month, which is what people close.
	if last := civil.MonthOf(p.Office.Today()).AddMonths(-1).Last(); last.After(closed) {
		page.Through = last.Display()
	}
	late, err := p.Books.Late(ctx, db, page.Office.Code)
	if err != nil {
		return page, err
	}
	n, err := p.Office.Names(ctx)
	for _, l := range late {
		page.Late = append(page.Late, lateRow{
			Href: page.Office.DeskHref("/cash-book", l.Desk, l.Day), Day: l.Day.Display(), Desk: l.Desk, Number: strconv.FormatInt(l.Number, 10),
			Centre: n.Centre(ctx, l.Centre), Closed: l.Through.Display(),
		})
		if _, isOffice := office.Municipality(l.Desk); isOffice {
			page.Late[len(page.Late)-1].Href = ""
		}
	}
	return page, err
}

// closePeriod makes the figures final up to a day.
func (p pages) closePeriod(w http.ResponseWriter, r *http.Request) error {
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	text := httpx.Typed(r, "through")
	through, err := httpx.Day(text, "through", civil.Date{})
	if err == nil {
		_, err = p.Ledger.Close(r.Context(), req, r.PathValue("municipality"), through)
	}
	if err == nil {
		return officehttp.See(w, r, "/period?said=closed")
	}
	again, other := html.RefusalOf(r.Context(), err)
	if other != nil {
		return other
	}
	page, broken := p.periodPage(r)
	if broken != nil {
		return broken
	}
	page.Faults, page.Through = again.Problems, text
	return html.Render(w, r, again.Status, periodView(page))
}
