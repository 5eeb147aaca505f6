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
	"vienkopus/internal/staff"
	"vienkopus/internal/tally"
)

// Operations adds the reports to the REST interface.
func Operations(api *rest.API, d Deps) {
	p := pages{d}
	rest.Register(api, rest.Operation{
		Method: http.MethodGet, Path: "/reports/acts", ID: "reportActs", Summary: "Acts counted by a dimension, recorded and imported apart",
		Permission: staff.ReportRead, Scope: httpx.ScopeQuery, Time: httpx.TimeReport,
	}, p.apiActs)
}

type actsInput struct {
	From        string `query:"from" required:"true" format:"date" doc:"First day"`
	To          string `query:"to" required:"true" format:"date" doc:"Last day"`
	By          string `query:"by" default:"centre" enum:"centre,month,service,institution,channel,kind,municipality"`
	Territory   string `query:"territory" doc:"Code of a municipality; without it everything the caller may see"`
	Centre      string `query:"centre" doc:"Code of a centre"`
	Source      string `query:"source" enum:"recorded,imported" doc:"Without it both"`
	Service     string `query:"service" doc:"Only this service"`
	Institution string `query:"institution" doc:"Only this institution"`
	Channel     string `query:"channel" doc:"Only this channel"`
}

// figureBody is one figure. A stated figure of 0 is a zero that an import states; no figure at all says that there are no lines.
type figureBody struct {
	Kind     string `json:"kind" doc:"Kind of act; visit for residents served, acts for all acts together"`
	N        int64  `json:"n"`
	Recorded int64  `json:"recorded"`
	Imported int64  `json:"imported"`
	Stated   bool   `json:"stated" doc:"An import names this figure, perhaps as 0"`
}

type rowBody struct {
	Code         string       `json:"code" doc:"Code in the dimension, empty for what has none; a statement about several months by month is s:from/to"`
	Municipality string       `json:"municipality,omitempty"`
	Figures      []figureBody `json:"figures"`
}

type leftBody struct {
	From civil.Date `json:"from" format:"date"`
	To   civil.Date `json:"to" format:"date"`
	Kind string     `json:"kind"`
	N    int64      `json:"n"`
}

type flagBody struct {
	Code string `json:"code"`
	Odd  string `json:"odd" enum:"mirror,almost_nothing"`
}

type actsAnswer struct {
	Body struct {
		Definition string     `json:"definition"`
		Version    int        `json:"version"`
		From       civil.Date `json:"from" format:"date"`
		To         civil.Date `json:"to" format:"date"`
		By         string     `json:"by"`
		Rows       []rowBody  `json:"rows"`
		Total      rowBody    `json:"total"`
		Left       []leftBody `json:"left" doc:"Statements that overlap the days only partly and are in no figure"`
		Flags      []flagBody `json:"flags" doc:"Rows that look odd; their figures are shown as they were recorded"`
	}
}

func (p pages) apiActs(ctx context.Context, in *actsInput) (*actsAnswer, error) {
	a := ask{territory: in.Territory, centre: in.Centre}
	a.query = report.Query{By: report.Dimension(in.By), Source: tally.Source(in.Source), Only: map[report.Dimension]string{}}
	for d, code := range map[report.Dimension]string{
		report.ByService: in.Service, report.ByInstitution: in.Institution, report.ByChannel: in.Channel,
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
	if a.query.Scope, err = p.scope(ctx, staff.ReportRead, a); err != nil {
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
	b.Definition, b.Version, b.By = t.Definition.Code, t.Definition.Version, string(t.Query.By)
	b.From, b.To = t.Query.Period.From, t.Query.Period.To
	b.Rows, b.Left, b.Flags = []rowBody{}, []leftBody{}, []flagBody{}
	for _, r := range t.Rows {
		b.Rows = append(b.Rows, newRowBody(r))
	}
	b.Total = newRowBody(t.Total)
	for _, l := range t.Left {
		b.Left = append(b.Left, leftBody{From: l.Period.From, To: l.Period.To, Kind: string(l.Kind), N: l.N})
	}
	for _, f := range t.Flags {
		b.Flags = append(b.Flags, flagBody{Code: f.Row, Odd: string(f.Odd)})
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
		name := string(kind)
		if kind == report.AllActs {
			name = everyAct
		}
		body.Figures = append(body.Figures, figureBody{Kind: name, N: c.N(), Recorded: c.Recorded, Imported: c.Imported, Stated: c.Stated})
	}
	return body
}
