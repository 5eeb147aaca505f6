package catalogue

import (
	"regexp"
	"slices"
	"testing"

	"vienkopus/internal/catalogue"
)

func load(t *testing.T) ([]catalogue.Institution, []catalogue.Service, catalogue.Basket) {
	t.Helper()
	institutions, services, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	basket, err := LoadBasket()
	if err != nil {
		t.Fatal(err)
	}
	return institutions, services, basket
}

func TestCatalogueIsWholeAndConsistent(t *testing.T) {
	t.Parallel()
	institutions, services, basket := load(t)
	for _, p := range catalogue.CheckAll(institutions, services, basket) {
		t.Error(p)
	}
	if len(services) < 75 {
		t.Errorf("%d services, want at least 75", len(services))
	}
}

func TestNamesAndWordsTellServicesApart(t *testing.T) {
	t.Parallel()
	_, services, _ := load(t)
	names := map[string]string{}
	for _, s := range services {
		for _, name := range []string{"lv " + s.Name.LV, "en " + s.Name.EN, "lt " + s.Name.LT} {
			if other := names[name]; other != "" {
				t.Errorf("%s and %s share the name %q", other, s.Code, name)
			}
			names[name] = s.Code
		}
	}
}

// What an act of this kind needs must be in the service: an application to the state shows who applies.
func TestStateApplicationsAskForADocument(t *testing.T) {
	t.Parallel()
	institutions, services, _ := load(t)
	for _, s := range services {
		i := slices.IndexFunc(institutions, func(i catalogue.Institution) bool { return i.Code == s.Institution })
		state := institutions[i].Kind == catalogue.State
		if state && slices.Contains(s.Kinds, catalogue.Application) && s.Identity != catalogue.IdentityDocument {
			t.Errorf("%s takes applications to the state without looking at a document", s.Code)
		}
		if !slices.Contains(s.Kinds, catalogue.Consultation) || !slices.Contains(s.Kinds, catalogue.Unmet) {
			t.Errorf("%s cannot be asked about, or cannot be unmet", s.Code)
		}
	}
}

// clerkSignsIn matches an order to the clerk to sign in or to type something, which would need the client's credentials (domain.md §4).
var clerkSignsIn = regexp.MustCompile(`(?i)(^|[,;:] )(un |tad |then |tada |ir )?(ievadiet|pieslēdzieties|autorizējieties|įveskite|prisijunkite|sign in|log in|type|enter) `)

func TestNoScriptUsesTheClientsCredentials(t *testing.T) {
	t.Parallel()
	_, services, _ := load(t)
	for _, s := range services {
		for _, step := range s.Steps {
			for _, text := range []string{step.LV, step.EN, step.LT} {
				if clerkSignsIn.MatchString(text) {
					t.Errorf("%s: %q has the clerk sign in", s.Code, text)
				}
			}
		}
	}
	for _, planted := range []string{"Ievadiet klienta PIN", "Sign in to latvija.gov.lv", "Tada įveskite kodą", "Look away; then enter the code"} {
		if !clerkSignsIn.MatchString(planted) {
			t.Errorf("the planted step %q was not noticed", planted)
		}
	}
}

func TestMisspeltMembersAreNoticed(t *testing.T) {
	t.Parallel()
	var s sheet
	for _, content := range []string{`{"institution": {"kode": "VID"}}`, `{"institution": {}} {}`, `{`} {
		if decode([]byte(content), &s) == nil {
			t.Errorf("%s was accepted", content)
		}
	}
}
