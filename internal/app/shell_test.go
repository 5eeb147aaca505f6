package app_test

import (
	"net/http"
	"strings"
	"testing"

	"vienkopus/internal/app"
	"vienkopus/internal/app/apptest"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/html/htmltest"
)

// What surrounds every page, for each kind of reader: a place of the navigation that comes or goes changes these files and no others.
func TestGoldenShell(t *testing.T) {
	t.Parallel()
	a, err := app.Open(t.Context(), app.Config{DSN: town.SQLite(t), Passwords: towntest.Cheap, Clock: clock.NewHand(paymenttest.Start), Version: "1.0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	site := apptest.New(t, a)
	cesu := scope.Municipality("0026000")
	for name, reader := range map[string]struct {
		who     *apptest.Browser
		landing string
	}{
		"visitor":    {site.Visitor(), ""},
		"clerk":      {site.Person("Ilze", "clerk", scope.Centre("cesis"), cesis), "/counter"},
		"manager":    {site.Person("Zane", "municipal-manager", cesu, ""), "/reports/year"},
		"accountant": {site.Person("Rita", "accountant", cesu, ""), ""},
		"network":    {site.Person("Inga", "network-manager", scope.Network, ""), "/network"},
	} {
		page := reader.who.Get("/services").Is(http.StatusOK).Body
		page = page[strings.Index(page, "<body"):]
		main := page[strings.Index(page, "<main") : strings.Index(page, "</main>")+len("</main>")]
		htmltest.Golden(t, "shell-"+name+".lv.html", htmltest.Essence(strings.Replace(page, main, "<p>…</p>", 1)))
		if got := reader.who.Get("/sign-in").To; reader.landing != "" && got != reader.landing {
			t.Errorf("%s begins at %s", name, got)
		}
	}
}
