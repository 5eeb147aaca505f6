package finderhttp

import (
	"context"
	"net/http"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/rest"
)

// centreBody is a centre as programs get it.
type centreBody struct {
	Code         string           `json:"code" example:"cesis"`
	Name         string           `json:"name" example:"Cēsu vienotais klientu apkalpošanas centrs"`
	Municipality string           `json:"municipality" doc:"ATVK code, or a slug where it is not known" example:"0026000"`
	Unit         string           `json:"unit,omitempty" doc:"Town or parish; none for a mobile unit"`
	Tier         centre.Tier      `json:"tier,omitempty" doc:"On the present day; absent before the first"`
	Class        centre.Class     `json:"class,omitempty" doc:"What the rules look at"`
	Host         centre.Host      `json:"host"`
	Address      string           `json:"address,omitempty"`
	Point        geo.Point        `json:"point" doc:"WGS84"`
	Precision    centre.Precision `json:"precision"`
	Stops        []centre.Stop    `json:"stops,omitempty"`
	Phone        string           `json:"phone,omitempty"`
	Email        string           `json:"email,omitempty"`
	Planned      bool             `json:"planned,omitempty"`
	Unverified   bool             `json:"unverified,omitempty"`
	OpeningHours string           `json:"opening_hours,omitempty" doc:"After the OpenStreetMap specification; absent where the hours are not known" example:"Mo-Fr 08:00-17:00"`
	// HoursUnverified marks hours that nobody has checked.
	HoursUnverified bool          `json:"opening_hours_unverified,omitempty"`
	Zone            string        `json:"zone" example:"Europe/Riga"`
	OpenNow         bool          `json:"open_now"`
	Change          *time.Time    `json:"next_change,omitempty" doc:"When it closes, if open, or opens"`
	Features        []featureBody `json:"features" doc:"What surveys found; a feature that is not named is unknown"`
	Metres          *int          `json:"metres,omitempty" doc:"Great-circle distance from lat and lon"`
	Does            []act         `json:"does,omitempty" doc:"Kinds of act that it may do for the service"`
}

// act is a kind of act.
type act string

func acts(codes []string) []act {
	list := make([]act, len(codes))
	for i, code := range codes {
		list[i] = act(code)
	}
	return list
}

type featureBody struct {
	Feature    centre.Feature `json:"feature"`
	Answer     centre.Answer  `json:"answer"`
	Value      int            `json:"value,omitempty" doc:"Centimetres"`
	SurveyedOn string         `json:"surveyed_on" format:"date"`
	Unverified bool           `json:"unverified,omitempty"`
}

type centresInput struct {
	Municipality string  `query:"municipality" doc:"Only centres of this municipality" example:"0026000"`
	Service      string  `query:"service" doc:"Only centres that do this service" example:"municipality-firewood-benefit"`
	OpenNow      bool    `query:"open_now" doc:"Only centres that are open at this moment"`
	StepFree     bool    `query:"step_free" doc:"Only centres that are known to let a wheelchair in"`
	Lat          float64 `query:"lat" minimum:"-90" maximum:"90" doc:"With lon: the nearest first"`
	Lon          float64 `query:"lon" minimum:"-180" maximum:"180" doc:"With lat"`
}

type centresAnswer struct {
	Body struct {
		Items []centreBody `json:"items" doc:"The nearest first, or by name without lat and lon; planned and closed centres are left out"`
	}
}

type centreAnswer struct{ Body centreBody }

