package app_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/staffhttp"
	"vienkopus/internal/staff/staffhttp/routetest"
)

// mayUse says who may use each route, written by hand from what each is for. A new route needs its line here: who may
// use it is decided, never guessed.
var mayUse = table(`
	GET  /{$}                                     public
	GET  /find                                    public
	GET  /centres                                 public
	GET  /centres/{centre}                        public
	GET  /services                                public
	GET  /services/{service}                      public
	GET  /verify                                  public
	GET  /licences                                public
	GET  /.well-known/vienkopus/receipt-keys      public
	GET  /sign-in                                 public
	POST /sign-in                                 public
	POST /sign-out                                public
	GET  /assets/                                 public
	GET  /switch                                  signed-in
	POST /switch                                  signed-in
	GET  /me                                      signed-in
	POST /me                                      signed-in
	GET  /status                                  signed-in
	GET  /desk                                    counter.serve any
	POST /desk                                    counter.serve any
	GET  /counter                                 counter.serve desk
	GET  /counter/search                          counter.serve desk
	POST /visits                                  counter.serve desk
	POST /counter/acts                            counter.serve desk
	POST /counter/calls                           counter.serve desk
	POST /visits/{visit}/hold                     counter.serve desk
	POST /visits/{visit}/resume                   counter.serve desk
	POST /visits/{visit}/close                    counter.serve desk
	POST /visits/{visit}/draft                    counter.serve desk
	POST /visits/{visit}/acts/{act}/undo          counter.serve desk
	GET  /visits/{visit}                          visit.read    desk
	GET  /visits/{visit}/slip                     visit.read    desk
	GET  /visits/{visit}/acts/{act}/correct       visit.correct desk
	POST /visits/{visit}/acts/{act}/correct       visit.correct desk
	GET  /till                                    payment.take  desk
	POST /till/open                               payment.take  desk
	GET  /till/count                              payment.take  desk
	POST /till/count                              payment.take  desk
	POST /till/explain                            payment.take  desk
	POST /till/close                              payment.take  desk
	GET  /till/bags                               payment.take  desk
	POST /till/bags                               payment.take  desk
	GET  /office                                  signed-in
	GET  /office/{municipality}/till              till.read     path
	GET  /office/{municipality}/till/shifts/{shift} till.read   path
	POST /office/{municipality}/till/shifts/{shift} till.approve path
	GET  /office/{municipality}/till/deposits/{deposit} till.read path
	POST /office/{municipality}/till/deposits/{deposit} bank.import path
	GET  /office/{municipality}/cash-book         till.read     path
	GET  /office/{municipality}/cash-book.csv     till.read     path
	GET  /office/{municipality}/cash-book.xlsx    till.read     path
	GET  /office/{municipality}/summary           till.read     path
	GET  /office/{municipality}/creditors         till.read     path
	GET  /office/{municipality}/creditors.csv     till.read     path
	GET  /office/{municipality}/creditors.xlsx    till.read     path
	GET  /office/{municipality}/trial             till.read     path
	GET  /office/{municipality}/account           till.read     path
	GET  /office/{municipality}/bank              bank.import   path
	POST /office/{municipality}/bank              bank.import   path
	POST /office/{municipality}/bank/match        bank.import   path
	POST /office/{municipality}/bank/cards        bank.import   path
	GET  /office/{municipality}/remittances       bank.import   path
	POST /office/{municipality}/remittances       bank.import   path
	GET  /office/{municipality}/remittances.xml   bank.import   path
	GET  /office/{municipality}/period            ledger.close  path
	POST /office/{municipality}/period            ledger.close  path
	GET  /office/{municipality}/collect           cash.collect  path
	POST /office/{municipality}/collect           cash.collect  path
	POST /office/{municipality}/deposits          cash.collect  path
	GET  /reports/year                            report.read   query
	GET  /reports/year.csv                        report.export query
	GET  /reports/year.xlsx                       report.export query
	GET  /reports/acts                            report.read   query
	GET  /reports/acts.csv                        report.export query
	GET  /reports/acts.xlsx                       report.export query
	GET  /reports/lines                           report.lines  query
	GET  /reports/lines.csv                       report.lines  query
	GET  /reports/lines.xlsx                      report.lines  query
	GET  /reports/published                       report.read   query
	GET  /network                                 network.read  query
	GET  /pay                                     payment.take  desk
	POST /pay                                     payment.take  desk
	POST /pay/find                                payment.take  desk
	POST /pay/basket                              payment.take  desk
	POST /pay/basket/remove                       payment.take  desk
	POST /pay/draft                               payment.take  desk
	GET  /pay/baskets/{basket}                    payment.read  desk
	GET  /payments                                payment.read  desk
	GET  /payments/{payment}                      payment.read  desk
	POST /payments/{payment}/void                 payment.void  desk
	POST /payments/{payment}/refunds              payment.void  desk
	POST /refunds/{refund}/pay                    payment.void  desk
	GET  /receipts                                payment.read  desk
	POST /receipts/copies                         payment.take  desk
	GET  /office/{municipality}/refunds           refund.approve path
	POST /office/{municipality}/refunds/{refund}  refund.approve path
	GET  /office/{municipality}/returns           bank.import   path
	POST /office/{municipality}/returns           bank.import   path
	GET  /office/{municipality}/notices           till.read     path
	GET  /api/v1/openapi.json                     public
	GET  /api/v1/services                         public
	GET  /api/v1/centres                          public
	GET  /api/v1/centres/{centre}                 public
	GET  /api/v1/services/{service}               public
	PUT  /api/v1/bills                            bill.put      any
	POST /api/v1/bills/cancel                     bill.put      any
	POST /api/v1/visits                           counter.serve desk
	GET  /api/v1/visits/{visit}                   counter.serve desk
	POST /api/v1/visits/{visit}/acts              counter.serve desk
	POST /api/v1/visits/{visit}/acts/{act}/undo   counter.serve desk
	POST /api/v1/visits/{visit}/acts/{act}/correct visit.correct desk
	POST /api/v1/visits/{visit}/hold              counter.serve desk
	POST /api/v1/visits/{visit}/resume            counter.serve desk
	POST /api/v1/visits/{visit}/close             counter.serve desk
	GET  /api/v1/reports/acts                     report.read   query
	GET  /api/v1/journal/{desk}                   journal.read  path
`)

