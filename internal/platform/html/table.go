package html

import (
	"context"
	"io"
	"net/http"

	"github.com/a-h/templ"

	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
)

// Table is the head of a table; Rows draws it around the rows of its body.
type Table struct {
	// Caption says what the table shows; HideCaption leaves it to screen readers.
	Caption     string
	HideCaption bool
	Columns     []Column
	// Foot is the row of sums, or nil.
	Foot templ.Component
	// Attrs of the table element.
	Attrs templ.Attributes
}

// Column is the head of one column.
type Column struct {
	Label string
	// Number columns stand to the right.
	Number bool
	// SortHref sorts by this column, or turns the order round; empty when it cannot.
	SortHref string
	Sorted   Sorting
}

// Sorting is the order of the rows by one column.
type Sorting int

// The orders.
const (
	Unsorted Sorting = iota
	Ascending
	Descending
)

func (c Column) attributes() templ.Attributes {
	all := templ.Attributes{"data-number": c.Number}
	switch c.Sorted {
	case Unsorted:
	case Ascending:
		all["aria-sort"] = "ascending"
	case Descending:
		all["aria-sort"] = "descending"
	}
	return all
}

func (c Column) icon() string {
	switch c.Sorted {
	case Unsorted:
		return "none"
	case Ascending:
		return "up"
	case Descending:
		return "down"
	}
	return "none"
}

func (t Table) captionClass() string {
	if t.HideCaption {
		return "ds-sr-only"
	}
	return ""
}

// Figure is a cell with a number that leads to the lines that make it.
type Figure struct {
	Value int64
	// Href leads to the lines; empty where there are none to show.
	Href string
	// None shows a dash: not zero, but not counted.
	None bool
	// Flag says what is unusual about the number, or empty.
	Flag string
}

func (f Figure) text(ctx context.Context) string {
	if f.None {
		return "–"
	}
	return lang.Int(ctx, f.Value)
}

// Share is a cell with a bar as long as the part is of the whole; the number itself stands in a cell beside it.
type Share struct {
	Part, Whole int64
}

func (s Share) width() string {
	if s.Whole <= 0 {
		return "0%"
	}
	return percent(100 * float64(s.Part) / float64(s.Whole))
}

// Pagination is the way through a list that is cut into pages.
type Pagination struct {
	// Prev and Next lead to the neighbours, empty at the ends.
	Prev, Next string
	// Text says where the page is: "1–50 of 2 311".
	Text string
}

// PartOf says how many rows of a list are on a page and how many there are, and leads back to the beginning of the list from everywhere else. A list
// that is all on one page says nothing.
func PartOf(r *http.Request, shown, all int) Pagination {
	if shown >= all {
		return Pagination{}
	}
	p := Pagination{Text: PartText(r.Context(), shown, all)}
	if r.URL.Query().Get(httpx.CursorParam) != "" {
		p.Prev = Behind(r, "")
	}
	return p
}

// PartText says how many rows of a list are on a page and how many there are.
func PartText(ctx context.Context, shown, all int) string {
	return lang.T(ctx, "shell.part", "Shown", shown, "All", all)
}

// Behind is the address of the same page behind a place in its list; "" is the beginning.
func Behind(r *http.Request, place string) string {
	u := *r.URL
	query := u.Query()
	query.Del(httpx.CursorParam)
	if place != "" {
		query.Set(httpx.CursorParam, place)
	}
	u.RawQuery = query.Encode()
	return u.RequestURI()
}

// Rows draws the table around its children, the rows: @html.Table{…}.Rows() { <tr>…</tr> }.
func (t Table) Rows() templ.Component { return table(t) }

// Render draws the cell.
func (f Figure) Render(ctx context.Context, w io.Writer) error { return figure(f).Render(ctx, w) }

// Render draws the cell.
func (s Share) Render(ctx context.Context, w io.Writer) error { return share(s).Render(ctx, w) }

// Render draws the links, and nothing when there is one page.
func (p Pagination) Render(ctx context.Context, w io.Writer) error {
	if p.Prev == "" && p.Next == "" && p.Text == "" {
		return nil
	}
	return pagination(p).Render(ctx, w)
}
