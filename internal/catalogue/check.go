package catalogue

import "slices"

// CheckAll returns everything that is wrong with a whole catalogue: each entry by itself, codes that stand twice,
// references that lead nowhere, tiers that may not take a state application, and a basket that disagrees with its services.
func CheckAll(institutions []Institution, services []Service, basket Basket) []Problem {
	var all []Problem
	kinds := map[string]InstitutionKind{}
	for _, i := range institutions {
		all = append(all, i.Validate()...)
		if _, twice := kinds[i.Code]; twice {
			all = append(all, Problem{Of: i.Code, Field: "code", Reason: "stands twice"})
		}
		kinds[i.Code] = i.Kind
	}
	seen := map[string]bool{}
	for _, s := range services {
		all = append(all, s.Validate()...)
		if seen[s.Code] {
			all = append(all, Problem{Of: s.Code, Field: "code", Reason: "stands twice"})
		}
		seen[s.Code] = true
		all = append(all, checkInstitution(s, kinds)...)
		if s.InMinimumBasket != slices.Contains(basket.Services, s.Code) {
			all = append(all, Problem{Of: s.Code, Field: "in_minimum_basket", Reason: "disagrees with the basket"})
		}
	}
	all = append(all, basket.Validate()...)
	for _, code := range basket.Services {
		if !seen[code] {
			all = append(all, Problem{Of: basket.Code, Field: "services", Reason: code + " is not in the catalogue"})
		}
	}
	return all
}

func checkInstitution(s Service, kinds map[string]InstitutionKind) []Problem {
	kind, known := kinds[s.Institution]
	if !known {
		return []Problem{{Of: s.Code, Field: "institution", Reason: s.Institution + " is not in the catalogue"}}
	}
	var all []Problem
	for _, tier := range s.Tiers {
		if kind == State && (tier == TierServicePoint || tier == TierCustomerCentre) {
			all = append(all, Problem{Of: s.Code, Field: "tiers", Reason: tier + " may not take a state application"})
		}
	}
	return all
}
