package reporthttp

import (
	"context"
	"net/http"
	"strconv"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
)

// networkView is the network at a glance.
type networkView struct {
	title, year string
	problems    html.ErrorSummary
	covered     string // "a centre in every parish" as a figure
	coverage    string // the same in a sentence
	withCentre  string
	head        html.Table
	areas       []areaView
	silentHead  html.Table
	silent      []silentView
}

// areaView is one municipality.
type areaView struct {
	name, href, remark   string
	acts, served         cellView
	centres              int64
	coverage             string
	silent               int64
	isUnverified         bool
	coverageIsUnverified bool
}

// silentView is a centre that has not recorded an act for a while.
type silentView struct {
	name, municipality, href, last, days string
}

func (p pages) network(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := p.read(r, report.MaySeeNetwork)
	if err != nil {
		return err
	}
	year, err := p.readYear(a.values)
	if faultsOf(err) != nil {
		return err
	}
	v := networkView{title: lang.T(ctx, "report.network_title"), year: a.values.Get(paramYear), problems: html.Problems(ctx, err)}
	if err != nil {
		return html.Render(w, r, http.StatusUnprocessableEntity, networkPage(v))
	}
	v.year = strconv.Itoa(year)
	o, err := p.Reports.Network(ctx, civil.YearPeriod(year), p.today(), a.query.Scope)
	if err != nil {
		return err //nolint:wrapcheck // a fault, or named by the store
	}
	d, err := p.drawing(ctx, a, "/network")
	if err != nil {
		return err
	}
	d.network(ctx, &v, o)
	return html.Render(w, r, http.StatusOK, networkPage(v))
}

func (d drawing) network(ctx context.Context, v *networkView, o *report.Overview) {
	v.covered = lang.Percent(ctx, int64(o.Covered), int64(o.Units))
	v.coverage = lang.T(ctx, "report.coverage", "Covered", o.Covered, "Units", o.Units)
	v.withCentre = lang.T(ctx, "report.with_centre", "With", o.WithCentre, "All", len(o.Areas))
	v.head = html.Table{Caption: lang.T(ctx, "report.areas", "Year", v.year), Columns: []html.Column{
		{Label: lang.T(ctx, "report.by.municipality")},
		{Label: lang.T(ctx, "report.all_acts"), Number: true},
		{Label: columnName(ctx, tally.Served), Number: true},
		{Label: lang.T(ctx, "report.centres"), Number: true},
		{Label: lang.T(ctx, "report.units_covered"), Number: true},
		{Label: lang.T(ctx, "report.silent"), Number: true},
	}}
	v.silentHead = html.Table{Caption: lang.T(ctx, "report.silent_title", "Days", report.SilentAfter), Columns: []html.Column{
		{Label: lang.T(ctx, "report.by.centre")},
		{Label: lang.T(ctx, "report.by.municipality")},
		{Label: lang.T(ctx, "report.last_day")},
		{Label: lang.T(ctx, "report.silent_days"), Number: true},
	}}
	table := &report.Table{Query: report.Query{Period: o.Period, By: report.ByMunicipality}}
	for i := range o.Areas {
		area := &o.Areas[i]
		v.areas = append(v.areas, d.area(ctx, table, area, v.year))
		for _, q := range area.Silent {
			v.silent = append(v.silent, d.silent(ctx, area, q, v.year))
		}
	}
}

func (d drawing) area(ctx context.Context, t *report.Table, a *report.Area, year string) areaView {
	link := ask{}
	v := areaView{
		name: a.Municipality.Name, href: link.link("/reports/year", paramTerritory, a.Municipality.Code, paramYear, year),
		remark: a.Municipality.Remark.For(d.names.lang), centres: int64(a.Centres), silent: int64(len(a.Silent)), coverage: "–",
		isUnverified: a.Municipality.Unverified, coverageIsUnverified: a.Municipality.UnitsUnverified,
	}
	if a.Units > 0 {
		v.coverage = lang.T(ctx, "report.of", "Part", a.Covered, "Whole", a.Units)
	}
	narrow := []string{paramTerritory, a.Municipality.Code}
	to := d.lineLinks(t, narrow)
	v.acts = d.cell(ctx, a.Acts, to, everyAct)
	v.served = d.cell(ctx, a.Served, to, string(tally.Served))
	return v
}

func (d drawing) silent(ctx context.Context, a *report.Area, q report.Quiet, year string) silentView {
	link := ask{}
	v := silentView{
		name: d.names.of(ctx, report.ByCentre, q.Centre), municipality: a.Municipality.Name, last: lang.T(ctx, "report.never"), days: "–",
		href: link.link("/reports/year", paramCentre, q.Centre, paramYear, year),
	}
	if !q.Last.IsZero() {
		v.last, v.days = lang.Date(ctx, q.Last), lang.Int(ctx, int64(q.Days))
	}
	return v
}
