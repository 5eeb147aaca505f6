package app_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/scope"
)

// refusal is a request that must not pass, and what is said of it.
type refusal struct {
	name   string
	by     caller
	q      request
	status int
	key    string
	field  string // of the first fault, where one member is to blame
}

const (
	invalid = http.StatusUnprocessableEntity
	nobody  = "00000000-0000-7000-8000-000000000000"
)

func post(path string, body what) request {
	return request{method: http.MethodPost, path: path, body: body}
}

func raw(path, kind, text string) request {
	return request{method: http.MethodPost, path: path, raw: []byte(text), kind: kind}
}

func get(path string) request { return request{method: http.MethodGet, path: path} }

// badActs are acts that no desk records.
func badActs(c caller, acts string) []refusal {
	act := func(name, key, field string, body what) refusal {
		return refusal{name, c, post(acts, body), invalid, key, field}
	}
	return []refusal{
		act("unknown kind", "visit.kind_unknown", "kind", what{"kind": "dance"}),
		act("no kind", "request.member_missing", "kind", what{}),
		act("service missing", "visit.service_missing", "service", what{"kind": "consultation"}),
		act("unknown channel", "visit.channel_unknown", "channel", what{"kind": "letter", "channel": "pigeon"}),
		act("unknown document", "visit.identity_unknown", "identity", what{"kind": "application", "service": pension, "identity": "library-card"}),
		act("help without depth", "visit.depth", "depth", what{"kind": "eservice_help", "service": "help-computer"}),
		act("depth without help", "visit.depth", "depth", what{"kind": "letter", "depth": "helped"}),
		act("unmet without reason", "visit.reason", "reason", what{"kind": "unmet"}),
		act("unknown reason", "visit.reason", "reason", what{"kind": "unmet", "reason": "rain"}),
		act("kind not for the service", "visit.kind_not_for_service", "kind", what{"kind": "payment", "service": pension}),
		act("no document seen", "visit.identity_needed", "identity", what{"kind": "application", "service": pension}),
		act("a number for a word", "request.member_type", "kind", what{"kind": 5}),
		act("an unknown member", "request.member_unknown", "client", what{"kind": "letter", "client": "010180-12345"}),
		act("unknown service", "catalogue.service_unknown", "service", what{"kind": "consultation", "service": "moon-landing"}),
	}
}

// badTexts are bodies that cannot be read.
func badTexts(c caller, acts string) []refusal {
	text := func(name string, q request, status int, key string) refusal {
		return refusal{name, c, q, status, key, ""}
	}
	return []refusal{
		text("no body", request{method: http.MethodPost, path: acts}, http.StatusBadRequest, "request.malformed"),
		text("half a JSON", raw(acts, "", `{"kind":`), http.StatusBadRequest, "request.malformed"),
		text("two JSON", raw(acts, "", `{"kind":"letter"}{"kind":"letter"}`), http.StatusBadRequest, "request.malformed"),
		text("a list", raw(acts, "", `[]`), invalid, "request.member_type"),
		text("nothing", raw(acts, "", `null`), invalid, "request.member_type"),
		text("broken UTF-8", raw(acts, "", "{\"kind\":\"\xff\xfe\"}"), http.StatusBadRequest, "request.not_text"),
		text("a NUL", raw(acts, "", `{"kind":"letter","service":"a\u0000b"}`), http.StatusBadRequest, "request.not_text"),
		text("half a character", raw(acts, "", `{"kind":"letter","service":"\ud800"}`), invalid, "catalogue.service_unknown"),
		text("ten megabytes", raw(acts, "", `{"kind":"`+strings.Repeat("x", 10<<20)+`"}`), http.StatusRequestEntityTooLarge, "request.too_large"),
		text("a form", raw(acts, "application/x-www-form-urlencoded", "kind=letter"), http.StatusBadRequest, "request.malformed"),
		text("plain text", raw(acts, "text/plain", "kind=letter"), http.StatusUnsupportedMediaType, "request.malformed"),
		text("a path that is no text", get("/api/v1/services/%ff"), http.StatusBadRequest, "request.not_text"),
		text("a query that is no text", get("/api/v1/services?q=%ff"), http.StatusBadRequest, "request.not_text"),
		text("half an escape", get("/api/v1/services?q=%f"), http.StatusBadRequest, "request.malformed"),
	}
}

