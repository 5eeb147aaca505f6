package staffhttp_test

import (
	"net/http"
	"net/url"
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
	clerk := site.Person("Ilze", "clerk", scope.Centre("cesis"), "CES-1")
	site.Person("Anna", "clerk", scope.Centre("cesis"), "CES-2")
	for name, get := range map[string]struct {
		who  *apptest.Browser
		path string
	}{
		"me":       {clerk, "/me"},
		"sessions": {clerk, "/me/sessions"},
		"people":   {site.Person("Zane", "administrator", scope.Network, ""), "/staff"},
		"desk":     {clerk, "/desk"},
		"switch":   {clerk, "/switch"},
		"sign-in":  {site.Visitor(), "/sign-in?next=/counter"},
	} {
		for _, language := range []string{"lv", "en", "lt"} {
			htmltest.Page(t, name+"."+language, get.who.In(language).Get(get.path).Is(http.StatusOK).Body)
		}
	}
	typed := url.Values{"sign_in": {"ilze"}, "password": {"aplam"}, "next": {"/counter"}}
	htmltest.Page(t, "refused-sign-in.lv", site.Visitor().Post("/sign-in", typed).Is(http.StatusUnauthorized).Body)
	htmltest.Page(t, "refused-desk.lv", clerk.Post("/desk", url.Values{"desk": {"LIV-1"}}).Is(http.StatusForbidden).Body)
	htmltest.Page(t, "refused-switch.lv", clerk.Post("/switch", url.Values{"password": {"x"}}).Is(http.StatusUnprocessableEntity).Body)
	again := url.Values{"old": {"x"}, "password": {"garš jauns vārds"}, "again": {"cits"}}
	htmltest.Page(t, "refused-password.lv", clerk.Post("/me", again).Is(http.StatusUnprocessableEntity).Body)
}