// roles is what each role of the house may do, written by hand.
var roles = map[string][]string{
	"clerk": strings.Fields("counter.serve visit.correct visit.read payment.take payment.void payment.read"),
	"centre-manager": strings.Fields(`counter.serve visit.correct visit.read payment.take payment.void payment.read
		report.read report.lines report.export refund.approve till.approve till.read`),
	"municipal-manager": strings.Fields(`visit.read report.read report.lines report.export acts.import staff.manage centre.edit
		payment.read refund.approve till.approve till.read`),
	"accountant":      strings.Fields("report.read report.export payment.read till.read bank.import bill.put ledger.close"),
	"collector":       strings.Fields("cash.collect"),
	"billing-system":  strings.Fields("bill.put"),
	"network-manager": strings.Fields("network.read report.read report.lines report.export catalogue.edit"),
	"auditor":         strings.Fields("journal.read report.read report.lines report.export visit.read payment.read till.read"),
	"dpo":             strings.Fields("journal.read"),
	"administrator":   strings.Fields("staff.manage token.create"),
}

func table(text string) routetest.Table {
	t := routetest.Table{}
	for line := range strings.Lines(text) {
		if f := append(strings.Fields(line), "", ""); f[0] != "" {
			t[f[0]+" "+f[1]] = routetest.Rule{Who: f[2], Where: f[3]}
		}
	}
	return t
}

// network is the demonstration's places, with nobody in them but the roles of the house.
var network = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	a, err := app.Open(ctx, app.Config{DSN: dsn, Clock: clock.System{}})
	if err != nil {
		return err
	}
	by := actor.System("test")
	if err := a.DefineRoles(ctx, by); err != nil {
		return err
	}
	if err := places.Seed(ctx, places.Services{Territory: a.Territory, Centre: a.Centre}, by); err != nil {
		return err
	}
	return a.Close()
})

