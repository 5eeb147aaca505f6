package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// canary is a word that must not be found where it does not belong.
type canary struct {
	what, text string
	// rests are the tables where it may rest.
	rests []string
}

// canaries are what people type, and what is theirs. Each is a word that stands nowhere else.
var canaries = map[string]canary{
	"sign-in":        {"a sign-in name", "zvirbulene", []string{"staff_account"}},
	"name":           {"a name", "Zvirbule Žagatiņa", nil},
	"password":       {"a password", "kanarijputnu parole 7", nil},
	"wrong password": {"a mistyped password", "kanarijputnu parole 8", nil},
	"wrong name":     {"a password typed as a name", "kanarijputnuparole9", nil},
	"label":          {"the label of a token", "kanarijputnu kiosks", []string{"token"}},
	"typed":          {"what was typed for a visit", "vecmamma Kanarijputna", nil},
	"searched":       {"what was searched", "kanarijsearch", nil},
	"sent":           {"what was sent in a form", "kanarijform", nil},
	"bad token":      {"a token that is not valid", "vk_kanarijtoken", nil},
	"path":           {"an address", "kanarijpath", nil},
	"agent":          {"the name of a browser", "kanarijagent", nil},
}

// found returns where canaries stand that must not. Every way in which a text may be written counts.
func found(text string, secrets ...string) []string {
	var list []string
	for _, c := range canaries {
		secrets = append(secrets, c.text)
	}
	for _, secret := range secrets {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), fmt.Sprintf("%x", secret)} {
			if i := strings.Index(strings.ToLower(text), strings.ToLower(form)); i >= 0 {
				list = append(list, fmt.Sprintf("%q in %q", secret, text[max(0, i-80):min(len(text), i+80)]))
				break
			}
		}
	}
	return list
}

// browser is somebody at a screen.
type browser struct {
	t      *testing.T
	p      *server
	client *http.Client
	jar    *cookiejar.Jar
}

func newBrowser(t *testing.T, p *server) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, p: p, jar: jar, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

func (b *browser) do(method, path string, form url.Values) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.p.site+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("User-Agent", canaries["agent"].text)
	r.Header.Set("Referer", b.p.site+"/"+canaries["path"].text)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", b.p.site)
	}
	got, err := do(b.client, r)
	if err != nil {
		b.t.Fatal(err)
	}
	return got
}

var hiddenKey = regexp.MustCompile(`name="key"[^>]*value="([\w-]+)"`)

// form sends a form with the key of the counter's page.
func (b *browser) form(path string, values url.Values) answer {
	b.t.Helper()
	page := b.do(http.MethodGet, "/counter", nil)
	key := hiddenKey.FindStringSubmatch(page.body)
	if key == nil {
		b.t.Fatalf("the counter has no form: %v", page)
	}
	values.Set("key", key[1])
	return b.do(http.MethodPost, path, values)
}

var openVisit = regexp.MustCompile(`/visits/([0-9a-f-]{36})/close`)

// session is a day with everything that people type.
func session(t *testing.T, p *server, secret string) (visit string) {
	t.Helper()
	b := newBrowser(t, p)
	say := func(name string) string { return canaries[name].text }
	for _, wrong := range []url.Values{
		{"sign_in": {say("sign-in")}, "password": {say("wrong password")}}, {"sign_in": {say("wrong name")}, "password": {say("password")}},
	} {
		if got := b.do(http.MethodPost, "/sign-in", wrong); got.status < 400 {
			t.Fatalf("a wrong password is answered with %d", got.status)
		}
	}
	in := b.do(http.MethodPost, "/sign-in", url.Values{"sign_in": {say("sign-in")}, "password": {say("password")}})
	cookieFlags(t, in, false)
	b.do(http.MethodPost, "/desk", url.Values{"desk": {"CES-1"}})
	b.form("/visits", url.Values{})
	page := b.do(http.MethodGet, "/counter?q="+url.QueryEscape(say("searched")), nil)
	open := openVisit.FindStringSubmatch(page.body)
	if open == nil || !strings.Contains(page.body, say("name")) {
		t.Fatalf("the counter shows no visit or nobody: %d %s", page.status, page.body)
	}
	at := "/visits/" + open[1]
	b.do(http.MethodGet, "/counter/search?q="+url.QueryEscape(say("searched")), nil)
	b.do(http.MethodGet, "/services?q="+url.QueryEscape(say("searched")), nil)
	b.do(http.MethodGet, "/find?q="+url.QueryEscape(say("searched")), nil)
	b.do(http.MethodGet, "/"+say("path")+"?x="+say("path"), nil)
	b.do(http.MethodGet, "/visits/"+say("path"), nil)
	for _, form := range []url.Values{
		{"visit": {open[1]}, "kind": {say("sent")}, "q": {say("typed")}},
		{"visit": {say("sent")}, "kind": {"letter"}},
		{"visit": {open[1]}, "kind": {"consultation"}, "service": {say("sent")}},
		{"visit": {open[1]}, "kind": {"unmet"}, "reason": {say("sent")}},
		{"visit": {open[1]}, "kind": {"letter"}, "channel": {say("sent")}},
	} {
		if got := b.form("/counter/acts", form); got.status < 400 {
			t.Errorf("%v is answered with %d", form, got.status)
		}
	}
	if got := b.form("/counter/acts", url.Values{"visit": {open[1]}, "kind": {"letter"}, "q": {say("sent")}}); got.status != http.StatusSeeOther {
		t.Errorf("an act is answered with %d", got.status)
	}
	b.do(http.MethodPost, "/me", url.Values{"old": {say("wrong password")}, "password": {say("password")}, "again": {say("wrong password")}})
	programs(t, p, secret)
	if got := b.do(http.MethodPost, at+"/draft", url.Values{"q": {say("typed")}}); got.status != http.StatusNoContent {
		t.Fatalf("the draft is answered with %d %s", got.status, got.body)
	}
	return at
}

