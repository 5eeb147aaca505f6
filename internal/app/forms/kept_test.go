package forms_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"vienkopus/internal/app/apptest"
)

var (
	cardSection = regexp.MustCompile(`<details data-card(?:="")?( open)?>`)
	moreSection = regexp.MustCompile(`<details( open)?>\s*<summary>Vārds kvītī`)
)

// lost sends the form of the payment without a session, signs in, and returns the page that one comes back to.
func (c *counter) lost(form url.Values) apptest.Answer {
	c.t.Helper()
	c.LoseSession()
	sent := c.Submit("/pay", "/pay", form).Is(http.StatusSeeOther)
	to, err := url.Parse(sent.To)
	must(c.t, err)
	desk := c.Get(c.SignIn("anna", to.Query().Get("next")).Is(http.StatusSeeOther).To).Is(http.StatusSeeOther)
	at, err := url.Parse(desk.To)
	must(c.t, err)
	next := at.Query().Get("next")
	back := c.Post("/desk", url.Values{"desk": {"CES-1"}, "next": {next}}).Is(http.StatusSeeOther)
	return c.Get(back.To).Is(http.StatusOK)
}

// Every section came back open, and the one of the card filled its amount in by itself: a card that nobody had named.
func TestSectionsComeBackAsTheyWereAfterALostSession(t *testing.T) {
	for name, one := range map[string]struct {
		fields     []string
		card, more string
	}{
		"nothing in them, without script": {nil, "", ""},
		"nothing in them, both closed":    {[]string{"@sections", ""}, "", ""},
		"nothing in it, the card open":    {[]string{"@sections", "0"}, " open", ""},
		"nothing in them, both open":      {[]string{"@sections", "0,1"}, " open", " open"},
		"a name, without script":          {[]string{"payer", "Juris Liepa"}, "", " open"},
		"a name in a closed section":      {[]string{"payer", "Juris Liepa", "@sections", "0"}, " open", " open"},
		"a part by card":                  {[]string{"card", "5,00"}, " open", ""},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *town) {
				c := atTill(t, w)
				w.bill("W-1", "Anna Liepa")
				c.scan("W-1")
				page := c.lost(c.form(append(one.fields, "given", "20")...))
				if got := cardSection.FindStringSubmatch(page.Body); len(got) != 2 || got[1] != one.card {
					t.Errorf("the section of the card: %q", got)
				}
				if got := moreSection.FindStringSubmatch(page.Body); len(got) != 2 || got[1] != one.more {
					t.Errorf("the section of the name: %q", got)
				}
			})
		})
	}
}

// What was typed with a point came back with a point, beside sums with commas.
func TestAmountsComeBackInTheWayOfThePage(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		b := w.bill("W-1", "Anna Liepa")
		c.scan("W-1")
		typed := []string{"given", "20.00", "amount-" + b.ID.String(), "10.00", "card", "x"}
		refused := c.pay(typed...).Is(http.StatusUnprocessableEntity)
		for name, page := range map[string]apptest.Answer{"refused": refused, "after signing in": c.lost(c.form(typed...))} {
			for field, want := range map[string]string{"given": "20,00", "amount-" + b.ID.String(): "10,00", "card": "x"} {
				if !holds(page.Body, field, want) {
					t.Errorf("%s: %s does not hold %s", name, field, want)
				}
			}
		}
	})
}
