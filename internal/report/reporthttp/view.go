package reporthttp

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
)

// tableView is a report as a page shows it.
type tableView struct {
	head     html.Table
	rows     []rowView
	total    rowView
	marked   bool // some figure carries the mark of an import
	imported bool // all of them do
	flags    []string
	left     []string
	small    int
	pages    html.Pagination
}

// rowView is one row: a name with perhaps a link and a second line, and its figures.
type rowView struct {
	name, href, below string
	flag              string
	cells             []cellView
}

// cellView is one figure: its text, where its lines are, and what the mark of an import says.
type cellView struct {
	text, href, mark string
	none             bool
}

// drawing is what it takes to draw a table.
type drawing struct {
	ask   ask
	names names
	path  string // of the page, for the links that sort
	lines bool   // the reader may see lines
}

func (p pages) drawing(ctx context.Context, a ask, path string) (drawing, error) {
	n, err := p.names(ctx)
	who, _ := httpx.CallerOf(ctx)
	return drawing{ask: a, names: n, path: path, lines: who.Holds(report.MaySeeLines)}, err
}

// order sorts the table as the address says: by a column, by the name, or as it is usual.
func (d drawing) order(ctx context.Context, t *report.Table) {
	column, descending := strings.CutPrefix(d.ask.sort, "-")
	switch {
	case column == sortName:
		d.names.sortByName(ctx, t, descending)
	case column == sortSum:
		t.Sort(report.AllActs, descending)
	case column != "":
		t.Sort(catalogue.ActKind(column), descending)
	case t.Query.By == report.ByCentre || t.Query.By == report.ByMunicipality:
		d.names.sortByName(ctx, t, false)
	case t.Query.By.IsDetail():
		t.Sort(report.AllActs, true)
	}
}

const (
	sortName = "name"
	sortSum  = "sum"
)

// rowsShown is how many rows of a table are on a page. The totals, flags and notes are those of the whole report.
const rowsShown = 100

// page cuts the rows, which are in their order, down to a page.
func (d drawing) page(r *http.Request, t *report.Table) ([]report.Row, html.Pagination, error) {
	list, rows := httpx.List{Name: "report by " + string(t.Query.By) + " " + d.ask.sort}, t.Rows
	after, there, err := list.After(r, 1)
	if err != nil {
		return nil, html.Pagination{}, err //nolint:wrapcheck // a fault
	}
	if there {
		i := slices.IndexFunc(rows, func(row report.Row) bool { return row.Code == after[0] })
		if i < 0 {
			return nil, html.Pagination{}, httpx.BadPlace() //nolint:wrapcheck // a fault
		}
		rows = rows[i+1:]
	}
	rows, last, more := httpx.Cut(rows, rowsShown)
	pages := html.PartOf(r, len(rows), len(t.Rows))
	if more {
		pages.Next = html.Behind(r, list.Place(last.Code))
	}
	return rows, pages, nil
}

func (d drawing) table(r *http.Request, t *report.Table, caption string) (tableView, error) {
	ctx := r.Context()
	d.order(ctx, t)
	rows, pages, err := d.page(r, t)
	if err != nil {
		return tableView{}, err
	}
	v := tableView{
		pages: pages,
		head:  html.Table{Caption: caption, Columns: d.columns(ctx, t)}, marked: t.HasImported(),
		imported: t.HasImported() && !t.HasRecorded(), small: t.SmallCells(),
	}
	for _, f := range t.Flags {
		v.flags = append(v.flags, d.flag(ctx, f))
	}
	flagged := map[string]bool{}
	for _, f := range t.Flags {
		flagged[f.Row] = true
	}
	for i := range rows {
		v.rows = append(v.rows, d.row(ctx, t, rows[i], flagged[rows[i].Code]))
	}
	v.total = rowView{name: lang.T(ctx, "report.total"), cells: d.cells(ctx, t, t.Total, nil)}
	for _, l := range t.Left {
		v.left = append(v.left, leftOut(ctx, l))
	}
	return v, nil
}

// leftOut says what is in no figure, and why.
func leftOut(ctx context.Context, l report.Left) string {
	if l.Inside {
		return lang.T(ctx, "report.inside", "Period", l.Period.Display(), "Kind", columnName(ctx, l.Kind), "Count", l.N)
	}
	return lang.T(ctx, "report.left", "Period", l.Period.Display(), "Kind", columnName(ctx, l.Kind), "Count", l.N)
}

func (d drawing) columns(ctx context.Context, t *report.Table) []html.Column {
	columns := []html.Column{d.column(lang.T(ctx, "report.by."+string(t.Query.By)), sortName)}
	for _, kind := range t.Columns {
		columns = append(columns, d.column(columnName(ctx, kind), string(kind)))
	}
	columns = append(columns, d.column(columnName(ctx, report.AllActs), sortSum))
	for i := range columns {
		columns[i].Number = i > 0
	}
	return columns
}

// column is a head that sorts by it: names forward first, numbers from the largest.
func (d drawing) column(label, sort string) html.Column {
	next, now := "-"+sort, html.Unsorted
	if sort == sortName {
		next = sort
	}
	switch d.ask.sort {
	case sort:
		next, now = "-"+sort, html.Ascending
	case "-" + sort:
		next, now = sort, html.Descending
	}
	return html.Column{Label: label, SortHref: d.ask.link(d.path, paramSort, next), Sorted: now}
}

