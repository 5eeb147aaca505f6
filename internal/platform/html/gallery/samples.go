package gallery

import (
	"fmt"

	"vienkopus/internal/platform/html"
)

type site struct {
	site                               string
	documents, payments, consultations int64
}

// cesis is a part of the year that the Cēsis librarians told of; Rīdzene is the mirror image of every other library.
var cesis = []site{
	{"Cēsu VPVKAC", 10400, 950, 4300},
	{"Rīdzenes bibliotēka", 1038, 11, 0},
	{"Dzērbenes bibliotēka", 21, 409, 0},
	{"Taurenes bibliotēka (VPVKAC)", 30, 411, 656},
	{"Kaives bibliotēka", 16, 126, 0},
}

func (s site) flag(w words) string {
	if s.documents > s.payments && s.payments < 100 {
		return w.unusual
	}
	return ""
}

func columns(w words) []html.Column {
	return []html.Column{
		{Label: w.site, SortHref: "/table?sort=site"},
		{Label: w.documents, Number: true, SortHref: "/table?sort=documents", Sorted: html.Descending},
		{Label: w.payments, Number: true, SortHref: "/table?sort=payments"},
		{Label: w.consultations, Number: true},
		{},
	}
}

func channels(w words) []html.Choice {
	return []html.Choice{
		{Value: "desk", Label: w.atDesk, Chosen: true},
		{Value: "phone", Label: w.phone},
		{Value: "email", Label: w.email},
	}
}

func problems(w words) html.ErrorSummary {
	return html.ErrorSummary{{Field: "name", Text: w.nameError}, {Field: "day", Text: w.dayError}}
}

func months() []html.Bar {
	all := make([]html.Bar, 12)
	for i, n := range []int64{410, 380, 450, 390, 340, 300, 240, 310, 520, 690, 560, 430} {
		all[i] = html.Bar{Label: fmt.Sprintf("%02d", i+1), Values: []int64{n / 2, n, n / 10}, Href: fmt.Sprintf("/table?month=%02d", i+1)}
	}
	return all
}
