package reporthttp

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
	"vienkopus/internal/visit"
)

// The parameters of the addresses.
const (
	paramFrom      = "from"
	paramTo        = "to"
	paramYear      = "year"
	paramBy        = "by"
	paramTerritory = "territory"
	paramCentre    = "centre"
	paramSource    = "source"
	paramKind      = "kind"
	paramSort      = "sort"
	paramAfter     = "after"
	// paramFeed asks for what stands in no centre: the data feeds of the network.
	paramFeed = "feed"
)

const (
	// nothing stands in an address for "has none", such as acts without a service.
	nothing = "-"
	// everyAct stands for all kinds of act together.
	everyAct = "acts"
)

// narrowing are the dimensions that a parameter of their own name narrows to one code.
var narrowing = append(slices.Clone(report.Details), report.ByDesk, report.BySpan)

// ask is what an address asks for.
type ask struct {
	query             report.Query
	territory, centre string
	sort              string
	values            url.Values
}

// link returns the address of a path with the parameters of this ask and some changes, in name and value by turns; "" takes a parameter away.
func (a ask) link(path string, changes ...string) string {
	v := url.Values{}
	for name, value := range a.values {
		if len(value) > 0 && value[0] != "" && name != paramAfter {
			v.Set(name, value[0])
		}
	}
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] == "" {
			v.Del(changes[i])
		} else {
			v.Set(changes[i], changes[i+1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// read reads what every report has in its address. The faults in err are on the fields of the form.
func (p pages) read(r *http.Request, permission string) (ask, error) {
	v := r.URL.Query()
	a := ask{territory: v.Get(paramTerritory), centre: v.Get(paramCentre), sort: v.Get(paramSort), values: v}
	a.query = report.Query{By: report.Dimension(v.Get(paramBy)), Source: tally.Source(v.Get(paramSource)), Only: map[report.Dimension]string{}}
	if a.query.By == "" {
		a.query.By = report.ByCentre
	}
	for _, d := range narrowing {
		if code := v.Get(string(d)); code != "" {
			a.query.Only[d] = strings.TrimSuffix(code, nothing)
			if code != nothing {
				a.query.Only[d] = code
			}
		}
	}
	if v.Get(paramFeed) != "" {
		a.query.Only[report.ByCentre] = ""
	}
	switch kind := v.Get(paramKind); kind {
	case "":
	case everyAct:
		a.query.Kinds = visit.Kinds
	default:
		a.query.Kinds = []catalogue.ActKind{catalogue.ActKind(kind)}
	}
	var err error
	a.query.Scope, err = p.scope(r.Context(), permission, a)
	return a, err
}

// scope returns where the caller may look: the place in the address or, without one, everywhere she holds the permission.
func (p pages) scope(ctx context.Context, permission string, a ask) (report.Scope, error) {
	who, err := httpx.Signed(ctx)
	if err != nil {
		return report.Scope{}, err
	}
	switch {
	case a.centre != "":
		municipality, err := p.municipalityOf(ctx, a.centre)
		if err != nil {
			return report.Scope{}, err
		}
		if !who.May(permission, scope.Place{Municipality: municipality, Centre: a.centre}) {
			return report.Scope{}, fault.NewForbidden("staff.forbidden")
		}
		return report.Scope{Centres: []string{a.centre}}, nil
	case a.territory != "":
		if !who.May(permission, scope.Place{Municipality: a.territory}) {
			return report.Scope{}, fault.NewForbidden("staff.forbidden")
		}
		return report.Scope{Municipalities: []string{a.territory}}, nil
	}
	return scopeOf(who.Scopes(permission)), nil
}

func scopeOf(places []scope.Scope) report.Scope {
	var s report.Scope
	for _, place := range places {
		switch place.Level {
		case scope.LevelNetwork:
			s.Network = true
		case scope.LevelMunicipality:
			s.Municipalities = append(s.Municipalities, place.Code)
		case scope.LevelCentre:
			s.Centres = append(s.Centres, place.Code)
		case scope.LevelGroup: // the centres of the group stand in its place
		}
	}
	return s
}

// readPeriod reads from and to; without them it is the last full year. The faults in err are on the fields.
func (p pages) readPeriod(v url.Values) (civil.Period, error) {
	from, to := strings.TrimSpace(v.Get(paramFrom)), strings.TrimSpace(v.Get(paramTo))
	if from == "" && to == "" {
		return civil.YearPeriod(p.today().Year() - 1), nil
	}
	first, err := civil.ParseDate(from)
	if err != nil {
		return civil.Period{}, fault.NewInvalid("report.date").On(paramFrom)
	}
	last, err := civil.ParseDate(to)
	if err != nil {
		return civil.Period{}, fault.NewInvalid("report.date").On(paramTo)
	}
	if last.Before(first) {
		return civil.Period{}, fault.NewInvalid("report.period").On(paramTo)
	}
	return civil.Period{From: first, To: last}, nil
}

// readYear reads the year; without one it is the last full year.
func (p pages) readYear(v url.Values) (int, error) {
	text := strings.TrimSpace(v.Get(paramYear))
	if text == "" {
		return p.today().Year() - 1, nil
	}
	year, err := strconv.Atoi(text)
	if err != nil || !civil.YearPeriod(year).IsValid() {
		return 0, fault.NewInvalid("report.year_unknown").On(paramYear)
	}
	return year, nil
}