// badPlaces are visits, acts, services and centres that are not there, or not here.
func badPlaces(h *house, c caller, at string) []refusal {
	read := h.token("auditor", "", scope.Network)
	closed := c.opened()
	c.post(closed+"/close", "", nil).is(http.StatusOK)
	c.post(at+"/resume", "", nil).is(http.StatusOK)
	is := func(name string, by caller, q request, status int, key string) refusal {
		return refusal{name, by, q, status, key, ""}
	}
	return []refusal{
		is("closed visit", c, post(closed+"/acts", what{"kind": "letter"}), http.StatusConflict, "visit.already_closed"),
		is("closed visit on hold", c, post(closed+"/hold", nil), http.StatusConflict, "visit.already_closed"),
		is("closed twice", c, post(closed+"/close", nil), http.StatusConflict, "visit.already_closed"),
		is("served already", c, post(at+"/resume", nil), http.StatusConflict, "visit.already_served"),
		is("unknown visit", c, post(visits+"/"+nobody+"/acts", what{"kind": "letter"}), http.StatusNotFound, "visit.unknown"),
		is("no visit", c, post(visits+"/"+strings.Repeat("0", 8)+"-0000-0000-0000-000000000000/acts", what{"kind": "letter"}), http.StatusNotFound, "visit.unknown"),
		is("unknown act", c, post(at+"/acts/"+nobody+"/undo", nil), http.StatusNotFound, "visit.act_unknown"),
		is("correction too early", c, post(at+"/acts/"+nobody+"/correct", what{"why": "wrong-kind"}), http.StatusConflict, "visit.still_open"),
		is("a visit that is no id", c, post(visits+"/first/close", nil), invalid, "request.member_form"),
		is("unknown service", read, get("/api/v1/services/moon-landing"), http.StatusNotFound, "catalogue.service_unknown"),
		is("centres of an unknown service", read, get("/api/v1/centres?service=moon-landing"), http.StatusNotFound, "catalogue.service_unknown"),
		is("unknown centre", read, get("/api/v1/centres/atlantis"), http.StatusNotFound, "centre.unknown"),
		is("no such page", read, get("/api/v1/atlantis"), http.StatusNotFound, "request.not_found"),
		is("not like this", read, request{method: http.MethodDelete, path: visits}, http.StatusMethodNotAllowed, "request.method"),
		is("behind less than nothing", read, get("/api/v1/journal/CES-1?after=-1"), invalid, "request.member_least"),
		is("too many lines", read, get("/api/v1/journal/CES-1?limit=1001"), invalid, "request.member_most"),
		is("no number", read, get("/api/v1/journal/CES-1?after=x"), invalid, "request.member_form"),
		is("no days", read, get("/api/v1/reports/acts"), invalid, "request.member_missing"),
		is("no day", read, get("/api/v1/reports/acts?from=2026-02-30&to=2026-03-01"), invalid, "request.member_date"),
		is("unknown dimension", read, get("/api/v1/reports/acts?from=2026-01-01&to=2026-12-31&by=colour"), invalid, "request.member_choice"),
		is("the end before the beginning", read, get("/api/v1/reports/acts?from=2026-12-31&to=2026-01-01"), invalid, "report.period"),
		is("a long key", c, request{method: http.MethodPost, path: visits, body: what{}, key: strings.Repeat("k", 129)}, invalid, "request.member_long"),
		is("a key of two words", c, request{method: http.MethodPost, path: visits, body: what{}, key: "two words"}, invalid, "request.key"),
	}
}

// badCallers may not, or are not known.
func badCallers(h *house, c caller, at string) []refusal {
	gone := h.clerk(cesis)
	if err := h.Staff.RevokeToken(h.t.Context(), actor.System("test"), gone.id, "gone"); err != nil {
		h.t.Fatal(err)
	}
	stranger, foreign, reader := caller{h: h, token: "vk_nobody"}, h.clerk(beside), h.token("auditor", "", scope.Network)
	library := h.clerk(marsneni)
	here := library.opened()
	may := func(name string, by caller, q request, status int, key string) refusal {
		return refusal{name, by, q, status, key, ""}
	}
	const no, who = http.StatusForbidden, http.StatusUnauthorized
	return []refusal{
		may("nobody", caller{h: h}, post(visits, what{}), who, "staff.sign_in_first"),
		may("unknown token", stranger, post(visits, what{}), who, "staff.token_unknown"),
		may("revoked token", gone, post(visits, what{}), who, "staff.token_unknown"),
		may("unknown token before a broken body", stranger, raw(visits, "", `{`), who, "staff.token_unknown"),
		may("a token that only reads", reader, post(visits, what{}), no, "staff.forbidden"),
		may("a clerk who reads the journal", c, get("/api/v1/journal/"+cesis), no, "staff.forbidden"),
		may("a clerk who reads figures", c, get("/api/v1/reports/acts?from=2026-01-01&to=2026-01-31"), no, "staff.forbidden"),
		may("another desk reads", foreign, get(at), no, "visit.foreign_desk"),
		may("another desk records", foreign, post(at+"/acts", what{"kind": "letter"}), no, "visit.foreign_desk"),
		may("another desk closes", foreign, post(at+"/close", nil), no, "visit.foreign_desk"),
		may("another desk holds", foreign, post(at+"/hold", nil), no, "visit.foreign_desk"),
		may("a state application in a library", library, post(here+"/acts", what{"kind": "application", "service": pension, "identity": "eid"}), invalid, "visit.tier"),
		may("state advice in a library", library, post(here+"/acts", what{"kind": "consultation", "service": pension}), invalid, "visit.tier"),
	}
}