func (d drawing) row(ctx context.Context, t *report.Table, r report.Row, flagged bool) rowView {
	v := rowView{name: d.names.of(ctx, t.Query.By, r.Code), href: d.rowHref(t, r)}
	if s := t.Query.Scope; t.Query.By == report.ByCentre && (s.Network || len(s.Municipalities) > 1) {
		v.below = d.names.municipalities[r.Municipality]
	}
	if r.IsStatement() {
		v.below = lang.T(ctx, "report.statement")
	}
	if flagged {
		v.flag = lang.T(ctx, "report.unusual")
	}
	v.cells = d.cells(ctx, t, r, d.narrow(t, r))
	return v
}

// cells are the figures of a row and its sum; narrow leads from the lines of the whole report to those of the row, and is nil for the total.
func (d drawing) cells(ctx context.Context, t *report.Table, r report.Row, narrow []string) []cellView {
	to := d.lineLinks(t, narrow)
	cells := make([]cellView, 0, len(t.Columns)+1)
	for _, kind := range t.Columns {
		cells = append(cells, d.cell(ctx, r.Cell(kind), to, string(kind)))
	}
	sum := ""
	if t.Query.Kinds == nil && (t.Query.By != report.ByKind || narrow == nil) {
		sum = everyAct
	}
	return append(cells, d.cell(ctx, t.Sum(r), to, sum))
}

// kindMark stands in a link where the kind of act comes.
const kindMark = "kind-mark"

// lineLinks returns who writes the address of the lines of a kind of act, or for "" of the kinds that the report has anyway. The cells of a row differ by the kind alone, so the
// rest of their addresses is written once.
func (d drawing) lineLinks(t *report.Table, narrow []string) func(kind string) string {
	if !d.lines {
		return func(string) string { return "" }
	}
	link := func(more ...string) string {
		return d.ask.link("/reports/lines", slices.Concat([]string{
			paramYear, "", paramSort, "", paramBy, "", paramFrom, t.Query.Period.From.String(), paramTo, t.Query.Period.To.String(),
		}, narrow, more)...)
	}
	before, behind, _ := strings.Cut(link(paramKind, kindMark), kindMark)
	return func(kind string) string {
		if kind == "" {
			return link()
		}
		return before + url.QueryEscape(kind) + behind
	}
}

func (d drawing) cell(ctx context.Context, c report.Cell, to func(kind string) string, kind string) cellView {
	if c.IsNone() {
		return cellView{text: "–", none: true}
	}
	v := cellView{text: lang.Int(ctx, c.N()), href: to(kind)}
	if c.Stated {
		v.mark = lang.T(ctx, "report.mark", "Count", c.Imported)
	}
	return v
}

// narrow returns the parameters that lead from the report to one row.
func (d drawing) narrow(t *report.Table, r report.Row) []string {
	code := r.Code
	if code == "" {
		code = nothing
	}
	by := t.Query.By
	switch {
	case by == report.ByMonth && r.IsStatement():
		return []string{"span", r.Code}
	case by == report.ByMonth:
		days := clip(r.Code, t.Query.Period)
		return []string{paramFrom, days.From.String(), paramTo, days.To.String()}
	case r.Code == "" && (by == report.ByCentre || by == report.ByMunicipality):
		return []string{paramFeed, "yes"}
	case by == report.ByMunicipality:
		return []string{paramTerritory, r.Code}
	case by == report.ByCentre:
		return []string{paramTerritory, "", paramCentre, r.Code}
	case by == report.ByKind:
		return []string{paramKind, r.Code}
	}
	return []string{string(by), code}
}

// clip returns the days of a month that lie in the period.
func clip(month string, in civil.Period) civil.Period {
	days, err := tally.PeriodOf(month)
	if err != nil {
		return in
	}
	if days.From.Before(in.From) {
		days.From = in.From
	}
	if days.To.After(in.To) {
		days.To = in.To
	}
	return days
}

// leadsTo is what a row is looked at by next; where it says nothing, by month.
var leadsTo = map[report.Dimension]report.Dimension{report.ByMunicipality: report.ByCentre, report.ByMonth: report.ByService}

// rowHref leads from a row to a report about it alone, or nowhere.
func (d drawing) rowHref(t *report.Table, r report.Row) string {
	period := []string{paramYear, "", paramSort, "", paramFrom, t.Query.Period.From.String(), paramTo, t.Query.Period.To.String()}
	next, leads := leadsTo[t.Query.By]
	if !leads {
		next = report.ByMonth
	}
	return d.ask.link("/reports/acts", append(append(period, d.narrow(t, r)...), paramBy, string(next))...)
}

func (d drawing) flag(ctx context.Context, f report.Flag) string {
	site := d.names.of(ctx, report.ByCentre, f.Row)
	if f.Odd == report.MirrorImage {
		return lang.T(ctx, "report.flag_mirror", "Site", site, "Documents", f.Documents, "Payments", f.Payments,
			"Peers", f.Peers, "PeerDocuments", f.PeerDocuments)
	}
	return lang.T(ctx, "report.flag_almost_nothing", "Site", site, "Served", f.Served, "Payments", f.Payments, "Acts", f.Acts,
		"Peers", f.Peers, "PeerMedian", f.PeerMedian)
}
