package finderhttp

import (
	"vienkopus/internal/catalogue"
	"vienkopus/internal/catalogue/cataloguehttp"
	"vienkopus/internal/centre"
)

// Shelf finds services in the catalogue.
type Shelf struct{ *catalogue.Shelf }

// Search returns the services that fit best.
func (f Shelf) Search(query, code string, limit int) []Service {
	var list []Service
	for _, hit := range f.Shelf.Search(query, code, limit) {
		if s, ok := f.Service(hit.Code, code); ok {
			list = append(list, s)
		}
	}
	return list
}

// Service returns a service that is offered.
func (f Shelf) Service(service, code string) (Service, bool) {
	s, ok := f.Shelf.Service(service)
	if !ok || !f.IsOffered(service) {
		return Service{}, false
	}
	return f.shown(s, code), true
}

// Offered returns all services that are offered.
func (f Shelf) Offered(code string) []Service {
	offered := f.Shelf.Offered()
	list := make([]Service, len(offered))
	for i := range offered {
		list[i] = f.shown(offered[i], code)
	}
	return list
}

func (f Shelf) shown(s catalogue.Service, code string) Service {
	shown := Service{
		Code: s.Code, Name: s.Name.For(code), Summary: s.Summary.For(code), Bring: cataloguehttp.Texts(code, s.Bring),
		Need: centre.Need{Classes: s.Tiers},
	}
	for _, k := range s.Kinds {
		shown.Need.Acts = append(shown.Need.Acts, string(k))
	}
	if i, ok := f.Institution(s.Institution); ok {
		shown.Institution, shown.Need.Authority = i.ShortName.For(code), string(i.Kind)
	}
	return shown
}
