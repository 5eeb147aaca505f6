package tillhttp

import (
	"context"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

func countColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.which_count")), html.Numbers(lang.T(ctx, "tillpage.counted")), html.Words(lang.T(ctx, "office.difference")),
		html.Words(lang.T(ctx, "tillpage.at")),
	}
}

func shiftColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.desk")), html.Words(lang.T(ctx, "office.day_label")), html.Numbers(lang.T(ctx, "tillpage.counted")),
		html.Words(lang.T(ctx, "office.difference")), html.Words(lang.T(ctx, "office.state")),
	}
}

func differenceColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.desk")), html.Words(lang.T(ctx, "office.day_label")), html.Words(lang.T(ctx, "office.difference")),
		html.Words(lang.T(ctx, "office.why")), html.Words(lang.T(ctx, "office.state")),
	}
}

// BagColumns head the rows of BagLine.
func BagColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.bag_label")), html.Words(lang.T(ctx, "tillpage.desk")), html.Words(lang.T(ctx, "tillpage.cash_since")),
		html.Numbers(lang.T(ctx, "office.sum")), html.Words(lang.T(ctx, "tillpage.where")),
	}
}

func siteColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "tillpage.desk")), html.Words(lang.T(ctx, "tillpage.oldest")), html.Numbers(lang.T(ctx, "tillpage.in_drawer")),
		html.Words(lang.T(ctx, "tillpage.bags_label")), html.Numbers(lang.T(ctx, "office.total")),
	}
}

func pieceColumns(ctx context.Context) []html.Column {
	return []html.Column{html.Words(lang.T(ctx, "tillpage.piece")), html.Numbers(lang.T(ctx, "tillpage.pieces")), html.Numbers(lang.T(ctx, "office.sum"))}
}

func movementColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "office.line")), html.Words(lang.T(ctx, "tillpage.at")), html.Words(lang.T(ctx, "tillpage.what")), html.Words(lang.T(ctx, "tillpage.tender_label")),
		html.Numbers(lang.T(ctx, "office.in")), html.Numbers(lang.T(ctx, "office.out")), html.Words(lang.T(ctx, "tillpage.by")),
	}
}

func bookColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "office.line")), html.Words(lang.T(ctx, "tillpage.at")), html.Words(lang.T(ctx, "tillpage.what")), html.Numbers(lang.T(ctx, "office.in")),
		html.Numbers(lang.T(ctx, "office.out")), html.Numbers(lang.T(ctx, "tillpage.balance")),
	}
}

func summaryColumns(ctx context.Context, by string) []html.Column {
	return []html.Column{
		html.Words(by), html.Numbers(lang.T(ctx, "office.received")), html.Numbers(lang.T(ctx, "office.returned")), html.Numbers(lang.T(ctx, "office.total")),
	}
}
