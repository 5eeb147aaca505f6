package reporthttp

import (
	"net/http"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/report"
)

// actsView is the page of a report over any days, by any dimension.
type actsView struct {
	title       string
	problems    html.ErrorSummary
	from, to    string
	by          []html.Choice
	territories []html.Choice
	sources     []html.Choice
	chips       []chip
	carried     []hidden
	table       tableView
	chart       html.BarChart
	csv, xlsx   string
	definition  definitionView
	isEmpty     bool
}

func (p pages) acts(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, t, err := p.actsTable(r, report.MayRead)
	if faultsOf(err) != nil {
		return err
	}
	d, derr := p.drawing(ctx, a, "/reports/acts")
	if derr != nil {
		return derr
	}
	v := actsView{
		title: lang.T(ctx, "report.acts_title_bad"), from: a.values.Get(paramFrom), to: a.values.Get(paramTo), problems: html.Problems(ctx, err),
		by: d.byChoice(ctx), territories: d.territoryChoice(ctx, report.MayRead), sources: d.sourceChoice(ctx), definition: define(ctx, report.ActsDefinition),
	}
	v.chips, v.carried = d.narrowed(ctx)
	if err != nil {
		return html.Render(w, r, http.StatusUnprocessableEntity, actsPage(v))
	}
	period := a.query.Period
	v.from, v.to = period.From.Display(), period.To.Display()
	v.title = lang.T(ctx, "report.acts_title", "Place", d.place(ctx), "Period", period.Display())
	if v.table, err = d.table(r, t, v.title); err != nil {
		return err
	}
	v.isEmpty = t.Total.Cell(report.AllActs).IsNone()
	v.chart = d.chart(ctx, t, v.title)
	v.csv, v.xlsx = d.fileLinks(ctx)
	return html.Render(w, r, http.StatusOK, actsPage(v))
}

// actsTable makes the report that an address asks for.
func (p pages) actsTable(r *http.Request, permission string) (ask, *report.Table, error) {
	a, err := p.read(r, permission)
	if err != nil {
		return a, nil, err
	}
	if a.query.Period, err = p.readPeriod(a.values); err != nil {
		return a, nil, err
	}
	t, err := p.Reports.Acts(r.Context(), a.query)
	return a, t, err //nolint:wrapcheck // a fault, or named by the store
}
