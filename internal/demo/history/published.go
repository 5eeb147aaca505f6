package history

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/report"
)

// Published returns what has been published: some of it adds up, some does not, and for some we have no lines at all.
// Year is the year of the Cēsis table.
func Published(year int) []report.Figure {
	municipalities := "VARAM, Vienotie klientu apkalpošanas centri, 2021"
	portal := "VARAM, PVS statistika"
	return []report.Figure{
		{
			Code: "pvs-2016-08", Of: report.Place{Desk: Feed}, Period: civil.MustMonth("2016-08").Period(), Value: 25_500,
			Label: text("Darbības PVS 2016. gada augustā", "Acts in the PVS in August 2016", "Veiksmai PVS 2016 m. rugpjūtį"),
			Parts: []report.Part{
				{Label: text("pieteikumi VSAA", "applications to VSAA", "prašymai VSAA"), Value: 16_650},
				{Label: text("pieteikumi VID", "applications to VID", "prašymai VID"), Value: 2_500},
				{Label: text("konsultācijas", "consultations", "konsultacijos"), Value: 6_300},
			},
			Kinds:  []catalogue.ActKind{catalogue.Application, catalogue.Consultation},
			Source: "Tukuma novada dome, 19.08.2016.",
		},
		{
			Code: "ridzene-year", Of: report.Place{Centre: "ridzene"}, Period: civil.YearPeriod(year), Value: 1_049,
			Label: text("Darījumi Rīdzenes bibliotēkā gadā", "Transactions at Rīdzene library in the year", "Sandoriai Rydzenės bibliotekoje per metus"),
			Parts: []report.Part{
				{Label: text("dokumenti", "documents", "dokumentai"), Value: 1_038},
				{Label: text("pieņemtie maksājumi", "payments taken", "priimti mokėjimai"), Value: 11},
			},
			Kinds:  []catalogue.ActKind{catalogue.DocumentReceived, catalogue.Payment},
			Source: "Cēsu novada gada statistika",
		},
		{
			Code: "coverage-2021-with", Period: civil.YearPeriod(2021), Value: 34, Source: municipalities,
			Label: text("Pašvaldības, kurās ir centrs", "Municipalities with a centre", "Savivaldybės, kuriose yra centras"),
			Parts: []report.Part{
				{Label: text("vairāki centri", "more than one centre", "keli centrai"), Value: 25},
				{Label: text("viens centrs", "one centre", "vienas centras"), Value: 9},
			},
		},
		{
			Code: "coverage-2021-all", Period: civil.YearPeriod(2021), Value: 43, Source: municipalities,
			Label: text("Visas pašvaldības", "All municipalities", "Visos savivaldybės"),
			Parts: []report.Part{
				{Label: text("vairāki centri", "more than one centre", "keli centrai"), Value: 25},
				{Label: text("viens centrs", "one centre", "vienas centras"), Value: 9},
				{Label: text("neviena centra", "no centre", "nė vieno centro"), Value: 1},
			},
		},
		{
			Code: "pvs-2015-2020", Period: days("2015-09-01", "2020-12-31"), Value: 406_050, Source: portal,
			Label: text("Darbības PVS no 2015. gada septembra līdz 2020. gadam", "Acts in the PVS from September 2015 to 2020", "Veiksmai PVS nuo 2015 m. rugsėjo iki 2020 m."),
			Parts: []report.Part{
				{Label: text("konsultācijas", "consultations", "konsultacijos"), Value: 217_370},
				{Label: text("pieteikumi", "applications", "prašymai"), Value: 188_680},
			},
		},
		{
			Code: "pvs-2021", Period: civil.YearPeriod(2021), Value: 242_145, Source: portal,
			Label: text("Darbības PVS 2021. gadā", "Acts in the PVS in 2021", "Veiksmai PVS 2021 m."),
		},
	}
}

func text(lv, en, lt string) catalogue.Text { return catalogue.Text{LV: lv, EN: en, LT: lt} }

func days(from, to string) civil.Period {
	return civil.Period{From: civil.MustDate(from), To: civil.MustDate(to)}
}
