package officehttp

import (
	"cmp"
	"context"
	"slices"

	"vienkopus/internal/base/id"
	"vienkopus/internal/centre"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
)

// centres knows centres.
type centres interface {
	Centres(ctx context.Context, r journal.Reader) ([]centre.Centre, error)
}

// Names says what centres are called, by their code.
type Names map[string]string

// Names returns the names of all centres.
func (s Shell) Names(ctx context.Context) (Names, error) {
	n := Names{}
	all, err := s.Centres.Centres(ctx, s.Journal.DB())
	for i := range all {
		n[all[i].Code] = all[i].Name
	}
	return n, err
}

// Centre returns the name of a centre. In a ledger an office stands for a centre.
func (n Names) Centre(ctx context.Context, code string) string {
	if name := n[code]; name != "" {
		return name
	}
	if _, isOffice := office.Municipality(code); isOffice {
		return lang.T(ctx, "office.office")
	}
	return code
}

// CentreName is a centre with its name.
type CentreName struct{ Code, Name string }

// CentresOf returns the centres of a municipality in the order of their names.
func (s Shell) CentresOf(ctx context.Context, municipality string) ([]CentreName, error) {
	all, err := s.Centres.Centres(ctx, s.Journal.DB())
	var here []CentreName
	for i := range all {
		if all[i].Municipality == municipality {
			here = append(here, CentreName{all[i].Code, all[i].Name})
		}
	}
	slices.SortFunc(here, func(a, b CentreName) int { return cmp.Compare(a.Name, b.Name) })
	return here, err
}

// Who returns the name of somebody by her staff id. The program itself, and whoever fills it, have codes instead of staff ids, which stand for themselves.
func (s Shell) Who(ctx context.Context, person string) (string, error) {
	if _, err := id.Parse(person); err != nil {
		return person, nil //nolint:nilerr // see above
	}
	name, err := s.Called(ctx, person)
	if name == "" {
		name = lang.T(ctx, "office.somebody")
	}
	return name, err
}
