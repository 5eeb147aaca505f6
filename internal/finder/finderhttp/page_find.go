package finderhttp

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

const (
	// centresShown is how many centres a search shows; the list of all is one link away.
	centresShown = 8
	// servicesShown is how many services a search offers.
	servicesShown = 6
	// placesShown is how many places are offered when it is not clear which one is meant.
	placesShown = 6
	// longestQuery is how many bytes of what somebody typed are looked at.
	longestQuery = 200
)

// findForm is what somebody typed and chose.
type findForm struct {
	Query, Service string
	// Place is the name that he typed, and Was the one that the form had before: coordinates of the browser count as long
	// as he has not typed another name since.
	Place, Was string
	Lat, Lon   string
	Open, Step bool
}

func readFind(r *http.Request) findForm {
	text := func(name string) string {
		value := strings.TrimSpace(r.FormValue(name))
		return strings.ToValidUTF8(value[:min(len(value), longestQuery)], "")
	}
	f := findForm{
		Query: text("q"), Service: text("service"), Place: text("place"), Was: text("was"), Lat: text("lat"), Lon: text("lon"),
		Open: text("open") != "", Step: text("step") != "",
	}
	if f.Place != f.Was {
		f.Lat, f.Lon = "", ""
	}
	if f.Lat != "" {
		f.Place, f.Was = "", ""
	}
	return f
}

// isEmpty says that nothing was asked yet.
func (f findForm) isEmpty() bool {
	return f.Query == "" && f.Service == "" && f.Place == "" && f.Lat == "" && !f.Open && !f.Step
}

// href returns the address of the same search with another service or another place.
func (f findForm) href(service, query, place string) string {
	values := url.Values{}
	set := func(name, value string) {
		if value != "" {
			values.Set(name, value)
		}
	}
	set("q", query)
	set("service", service)
	set("place", place)
	if place == "" {
		set("lat", f.Lat)
		set("lon", f.Lon)
	}
	if f.Open {
		set("open", "yes")
	}
	if f.Step {
		set("step", "yes")
	}
	return "/find?" + values.Encode()
}

// findPage is the finder with its answer.
type findPage struct {
	Form     findForm
	Asked    bool
	Problems html.ErrorSummary
	// Service is the one that the words mean, and Others those that they could mean too.
	Service *Service
	Others  []html.Link
	// Near says from where the distances are counted; Spots are other places of that name.
	Near   string
	Spots  []html.Link
	Notes  []string
	Nearer *nearerNote
	Count  string
	Cards  []card
}

// nearerNote says why the centre that lies nearest is no answer.
type nearerNote struct {
	Title string
	Href  string
	Whys  []string
}

// find shows the nearest centres that are open and do what one needs. Everything stands in the address, so that the
// answer can be kept or sent to somebody.
func (p pages) find(w http.ResponseWriter, r *http.Request) error {
	page := findPage{Form: readFind(r)}
	page.Asked = !page.Form.isEmpty()
	if !page.Asked {
		return html.Render(w, r, http.StatusOK, findView(page))
	}
	a, err := p.read(r.Context())
	if err != nil {
		return err
	}
	q := centre.Query{At: a.now, OpenNow: page.Form.Open, StepFree: page.Form.Step}
	p.chooseService(r.Context(), &page, &q)
	page.choosePlace(r.Context(), &a, &q)
	if len(page.Problems) > 0 {
		return html.Render(w, r, http.StatusUnprocessableEntity, findView(page))
	}
	if err := page.answer(r.Context(), &a, q); err != nil {
		return err
	}
	return html.Render(w, r, http.StatusOK, findView(page))
}

// chooseService takes the service that was chosen, or the one that fits the words best and offers the others.
func (p pages) chooseService(ctx context.Context, page *findPage, q *centre.Query) {
	code := lang.Code(ctx)
	chosen, ok := p.Services.Service(page.Form.Service, code)
	var hits []Service
	if page.Form.Query != "" {
		hits = p.Services.Search(page.Form.Query, code, servicesShown)
	}
	if !ok && len(hits) > 0 {
		chosen, ok = hits[0], true
	}
	if !ok {
		if page.Form.Query != "" {
			page.Notes = append(page.Notes, lang.T(ctx, "centre.find.no_service", "Words", page.Form.Query))
		}
		return
	}
	page.Service, q.Need = &chosen, &chosen.Need
	for _, hit := range hits {
		if hit.Code != chosen.Code {
			page.Others = append(page.Others, html.Link{Label: hit.Name, Href: page.Form.href(hit.Code, page.Form.Query, page.Form.Place)})
		}
	}
}

