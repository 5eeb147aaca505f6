package sighthttp

import (
	"context"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

func lookColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "sight.when")), html.Words(lang.T(ctx, "sight.who")), html.Words(lang.T(ctx, "sight.line")), html.Words(lang.T(ctx, "sight.what")),
		html.Words(lang.T(ctx, "sight.mark")),
	}
}

func habitColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "sight.day")), html.Words(lang.T(ctx, "sight.who")), html.Numbers(lang.T(ctx, "sight.searches")), html.Numbers(lang.T(ctx, "sight.opened")),
		html.Numbers(lang.T(ctx, "sight.idle")), html.Numbers(lang.T(ctx, "sight.refusals")),
	}
}
