package finderhttp

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"vienkopus/internal/centre"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

// group is a municipality with its centres.
type group struct {
	Name     string
	Code     string
	Remark   string
	Coverage string
	Without  string
	Lines    []listLine
}

// listLine is one centre in the list of all.
type listLine struct {
	Href, Name, Tier, Address string
	State                     state
}

// list shows all centres by municipality, also those that are planned, and in how many parishes there is one.
func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := p.read(ctx)
	if err != nil {
		return err
	}
	var groups []group
	for i := range a.municipalities {
		m := &a.municipalities[i]
		if !m.ExistsOn(a.today) {
			continue
		}
		g := group{Name: m.NameOn(a.today), Code: m.Code, Remark: m.Remark.For(lang.Code(ctx))}
		g.Coverage, g.Without = coverage(ctx, centre.Cover(*m, a.units, a.directory.Centres, a.today))
		for j := range a.directory.Centres {
			c := &a.directory.Centres[j]
			if c.Municipality != m.Code || !c.Closed.IsZero() && a.today.After(c.Closed) {
				continue
			}
			seen, err := a.directory.See(c, centre.Query{At: a.now})
			if err != nil {
				return err
			}
			g.Lines = append(g.Lines, listLine{
				Href: "/centres/" + c.Code, Name: c.Name, Tier: upper(lang.T(ctx, "centre.tier."+string(seen.Tier))),
				Address: address(ctx, &a, &seen), State: openState(ctx, &seen, a.now),
			})
		}
		groups = append(groups, g)
	}
	return html.Render(w, r, http.StatusOK, listView(groups))
}

// coverage says in how many towns and parishes there is a centre, and names those without one.
func coverage(ctx context.Context, c centre.Coverage) (figure, without string) {
	if c.Units == 0 {
		return lang.T(ctx, "centre.list.no_units"), ""
	}
	figure = lang.T(ctx, "centre.list.coverage", "With", c.WithCentre, "Units", c.Units)
	if c.Unverified {
		figure = join(" ", figure, lang.T(ctx, "centre.list.units_doubt"))
	}
	if len(c.Without) > 0 {
		without = strings.Join(slices.Sorted(slices.Values(c.Without)), ", ")
	}
	return figure, without
}
