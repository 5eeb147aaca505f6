package paymenthttp_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
)

// house is a program without places, in which one person can sign in and do nothing.
var house = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	a, err := app.Open(ctx, app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.System{}})
	if err != nil {
		return err
	}
	person := staff.NewPerson{SignIn: "anna", Name: "Anna", Password: password, Scope: scope.Network}
	if _, err := a.Staff.Enrol(ctx, actor.System("test"), person, "anna"); err != nil {
		return err
	}
	return a.Close()
})

const password = "zilonis ar šalli"

func open(t *testing.T, dsn string) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	return a
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// paper is a receipt of a program, of now.
func paper(a *app.App) *receipt.Receipt {
	return &receipt.Receipt{
		Kind: receipt.Payment, Node: a.Keyring.Node(), Series: "CES-1", Number: 1, At: a.Journal.Now(), Creditor: "90000028508", Currency: "EUR",
		Total: 4250, Tenders: map[receipt.Tender]money.Amount{receipt.Cash: 4250},
	}
}

func signed(t *testing.T, a *app.App, r *receipt.Receipt) *receipt.Code {
	t.Helper()
	key, err := a.Keyring.Current(t.Context(), a.DB, r.At)
	must(t, err)
	code, err := receipt.Sign(r, key)
	must(t, err)
	return code
}

// visitor is somebody in front of a program, signed in when there is a cookie.
type visitor struct {
	site         http.Handler
	cookie, lang string
}

// ask returns an answer of the program; a form makes it a POST.
func (v visitor) ask(t *testing.T, path, form string) *httptest.ResponseRecorder {
	t.Helper()
	method := http.MethodGet
	if form != "" {
		method = http.MethodPost
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form))
	for name, value := range map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Cookie": v.cookie, "Origin": "http://" + r.Host, "Accept-Language": v.lang} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	w := httptest.NewRecorder()
	v.site.ServeHTTP(w, r)
	return w
}

func (v visitor) get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := v.ask(t, path, "")
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w
}

func at(t *testing.T, a *app.App) visitor {
	t.Helper()
	site, err := a.Handler(nil)
	must(t, err)
	return visitor{site: site}
}

func TestAStrangerChecksAReceiptWithThePublishedKeys(t *testing.T) {
	t.Parallel()
	house.Each(t, func(t *testing.T, dsn string) {
		a := open(t, dsn)
		nobody := at(t, a)
		none, err := receipt.ParseKeys(nobody.get(t, receipt.KeysPath).Body.Bytes())
		if err != nil || len(none.All()) != 0 {
			t.Fatalf("before there is a key: %v %v", none, err)
		}
		must(t, a.Keyring.Ensure(t.Context()))
		code := signed(t, a, paper(a))
		published := nobody.get(t, receipt.KeysPath)
		keys, err := receipt.ParseKeys(published.Body.Bytes())
		must(t, err)
		if result, err := receipt.CheckText(code.Text(), keys, a.Journal.Now()); err != nil || result.Verdict != receipt.Valid {
			t.Errorf("%+v %v", result, err)
		}
		if kept := published.Header().Get("Cache-Control"); kept != "public, max-age=300" {
			t.Errorf("the keys are kept %s", kept)
		}
	})
}

var inside = map[string]*regexp.Regexp{
	"policy": regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`),
	"script": regexp.MustCompile(`(?s)<script>(.*?)</script>`),
	"style":  regexp.MustCompile(`(?s)<style>(.*?)</style>`),
}

func TestThePageForStrangers(t *testing.T) {
	t.Parallel()
	house.Each(t, func(t *testing.T, dsn string) {
		a := open(t, dsn)
		must(t, a.Keyring.Ensure(t.Context()))
		nobody := at(t, a)
		page := nobody.get(t, "/verify")
		found := map[string]string{}
		for name, what := range inside {
			match := what.FindStringSubmatch(page.Body.String())
			if match == nil {
				t.Fatalf("the page has no %s", name)
			}
			found[name] = match[1]
		}
		policy := page.Header().Values("Content-Security-Policy")
		if len(policy) != 1 || policy[0] != found["policy"]+"; frame-ancestors 'none'" || strings.Contains(policy[0], "unsafe") {
			t.Errorf("the page allows itself %s; the header says %q", found["policy"], policy)
		}
		for _, name := range []string{"script", "style"} {
			sum := sha256.Sum256([]byte(found[name]))
			if allowed := name + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy[0], allowed) {
				t.Errorf("the header does not allow the page's own %s", name)
			}
		}
		kid := signed(t, a, paper(a)).Key.String()
		if !strings.Contains(page.Body.String(), `"kid":"`+kid+`"`) {
			t.Errorf("the key %s is not in the page", kid)
		}
		kept := nobody.get(t, "/verify?download")
		if kept.Header().Get("Content-Disposition") != `attachment; filename="vienkopus-verify.html"` || !bytes.Equal(kept.Body.Bytes(), page.Body.Bytes()) {
			t.Errorf("the file to keep is another: %v", kept.Header())
		}
	})
}

func TestEverybodyFindsThePage(t *testing.T) {
	t.Parallel()
	house.Each(t, func(t *testing.T, dsn string) {
		nobody := at(t, open(t, dsn))
		in := nobody.ask(t, "/sign-in", "sign_in=anna&password="+strings.ReplaceAll(password, " ", "+"))
		anna := nobody
		anna.cookie, _, _ = strings.Cut(in.Header().Get("Set-Cookie"), ";")
		if anna.cookie == "" {
			t.Fatalf("signing in: %d", in.Code)
		}
		for lang, label := range map[string]string{"lv": "Pārbaudīt kvīti", "en": "Check a receipt", "lt": "Patikrinti kvitą"} {
			link := fmt.Sprintf(`href="/verify">%s</a>`, label)
			nobody.lang, anna.lang = lang, lang
			for path, who := range map[string]visitor{"/services": nobody, "/me": anna} {
				if page := who.get(t, path).Body.String(); strings.Count(page, link) != 1 {
					t.Errorf("%s: no link %s in the footer", path, link)
				}
			}
		}
	})
}

// A database that moves house signs what it has signed before, the same to the byte.
func TestABackupHoldsTheSeeds(t *testing.T) {
	t.Parallel()
	house.Each(t, func(t *testing.T, dsn string) {
		a := open(t, dsn)
		must(t, a.Keyring.Ensure(t.Context()))
		r := paper(a)
		code := signed(t, a, r)
		var file bytes.Buffer
		_, err := a.Backup(t.Context(), &file, nil)
		must(t, err)
		into := dbtest.SQLite(t)
		if dbtest.Engine(dsn) == "sqlite" {
			into = dbtest.Postgres(t)
		}
		db, err := sqldb.Open(t.Context(), into)
		must(t, err)
		_, err = app.Restore(t.Context(), db, app.RestoreFrom{From: &file})
		must(t, err)
		must(t, db.Close())
		b := open(t, into)
		key, err := b.Keyring.Find(t.Context(), b.DB, code.Key)
		must(t, err)
		again, err := receipt.Sign(r, key)
		must(t, err)
		if again.Text() != code.Text() {
			t.Errorf("signed\n%s, then\n%s", code.Text(), again.Text())
		}
		if now, err := b.Keyring.Current(t.Context(), b.DB, r.At.Add(time.Minute)); err != nil || now.Public().ID != code.Key {
			t.Errorf("signs on with %v %v", now, err)
		}
		report, err := b.Verify(t.Context(), nil)
		must(t, err)
		if !report.Clean() {
			t.Errorf("%v", report.Problems)
		}
	})
}
