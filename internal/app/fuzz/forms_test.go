package fuzz_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"vienkopus/internal/app/towntest"
	"vienkopus/internal/demo"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/html/formtest"
	"vienkopus/internal/platform/rest"
)

// visitor goes through the pages as somebody, and sends the forms that he finds.
type visitor struct {
	t     *testing.T
	site  http.Handler
	heard *ear
	clock *clock.Hand
	who   demo.SignIn // nobody when empty
	pen   *formtest.Pen
	each  int // how often a form is sent
	turn  int // how many were sent: each in the next manner

	jar    map[string]string
	queue  []string        // pages to open
	todo   []formtest.Form // forms to send
	routes *http.ServeMux
	seen   map[string]int // pattern of an address → how many like it were opened
	forms  map[string]int // pattern of a form → how many like it were filled in, by everybody
	own    map[string]int // the same, by this visitor
	last   string         // what was sent before the page that is judged
	counts map[int]int    // status → how often
	wrong  []string
}

// How many pages that differ in ids alone somebody opens, and how many forms that are alike are filled in by one and by all.
const (
	alikePages = 4
	alikeForms = 2
	allForms   = 4
)

// answer is what a page or a form got.
type answer struct {
	at   string // the address
	what string // that was asked or sent
	code int
	head http.Header
	body string
}

// do makes a request with the cookies of the visitor.
func (v *visitor) do(method, address, kind string, body io.Reader) answer {
	a := answer{at: address, what: method + " " + address}
	r := httptest.NewRequestWithContext(v.t.Context(), method, "/", body)
	target, err := url.ParseRequestURI(address)
	if err != nil {
		v.complain(a, "%v", err)
		return a
	}
	r.URL, r.RequestURI = target, address
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for name, value := range v.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	v.site.ServeHTTP(w, r)
	res := w.Result()
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		v.jar[c.Name] = c.Value
	}
	a.code, a.head, a.body = w.Code, res.Header, w.Body.String()
	v.counts[a.code]++
	return a
}

func (v *visitor) complain(a answer, format string, args ...any) {
	v.wrong = append(v.wrong, fmt.Sprintf("%s: %s: %d: %s\n%s", v.who.User, a.what, a.code, fmt.Sprintf(format, args...), v.last))
}

// leaks are what no page may show: a text of a stranger as markup, and a word that was forgotten in a sentence.
var leaks = []*regexp.Regexp{
	regexp.MustCompile(`<script>alert|<b onmouseover`), regexp.MustCompile(`%!\w?\(|\(MISSING\)|<no value>`), regexp.MustCompile(`href="(javascript:|//|/\\)`),
}

// judge looks whether an answer is one that a person can go on from, and returns the page, or nothing for another answer.
func (v *visitor) judge(a answer) (formtest.Page, bool) {
	kind := a.head.Get("Content-Type")
	switch to := a.head.Get("Location"); {
	case a.code >= http.StatusInternalServerError:
		v.complain(a, "the program is at fault: %s", v.heard.said())
		return formtest.Page{}, false
	case a.code == http.StatusNoContent:
		return formtest.Page{}, false
	case a.code >= http.StatusMultipleChoices && a.code < http.StatusBadRequest:
		if u, err := url.Parse(to); err != nil || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`) {
			v.complain(a, "it leads to %q", to)
		}
		v.find(to)
		return formtest.Page{}, false
	case a.head.Get("Content-Disposition") != "" || a.code < http.StatusBadRequest && strings.Contains(a.what, "/.well-known/"):
		if a.body == "" {
			v.complain(a, "an empty file")
		}
		return formtest.Page{}, false
	}
	page, err := formtest.Parse(a.body, a.at)
	switch {
	case !strings.HasPrefix(kind, "text/html") || !utf8.ValidString(a.body):
		v.complain(a, "it is answered as %q", kind)
	case err != nil:
		v.complain(a, "%v", err)
	case page.Lang == "" || page.Title == "" || page.Text == "":
		v.complain(a, "an empty page: %q %q %q", page.Lang, page.Title, page.Text)
	case a.code >= http.StatusBadRequest && len(page.Told) == 0:
		v.complain(a, "nothing on the page tells what is wrong: %.300s", page.Text)
	}
	for _, leak := range leaks {
		if found := leak.FindStringIndex(a.body); found != nil {
			v.complain(a, "the page shows %q", a.body[max(found[0]-80, 0):min(found[1]+80, len(a.body))])
		}
	}
	return page, true
}

// like is what addresses have in common that differ in ids and wishes alone: the route.
func (v *visitor) like(method string, u *url.URL) string {
	_, pattern := v.routes.Handler(&http.Request{Method: method, URL: u})
	return pattern
}

// find puts an address into the queue unless enough like it were opened.
func (v *visitor) find(address string) {
	u, err := url.Parse(address)
	if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "/assets/") || strings.HasPrefix(u.Path, "/api/") {
		return
	}
	u.Fragment = ""
	if slices.Contains(v.queue, u.RequestURI()) {
		return
	}
	if like := v.like(http.MethodGet, u); v.seen[like] < alikePages {
		v.seen[like]++
		v.queue = append(v.queue, u.RequestURI())
	}
}

// enter signs in, at the usual desk.
func (v *visitor) enter() {
	if v.who.User == "" {
		return
	}
	if a := v.do(http.MethodGet, "/me", "", http.NoBody); a.code == http.StatusOK {
		v.sit()
		return
	}
	v.clock.Advance(20 * time.Minute) // past the pause after wrong passwords
	form := url.Values{"sign_in": {v.who.User}, "password": {towntest.Password}}.Encode()
	if a := v.do(http.MethodPost, "/sign-in", "application/x-www-form-urlencoded", strings.NewReader(form)); a.code != http.StatusSeeOther {
		v.t.Fatalf("%s does not come in: %d", v.who.User, a.code)
	}
	v.sit()
}

// marked finds the mark of a form.
var marked = regexp.MustCompile(`name="as" value="([^"]*)"`)