// choosePlace takes the coordinates of the browser, or the place that was typed.
func (page *findPage) choosePlace(ctx context.Context, a *atlas, q *centre.Query) {
	f := page.Form
	if f.Lat != "" || f.Lon != "" {
		point, err := parsePoint(f.Lat, f.Lon)
		if err != nil {
			page.Problems = html.Problems(ctx, fault.NewInvalid("centre.point").On("place"))
			return
		}
		q.From, page.Near = &point, lang.T(ctx, "centre.find.near_you")
		return
	}
	if f.Place == "" {
		return
	}
	spots := centre.NewGazetteer(a.directory.Centres, a.units, a.municipalities, a.today).Find(f.Place)
	if len(spots) == 0 {
		page.Notes = append(page.Notes, lang.T(ctx, "centre.find.no_place", "Place", f.Place))
		return
	}
	q.From, page.Near = &spots[0].Point, lang.T(ctx, "centre.find.near", "Place", join(", ", spots[0].Name, spots[0].Municipality))
	if spots[0].Instead != "" {
		page.Notes = append(page.Notes, lang.T(ctx, "centre.find.instead", "Place", spots[0].Name, "Instead", spots[0].Instead))
	}
	for _, s := range spots[1:min(len(spots), placesShown)] {
		page.Spots = append(page.Spots, html.Link{Label: join(", ", s.Name, s.Municipality), Href: f.href(f.Service, f.Query, s.Name)})
	}
}

func parsePoint(lat, lon string) (geo.Point, error) {
	north, err := strconv.ParseFloat(lat, 64)
	if err != nil {
		return geo.Point{}, err
	}
	east, err := strconv.ParseFloat(lon, 64)
	if err != nil {
		return geo.Point{}, err
	}
	return geo.NewPoint(north, east)
}

// answer asks the directory and writes what it found.
func (page *findPage) answer(ctx context.Context, a *atlas, q centre.Query) error {
	out, err := a.directory.Find(q)
	if err != nil {
		return err
	}
	page.Count = lang.N(ctx, "centre.find.count", int64(len(out.Found)))
	if q.OpenNow && len(out.Found) == 0 {
		if out, err = a.opensNext(q); err != nil {
			return err
		}
		if len(out.Found) > 0 {
			page.Count = lang.T(ctx, "centre.find.none_open")
		}
	}
	if len(out.Found) > centresShown {
		page.Count = join(". ", page.Count, lang.T(ctx, "centre.find.first", "Shown", centresShown))
	}
	for i := range out.Found[:min(len(out.Found), centresShown)] {
		page.Cards = append(page.Cards, a.card(ctx, &out.Found[i], q.From))
	}
	if out.Nearer != nil {
		page.Nearer = a.nearer(ctx, out)
	}
	return nil
}

// opensNext finds the centres that fit but are closed, the nearest first or, when it is not known where he is, those that open first.
func (a *atlas) opensNext(q centre.Query) (centre.Outcome, error) {
	q.OpenNow = false
	out, err := a.directory.Find(q)
	if err != nil {
		return out, err
	}
	out.Found = slices.DeleteFunc(out.Found, func(s centre.Seen) bool { return s.Hours.Open || s.Hours.Change.IsZero() })
	if q.From == nil {
		slices.SortStableFunc(out.Found, func(a, b centre.Seen) int { return a.Hours.Change.Compare(b.Hours.Change) })
	}
	return out, nil
}

// nearer says what speaks against the centre that lies nearest.
func (a *atlas) nearer(ctx context.Context, out centre.Outcome) *nearerNote {
	s := out.Nearer
	note := &nearerNote{
		Title: lang.T(ctx, "centre.find.nearer", "Centre", s.Centre.Name, "Distance", distance(ctx, s.Nearby)),
		Href:  "/centres/" + s.Centre.Code,
	}
	for _, lack := range out.Lacks {
		switch lack {
		case centre.LacksService:
			why := lang.T(ctx, "centre.lack.service")
			if acts := wanted(ctx, s.Done); acts != "" {
				why = lang.T(ctx, "centre.lack.service_but", "Acts", acts)
			}
			note.Whys = append(note.Whys, why)
		case centre.LacksOpen:
			note.Whys = append(note.Whys, openState(ctx, s, a.now).Text)
		case centre.LacksStepFree:
			note.Whys = append(note.Whys, accessTag(ctx, s.Known).Text)
		case centre.LacksStop:
			note.Whys = append(note.Whys, lang.T(ctx, "centre.lack.stop"))
		}
	}
	return note
}
