package tillhttp

import (
	"context"

	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

func countColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.which_count")), html.Numbers(lang.T(ctx, "tillpage.counted")), html.Words(lang.T(ctx, "tillpage.difference")),
		html.Words(lang.T(ctx, "tillpage.at")),
	}
}

func shiftColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.desk")), html.Words(lang.T(ctx, "tillpage.day_label")), html.Numbers(lang.T(ctx, "tillpage.counted")),
		html.Words(lang.T(ctx, "tillpage.difference")), html.Words(lang.T(ctx, "tillpage.state")),
	}
}

func differenceColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.desk")), html.Words(lang.T(ctx, "tillpage.day_label")), html.Words(lang.T(ctx, "tillpage.difference")),
		html.Words(lang.T(ctx, "tillpage.why")), html.Words(lang.T(ctx, "tillpage.state")),
	}
}

func bagColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.bag_label")), html.Words(lang.T(ctx, "tillpage.desk")), html.Words(lang.T(ctx, "tillpage.cash_since")),
		html.Numbers(lang.T(ctx, "tillpage.sum")), html.Words(lang.T(ctx, "tillpage.where")),
	}
}

func siteColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.desk")), html.Words(lang.T(ctx, "tillpage.oldest")), html.Numbers(lang.T(ctx, "tillpage.in_drawer")),
		html.Words(lang.T(ctx, "tillpage.bags_label")), html.Numbers(lang.T(ctx, "tillpage.total")),
	}
}

func pieceColumns(ctx context.Context) []html.Column {
	return []html.Column{html.Words(lang.T(ctx, "tillpage.piece")), html.Numbers(lang.T(ctx, "tillpage.pieces")), html.Numbers(lang.T(ctx, "tillpage.sum"))}
}

func movementColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.line")), html.Words(lang.T(ctx, "tillpage.at")), html.Words(lang.T(ctx, "tillpage.what")), html.Words(lang.T(ctx, "tillpage.tender_label")),
		html.Numbers(lang.T(ctx, "tillpage.in")), html.Numbers(lang.T(ctx, "tillpage.out")), html.Words(lang.T(ctx, "tillpage.by")),
	}
}

func bookColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.line")), html.Words(lang.T(ctx, "tillpage.at")), html.Words(lang.T(ctx, "tillpage.what")), html.Numbers(lang.T(ctx, "tillpage.in")),
		html.Numbers(lang.T(ctx, "tillpage.out")), html.Numbers(lang.T(ctx, "tillpage.balance")),
	}
}

func summaryColumns(ctx context.Context, by string) []html.Column {
	return []html.Column{
		html.Words(by), html.Numbers(lang.T(ctx, "tillpage.received")), html.Numbers(lang.T(ctx, "tillpage.returned")), html.Numbers(lang.T(ctx, "tillpage.total")),
	}
}

func creditorColumns(ctx context.Context, c creditorsPage) []html.Column {
	all := []html.Column{
		html.Words(lang.T(ctx, "tillpage.creditor")), html.Numbers(lang.T(ctx, "tillpage.received")), html.Numbers(lang.T(ctx, "tillpage.returned")),
		html.Numbers(lang.T(ctx, "tillpage.remitted")), html.Numbers(c.OwedText),
	}
	if c.CanRemit {
		all = append(all, html.Words(lang.T(ctx, "tillpage.remit_now")))
	}
	return all
}

func orderColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.creditor")), html.Words(lang.T(ctx, "tillpage.iban")), html.Words(lang.T(ctx, "tillpage.through")), html.Numbers(lang.T(ctx, "tillpage.sum")),
	}
}

func trialColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.account_label")), html.Numbers(lang.T(ctx, "tillpage.opening")), html.Numbers(lang.T(ctx, "tillpage.debit")),
		html.Numbers(lang.T(ctx, "tillpage.credit")), html.Numbers(lang.T(ctx, "tillpage.closing")),
	}
}

func accountColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.day_label")), html.Words(lang.T(ctx, "tillpage.line")), html.Words(lang.T(ctx, "tillpage.centre")),
		html.Numbers(lang.T(ctx, "tillpage.debit")), html.Numbers(lang.T(ctx, "tillpage.credit")),
	}
}

func lateColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.day_label")), html.Words(lang.T(ctx, "tillpage.line")), html.Words(lang.T(ctx, "tillpage.centre")), html.Words(lang.T(ctx, "tillpage.closed_through")),
	}
}

func depositColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.day_label")), html.Words(lang.T(ctx, "tillpage.iban")), html.Words(lang.T(ctx, "tillpage.slip")), html.Numbers(lang.T(ctx, "tillpage.sum")),
	}
}

func lineColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.day_label")), html.Words(lang.T(ctx, "tillpage.bank_ref")), html.Words(lang.T(ctx, "tillpage.iban")), html.Numbers(lang.T(ctx, "tillpage.in")),
		html.Numbers(lang.T(ctx, "tillpage.out")), html.Words(lang.T(ctx, "tillpage.state")),
	}
}

func toCreditors(ctx context.Context, o officehttp.View) []html.Button {
	return []html.Button{{Label: lang.T(ctx, "tillpage.room_creditors"), Href: o.Href("/creditors"), Variant: html.Secondary}}
}
