package cataloguehttp_test

import (
	"net/http"
	"testing"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/html/htmltest"
)

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	w := paymenttest.Open(t, paymenttest.Template.SQLite(t))
	site := apptest.New(t, w.App)
	visitor := site.Visitor()
	for name, get := range map[string]struct {
		who  *apptest.Browser
		path string
	}{
		"services": {visitor, "/services?q=malka"},
		"nothing":  {visitor, "/services?q=xyzzy"},
		"service":  {visitor, "/services/municipality-firewood-benefit"},
	} {
		for _, language := range []string{"lv", "en", "lt"} {
			htmltest.Page(t, name+"."+language, get.who.In(language).Get(get.path).Is(http.StatusOK).Body)
		}
	}
}