// Every request that must not pass is refused with a problem in the caller's language, and leaves nothing behind.
func TestRefusalsSayWhyInTheCallersLanguage(t *testing.T) {
	inTown(t, func(t *testing.T, h *house) {
		clerk := h.clerk(cesis)
		at := clerk.opened()
		list := slices.Concat(badActs(clerk, at+"/acts"), badTexts(clerk, at+"/acts"), badPlaces(h, clerk, at), badCallers(h, clerk, at))
		before := h.lines()
		for _, r := range list {
			titles := map[string]bool{}
			for _, lang := range []string{"lv", "en", "lt"} {
				answer := r.by.speaking(lang).ask(r.q)
				p := answer.fails(r.status, r.key)
				titles[p.Title] = true
				if r.field != "" && (len(p.Errors) == 0 || p.Errors[0].Field != r.field || p.Errors[0].Detail == "") {
					t.Errorf("%s: to blame is %s, said %s", r.name, r.field, answer.body)
				}
				if answer.head.Get("Content-Type") != "application/problem+json" || p.Status != r.status || p.Instance != "urn:uuid:"+answer.head.Get("X-Request-Id") {
					t.Errorf("%s: %s %v", r.name, answer.body, answer.head)
				}
				if known := answer.head.Get("WWW-Authenticate"); (known != "") != (r.status == http.StatusUnauthorized) {
					t.Errorf("%s: WWW-Authenticate is %q", r.name, known)
				}
			}
			if len(titles) != 3 {
				t.Errorf("%s: is not said in three languages: %v", r.name, titles)
			}
		}
		if n := h.lines() - before; n != 0 {
			t.Errorf("what was refused left %d lines", n)
		}
		if got := clerk.get(at).is(http.StatusOK).visit(); got.State != "serving" || len(got.Acts) != 0 {
			t.Errorf("afterwards: %+v", got)
		}
		h.sound()
	})
}

// A language that we do not speak gets Latvian, and weights count.
func TestTheLanguageIsNegotiated(t *testing.T) {
	t.Parallel()
	h := newHouse(t, town.SQLite(t))
	nobody := caller{h: h}
	for wanted, said := range map[string]string{
		"": "lv", "lv": "lv", "en-GB": "en", "lt, en;q=0.5": "lt", "fr": "lv", "ja, en;q=0.2": "en", "en;q=0.2, lt;q=0.8": "lt", ";;;": "lv",
	} {
		got := nobody.speaking(wanted).get("/api/v1/atlantis").fails(http.StatusNotFound, "request.not_found").Title
		if want := nobody.speaking(said).get("/api/v1/atlantis").fails(http.StatusNotFound, "request.not_found").Title; got != want {
			t.Errorf("%q: %s", wanted, got)
		}
	}
}

// A body of ten megabytes is refused before it is read, also when it does not say how long it is.
func TestALargeBodyIsRefusedEarly(t *testing.T) {
	t.Parallel()
	h := newHouse(t, town.SQLite(t))
	clerk := h.clerk(cesis)
	begun := time.Now()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.site.URL+visits, endless{bytes.NewReader(bytes.Repeat([]byte("x"), 10<<20))})
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", bearer(clerk.token))
	req.Header.Set("Content-Type", "application/json")
	res, err := h.site.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("answered with %d after %s", res.StatusCode, time.Since(begun))
	}
	fmt.Fprintln(t.Output(), "answered after", time.Since(begun))
}

// endless hides the length of what it reads.
type endless struct{ r *bytes.Reader }

func (e endless) Read(b []byte) (int, error) { return e.r.Read(b) }
