package reporthttp

import (
	"context"
	"net/http"
	"strings"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sheet"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
)

func (p pages) yearFile(w http.ResponseWriter, r *http.Request) error {
	a, t, err := p.yearTable(r, report.MayExport)
	if err != nil {
		return err
	}
	return p.tableFile(w, r, a, t)
}

func (p pages) actsFile(w http.ResponseWriter, r *http.Request) error {
	a, t, err := p.actsTable(r, report.MayExport)
	if err != nil {
		return err
	}
	return p.tableFile(w, r, a, t)
}

// start opens a file for download under the name of the page and the days.
func start(w http.ResponseWriter, r *http.Request, q report.Query, head []sheet.Cell) (sheet.Writer, error) {
	return httpx.Sheet(w, r, q.Period.From.String()+"-"+q.Period.To.String(), head)
}

// tableFile writes a report as a file. Every figure has a second column with the part of it that was imported, so that the two are
// apart there too; an empty cell says that there are no lines.
func (p pages) tableFile(w http.ResponseWriter, r *http.Request, a ask, t *report.Table) error {
	ctx := r.Context()
	d, err := p.drawing(ctx, a, r.URL.Path)
	if err != nil {
		return err
	}
	d.order(ctx, t)
	columns := append(t.Columns[:len(t.Columns):len(t.Columns)], report.AllActs)
	head := []sheet.Cell{sheet.Text(lang.T(ctx, "report.code")), sheet.Text(lang.T(ctx, "report.by."+string(t.Query.By)))}
	for _, kind := range columns {
		head = append(head, sheet.Text(columnName(ctx, kind)), sheet.Text(lang.T(ctx, "report.of_which_imported", "Column", columnName(ctx, kind))))
	}
	head = append(head, sheet.Text(lang.T(ctx, "report.remark")))
	out, err := start(w, r, t.Query, head)
	if err != nil {
		return err
	}
	for _, row := range t.Rows {
		cells := []sheet.Cell{sheet.Text(row.Code), sheet.Text(d.names.of(ctx, t.Query.By, row.Code))}
		if err := out.Row(append(figures(t, row, cells, columns), sheet.Text(d.remarks(ctx, t, row)))); err != nil {
			return err //nolint:wrapcheck // the sheet names itself
		}
	}
	last := []sheet.Cell{sheet.None, sheet.Text(lang.T(ctx, "report.total"))}
	if err := out.Row(append(figures(t, t.Total, last, columns), insideOf(ctx, t))); err != nil {
		return err //nolint:wrapcheck // as above
	}
	return out.Close() //nolint:wrapcheck // as above
}

func figures(t *report.Table, row report.Row, cells []sheet.Cell, columns []catalogue.ActKind) []sheet.Cell {
	for _, kind := range columns {
		c := row.Cell(kind)
		if kind == report.AllActs {
			c = t.Sum(row)
		}
		number, imported := sheet.None, sheet.None
		if !c.IsNone() {
			number = sheet.Number(c.N())
		}
		if c.Stated {
			imported = sheet.Number(c.Imported)
		}
		cells = append(cells, number, imported)
	}
	return cells
}

// insideOf says beside the total what is in no figure because a longer statement is counted instead.
func insideOf(ctx context.Context, t *report.Table) sheet.Cell {
	var texts []string
	for _, l := range t.Left {
		if l.Inside {
			texts = append(texts, leftOut(ctx, l))
		}
	}
	if texts == nil {
		return sheet.None
	}
	return sheet.Text(strings.Join(texts, " "))
}

// remarks are the flags of a row, in words.
func (d drawing) remarks(ctx context.Context, t *report.Table, row report.Row) string {
	var texts []string
	for _, f := range t.FlagsOf(row.Code) {
		texts = append(texts, d.flag(ctx, f))
	}
	return strings.Join(texts, " ")
}