func open(t *testing.T, dsn string) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{DSN: dsn, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// desks are one in Cēsis, one beside it in the same municipality, and one far from it.
func desks(t *testing.T, a *app.App) []staff.Desk {
	t.Helper()
	all, err := a.Staff.Places.Desks(t.Context(), a.DB, []scope.Scope{scope.Network})
	if err != nil {
		t.Fatal(err)
	}
	var own, beside, far staff.Desk
	for _, d := range all {
		switch {
		case d.Centre == "cesis":
			own = d
		case d.Municipality == "0026000":
			beside = d
		default:
			far = d
		}
	}
	if own.Code == "" || beside.Code == "" || far.Code == "" {
		t.Fatalf("the places lack a desk: %v %v %v", own, beside, far)
	}
	return []staff.Desk{own, beside, far}
}

func TestEveryRouteEveryRoleEveryTerritory(t *testing.T) {
	t.Parallel()
	network.Each(t, func(t *testing.T, dsn string) {
		a := open(t, dsn)
		routes, err := a.Routes()
		if err != nil {
			t.Fatal(err)
		}
		routes = routetest.Stub(routes)
		door := staffhttp.Deps{Staff: a.Staff, Sessions: routetest.Sessions{}}
		site, err := httpx.Build(routes, httpx.Options{
			Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), SignIn: staffhttp.SignInPath, Guard: door.Guard,
			Prepare: []func(*http.Request) (*http.Request, error){routetest.Sessions{}.Load},
		})
		if err != nil {
			t.Fatal(err)
		}
		d := desks(t, a)
		n := routetest.Network{Site: site, Permissions: roles, Callers: routetest.Hire(t, a.Staff, roles, d), Desks: d}
		if asked := routetest.Check(t, n, routes, mayUse); asked < len(routes)*len(n.Callers) {
			t.Errorf("only %d questions", asked)
		}
	})
}

// The real handlers stand behind the same guard: whoever is unknown, or has signed in with no role, reaches none of them.
func TestNobodyReachesTheRealHandlers(t *testing.T) {
	t.Parallel()
	network.Each(t, func(t *testing.T, dsn string) {
		a := open(t, dsn)
		site, err := a.Handler(nil)
		if err != nil {
			t.Fatal(err)
		}
		const password = "zilonis ar šalli"
		person := staff.NewPerson{SignIn: "new", Name: "New", Password: password, Scope: scope.Network}
		if _, err := a.Staff.Enrol(t.Context(), actor.System("test"), person, "new"); err != nil {
			t.Fatal(err)
		}
		form := "sign_in=new&password=" + strings.ReplaceAll(password, " ", "+")
		cookie, _, _ := strings.Cut(ask(t, site, "POST /sign-in", form, "").Header().Get("Set-Cookie"), ";")
		if w := ask(t, site, "GET /me", "", cookie); w.Code != http.StatusOK {
			t.Fatalf("not signed in: %d", w.Code)
		}
		asked := 0
		for pattern, rule := range mayUse {
			if rule.Who == "public" {
				continue
			}
			if w := ask(t, site, pattern, "", ""); w.Code != http.StatusUnauthorized && !strings.HasPrefix(w.Header().Get("Location"), "/sign-in?") {
				t.Errorf("%s: nobody is answered with %d", pattern, w.Code)
			}
			if rule.Who == "signed-in" {
				continue
			}
			asked++
			if w := ask(t, site, pattern, "", cookie); w.Code != http.StatusForbidden {
				t.Errorf("%s: somebody without a role is answered with %d", pattern, w.Code)
			}
		}
		if asked < 20 {
			t.Errorf("only %d routes need a permission", asked)
		}
	})
}

func ask(t *testing.T, site http.Handler, pattern, form, cookie string) *httptest.ResponseRecorder {
	t.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	for _, hole := range []string{"{visit}", "{act}", "{desk}", "{centre}", "{municipality}", "{basket}", "{payment}", "{refund}", "{shift}", "{deposit}"} {
		path = strings.ReplaceAll(path, hole, "x")
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w
}
