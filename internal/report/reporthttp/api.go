package reporthttp

import (
	"context"
	"net/http"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
	"vienkopus/internal/visit"
)

// Operations adds the reports to the REST interface.
func Operations(api *rest.API, d Deps) {
	p := pages{d}
	rest.Values[report.Dimension](api, "", report.Dimensions)
	rest.Values[tally.Source](api, "", tally.Sources)
	rest.Values[report.Odd](api, "", report.Odds)
	rest.Values[catalogue.ActKind](api, "visit.kind_unknown", visit.Kinds)
	rest.Values[visit.Channel](api, "visit.channel_unknown", visit.Channels)
	rest.Values[figureKind](api, "", figureKinds)
	rest.Register(api, rest.Operation{
		Method: http.MethodGet, Path: "/reports/acts", ID: "reportActs", Summary: "Acts counted by a dimension, recorded and imported apart",
		Description: "Exact at every moment. A stated figure of 0 is a zero that an import states; no figure at all says that there are no lines.",
		Tag:         rest.Tag{Name: "reports", Description: "Figures, each of which leads to the lines that make it."},
		Permission:  report.MayRead, Scope: httpx.ScopeQuery, Time: httpx.TimeReport,
	}, p.apiActs)
}

type actsInput struct {
	From        string           `query:"from" required:"true" format:"date" doc:"First day"`
	To          string           `query:"to" required:"true" format:"date" doc:"Last day"`
	By          report.Dimension `query:"by" default:"centre" doc:"What the rows are"`
	Territory   string           `query:"territory" doc:"Code of a municipality; without it everything the caller may see"`
	Centre      string           `query:"centre" doc:"Code of a centre"`
	Source      tally.Source     `query:"source" doc:"Without it both"`
	Service     string           `query:"service" doc:"Only this service"`
	Institution string           `query:"institution" doc:"Only this institution"`
	Channel     visit.Channel    `query:"channel" doc:"Only this channel"`
}

// figureBody is one figure. A stated figure of 0 is a zero that an import states; no figure at all says that there are no lines.
type figureBody struct {
	Kind     figureKind `json:"kind" doc:"Kind of act; visit for residents served, acts for all acts together"`
	N        int64      `json:"n" example:"412"`
	Recorded int64      `json:"recorded" example:"400"`
	Imported int64      `json:"imported" example:"12"`
	Stated   bool       `json:"stated" doc:"An import names this figure, perhaps as 0"`
}

// figureKind is what a figure counts.
type figureKind string

// figureKinds are the columns of a report in their order.
var figureKinds = append([]figureKind{everyAct}, kinds()...)

func kinds() []figureKind {
	all := make([]figureKind, len(tally.Kinds))
	for i, k := range tally.Kinds {
		all[i] = figureKind(k)
	}
	return all
}

type rowBody struct {
	Code         string       `json:"code" doc:"Code in the dimension, empty for what has none; a statement about several months by month is s:from/to" example:"cesis"`
	Municipality string       `json:"municipality,omitempty" example:"0026000"`
	Figures      []figureBody `json:"figures"`
}

type leftBody struct {
	From civil.Date `json:"from" format:"date"`
	To   civil.Date `json:"to" format:"date"`
	Kind figureKind `json:"kind"`
	N    int64      `json:"n" example:"7"`
	// Inside is there only where it is true.
	Inside bool `json:"inside,omitempty" doc:"It lies in the days, and a longer statement about the same, which overlaps it, is counted instead"`
}

type flagBody struct {
	Code string     `json:"code" example:"veselava"`
	Odd  report.Odd `json:"odd"`
}

type actsAnswer struct {
	Body struct {
		Definition string           `json:"definition" example:"acts"`
		Version    int              `json:"version" example:"1"`
		From       civil.Date       `json:"from" format:"date"`
		To         civil.Date       `json:"to" format:"date"`
		By         report.Dimension `json:"by"`
		Rows       []rowBody        `json:"rows"`
		Total      rowBody          `json:"total"`
		Left       []leftBody       `json:"left" doc:"Statements that are in no figure: they overlap the days only partly, or lie inside a longer one that is counted"`
		Flags      []flagBody       `json:"flags" doc:"Rows that look odd; their figures are shown as they were recorded"`
	}
}

func (p pages) apiActs(ctx context.Context, in *actsInput) (*actsAnswer, error) {
	a := ask{territory: in.Territory, centre: in.Centre}
	a.query = report.Query{By: in.By, Source: in.Source, Only: map[report.Dimension]string{}}
	for d, code := range map[report.Dimension]string{
		report.ByService: in.Service, report.ByInstitution: in.Institution, report.ByChannel: string(in.Channel),
	} {
		if code != "" {
			a.query.Only[d] = code
		}
	}
	var err error
	if a.query.Period.From, err = civil.ParseDate(in.From); err != nil {
		return nil, fault.NewInvalid("report.date").On(paramFrom)
	}
	if a.query.Period.To, err = civil.ParseDate(in.To); err != nil {
		return nil, fault.NewInvalid("report.date").On(paramTo)
	}
	if a.query.Scope, err = p.scope(ctx, report.MayRead, a); err != nil {
		return nil, err
	}
	t, err := p.Reports.Acts(ctx, a.query)
	if err != nil {
		return nil, err //nolint:wrapcheck // a fault, or named by the store
	}
	return answer(t), nil
}

func answer(t *report.Table) *actsAnswer {
	out := &actsAnswer{}
	b := &out.Body
	b.Definition, b.Version, b.By = t.Definition.Code, t.Definition.Version, t.Query.By
	b.From, b.To = t.Query.Period.From, t.Query.Period.To
	b.Rows, b.Left, b.Flags = []rowBody{}, []leftBody{}, []flagBody{}
	for _, r := range t.Rows {
		b.Rows = append(b.Rows, newRowBody(r))
	}
	b.Total = newRowBody(t.Total)
	for _, l := range t.Left {
		b.Left = append(b.Left, leftBody{From: l.Period.From, To: l.Period.To, Kind: figureKind(l.Kind), N: l.N, Inside: l.Inside})
	}
	for _, f := range t.Flags {
		b.Flags = append(b.Flags, flagBody{Code: f.Row, Odd: f.Odd})
	}
	return out
}

func newRowBody(r report.Row) rowBody {
	body := rowBody{Code: r.Code, Municipality: r.Municipality, Figures: []figureBody{}}
	for _, kind := range append([]catalogue.ActKind{report.AllActs}, tally.Kinds...) {
		c := r.Cell(kind)
		if c.IsNone() {
			continue
		}
		name := figureKind(kind)
		if kind == report.AllActs {
			name = everyAct
		}
		body.Figures = append(body.Figures, figureBody{Kind: name, N: c.N(), Recorded: c.Recorded, Imported: c.Imported, Stated: c.Stated})
	}
	return body
}
