package tillhttp

import (
	"context"

	"github.com/a-h/templ"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

// labelled tells buttons of the same name apart for whoever cannot see what stands beside them.
func labelled(ctx context.Context, button, of string) templ.Attributes {
	return templ.Attributes{"aria-label": lang.T(ctx, "tillpage.button_for", "Button", lang.T(ctx, button), "Of", of)}
}

// column heads a column of words, and numbers one of amounts.
func column(label string) html.Column  { return html.Column{Label: label} }
func numbers(label string) html.Column { return html.Column{Label: label, Number: true} }

func countColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.which_count")), numbers(lang.T(ctx, "tillpage.counted")), column(lang.T(ctx, "tillpage.difference")),
		column(lang.T(ctx, "tillpage.at")),
	}
}

func shiftColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.desk")), column(lang.T(ctx, "tillpage.day_label")), numbers(lang.T(ctx, "tillpage.counted")),
		column(lang.T(ctx, "tillpage.difference")), column(lang.T(ctx, "tillpage.state")),
	}
}

func differenceColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.desk")), column(lang.T(ctx, "tillpage.day_label")), column(lang.T(ctx, "tillpage.difference")),
		column(lang.T(ctx, "tillpage.why")), column(lang.T(ctx, "tillpage.state")),
	}
}

func bagColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.bag_label")), column(lang.T(ctx, "tillpage.desk")), column(lang.T(ctx, "tillpage.cash_since")),
		numbers(lang.T(ctx, "tillpage.sum")), column(lang.T(ctx, "tillpage.where")),
	}
}

func siteColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.desk")), column(lang.T(ctx, "tillpage.oldest")), numbers(lang.T(ctx, "tillpage.in_drawer")),
		column(lang.T(ctx, "tillpage.bags_label")), numbers(lang.T(ctx, "tillpage.total")),
	}
}

func pieceColumns(ctx context.Context) []html.Column {
	return []html.Column{column(lang.T(ctx, "tillpage.piece")), numbers(lang.T(ctx, "tillpage.pieces")), numbers(lang.T(ctx, "tillpage.sum"))}
}

func movementColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.line")), column(lang.T(ctx, "tillpage.at")), column(lang.T(ctx, "tillpage.what")), column(lang.T(ctx, "tillpage.tender_label")),
		numbers(lang.T(ctx, "tillpage.in")), numbers(lang.T(ctx, "tillpage.out")), column(lang.T(ctx, "tillpage.by")),
	}
}

func bookColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.line")), column(lang.T(ctx, "tillpage.at")), column(lang.T(ctx, "tillpage.what")), numbers(lang.T(ctx, "tillpage.in")),
		numbers(lang.T(ctx, "tillpage.out")), numbers(lang.T(ctx, "tillpage.balance")),
	}
}

func summaryColumns(ctx context.Context, by string) []html.Column {
	return []html.Column{
		column(by), numbers(lang.T(ctx, "tillpage.received")), numbers(lang.T(ctx, "tillpage.returned")), numbers(lang.T(ctx, "tillpage.total")),
	}
}

func creditorColumns(ctx context.Context, c creditorsPage) []html.Column {
	all := []html.Column{
		column(lang.T(ctx, "tillpage.creditor")), numbers(lang.T(ctx, "tillpage.received")), numbers(lang.T(ctx, "tillpage.returned")),
		numbers(lang.T(ctx, "tillpage.remitted")), numbers(c.OwedText),
	}
	if c.CanRemit {
		all = append(all, column(lang.T(ctx, "tillpage.remit_now")))
	}
	return all
}

func orderColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.creditor")), column(lang.T(ctx, "tillpage.iban")), column(lang.T(ctx, "tillpage.through")), numbers(lang.T(ctx, "tillpage.sum")),
	}
}

func trialColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.account_label")), numbers(lang.T(ctx, "tillpage.opening")), numbers(lang.T(ctx, "tillpage.debit")),
		numbers(lang.T(ctx, "tillpage.credit")), numbers(lang.T(ctx, "tillpage.closing")),
	}
}

func accountColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.day_label")), column(lang.T(ctx, "tillpage.line")), column(lang.T(ctx, "tillpage.centre")),
		numbers(lang.T(ctx, "tillpage.debit")), numbers(lang.T(ctx, "tillpage.credit")),
	}
}

func lateColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.day_label")), column(lang.T(ctx, "tillpage.line")), column(lang.T(ctx, "tillpage.centre")), column(lang.T(ctx, "tillpage.closed_through")),
	}
}

func depositColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.day_label")), column(lang.T(ctx, "tillpage.iban")), column(lang.T(ctx, "tillpage.slip")), numbers(lang.T(ctx, "tillpage.sum")),
	}
}

func lineColumns(ctx context.Context) []html.Column {
	return []html.Column{
		column(lang.T(ctx, "tillpage.day_label")), column(lang.T(ctx, "tillpage.bank_ref")), column(lang.T(ctx, "tillpage.iban")), numbers(lang.T(ctx, "tillpage.in")),
		numbers(lang.T(ctx, "tillpage.out")), column(lang.T(ctx, "tillpage.state")),
	}
}

func toCreditors(ctx context.Context, o officeView) []html.Button {
	return []html.Button{{Label: lang.T(ctx, "tillpage.room_creditors"), Href: o.href("/creditors"), Variant: html.Secondary}}
}

// printing is the button that prints; it is there only where there is script to print with.
var printing = templ.Attributes{"data-print": true, "hidden": true}
