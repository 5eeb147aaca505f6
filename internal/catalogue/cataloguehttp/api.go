package cataloguehttp

import (
	"context"
	"net/http"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/rest"
)

// serviceBody is a service as programs get it: the card after CPSV-AP 3.2, and what the search thought of it.
type serviceBody struct {
	catalogue.Service
	Tiers           []tier                    `json:"tiers" doc:"What a centre must be to take an application for it"`
	Channels        []channel                 `json:"channels" doc:"The ways to it, at the counter and elsewhere"`
	LifeEvents      []string                  `json:"life_events"`
	InstitutionName catalogue.Text            `json:"institution_name"`
	Authority       catalogue.InstitutionKind `json:"authority"`
}

// What the catalogue keeps as text, with a list of its own.
type (
	tier    string
	channel string
	spoken  string
)

// these returns the texts of the catalogue as values of a list; never nil, as the description promises.
func these[T ~string](texts []string) []T {
	list := make([]T, len(texts))
	for i, text := range texts {
		list[i] = T(text)
	}
	return list
}

type servicesInput struct {
	Query string `query:"q" doc:"What the client says, in any of the languages, without diacritics, with typing mistakes" example:"malka"`
	Lang  spoken `query:"lang" default:"lv" doc:"Language whose words weigh most"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"20" doc:"Most services in the answer"`
}

type servicesAnswer struct {
	Body struct {
		Items []serviceBody `json:"items" doc:"The best first; all in the order of their codes when q is absent"`
	}
}

type serviceAnswer struct{ Body serviceBody }

// Operations adds the catalogue to the REST interface.
func Operations(api *rest.API, d Deps) {
	p := pages{d}
	rest.Values[spoken](api, "", catalogue.Languages)
	rest.Values[tier](api, "", catalogue.Tiers)
	rest.Values[channel](api, "", catalogue.Channels)
	rest.Values[catalogue.ActKind](api, "", catalogue.ActKinds)
	rest.Values[catalogue.Identity](api, "", catalogue.Identities)
	rest.Values[catalogue.InstitutionKind](api, "", catalogue.InstitutionKinds)
	rest.Example(api, firewood)
	tag := rest.Tag{Name: "services", Description: "What the counters offer, described after CPSV-AP. For everybody."}
	rest.Register(api, rest.Operation{
		Method: http.MethodGet, Path: "/services", ID: "findServices", Summary: "Services, searched in the client's words", Public: true, Tag: tag,
		Description: "Finds in any of the languages, without diacritics, with typing mistakes, in other case forms. Without q all services that are offered.",
	}, p.apiServices)
	rest.Register(api, rest.Operation{
		Method: http.MethodGet, Path: "/services/{service}", ID: "getService", Summary: "One service", Public: true, Tag: tag,
		Description: "In today's version, with what the clerk asks, what the client brings, what it costs and how long it takes.",
	}, p.apiService)
}

// firewood is the example of a service in the description.
var firewood = serviceBody{
	Service: catalogue.Service{
		Code: "municipality-firewood-benefit", Version: 1, Institution: "MUNICIPALITY",
		Name:    catalogue.Text{LV: "Pabalsts malkas iegādei", EN: "Firewood benefit", LT: "Malkų pašalpa"},
		Summary: catalogue.Text{LV: "Pabalsts mājokļa apkurei.", EN: "A benefit for heating the home.", LT: "Pašalpa būstui šildyti."},
		Words:   catalogue.Words{LV: []string{"malka"}, EN: []string{"firewood"}, LT: []string{"malkos"}},
		Kinds:   []catalogue.ActKind{catalogue.Consultation, catalogue.Application},
		Ask:     []catalogue.Text{{LV: "Ar ko apkurināt mājokli?", EN: "How is the home heated?", LT: "Kuo šildomas būstas?"}},
		Bring:   []catalogue.Text{{LV: "Ienākumu izziņa", EN: "Proof of income", LT: "Pajamų pažyma"}},
		Steps:   []catalogue.Text{{LV: "Aizpildiet iesniegumu.", EN: "Fill in the application.", LT: "Užpildykite prašymą."}},
		Tell:    catalogue.Text{LV: "Atbilde būs pa pastu.", EN: "The answer comes by post.", LT: "Atsakymas ateis paštu."},
		Fee:     catalogue.Fee{Cents: new(int64)}, ProcessingTime: catalogue.ProcessingTime{WorkingDays: 10, Unverified: true},
		Identity: catalogue.IdentityNone, Source: "https://vienkopus.example/rules",
	},
	Tiers: these[tier](catalogue.Tiers), Channels: []channel{catalogue.ChannelInPerson}, LifeEvents: []string{"keeping-warm"},
	InstitutionName: catalogue.Text{LV: "Pašvaldība", EN: "Municipality", LT: "Savivaldybė"}, Authority: catalogue.Municipal,
}

func (p pages) apiServices(_ context.Context, in *servicesInput) (*servicesAnswer, error) {
	out := &servicesAnswer{}
	out.Body.Items = []serviceBody{}
	if in.Query == "" {
		offered := p.Shelf.Offered()
		for _, s := range offered[:min(in.Limit, len(offered))] {
			out.Body.Items = append(out.Body.Items, p.body(s))
		}
		return out, nil
	}
	for _, hit := range p.Shelf.Search(in.Query, string(in.Lang), in.Limit) {
		if s, ok := p.Shelf.Service(hit.Code); ok {
			out.Body.Items = append(out.Body.Items, p.body(s))
		}
	}
	return out, nil
}

func (p pages) apiService(_ context.Context, in *struct {
	Service string `path:"service" doc:"Code of the service" example:"municipality-firewood-benefit"`
},
) (*serviceAnswer, error) {
	s, ok := p.Shelf.Service(in.Service)
	if !ok || !p.Shelf.IsOffered(s.Code) {
		return nil, fault.NewNotFound("catalogue.service_unknown")
	}
	return &serviceAnswer{Body: p.body(s)}, nil
}

func (p pages) body(s catalogue.Service) serviceBody {
	b := serviceBody{Service: s, Tiers: these[tier](s.Tiers), Channels: these[channel](s.Channels), LifeEvents: these[string](s.LifeEvents)}
	if i, ok := p.Shelf.Institution(s.Institution); ok {
		b.InstitutionName, b.Authority = i.Name, i.Kind
	}
	return b
}
