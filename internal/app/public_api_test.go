package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// What a resident's program asks needs no token.
func TestServicesAndCentresForEverybody(t *testing.T) {
	inTown(t, func(t *testing.T, h *house) {
		anybody := caller{h: h}
		var found struct {
			Items []struct{ Code, Institution, Authority string }
		}
		for words, code := range map[string]string{"malka": firewood, "vecuma pensija": pension, "firewood": firewood, "senatves pensija": pension} {
			anybody.get("/api/v1/services?q=" + url.QueryEscape(words)).is(http.StatusOK).into(&found)
			codes := make([]string, len(found.Items))
			for i, s := range found.Items {
				codes[i] = s.Code
			}
			if len(codes) > 20 || !slices.Contains(codes[:min(3, len(codes))], code) {
				t.Errorf("%q: %q", words, codes)
			}
		}
		anybody.get("/api/v1/services?limit=200").is(http.StatusOK).into(&found)
		if len(found.Items) < 70 {
			t.Errorf("only %d services", len(found.Items))
		}
		var card struct {
			Code, Authority string
			Name            map[string]string
			Bring           []map[string]string
		}
		anybody.get("/api/v1/services/" + firewood).is(http.StatusOK).into(&card)
		if card.Authority != "municipal" || card.Name["lv"] == "" || card.Name["lt"] == "" || len(card.Bring) == 0 {
			t.Errorf("the card: %+v", card)
		}
		var near struct {
			Items []struct {
				Code, Municipality, Class string
				Metres                    *int
				Does                      []string
			}
		}
		anybody.get("/api/v1/centres?lat=57.3128&lon=25.2748&service=" + pension).is(http.StatusOK).into(&near)
		if len(near.Items) < 2 || near.Items[0].Code != "cesis" || *near.Items[0].Metres > *near.Items[1].Metres || !slices.Contains(near.Items[0].Does, "application") {
			t.Errorf("near Cēsis: %+v", near.Items[:min(2, len(near.Items))])
		}
		anybody.get("/api/v1/centres?municipality=0036000").is(http.StatusOK).into(&near)
		for _, c := range near.Items {
			if c.Municipality != "0036000" {
				t.Errorf("in Līvāni: %+v", c)
			}
		}
		// A token that is not valid is no reason to refuse what everybody may see.
		caller{h: h, token: "vk_nobody"}.get("/api/v1/centres/cesis").is(http.StatusOK)
	})
}

// Every answer of every kind carries what protects a browser, whatever went wrong.
func TestEveryAnswerCarriesItsProtection(t *testing.T) {
	t.Parallel()
	h := newHouse(t, town.SQLite(t))
	clerk := h.clerk(cesis)
	for _, q := range []request{
		get("/"), get("/find"), get("/services"), get("/sign-in"), get("/counter"), get("/atlantis"), get("/assets/atlantis.js"), get("/%ff"),
		{method: http.MethodPost, path: "/sign-in", raw: []byte("sign_in=x&password=y"), kind: "application/x-www-form-urlencoded"},
		{method: http.MethodDelete, path: "/find"},
		{method: http.MethodHead, path: "/find"},
		{method: http.MethodOptions, path: "/find"},
		get("/api/v1/openapi.json"), get("/api/v1/centres"), get("/api/v1/atlantis"), post(visits, what{}), post(visits, what{"x": 1}),
		raw(visits, "", string(make([]byte, 2<<20))),
	} {
		for _, by := range []caller{clerk, {h: h}} {
			r := by.ask(q)
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
				"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			} {
				if got := r.head.Get(name); got != want {
					t.Errorf("%s: %d with %s %q", r.asked, r.status, name, got)
				}
			}
			if csp := r.head.Get("Content-Security-Policy"); !isStrict(csp) {
				t.Errorf("%s: %d with the policy %q", r.asked, r.status, csp)
			}
			if r.head.Get("X-Request-Id") == "" || r.head.Get("Server") != "" {
				t.Errorf("%s: %d with %v", r.asked, r.status, r.head)
			}
		}
	}
}

// isStrict tells whether a policy lets nothing in but what is ours.
func isStrict(csp string) bool {
	rules := map[string][]string{}
	for rule := range strings.SplitSeq(csp, ";") {
		if words := strings.Fields(rule); len(words) > 0 {
			rules[words[0]] = words[1:]
		}
	}
	for name, from := range rules {
		for _, source := range from {
			if source != "'self'" && source != "'none'" && (name != "img-src" || source != "data:") {
				return false
			}
		}
	}
	return slices.Equal(rules["default-src"], []string{"'none'"}) && slices.Equal(rules["frame-ancestors"], []string{"'none'"})
}

func TestAPolicyWithAHoleIsSeen(t *testing.T) {
	t.Parallel()
	for _, csp := range []string{
		"", "default-src 'self'", "default-src 'none'", "default-src 'none'; frame-ancestors 'none'; script-src 'self' 'unsafe-inline'",
		"default-src 'none'; frame-ancestors 'none'; script-src *", "default-src 'none'; frame-ancestors 'none'; font-src https://fonts.example",
	} {
		if isStrict(csp) {
			t.Errorf("%q passes", csp)
		}
	}
}
