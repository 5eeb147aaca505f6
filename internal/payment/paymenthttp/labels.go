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

// label tells two buttons of the same name apart for whoever cannot see what stands beside them.
func (f refundRow) label(ctx context.Context, key string) templ.Attributes {
	return templ.Attributes{"aria-label": lang.T(ctx, "payment.button_for", "Button", lang.T(ctx, key), "Receipt", f.Name)}
}

func listColumns(ctx context.Context) []html.Column {
	return []html.Column{
		{Label: lang.T(ctx, "payment.at")},
		{Label: lang.T(ctx, "payment.receipt_number")},
		{Label: lang.T(ctx, "payment.creditor")},
		{Label: lang.T(ctx, "payment.tender_label")},
		{Label: lang.T(ctx, "payment.total"), Number: true},
		{Label: lang.T(ctx, "payment.state_label")},
	}
}

func returnColumns(ctx context.Context) []html.Column {
	return []html.Column{
		{Label: lang.T(ctx, "payment.receipt_number")},
		{Label: lang.T(ctx, "payment.taken_at")},
		{Label: lang.T(ctx, "payment.creditor")},
		{Label: lang.T(ctx, "payment.returned_sum"), Number: true},
	}
}

func noticeColumns(ctx context.Context) []html.Column {
	return []html.Column{
		{Label: lang.T(ctx, "payment.creditor")},
		{Label: lang.T(ctx, "payment.notices_count"), Number: true},
		{Label: lang.T(ctx, "payment.total"), Number: true},
		{Label: lang.T(ctx, "payment.notices_since")},
	}
}