// sit takes the usual desk.
func (v *visitor) sit() {
	if v.who.Desk != "" {
		form := url.Values{"desk": {v.who.Desk}}
		if mark := marked.FindStringSubmatch(v.do(http.MethodGet, "/desk", "", http.NoBody).body); mark != nil { // a form says who saw it
			form.Set("as", mark[1])
		}
		if a := v.do(http.MethodPost, "/desk", "application/x-www-form-urlencoded", strings.NewReader(form.Encode())); a.code != http.StatusSeeOther {
			v.t.Fatalf("%s has no desk: %d %s", v.who.User, a.code, a.body)
		}
	}
}

// tour opens every page that can be reached, and sends every form on it.
func (v *visitor) tour() []string {
	v.jar, v.seen, v.own, v.counts = map[string]string{}, map[string]int{}, map[string]int{}, map[int]int{}
	v.enter()
	for _, address := range []string{"/", "/counter", "/office", "/find?q=malka", "/nowhere", "/confirm?next=/payments"} {
		v.find(address)
	}
	if v.who.Desk != "" {
		v.put("2026-0009")
	}
	for len(v.queue) > 0 || len(v.todo) > 0 {
		if len(v.queue) == 0 { // every page is seen before its forms change what the next one shows
			f := v.todo[0]
			v.todo = v.todo[1:]
			for range v.each {
				v.send(f, formtest.Manner(v.turn%int(formtest.Manners)))
				v.turn++
			}
			continue
		}
		address := v.queue[0]
		v.queue = v.queue[1:]
		v.last = ""
		if page, ok := v.judge(v.do(http.MethodGet, address, "", http.NoBody)); ok {
			v.note(page)
		}
	}
	return v.wrong
}

// put puts what is found into the basket, as a clerk does, and remembers the page with the basket: the pages of paying say little without one.
func (v *visitor) put(number string) {
	v.last = ""
	page, ok := v.judge(v.do(http.MethodGet, "/pay", "", http.NoBody))
	if !ok {
		return
	}
	for _, f := range v.search(page, number).Forms {
		if f.Action == "/pay/basket" {
			v.send(f, formtest.AsItIs)
			break
		}
	}
	if page, ok := v.judge(v.do(http.MethodGet, "/pay", "", http.NoBody)); ok {
		v.note(page)
	}
	v.search(page, "Liepa")
}

// search looks something up: what one may do with bills and persons stands on the answer alone.
func (v *visitor) search(page formtest.Page, text string) formtest.Page {
	for _, f := range page.Forms {
		if f.Action != "/pay/find" {
			continue
		}
		for i := range f.Fields {
			if f.Fields[i].Name == "q" {
				f.Fields[i].Value = text
			}
		}
		return v.send(f, formtest.AsItIs)
	}
	return formtest.Page{}
}

// note remembers what a page leads to. What a form is answered with is a page like any other.
func (v *visitor) note(page formtest.Page) {
	for _, link := range page.Links {
		v.find(link)
	}
	for _, id := range uuid.FindAllString(strings.Join(page.Links, " "), 3) {
		if len(v.pen.Known) < 200 && !slices.Contains(v.pen.Known, id) {
			v.pen.Known = append(v.pen.Known, id)
		}
	}
	v.collect(page)
}

