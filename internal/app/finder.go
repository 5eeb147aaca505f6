package app

import (
	"vienkopus/internal/catalogue"
	"vienkopus/internal/catalogue/cataloguehttp"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centrehttp"
)

// finderServices tells the finder of centres about services.
type finderServices struct{ shelf *catalogue.Shelf }

// Search returns the services that fit best.
func (f finderServices) Search(query, code string, limit int) []centrehttp.Service {
	var list []centrehttp.Service
	for _, hit := range f.shelf.Search(query, code, limit) {
		if s, ok := f.Service(hit.Code, code); ok {
			list = append(list, s)
		}
	}
	return list
}

// Service returns a service that is offered.
func (f finderServices) Service(service, code string) (centrehttp.Service, bool) {
	s, ok := f.shelf.Service(service)
	if !ok || !f.shelf.IsOffered(service) {
		return centrehttp.Service{}, false
	}
	return f.shown(s, code), true
}

// Offered returns all services that are offered.
func (f finderServices) Offered(code string) []centrehttp.Service {
	offered := f.shelf.Offered()
	list := make([]centrehttp.Service, len(offered))
	for i := range offered {
		list[i] = f.shown(offered[i], code)
	}
	return list
}

func (f finderServices) shown(s catalogue.Service, code string) centrehttp.Service {
	shown := centrehttp.Service{
		Code: s.Code, Name: s.Name.For(code), Summary: s.Summary.For(code), Bring: cataloguehttp.Texts(code, s.Bring),
		Need: centre.Need{Classes: s.Tiers},
	}
	for _, k := range s.Kinds {
		shown.Need.Acts = append(shown.Need.Acts, string(k))
	}
	if i, ok := f.shelf.Institution(s.Institution); ok {
		shown.Institution, shown.Need.Authority = i.ShortName.For(code), string(i.Kind)
	}
	return shown
}
