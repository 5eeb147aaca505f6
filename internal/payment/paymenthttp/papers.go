package paymenthttp

import (
	"context"
	"io"
	"strconv"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

// Papers is a page of receipts to print, each on a sheet of its own. It needs no script but for the button that prints, and for sheets
// from a roll that are as long as what is on them.
type Papers struct {
	// Paper is what lies in the printer; html.PaperOf knows.
	Paper html.Paper
	// Title heads the page on the screen; "" is "Receipts".
	Title string
	// Back leads to where the reader comes from, or is "".
	Back   string
	Sheets []Paper
}

// Render draws the page.
func (p Papers) Render(ctx context.Context, w io.Writer) error { return papersPage(p).Render(ctx, w) }

func (p Papers) title(ctx context.Context) string {
	if p.Title == "" {
		return lang.T(ctx, "paper.sheets")
	}
	return p.Title
}

func (p Paper) version() string { return strconv.Itoa(p.QR.Version) }
