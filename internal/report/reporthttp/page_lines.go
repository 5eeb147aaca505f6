package reporthttp

import (
	"context"
	"net/http"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
	"vienkopus/internal/visit"
)

// linesView is the lines that a figure is made of.
type linesView struct {
	title     string
	total     string
	chips     []chip
	head      html.Table
	lines     []lineView
	pages     html.Pagination
	csv, xlsx string
}

// lineView is one line, in words.
type lineView struct {
	line, recorded, days, kind, service, place, channel, detail string
	imported                                                    bool
	count                                                       int64
}

const linesOnPage = 100

func (p pages) lines(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := p.linesAsk(r, report.MaySeeLines)
	if err != nil {
		return err
	}
	after, err := report.ParseCursor(a.values.Get(paramAfter))
	if err != nil {
		return err //nolint:wrapcheck // a fault
	}
	page, err := p.Reports.Lines(ctx, a.query, after, linesOnPage)
	if err != nil {
		return err //nolint:wrapcheck // a fault, or named by the store
	}
	a.query.By = report.ByKind
	sums, err := p.Reports.Acts(ctx, a.query)
	if err != nil {
		return err //nolint:wrapcheck // as above
	}
	d, err := p.drawing(ctx, a, "/reports/lines")
	if err != nil {
		return err
	}
	v := linesView{
		title: lang.T(ctx, "report.lines_title", "Place", d.place(ctx), "Period", a.query.Period.Display()),
		total: total(ctx, sums),
	}
	v.chips, _ = d.narrowed(ctx)
	v.csv, v.xlsx = d.fileLinks(ctx)
	v.head = html.Table{Caption: v.title, HideCaption: true, Columns: lineColumns(ctx)}
	for i := range page.Lines {
		v.lines = append(v.lines, d.line(ctx, &page.Lines[i]))
	}
	if next := page.Next.String(); next != "" {
		v.pages.Next = d.ask.link(d.path, paramAfter, next)
	}
	if a.values.Get(paramAfter) != "" {
		v.pages.Prev = d.ask.link(d.path)
	}
	return html.Render(w, r, http.StatusOK, linesPage(v))
}

// linesAsk reads an address of lines.
func (p pages) linesAsk(r *http.Request, permission string) (ask, error) {
	a, err := p.read(r, permission)
	if err != nil {
		return a, err
	}
	a.query.Period, err = p.readPeriod(a.values)
	return a, err
}

// total says what the lines make: acts, and residents served where there are such lines among them.
func total(ctx context.Context, sums *report.Table) string {
	text := lang.T(ctx, "report.lines_make", "Acts", sums.Total.Cell(report.AllActs).N())
	if served := sums.Total.Cell(tally.Served); !served.IsNone() {
		text += " " + lang.T(ctx, "report.lines_served", "Served", served.N())
	}
	return text
}

func lineColumns(ctx context.Context) []html.Column {
	var columns []html.Column
	for _, label := range []string{
		lang.T(ctx, "report.line"), lang.T(ctx, "report.recorded_at"), lang.T(ctx, "report.days"), lang.T(ctx, "report.by.kind"),
		lang.T(ctx, "report.by.service"), lang.T(ctx, "report.by.centre"), lang.T(ctx, "report.by.channel"), lang.T(ctx, "report.detail"),
	} {
		columns = append(columns, html.Column{Label: label})
	}
	return append(columns, html.Column{Label: lang.T(ctx, "report.count"), Number: true})
}

func (d drawing) line(ctx context.Context, l *report.Line) lineView {
	v := lineView{
		line: lang.T(ctx, "report.line_number", "Desk", l.Desk, "Number", l.Number), recorded: lang.DateTime(ctx, l.RecordedAt),
		days: l.Days.From.Display(), kind: d.names.of(ctx, report.ByKind, string(l.Kind)), place: d.names.of(ctx, report.ByCentre, l.Centre),
		imported: l.Source == tally.FromFile, count: l.Count, detail: l.Note,
	}
	if l.Days.To != l.Days.From {
		v.days = l.Days.Display()
	}
	if l.Service != "" {
		v.service = d.names.of(ctx, report.ByService, l.Service)
	} else if l.Institution != "" {
		v.service = d.names.of(ctx, report.ByInstitution, l.Institution)
	}
	if l.Channel != "" {
		v.channel = d.names.of(ctx, report.ByChannel, string(l.Channel))
	}
	if more := detail(ctx, l.Depth, l.Reason); more != "" {
		v.detail = more
	}
	return v
}

// detail says how much was done in help, or why something could not be done.
func detail(ctx context.Context, depth visit.Depth, reason visit.Reason) string {
	switch {
	case depth != "" && lang.Has(ctx, "visit.depth."+string(depth)):
		return lang.T(ctx, "visit.depth."+string(depth))
	case reason != "" && lang.Has(ctx, "visit.reason."+string(reason)):
		return lang.T(ctx, "visit.reason."+string(reason))
	}
	return string(depth) + string(reason)
}
