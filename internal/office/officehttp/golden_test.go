package officehttp_test

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
	network := site.Person("Inga", "auditor", scope.Network, "")
	for name, get := range map[string]struct {
		who  *apptest.Browser
		path string
	}{
		"offices": {network, "/office"},
	} {
		for _, language := range []string{"lv", "en", "lt"} {
			htmltest.Page(t, name+"."+language, get.who.In(language).Get(get.path).Is(http.StatusOK).Body)
		}
	}
}
