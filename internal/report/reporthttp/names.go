package reporthttp

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
)

// names says what codes are called, in the reader's language.
type names struct {
	lang           string
	centres        map[string]string
	homes          map[string]string // centre → municipality
	municipalities map[string]string
	shelf          shelf
}

func (p pages) names(ctx context.Context) (names, error) {
	n := names{lang: lang.Code(ctx), centres: map[string]string{}, homes: map[string]string{}, municipalities: map[string]string{}, shelf: p.Shelf}
	all, err := p.Centres.Centres(ctx, p.Journal.DB())
	if err != nil {
		return n, err //nolint:wrapcheck // the store names itself
	}
	for i := range all {
		n.centres[all[i].Code], n.homes[all[i].Code] = all[i].Name, all[i].Municipality
	}
	territories, err := p.Territories.Municipalities(ctx, p.Journal.DB())
	if err != nil {
		return n, err //nolint:wrapcheck // the store names itself
	}
	for _, m := range territories {
		n.municipalities[m.Code] = m.Name
	}
	return n, nil
}

// municipalityOf returns the municipality of a centre, or the fault NotFound report.centre_unknown.
func (p pages) municipalityOf(ctx context.Context, code string) (string, error) {
	n, err := p.names(ctx)
	if err != nil {
		return "", err
	}
	home, known := n.homes[code]
	if !known {
		return "", fault.NewNotFound("report.centre_unknown")
	}
	return home, nil
}

// of returns the name of a code; a code that nobody knows stands for itself.
func (n names) of(ctx context.Context, d report.Dimension, code string) string {
	name := ""
	switch d {
	case report.ByCentre:
		name = n.centres[code]
	case report.ByMunicipality:
		name = n.municipalities[code]
	case report.ByMonth, report.BySpan:
		name = spanName(code)
	case report.ByService:
		if s, ok := n.shelf.Service(code); ok {
			name = s.Name.For(n.lang)
		}
	case report.ByInstitution:
		if i, ok := n.shelf.Institution(code); ok {
			name = i.Name.For(n.lang)
		}
	case report.ByChannel:
		if key := "visit.channel." + code; lang.Has(ctx, key) {
			name = lang.T(ctx, key)
		}
	case report.ByKind:
		return columnName(ctx, catalogue.ActKind(code))
	case report.ByDesk:
	}
	switch {
	case name != "":
		return name
	case code == "" && (d == report.ByCentre || d == report.ByMunicipality):
		return lang.T(ctx, "report.feeds")
	case code == "":
		return lang.T(ctx, "report.none")
	}
	return code
}

// spanName writes a month as 03.2025 and a statement as its days.
func spanName(span string) string {
	p, err := tally.PeriodOf(span)
	if err != nil {
		return ""
	}
	if month := civil.MonthOf(p.From); month.String() == span {
		return month.Display()
	}
	return p.Display()
}

// columnName heads the column of a kind of act.
func columnName(ctx context.Context, kind catalogue.ActKind) string {
	if kind == report.AllActs {
		return lang.T(ctx, "report.all_acts")
	}
	if key := "report.column." + string(kind); lang.Has(ctx, key) {
		return lang.T(ctx, key)
	}
	return string(kind)
}

// sortByName puts rows in the order of their names, as a dictionary of the language has it; statements stay behind months.
func (n names) sortByName(ctx context.Context, t *report.Table, descending bool) {
	order, keys := collate.New(language.Make(n.lang)), map[string]string{}
	var buffer collate.Buffer
	for _, r := range t.Rows {
		keys[r.Code] = string(order.KeyFromString(&buffer, n.of(ctx, t.Query.By, r.Code)))
		buffer.Reset()
	}
	slices.SortStableFunc(t.Rows, func(a, b report.Row) int {
		by := strings.Compare(keys[a.Code], keys[b.Code])
		if descending {
			by = -by
		}
		return cmp.Or(by, cmp.Compare(a.Code, b.Code))
	})
}

// faultsOf returns err when it holds anything but faults, so that a page may show the others itself.
func faultsOf(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) && f.Kind == fault.Invalid {
		return nil
	}
	return err
}
