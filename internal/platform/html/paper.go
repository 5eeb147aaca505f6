package html

import (
	"context"
	"io"
	"net/http"

	"vienkopus/internal/platform/lang"
)

// Paper is what lies in the printer. web/src/paper.css lays out a sheet on each.
type Paper string

// The papers. A roll is as wide as its name says, and its sheet as long as what is on it; LargePrint is A4 for weak eyes.
const (
	A4         Paper = "a4"
	A5         Paper = "a5"
	Roll80     Paper = "80mm"
	Roll58     Paper = "58mm"
	LargePrint Paper = "large"
)

// Papers are all papers, in the order in which pages offer them.
var Papers = []Paper{A4, A5, Roll80, Roll58, LargePrint}

// PaperOf returns the paper that the reader has chosen with ?paper=, now or earlier (Preferences keeps it); A4 at first.
func PaperOf(r *http.Request) Paper {
	if value := paperWish.of(r); value != "" {
		return Paper(value)
	}
	return A4
}

// PaperChoice lets the reader say on the page itself what lies in the printer. It is not printed.
type PaperChoice struct {
	Chosen Paper
}

// Render draws the choice.
func (c PaperChoice) Render(ctx context.Context, w io.Writer) error {
	all := Tabs{Label: lang.T(ctx, "shell.paper")}
	for _, p := range Papers {
		all.Tabs = append(all.Tabs, Tab{
			Label: lang.T(ctx, "shell.paper_size."+string(p)), Href: requestIn(ctx).with(paperWish.name, string(p)), Current: p == c.Chosen,
		})
	}
	return all.Render(ctx, w)
}
