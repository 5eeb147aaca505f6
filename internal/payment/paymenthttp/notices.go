package paymenthttp

import (
	"context"
	"net/http"
	"slices"
	"time"

	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment/notice"
	"vienkopus/internal/platform/delivery"
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
	untold, err := p.untold(ctx)
	if err != nil {
		return err
	}
	page := noticesPage{Municipality: r.PathValue("municipality")}
	for _, number := range numbers {
		c, u := creditors[number], untold[number]
		row := noticeRow{Creditor: c.Name, Number: string(c.Number), Notices: u.notices, Cents: lang.Amount(ctx, u.cents)}
		if !u.since.IsZero() {
			row.Since = lang.DateTime(ctx, u.since)
		}
		page.Systems = append(page.Systems, row)
	}
	return html.Render(w, r, http.StatusOK, noticesView(page))
}

// untold is what a creditor's billing system has not confirmed yet.
type untold struct {
	notices int64
	// cents is what they come to, what went back taken away.
	cents money.Amount
	// since is when the oldest of them was recorded, zero when there is none.
	since time.Time
}

func (p pages) untold(ctx context.Context) (map[regno.Number]untold, error) {
	all := map[regno.Number]untold{}
	err := delivery.Waiting(ctx, p.Journal.DB(), notice.Kind, func(m delivery.Message) error {
		n, err := notice.Read(m.Body)
		if err != nil {
			return err
		}
		u := all[n.Creditor]
		u.notices++
		u.cents += n.Cents
		if u.since.IsZero() || n.At.Before(u.since) {
			u.since = n.At
		}
		all[n.Creditor] = u
		return nil
	})
	return all, err
}
