package reporthttp

import (
	"context"
	"net/http"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/report"
)

// claimView is one published figure beside what adds up.
type claimView struct {
	label, value, place, period, source string
	parts                               html.DescriptionList
	// words say how the parts and our lines compare; tone is a warning when something does not add up.
	words     []string
	tone      html.Tone
	linesHref string
}

func (p pages) published(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := p.read(r, report.MayRead)
	if err != nil {
		return err
	}
	claims, err := p.Reports.Published(ctx, a.query.Scope)
	if err != nil {
		return err //nolint:wrapcheck // named by the store
	}
	d, err := p.drawing(ctx, a, "/reports/published")
	if err != nil {
		return err
	}
	var views []claimView
	for i := range claims {
		views = append(views, d.claim(ctx, &claims[i]))
	}
	return html.Render(w, r, http.StatusOK, publishedPage(views))
}

func (d drawing) claim(ctx context.Context, c *report.Claim) claimView {
	v := claimView{
		label: c.Label.For(d.names.lang), value: lang.Int(ctx, c.Value), period: c.Period.Display(), source: c.Source,
		place: lang.T(ctx, "report.whole_network"), tone: html.Success,
	}
	switch {
	case c.Of.Centre != "":
		v.place = d.names.of(ctx, report.ByCentre, c.Of.Centre)
	case c.Of.Municipality != "":
		v.place = d.names.of(ctx, report.ByMunicipality, c.Of.Municipality)
	case c.Of.Desk != "":
		v.place = c.Of.Desk
	}
	for _, part := range c.Parts {
		v.parts = append(v.parts, html.Detail{Term: part.Label.For(d.names.lang), Text: lang.Int(ctx, part.Value)})
	}
	if len(c.Parts) > 0 {
		v.parts = append(v.parts, html.Detail{Term: lang.T(ctx, "report.parts_sum"), Text: lang.Int(ctx, c.PartsSum)})
		v.compare(ctx, "parts", c.PartsSum, c.PartsDifference())
	}
	switch {
	case c.HasOurs:
		v.compare(ctx, "ours", c.Ours, c.OursDifference())
		v.linesHref = d.claimLines(c)
	case len(c.Kinds) > 0:
		v.words = append(v.words, lang.T(ctx, "report.ours_none"))
	default:
		v.words = append(v.words, lang.T(ctx, "report.ours_never"))
	}
	if len(c.Parts) == 0 && !c.HasOurs {
		v.tone = html.Info // nothing was compared, so nothing can be said to be right
	}
	return v
}

// compare says in words how a sum compares with the claim.
func (v *claimView) compare(ctx context.Context, what string, sum, difference int64) {
	switch {
	case difference == 0:
		v.words = append(v.words, lang.T(ctx, "report.equal_"+what, "Sum", sum))
	case difference > 0:
		v.words, v.tone = append(v.words, lang.T(ctx, "report.more_"+what, "Sum", sum, "Difference", difference)), html.Warning
	default:
		v.words, v.tone = append(v.words, lang.T(ctx, "report.less_"+what, "Sum", sum, "Difference", -difference)), html.Warning
	}
}

// claimLines leads to our lines of a claim, for those who may see lines.
func (d drawing) claimLines(c *report.Claim) string {
	if !d.lines {
		return ""
	}
	link := ask{}
	return link.link("/reports/lines", paramFrom, c.Period.From.String(), paramTo, c.Period.To.String(),
		paramTerritory, c.Of.Municipality, paramCentre, c.Of.Centre, "desk", c.Of.Desk)
}
