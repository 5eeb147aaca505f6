package reporthttp

import (
	"cmp"
	"context"
	"slices"

	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
)

const (
	// mostBars is how many columns a picture has; of more rows it shows the largest.
	mostBars = 12
	// mostSeries is how many kinds it tells apart; the others are one part.
	mostSeries = 6
	longLabel  = 10
)

// chart is the picture of a table: a column for each row, made of its kinds of act. Residents served are not in it, because
// they are no acts. It has nothing to show when it has no bars.
func (d drawing) chart(ctx context.Context, t *report.Table, title string) html.BarChart {
	kinds, others := d.series(t)
	c := html.BarChart{ID: "chart", Title: title, Unit: lang.T(ctx, "report.by."+string(t.Query.By))}
	for _, kind := range kinds {
		c.Series = append(c.Series, columnName(ctx, kind))
	}
	if len(others) > 0 {
		c.Series = append(c.Series, lang.T(ctx, "report.other_kinds"))
	}
	rows := slices.Clone(t.Rows)
	if t.Query.By != report.ByMonth {
		slices.SortStableFunc(rows, func(a, b report.Row) int { return cmp.Compare(t.Sum(b).N(), t.Sum(a).N()) })
		rows = rows[:min(len(rows), mostBars)]
	}
	largest := ""
	var most int64
	for _, r := range rows {
		if t.Sum(r).IsNone() && t.Query.By != report.ByMonth || r.Code == string(tally.Served) || r.IsStatement() {
			continue
		}
		bar := d.bar(ctx, t, r, kinds, others)
		if n := t.Sum(r).N(); n > most {
			largest, most = bar.Name, n
		}
		c.Bars = append(c.Bars, bar)
	}
	c.Summary = lang.T(ctx, "report.chart_summary", "Name", largest, "Count", most)
	if most == 0 {
		c.Bars = nil
	}
	return c
}

// series are the kinds with the largest sums, in their usual order, and the others.
func (d drawing) series(t *report.Table) (kinds, others []catalogue.ActKind) {
	if t.Query.By == report.ByKind {
		return []catalogue.ActKind{report.AllActs}, nil
	}
	for _, kind := range t.Columns {
		if kind != tally.Served && t.Total.Cell(kind).N() > 0 {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) <= mostSeries {
		return kinds, nil
	}
	bySize := slices.Clone(kinds)
	slices.SortStableFunc(bySize, func(a, b catalogue.ActKind) int { return cmp.Compare(t.Total.Cell(b).N(), t.Total.Cell(a).N()) })
	others = bySize[mostSeries-1:]
	kinds = slices.DeleteFunc(kinds, func(k catalogue.ActKind) bool { return slices.Contains(others, k) })
	return kinds, others
}

func (d drawing) bar(ctx context.Context, t *report.Table, r report.Row, kinds, others []catalogue.ActKind) html.Bar {
	bar := html.Bar{Name: d.names.of(ctx, t.Query.By, r.Code), Href: d.rowHref(t, r)}
	bar.Label = short(bar.Name)
	if t.Query.By == report.ByMonth && len(r.Code) == len("2025-03") {
		bar.Label = r.Code[len("2025-"):]
	}
	for _, kind := range kinds {
		bar.Values = append(bar.Values, max(0, r.Cell(kind).N()))
	}
	if len(others) > 0 {
		var sum int64
		for _, kind := range others {
			sum += max(0, r.Cell(kind).N())
		}
		bar.Values = append(bar.Values, sum)
	}
	return bar
}

func short(name string) string {
	runes := []rune(name)
	if len(runes) <= longLabel {
		return name
	}
	return string(runes[:longLabel-1]) + "…"
}
