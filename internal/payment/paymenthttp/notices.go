package paymenthttp

import (
	"context"
	"net/http"
	"slices"

	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
)

// Links knows which creditors have a billing system of their own.
type Links interface {
	Links(ctx context.Context, r journal.Reader) ([]bill.Link, error)
}

// noticesPage are the billing systems and what each does not know yet.
type noticesPage struct {
	Municipality string
	Systems      []noticeRow
}

// noticeRow is one billing system.
type noticeRow struct {
	Creditor, Number, Since, Cents string
	Notices                        int64
}

// notices shows what has been paid and not told yet.
func (p pages) notices(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	links, err := p.Links.Links(ctx, p.Journal.DB())
	if err != nil {
		return err
	}
	links = slices.DeleteFunc(links, func(l bill.Link) bool { return l.Notify == "" })
	numbers := make([]regno.Number, len(links))
	for i, l := range links {
		numbers[i] = l.Creditor
	}
	creditors, err := p.Creditors.Creditors(ctx, p.Journal.DB(), numbers)
	if err != nil {
		return err
	}
	untold, err := p.Store.NotTold(ctx, p.Journal.DB())
	if err != nil {
		return err
	}
	page := noticesPage{Municipality: r.PathValue("municipality")}
	for _, number := range numbers {
		c, u := creditors[number], untold[string(number)]
		row := noticeRow{Creditor: c.Name, Number: string(c.Number), Notices: u.Notices, Cents: lang.Amount(ctx, u.Cents)}
		if !u.Since.IsZero() {
			row.Since = lang.DateTime(ctx, u.Since)
		}
		page.Systems = append(page.Systems, row)
	}
	return html.Render(w, r, http.StatusOK, noticesView(page))
}