// collect takes the forms of a page, unless enough like them are taken.
func (v *visitor) collect(page formtest.Page) {
	for _, f := range page.Forms {
		if f.Draft != "" {
			page.Forms = append(page.Forms, formtest.Form{Method: http.MethodPost, Action: f.Draft, Fields: f.Fields})
		}
	}
	for _, f := range page.Forms {
		action, err := url.Parse(f.Action)
		if f.Action == "" || err != nil {
			continue
		}
		like := v.like(f.Method, action) + " " + f.Names()
		if v.own[like] >= alikeForms || v.forms[like] >= allForms {
			continue
		}
		v.own[like]++
		v.forms[like]++
		v.todo = append(v.todo, f)
	}
}

// send sends a form once and returns the page that answers it.
func (v *visitor) send(f formtest.Form, how formtest.Manner) (page formtest.Page) {
	sent := v.pen.Fill(f, how)
	v.last = sent.String()
	var a answer
	if f.Method == http.MethodPost {
		body, kind, err := sent.Body()
		if err != nil {
			v.t.Fatal(err)
		}
		a = v.do(http.MethodPost, f.Action, kind, body)
	} else {
		action, _, _ := strings.Cut(f.Action, "?")
		a = v.do(http.MethodGet, action+"?"+sent.Values.Encode(), "", http.NoBody)
	}
	page, ok := v.judge(a)
	if ok {
		v.note(page)
	}
	if action, _, _ := strings.Cut(f.Action, "?"); slices.Contains([]string{"/sign-out", "/sign-in", "/switch", "/me", "/me/sessions", "/desk"}, action) {
		v.enter()
	}
	return page
}

// Whoever opens whichever page and sends whatever by its forms gets a page that he can go on from, or is led to one.
func TestFormsAnswerWhatNobodyThoughtOf(t *testing.T) {
	t.Parallel()
	for i, s := range seeds() {
		each := max(*posts>>i, 1) // what is always the same is looked at longer
		towntest.Town.Each(t, func(t *testing.T, dsn string) {
			h := newHouse(t, dsn)
			routes, forms := h.mux(), map[string]int{}
			for _, who := range append([]demo.SignIn{{}}, towntest.People()...) {
				v := &visitor{t: t, site: h.site, heard: h.heard, clock: h.clock, who: who, pen: formtest.NewPen(s), each: each, routes: routes, forms: forms}
				v.pen.Known = []string{"CES-1", "CES-2", string(towntest.Water), "2026-0007", towntest.Cesu, "municipality-firewood-benefit", "BAG-1", "Liepa"}
				v.pen.Files = []string{"<Document/>", "", "\xef\xbb\xbf<?xml version=\"1.0\"?>", strings.Repeat("<a>", 3000)}
				for _, wrong := range v.tour() {
					t.Errorf("seed %d, %s", s, wrong)
				}
				t.Logf("%s: %d pages, %d forms, %v", who.User, len(v.seen), len(v.own), v.counts)
			}
			if i == 0 {
				h.reached(forms)
			}
			h.sound(t.Context())
		})
	}
}

// mux knows the patterns of all routes.
func (h *house) mux() *http.ServeMux {
	h.t.Helper()
	routes, err := h.Routes()
	if err != nil {
		h.t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.Handle(r.Pattern(), http.NotFoundHandler())
	}
	return mux
}

// reached complains about routes to which no form was sent: then nothing was tried there.
func (h *house) reached(forms map[string]int) {
	h.t.Helper()
	routes, err := h.Routes()
	if err != nil {
		h.t.Fatal(err)
	}
	// Whom the program lets see these has typed a code of an app, which no pen can guess; ways_test.go of staffhttp does.
	coded := []string{"/sign-in/code", "/me/ways"}
	// These are there only where the node knows its own address, a provider, issuers of cards, or a gateway and a key: passkey_test.go, elsewhere_test.go, the tests of cards and of smshttp try them.
	coded = append(coded, "/sign-in/passkey", "/me/passkey", "/sign-in/card", "/sign-in/elsewhere", "/me/elsewhere", "/confirm/elsewhere", "/payments/{payment}/sms")
	for _, r := range routes {
		if slices.Contains(coded, r.Path) {
			continue
		}
		sent := slices.ContainsFunc(slices.Collect(maps.Keys(forms)), func(name string) bool { return strings.HasPrefix(name, r.Pattern()+" ") })
		if r.Method == http.MethodPost && !strings.HasPrefix(r.Path, rest.Prefix) && !sent {
			h.t.Errorf("no form was found that is sent to %s: fill the town so that a page shows it", r.Pattern())
		}
	}
}
