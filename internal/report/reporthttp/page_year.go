package reporthttp

import (
	"context"
	"net/http"
	"strconv"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/report"
)

// yearView is the page of a year: the sites of a municipality, or of all, and what was done there.
type yearView struct {
	title       string
	problems    html.ErrorSummary
	year        string
	territories []html.Choice
	sources     []html.Choice
	table       tableView
	chart       html.BarChart
	views       html.Tabs
	csv, xlsx   string
	definition  definitionView
	isEmpty     bool
}

func (p pages) year(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, t, err := p.yearTable(r, report.MayRead)
	if faultsOf(err) != nil {
		return err
	}
	d, derr := p.drawing(ctx, a, "/reports/year")
	if derr != nil {
		return derr
	}
	v := yearView{
		year: a.values.Get(paramYear), territories: d.territoryChoice(ctx, report.MayRead), sources: d.sourceChoice(ctx),
		title: lang.T(ctx, "report.year_title_bad"), problems: html.Problems(ctx, err), definition: define(ctx, report.ActsDefinition),
	}
	if err != nil {
		return html.Render(w, r, http.StatusUnprocessableEntity, yearPage(v))
	}
	v.year = strconv.Itoa(a.query.Period.From.Year())
	v.title = lang.T(ctx, "report.year_title", "Year", v.year, "Place", d.place(ctx))
	if v.table, err = d.table(r, t, v.title); err != nil {
		return err
	}
	v.isEmpty = t.Total.Cell(report.AllActs).IsNone()
	v.csv, v.xlsx = d.fileLinks(ctx)
	v.views = d.views(ctx, "")
	a.query.By = report.ByMonth
	months, err := p.Reports.Acts(ctx, a.query)
	if err != nil {
		return err //nolint:wrapcheck // a fault, or named by the store
	}
	v.chart = d.chart(ctx, months, lang.T(ctx, "report.chart_months", "Year", v.year))
	return html.Render(w, r, http.StatusOK, yearPage(v))
}

// yearTable makes the report of a year that an address asks for.
func (p pages) yearTable(r *http.Request, permission string) (ask, *report.Table, error) {
	a, err := p.read(r, permission)
	if err != nil {
		return a, nil, err
	}
	year, err := p.readYear(a.values)
	if err != nil {
		return a, nil, err
	}
	a.query.By, a.query.Period = report.ByCentre, civil.YearPeriod(year)
	t, err := p.Reports.Acts(r.Context(), a.query)
	return a, t, err //nolint:wrapcheck // a fault, or named by the store
}

// place names where the report looks.
func (d drawing) place(ctx context.Context) string {
	s := d.ask.query.Scope
	switch {
	case d.ask.centre != "":
		return d.names.of(ctx, report.ByCentre, d.ask.centre)
	case s.Network:
		return lang.T(ctx, "report.whole_network")
	case len(s.Municipalities) == 1 && len(s.Centres) == 0:
		return d.names.of(ctx, report.ByMunicipality, s.Municipalities[0])
	case len(s.Centres) == 1 && len(s.Municipalities) == 0:
		return d.names.of(ctx, report.ByCentre, s.Centres[0])
	}
	return lang.T(ctx, "report.own_places")
}

// views lead to the same days seen by another dimension.
func (d drawing) views(ctx context.Context, current report.Dimension) html.Tabs {
	tabs := html.Tabs{Label: lang.T(ctx, "report.views")}
	period := d.ask.query.Period
	for _, by := range report.Dimensions {
		tabs.Tabs = append(tabs.Tabs, html.Tab{
			Label: lang.T(ctx, "report.by."+string(by)), Current: by == current,
			Href: d.ask.link("/reports/acts", paramYear, "", paramSort, "", paramFrom, period.From.String(), paramTo, period.To.String(), paramBy, string(by)),
		})
	}
	return tabs
}
