package paymenthttp

import (
	"context"

	"github.com/a-h/templ"

	"vienkopus/internal/payment"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

// printing is the button that prints; it is there only where there is script to print with.
var printing = templ.Attributes{"data-print": "focus", "hidden": true}

func (c paidPage) heading(ctx context.Context) string {
	if c.Total == "" {
		return lang.T(ctx, "payment.receipts")
	}
	return lang.T(ctx, "payment.paid_title")
}

func (l receiptLine) href() templ.SafeURL { return templ.SafeURL(l.Href) }

func (l receiptLine) copyLabel(ctx context.Context) templ.Attributes {
	return templ.Attributes{"aria-label": lang.T(ctx, "payment.copy_of", "Receipt", l.Name)}
}

func (c onePage) tone() html.Tone {
	if c.State == string(payment.Taken) {
		return html.Success
	}
	return html.Warning
}

func (f refundRow) tone() html.Tone {
	switch payment.Standing(f.Standing) {
	case payment.PaidOut:
		return html.Success
	case payment.Declined:
		return html.Danger
	case payment.Requested, payment.Approved:
	}
	return html.Info
}

func listColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "payment.at")),
		html.Words(lang.T(ctx, "payment.receipt_number")),
		html.Words(lang.T(ctx, "payment.creditor")),
		html.Words(lang.T(ctx, "payment.tender_label")),
		html.Numbers(lang.T(ctx, "payment.total")),
		html.Words(lang.T(ctx, "payment.state_label")),
	}
}

func returnColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "payment.receipt_number")),
		html.Words(lang.T(ctx, "payment.taken_at")),
		html.Words(lang.T(ctx, "payment.creditor")),
		html.Numbers(lang.T(ctx, "payment.returned_sum")),
	}
}

func noticeColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "payment.creditor")),
		html.Numbers(lang.T(ctx, "payment.notices_count")),
		html.Numbers(lang.T(ctx, "payment.total")),
		html.Words(lang.T(ctx, "payment.notices_since")),
	}
}

// emptyTitle says that nothing was paid on the day of the list.
func (c listPage) emptyTitle(ctx context.Context) string {
	if c.Day == "" {
		return lang.T(ctx, "payment.list_empty")
	}
	return lang.T(ctx, "payment.list_empty_of", "Day", c.Day)
}