// programs has programs send what they should not.
func programs(t *testing.T, p *server, secret string) {
	t.Helper()
	for _, c := range []struct{ method, path, token, key, body string }{
		{http.MethodPost, "/visits", canaries["bad token"].text, "", "{}"},
		{http.MethodPost, "/visits", secret, "", `{"channel":"` + canaries["sent"].text + `"}`},
		{http.MethodPost, "/visits", secret, "", `{"` + canaries["sent"].text + `":1}`},
		{http.MethodPost, "/visits", secret, "", canaries["sent"].text},
		{http.MethodPost, "/visits/" + canaries["path"].text + "/close", secret, "", ""},
		{http.MethodGet, "/services/" + canaries["path"].text, "", "", ""},
		{http.MethodGet, "/services?q=" + canaries["searched"].text, "", "", ""},
		{http.MethodGet, "/centres?service=" + canaries["searched"].text, "", "", ""},
		{http.MethodGet, "/journal/" + canaries["path"].text, secret, "", ""},
	} {
		if _, err := ask(t.Context(), c.method, p.site+"/api/v1"+c.path, c.token, c.key, c.body); err != nil {
			t.Fatal(err)
		}
	}
}

// cookieFlags complains about a session cookie that scripts or other sites could get at.
func cookieFlags(t *testing.T, in answer, bound bool) {
	t.Helper()
	cookies := in.head.Values("Set-Cookie")
	i := slices.IndexFunc(cookies, func(c string) bool { return strings.Contains(c, "vienkopus=") })
	if i < 0 || in.status != http.StatusSeeOther {
		t.Fatalf("signing in: %d %v", in.status, cookies)
	}
	want := []string{"HttpOnly", "SameSite=Lax", "Path=/"}
	if bound {
		want = append(want, "Secure")
	}
	for _, flag := range want {
		if !slices.Contains(strings.Split(cookies[i], "; "), flag) {
			t.Errorf("the cookie lacks %s: %s", flag, cookies[i])
		}
	}
	for _, more := range []string{"Domain=", "Expires=", "Max-Age="} {
		if strings.Contains(cookies[i], more) {
			t.Errorf("the cookie says %s: %s", more, cookies[i])
		}
	}
	if strings.HasPrefix(cookies[i], "__Host-") != bound {
		t.Errorf("the cookie is named %s", cookies[i])
	}
}

