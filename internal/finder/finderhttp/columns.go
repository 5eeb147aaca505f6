package finderhttp

import (
	"context"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

func weekColumns(ctx context.Context) []html.Column {
	return []html.Column{html.Words(lang.T(ctx, "centre.column.day")), html.Words(lang.T(ctx, "centre.column.hours"))}
}

func featureColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "centre.column.feature")),
		html.Words(lang.T(ctx, "centre.column.answer")),
		html.Words(lang.T(ctx, "centre.column.surveyed")),
	}
}
