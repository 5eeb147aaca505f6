package finderhttp

import (
	"context"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

func weekColumns(ctx context.Context) []html.Column {
	return []html.Column{{Label: lang.T(ctx, "centre.column.day")}, {Label: lang.T(ctx, "centre.column.hours")}}
}

func featureColumns(ctx context.Context) []html.Column {
	return []html.Column{
		{Label: lang.T(ctx, "centre.column.feature")},
		{Label: lang.T(ctx, "centre.column.answer")},
		{Label: lang.T(ctx, "centre.column.surveyed")},
	}
}
