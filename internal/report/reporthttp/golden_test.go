package reporthttp_test

import (
	"net/http"
	"testing"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/html/htmltest"
)

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	w := paymenttest.Open(t, paymenttest.Template.SQLite(t))
	site := apptest.New(t, w.App)
	w.OpenTill("DZE-1")
	w.Pay("DZE-1", w.Bill(paymenttest.Water, 1230))
	manager := site.Person("Zane", "municipal-manager", scope.Municipality("0026000"), "")
	network := site.Person("Inga", "network-manager", scope.Network, "")
	for name, get := range map[string]struct {
		who  *apptest.Browser
		path string
	}{
		"year":      {manager, "/reports/year?year=2026"},
		"acts":      {manager, "/reports/acts?from=2026-11-01&to=2026-11-30"},
		"lines":     {manager, "/reports/lines?from=2026-11-01&to=2026-11-30"},
		"published": {manager, "/reports/published?year=2026"},
		"network":   {network, "/network?year=2026"},
	} {
		for _, language := range []string{"lv", "en", "lt"} {
			htmltest.Page(t, name+"."+language, get.who.In(language).Get(get.path).Is(http.StatusOK).Body)
		}
	}
	htmltest.Page(t, "refused-year.lv", manager.Get("/reports/year?year=12345").Is(http.StatusUnprocessableEntity).Body)
}
