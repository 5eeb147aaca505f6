package html

import (
	"context"
	"strings"

	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sheet"
)

// FilesOf leads from a page at an address to the same as a table, in every format: page is the part of the path behind which the format stands.
func FilesOf(ctx context.Context, href, page string) []Link {
	var all []Link
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		all = append(all, Link{
			Label: lang.T(ctx, "shell.as."+string(format)), Href: strings.Replace(href, page, page+"."+string(format), 1),
		})
	}
	return all
}