// linesFile writes every line of a figure, page by page, in a bounded amount of memory.
func (p pages) linesFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if who, _ := httpx.CallerOf(ctx); !who.Holds(report.MayExport) {
		return fault.NewForbidden("staff.forbidden")
	}
	a, err := p.linesAsk(r, report.MaySeeLines)
	if err != nil {
		return err
	}
	d, err := p.drawing(ctx, a, r.URL.Path)
	if err != nil {
		return err
	}
	if _, err := p.Reports.Lines(ctx, a.query, report.Cursor{}, 1); err != nil {
		return err //nolint:wrapcheck // a fault is to be seen before the file begins
	}
	out, err := start(w, r, a.query, lineHead(ctx))
	if err != nil {
		return err
	}
	words := lineWords{drawing: d, known: map[word]string{}, recorded: lang.T(ctx, "report.source_recorded"), imported: lang.T(ctx, "report.source_imported")}
	cells := make([]sheet.Cell, 0, 20)
	err = p.Reports.EachLine(ctx, a.query, func(l report.Line) error {
		cells = words.cells(ctx, &l, cells[:0])
		return out.Row(cells)
	})
	if err != nil {
		return err //nolint:wrapcheck // named by the store or the sheet
	}
	return out.Close() //nolint:wrapcheck // the sheet names itself
}

func lineHead(ctx context.Context) []sheet.Cell {
	var head []sheet.Cell
	for _, label := range []string{
		lang.T(ctx, "report.desk"), lang.T(ctx, "report.number"), lang.T(ctx, "report.recorded_at"), lang.T(ctx, "report.from"), lang.T(ctx, "report.to"),
		lang.T(ctx, "report.kind_code"), lang.T(ctx, "report.by.kind"), lang.T(ctx, "report.service_code"), lang.T(ctx, "report.by.service"),
		lang.T(ctx, "report.by.institution"), lang.T(ctx, "report.by.channel"), lang.T(ctx, "report.detail"), lang.T(ctx, "report.by.centre"),
		lang.T(ctx, "report.by.municipality"), lang.T(ctx, "report.source_label"), lang.T(ctx, "report.count"),
	} {
		head = append(head, sheet.Text(label))
	}
	return head
}

// lineWords remembers what codes are called while a file is written: a million lines say the same few hundred words.
type lineWords struct {
	drawing
	known              map[word]string
	recorded, imported string
}

// word is a code of a dimension; the detail of an act, which is none, has its two codes.
type word struct {
	of         report.Dimension
	code, more string
}

func (w lineWords) of(ctx context.Context, d report.Dimension, code string) string {
	return w.say(word{of: d, code: code}, func() string { return w.names.of(ctx, d, code) })
}

func (w lineWords) say(of word, say func() string) string {
	text, known := w.known[of]
	if !known {
		text = say()
		w.known[of] = text
	}
	return text
}

// optional is nothing for no code.
func (w lineWords) optional(ctx context.Context, d report.Dimension, code string) string {
	if code == "" {
		return ""
	}
	return w.of(ctx, d, code)
}

func (w lineWords) cells(ctx context.Context, l *report.Line, cells []sheet.Cell) []sheet.Cell {
	source, more := w.recorded, l.Note
	if l.Source == tally.FromFile {
		source = w.imported
	} else {
		more = w.say(word{code: string(l.Depth), more: string(l.Reason)}, func() string { return detail(ctx, l.Depth, l.Reason) })
	}
	from := l.Days.From.String()
	to := from
	if l.Days.To != l.Days.From {
		to = l.Days.To.String()
	}
	return append(cells,
		sheet.Text(l.Desk), sheet.Number(l.Number), sheet.Text(l.RecordedAt.In(lang.Zone).Format(time.DateTime)), sheet.Text(from), sheet.Text(to),
		sheet.Text(string(l.Kind)), sheet.Text(w.of(ctx, report.ByKind, string(l.Kind))), sheet.Text(l.Service), sheet.Text(w.optional(ctx, report.ByService, l.Service)),
		sheet.Text(l.Institution), sheet.Text(w.optional(ctx, report.ByChannel, string(l.Channel))), sheet.Text(more), sheet.Text(w.of(ctx, report.ByCentre, l.Centre)),
		sheet.Text(w.of(ctx, report.ByMunicipality, l.Municipality)), sheet.Text(source), sheet.Number(l.Count))
}
