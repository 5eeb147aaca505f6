package catalogue_test

import (
	"strings"
	"testing"

	"vienkopus/internal/catalogue"
	demo "vienkopus/internal/demo/catalogue"
)

// Each planted fault in the catalogue of the demonstration is noticed, and named.
func TestCheckAllNoticesPlantedFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plant func([]catalogue.Institution, []catalogue.Service, *catalogue.Basket)
		want  string
	}{
		"nothing":          {func([]catalogue.Institution, []catalogue.Service, *catalogue.Basket) {}, ""},
		"missing language": {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) { s[3].Name.LT = "" }, "name.lt: is missing"},
		"stray space":      {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) { s[3].Tell.EN += " " }, "tell.en: has stray spaces"},
		"twice":            {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) { s[1].Code = s[0].Code }, "code: stands twice"},
		"bad slug":         {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) { s[0].Code = "Csdd--x" }, "code: must be a slug"},
		"unknown kind":     {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) { s[0].Kinds[0] = "chat" }, `kinds: "chat" is not known`},
		"no tiers":         {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) { s[0].Tiers = nil }, "tiers: is empty"},
		"state at a point": {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) {
			s[0].Tiers[0] = catalogue.TierServicePoint
		}, "may not take a state application"},
		"unknown owner": {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) { s[0].Institution = "XX" }, "XX is not in the catalogue"},
		"guessed time": {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) {
			s[0].ProcessingTime = catalogue.ProcessingTime{WorkingDays: 3}
		}, "must either name its source or be marked unverified"},
		"two times": {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) {
			s[0].ProcessingTime = catalogue.ProcessingTime{WorkingDays: 3, CalendarDays: 3, Unverified: true}
		}, "given twice"},
		"no fee": {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) {
			s[0].Fee = catalogue.Fee{}
		}, "fee: needs an amount or a note"},
		"negative fee": {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) {
			s[0].Fee.Cents = new(int64(-1))
		}, "must not be negative"},
		"same word": {func(_ []catalogue.Institution, s []catalogue.Service, _ *catalogue.Basket) {
			s[0].Words.LV[1] = s[0].Words.LV[0]
		}, "twice"},
		"basket too large": {func(_ []catalogue.Institution, _ []catalogue.Service, b *catalogue.Basket) {
			b.Services = append(b.Services, "no-such")
		}, "no-such is not in the catalogue"},
		"basket too small": {func(_ []catalogue.Institution, _ []catalogue.Service, b *catalogue.Basket) {
			b.Services = b.Services[1:]
		}, "disagrees with the basket"},
		"basket without day": {func(_ []catalogue.Institution, _ []catalogue.Service, b *catalogue.Basket) { b.ValidFrom = "soon" }, "must be a day"},
		"bad institution":    {func(i []catalogue.Institution, _ []catalogue.Service, _ *catalogue.Basket) { i[0].Kind = "club" }, `kind: "club" is not known`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			institutions, services := loadDemo(t)
			basket, err := demo.LoadBasket()
			if err != nil {
				t.Fatal(err)
			}
			c.plant(institutions, services, &basket)
			var all []string
			for _, p := range catalogue.CheckAll(institutions, services, basket) {
				all = append(all, p.Error())
			}
			text := strings.Join(all, "\n")
			if (c.want == "") != (text == "") || !strings.Contains(text, c.want) {
				t.Errorf("want %q among\n%s", c.want, text)
			}
		})
	}
}

func TestTextFallsBackToLatvian(t *testing.T) {
	t.Parallel()
	text := catalogue.Text{LV: "malka", EN: "firewood"}
	for lang, want := range map[string]string{"lv": "malka", "en": "firewood", "lt": "malka", "uk": "malka", "": "malka"} {
		if got := text.For(lang); got != want {
			t.Errorf("For(%q) = %q, want %q", lang, got, want)
		}
	}
	if text.IsZero() || !(catalogue.Text{}).IsZero() {
		t.Error("IsZero is wrong")
	}
}
