package bankhttp

import (
	"context"

	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

func creditorColumns(ctx context.Context, c creditorsPage) []html.Column {
	all := []html.Column{
		html.Words(lang.T(ctx, "office.creditor")), html.Numbers(lang.T(ctx, "office.received")), html.Numbers(lang.T(ctx, "office.returned")),
		html.Numbers(lang.T(ctx, "bankpage.remitted")), html.Numbers(c.OwedText),
	}
	if c.CanRemit {
		all = append(all, html.Words(lang.T(ctx, "bankpage.remit_now")))
	}
	return all
}

func orderColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "office.creditor")), html.Words(lang.T(ctx, "bankpage.iban")), html.Words(lang.T(ctx, "bankpage.through")), html.Numbers(lang.T(ctx, "office.sum")),
	}
}

func depositColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "office.day_label")), html.Words(lang.T(ctx, "bankpage.iban")), html.Words(lang.T(ctx, "bankpage.slip")), html.Numbers(lang.T(ctx, "office.sum")),
	}
}

func lineColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "office.day_label")), html.Words(lang.T(ctx, "bankpage.bank_ref")), html.Words(lang.T(ctx, "bankpage.iban")), html.Numbers(lang.T(ctx, "office.in")),
		html.Numbers(lang.T(ctx, "office.out")), html.Words(lang.T(ctx, "office.state")),
	}
}

func toCreditors(ctx context.Context, o officehttp.View) []html.Button {
	return []html.Button{{Label: lang.T(ctx, "bankpage.room_creditors"), Href: o.Href("/creditors"), Variant: html.Secondary}}
}

func askedColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "office.creditor")), html.Words(lang.T(ctx, "bankpage.through")), html.Numbers(lang.T(ctx, "office.sum")),
	}
}