// Operations adds the centres to the REST interface.
func Operations(api *rest.API, d Deps) {
	p := pages{d}
	rest.Values[centre.Tier](api, "", centre.Tiers)
	rest.Values[centre.Class](api, "", centre.Classes)
	rest.Values[centre.Host](api, "", centre.Hosts)
	rest.Values[centre.Precision](api, "", centre.Precisions)
	rest.Values[centre.Feature](api, "", centre.Features)
	rest.Values[centre.Answer](api, "", centre.Answers)
	rest.Values[act](api, "", centre.Acts)
	rest.Example(api, geo.Point{Lat: 57.3128, Lon: 25.2748})
	tag := rest.Tag{Name: "centres", Description: "Where the counters are, when they are open and what they do. For everybody."}
	rest.Register(api, rest.Operation{
		Method: http.MethodGet, Path: "/centres", ID: "findCentres", Summary: "Centres that are open and do what is needed", Public: true, Tag: tag,
		Description: "The nearest first when the caller says where; planned and closed centres are left out.",
	}, p.apiCentres)
	rest.Register(api, rest.Operation{
		Method: http.MethodGet, Path: "/centres/{centre}", ID: "getCentre", Summary: "One centre", Public: true, Tag: tag,
		Description: "Planned and closed centres too. What nobody has surveyed is not named.",
	}, p.apiCentre)
}

func (p pages) apiCentres(ctx context.Context, in *centresInput) (*centresAnswer, error) {
	a, err := p.read(ctx)
	if err != nil {
		return nil, err
	}
	q := centre.Query{At: a.now, OpenNow: in.OpenNow, StepFree: in.StepFree}
	if in.Lat != 0 || in.Lon != 0 {
		q.From = &geo.Point{Lat: in.Lat, Lon: in.Lon}
	}
	if in.Service != "" {
		service, ok := p.Services.Service(in.Service, "lv")
		if !ok {
			return nil, fault.NewNotFound("catalogue.service_unknown")
		}
		q.Need = &service.Need
	}
	found, err := a.directory.Find(q)
	if err != nil {
		return nil, err
	}
	out := &centresAnswer{}
	out.Body.Items = []centreBody{}
	for i := range found.Found {
		if s := &found.Found[i]; in.Municipality == "" || s.Centre.Municipality == in.Municipality {
			out.Body.Items = append(out.Body.Items, body(s, q))
		}
	}
	return out, nil
}

func (p pages) apiCentre(ctx context.Context, in *struct {
	Centre string `path:"centre" doc:"Code of the centre" example:"cesis"`
},
) (*centreAnswer, error) {
	a, err := p.read(ctx)
	if err != nil {
		return nil, err
	}
	c, err := a.centre(in.Centre)
	if err != nil {
		return nil, err
	}
	q := centre.Query{At: a.now}
	seen, err := a.directory.See(c, q)
	if err != nil {
		return nil, err
	}
	return &centreAnswer{Body: body(&seen, q)}, nil
}

func body(s *centre.Seen, q centre.Query) centreBody {
	b := centreBody{
		Code: s.Centre.Code, Name: s.Centre.Name, Municipality: s.Centre.Municipality, Unit: s.Location.Unit,
		Tier: s.Tier, Class: s.Tier.Class(), Host: s.Centre.Host, Address: s.Location.Address,
		Point: s.Location.Point, Precision: s.Location.Precision, Stops: s.Location.Stops,
		Phone: s.Centre.Phone, Email: s.Centre.Email, Planned: s.Centre.Planned, Unverified: s.Centre.Unverified,
		Zone: s.Centre.Zone, OpenNow: s.Hours.Open, HoursUnverified: s.Hours.Unverified, Does: acts(s.Done), Features: []featureBody{},
	}
	if s.Hours.IsKnown {
		b.OpeningHours = s.Hours.Place.Schedule.OSM(s.Hours.Today.Date)
	}
	if !s.Hours.Change.IsZero() {
		b.Change = &s.Hours.Change
	}
	if q.From != nil {
		b.Metres = &s.Nearby.Metres
	}
	for _, k := range s.Known {
		b.Features = append(b.Features, featureBody{
			Feature: k.Feature, Answer: k.Answer, Value: k.Value, SurveyedOn: k.On.String(), Unverified: k.Unverified,
		})
	}
	return b
}