// contents returns every row of every table of a database and of the store beside it, by table.
func contents(t *testing.T, dsn string) map[string]string {
	t.Helper()
	db, err := sqldb.Open(context.WithoutCancel(t.Context()), dsn)
	if err != nil {
		t.Fatal(err)
	}
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
	if dbtest.Engine(dsn) == "postgres" {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	tables := map[string]string{}
	for _, store := range []*sqldb.DB{db, db.Side()} {
		var names []string
		err = sqldb.Each(t.Context(), store, query, nil, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			names = append(names, name)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if tables[name], err = journaltest.Dump(t.Context(), store, name); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return tables
}

// resting complains about canaries in tables that are no place for them, and about those that are not where they must be.
func resting(t *testing.T, tables map[string]string, secrets ...string) {
	t.Helper()
	for _, c := range canaries {
		for name, text := range tables {
			is := strings.Contains(text, c.text) || strings.Contains(text, fmt.Sprintf("%x", c.text))
			if slices.Contains(c.rests, name) != is {
				t.Errorf("%s, %q, is in the table %s: %v", c.what, c.text, name, is)
			}
		}
	}
	for name, text := range tables {
		for _, secret := range secrets {
			if strings.Contains(text, secret) || strings.Contains(text, fmt.Sprintf("%x", secret)) {
				t.Errorf("a secret is in the table %s", name)
			}
		}
	}
	if len(tables) < 25 || !strings.Contains(tables["entry"], "desk=CES-1") {
		t.Errorf("only %d tables were searched", len(tables))
	}
}

func TestNothingPersonalIsWrittenWhereItDoesNotBelong(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		say, key := func(name string) string { return canaries[name].text }, filepath.Join(t.TempDir(), "node.key") // a server's database has keys only where a file is named
		callWith(t, say("password")+"\n", "user", "add", say("sign-in"), say("name"), "--scope", "centre:cesis", "--role", "clerk", "--db", dsn, "--node-key", key).well()
		secret := strings.TrimSpace(call(t, "token", "create", say("label"), "--desk", "CES-2", "--db", dsn, "--node-key", key).well().out)
		p := serve(t, dsn, "--node-key", key)
		at := session(t, p, secret)
		metrics := p.get(p.probes+"/metrics", "").body
		while := contents(t, dsn)
		resting(t, while, secret)

		b := newBrowser(t, p)
		in := b.do(http.MethodPost, "/sign-in", url.Values{"sign_in": {say("sign-in")}, "password": {say("password")}})
		cookie, _, _ := strings.Cut(strings.TrimPrefix(in.head.Get("Set-Cookie"), "vienkopus="), ";")
		b.do(http.MethodPost, "/desk", url.Values{"desk": {"CES-1"}})
		if got := b.form(at+"/close", url.Values{}); got.status != http.StatusSeeOther {
			t.Errorf("closing is answered with %d", got.status)
		}
		// A draft that comes late, from a tab that is still open, is not kept.
		if got := b.do(http.MethodPost, at+"/draft", url.Values{"q": {say("typed")}}); got.status != http.StatusConflict {
			t.Errorf("a late draft is answered with %d", got.status)
		}
		if draft := contents(t, dsn)["side_draft"]; strings.Contains(draft, "fields=") {
			t.Errorf("after the client has left a draft is kept: %s", draft)
		}
		if code := p.stop(); code != 0 {
			t.Errorf("it ends with %d", code)
		}
		log := p.said.String()
		for _, wrong := range found(log, secret, cookie) {
			t.Errorf("in the log: %s", wrong)
		}
		for _, wrong := range found(metrics, secret, cookie) {
			t.Errorf("in the metrics: %s", wrong)
		}
		// What was searched is a log of this session, at all levels.
		for _, word := range []string{`"route":"POST /sign-in"`, `"route":"POST /visits/{visit}/draft"`, `"status":401`, `"route":"GET /api/v1/services/{service}"`, `"status":422`} {
			if !strings.Contains(log, word) {
				t.Errorf("the log does not say %s: nothing was searched", word)
			}
		}
		clean(t, dsn)
	})
}

func TestACanaryIsSeen(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"path":"/services?q=kanarijsearch"}`, "name: Zvirbule Žagatiņa", "q=vecmamma+Kanarijputna", "VECMAMMA KANARIJPUTNA",
		fmt.Sprintf("x'%x'", "kanarijform"), url.PathEscape("Zvirbule Žagatiņa"), "secret", "vk_kanarijtoken",
	} {
		if len(found("before "+text+" after", "secret")) != 1 {
			t.Errorf("%s is not seen", text)
		}
	}
	if got := found("nothing of that", "secret"); len(got) > 0 {
		t.Errorf("seen in nothing: %q", got)
	}
}

// Behind a public address with TLS the cookie is bound to it.
func TestWithTLSTheCookieIsBoundToTheHost(t *testing.T) {
	t.Parallel()
	dsn := town.SQLite(t)
	callWith(t, canaries["password"].text+"\n", "user", "add", "anna", "Anna", "--scope", "centre:cesis", "--role", "clerk", "--db", dsn).well()
	p := serve(t, dsn, "--public-url", "https://centrs.example")
	in := newBrowser(t, p).do(http.MethodPost, "/sign-in", url.Values{"sign_in": {"anna"}, "password": {canaries["password"].text}})
	cookieFlags(t, in, true)
	if got := in.head.Get("Strict-Transport-Security"); got == "" {
		t.Error("nothing insists on TLS")
	}
	p.stop()
}
