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
	InstitutionName catalogue.Text            `json:"institution_name"`
	Authority       catalogue.InstitutionKind `json:"authority" enum:"state,municipal,help"`
}

type servicesInput struct {
	Query string `query:"q" doc:"What the client says, in any of the languages, without diacritics, with typing mistakes"`
	Lang  string `query:"lang" enum:"lv,en,lt" default:"lv" doc:"Language whose words weigh most"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"20"`
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
	rest.Register(api, rest.Operation{
		Method: http.MethodGet, Path: "/services", ID: "findServices", Summary: "Services, searched in the client's words", Public: true,
	}, p.apiServices)
	rest.Register(api, rest.Operation{
		Method: http.MethodGet, Path: "/services/{service}", ID: "getService", Summary: "One service", Public: true,
	}, p.apiService)
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
	for _, hit := range p.Shelf.Search(in.Query, in.Lang, in.Limit) {
		if s, ok := p.Shelf.Service(hit.Code); ok {
			out.Body.Items = append(out.Body.Items, p.body(s))
		}
	}
	return out, nil
}

func (p pages) apiService(_ context.Context, in *struct {
	Service string `path:"service"`
},
) (*serviceAnswer, error) {
	s, ok := p.Shelf.Service(in.Service)
	if !ok || !p.Shelf.IsOffered(s.Code) {
		return nil, fault.NewNotFound("catalogue.service_unknown")
	}
	return &serviceAnswer{Body: p.body(s)}, nil
}

func (p pages) body(s catalogue.Service) serviceBody {
	b := serviceBody{Service: s}
	if i, ok := p.Shelf.Institution(s.Institution); ok {
		b.InstitutionName, b.Authority = i.Name, i.Kind
	}
	return b
}
