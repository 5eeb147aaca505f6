package reporthttp

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
)

// hidden is a parameter that a form carries on.
type hidden struct{ name, value string }

// chip is something that narrows the report, and the address of the report without it.
type chip struct{ text, without string }

// definitionView are the words of a definition.
type definitionView = html.DescriptionList

func define(ctx context.Context, d report.Definition) definitionView {
	key := "report.definition." + d.Code + "_" + strconv.Itoa(d.Version)
	return definitionView{
		{Term: lang.T(ctx, "report.definition_code"), Text: lang.T(ctx, "report.definition_version", "Code", d.Code, "Version", strconv.Itoa(d.Version))},
		{Term: lang.T(ctx, "report.definition_columns"), Text: lang.T(ctx, key+"_columns")},
		{Term: lang.T(ctx, "report.definition_rules"), Text: lang.T(ctx, key+"_rules")},
		{Term: lang.T(ctx, "report.definition_source"), Text: lang.T(ctx, key+"_source")},
	}
}

// territoryChoice lets the reader choose among the municipalities that she may see; with one there is nothing to choose.
func (d drawing) territoryChoice(ctx context.Context, permission string) []html.Choice {
	who, _ := httpx.CallerOf(ctx)
	var choices []html.Choice
	for code, name := range d.names.municipalities {
		if who.May(permission, scope.Place{Municipality: code}) {
			choices = append(choices, html.Choice{Value: code, Label: name, Chosen: code == d.ask.territory})
		}
	}
	if len(choices) < 2 {
		return nil
	}
	slices.SortFunc(choices, func(a, b html.Choice) int { return cmp.Compare(a.Label, b.Label) })
	return choices
}

func (d drawing) sourceChoice(ctx context.Context) []html.Choice {
	return []html.Choice{
		{Value: "", Label: lang.T(ctx, "report.source_both"), Chosen: d.ask.query.Source == ""},
		{Value: string(tally.Recorded), Label: lang.T(ctx, "report.source_recorded"), Chosen: d.ask.query.Source == tally.Recorded},
		{Value: string(tally.FromFile), Label: lang.T(ctx, "report.source_imported"), Chosen: d.ask.query.Source == tally.FromFile},
	}
}

func (d drawing) byChoice(ctx context.Context) []html.Choice {
	var choices []html.Choice
	for _, dimension := range report.Dimensions {
		choices = append(choices, html.Choice{
			Value: string(dimension), Label: lang.T(ctx, "report.by."+string(dimension)), Chosen: dimension == d.ask.query.By,
		})
	}
	return choices
}

// narrowed are the parameters that no field of a form shows: what they narrow to, and how to carry them on.
func (d drawing) narrowed(ctx context.Context) (chips []chip, carried []hidden) {
	add := func(param, value, text string) {
		chips = append(chips, chip{text: text, without: d.ask.link(d.path, param, "")})
		carried = append(carried, hidden{param, value})
	}
	for _, dimension := range narrowing {
		if value := d.ask.values.Get(string(dimension)); value != "" {
			add(string(dimension), value, lang.T(ctx, "report.by."+string(dimension))+": "+d.names.of(ctx, dimension, d.ask.query.Only[dimension]))
		}
	}
	if d.ask.centre != "" {
		add(paramCentre, d.ask.centre, lang.T(ctx, "report.by.centre")+": "+d.names.of(ctx, report.ByCentre, d.ask.centre))
	}
	if d.ask.values.Get(paramFeed) != "" {
		add(paramFeed, "yes", lang.T(ctx, "report.feeds"))
	}
	if kind := d.ask.values.Get(paramKind); kind != "" {
		name := lang.T(ctx, "report.all_acts")
		if kind != everyAct {
			name = d.names.of(ctx, report.ByKind, kind)
		}
		add(paramKind, kind, lang.T(ctx, "report.by.kind")+": "+name)
	}
	return chips, carried
}

// fileLinks are the addresses of the same report as files, empty for those who may not take it along.
func (d drawing) fileLinks(ctx context.Context) (csv, xlsx string) {
	if who, _ := httpx.CallerOf(ctx); !who.Holds(report.MayExport) {
		return "", ""
	}
	return d.ask.link(d.path + ".csv"), d.ask.link(d.path + ".xlsx")
}
