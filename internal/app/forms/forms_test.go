// Package forms_test tries what holds for every form of every room, however many there will be.
package forms_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/app/apptest"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
)

const water regno.Number = "90000028508"

var (
	start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	by    = actor.System("test")
)

var bare = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	a, err := app.Open(ctx, app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.NewHand(start), Node: "LV-TEST"})
	if err != nil {
		return err
	}
	if err := places.Seed(ctx, places.Services{Territory: a.Territory, Centre: a.Centre}, by); err != nil {
		return err
	}
	if err := a.Keyring.Ensure(ctx); err != nil {
		return err
	}
	return a.Close()
})

// town is a program, its clock, and its people.
type town struct {
	*app.App
	*apptest.Site
	t     *testing.T
	clock *clock.Hand
	keys  int
}

func each(t *testing.T, test func(t *testing.T, w *town)) {
	t.Helper()
	t.Parallel()
	bare.Each(t, func(t *testing.T, dsn string) {
		w := &town{t: t, clock: clock.NewHand(start)}
		var err error
		w.App, err = app.Open(t.Context(), app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: w.clock, Node: "LV-TEST", PublicURL: "https://example.com", Log: slog.New(slog.DiscardHandler)})
		must(t, err)
		t.Cleanup(func() { must(t, w.Close()) })
		w.Site = apptest.New(t, w.App)
		must(t, w.Bill.RegisterCreditor(t.Context(), w.at(staff.NetworkDesk), bill.Creditor{Number: water, Name: "SIA Ūdens", IBAN: "LV80BANK0000435195001"}))
		test(t, w)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *town) at(desk string) journal.Request {
	w.keys++
	return journal.Request{By: by, Desk: desk, Key: fmt.Sprintf("forms:%d", w.keys)}
}

// bill puts one of 12.30 for somebody.
func (w *town) bill(number, payer string) bill.Bill {
	w.t.Helper()
	c := bill.Content{
		Creditor: water, Number: number, Reference: "C-1", Kind: "water", Municipality: "0026000", Issued: civil.MustDate("2026-11-20"),
		Instalments: []bill.Instalment{{Due: civil.MustDate("2026-11-27"), Cents: 1230}},
	}
	b, err := w.Bill.Put(w.t.Context(), w.at(bill.Feed(water)), c, bill.Payer{Name: payer, Address: "Dzērbene"})
	must(w.t, err)
	return b
}

// lines is how many lines stand in the journal.
func (w *town) lines() int64 {
	w.t.Helper()
	var n int64
	must(w.t, w.DB.QueryRow(w.t.Context(), `SELECT COUNT(*) FROM entry`).Scan(&n))
	return n
}

func hole(path string) string {
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		name, after, _ := strings.Cut(rest, "}")
		value := "01a20734-5580-7000-8000-000000000000"
		switch name {
		case "municipality":
			value = "0026000"
		case "centre":
			value = "cesis"
		case "desk":
			value = "CES-1"
		case "$":
			value = ""
		}
		path = before + value + after
	}
	return path
}

// An old tab of one person after another one has signed in: no form of any room may record what the first one saw under the name of the second.
func TestNoFormOfAnotherPersonIsTaken(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		routes, err := w.Routes()
		must(t, err)
		people := map[string]*apptest.Browser{}
		for role := range w.roles() {
			people[role] = w.Person("p-"+role, role, scope.Network, "")
		}
		clerk := w.Person("seated", "clerk", scope.Network, "CES-1")
		foreign := url.Values{httpx.MarkField: {"somebody-else"}, "key": {"forms"}}
		before, asked := w.lines(), 0
		for _, route := range routes {
			if httpRead(route.Method) || strings.HasPrefix(route.Path, "/api/") || route.Public {
				continue
			}
			asked++
			got := []int{}
			refused := slices.ContainsFunc(append([]*apptest.Browser{clerk}, slices.Collect(maps.Values(people))...), func(b *apptest.Browser) bool {
				a := b.Submit("/counter", hole(route.Path), foreign)
				a = b.Follow(a)
				got = append(got, a.Status)
				return a.Status == http.StatusConflict && strings.Contains(a.Body, "Nekas nav ierakstīts")
			})
			if !refused {
				t.Errorf("%s takes the form of somebody else: %v", route.Pattern(), got)
			}
		}
		if asked < 35 {
			t.Errorf("only %d routes take forms", asked)
		}
		if after := w.lines(); after != before {
			t.Errorf("%d lines were recorded", after-before)
		}
	})
}

func httpRead(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// roles are those of the house that anything asks for.
func (w *town) roles() map[string]bool {
	return map[string]bool{
		"clerk": true, "accountant": true, "collector": true, "municipal-manager": true, "network-manager": true, "administrator": true, "auditor": true,
	}
}

// A form that a browser sends without saying who saw it is none of ours.
func TestAFormThatDoesNotSayWhoSawItIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		clerk := w.Person("anna", "clerk", scope.Network, "CES-1")
		clerk.Follow(clerk.Submit("/counter", "/counter/calls", url.Values{"key": {"1"}})).Is(http.StatusConflict)
		form := clerk.Get("/counter").Form("/counter/calls")
		clerk.Submit("/counter", "/counter/calls", form).Is(http.StatusSeeOther)
	})
}

// Whoever changed to another desk in another tab does not record at it what she saw at the first.
func TestAFormOfAnotherDeskIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		clerk := w.Person("anna", "clerk", scope.Network, "CES-1")
		form := clerk.Get("/counter").Form("/counter/calls")
		clerk.Post("/desk", url.Values{"desk": {"CES-2"}}).Is(http.StatusSeeOther)
		clerk.Follow(clerk.Submit("/counter", "/counter/calls", form)).Is(http.StatusConflict)
	})
}

// Going back to the answer of a form shows it again: the browser is sent to a page, whatever the answer is.
func TestTheAnswerToAFormIsAPageToGoBackTo(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.bill("W-1", "Anna Liepa")
		clerk := w.Person("anna", "clerk", scope.Network, "CES-1")
		form := clerk.Get("/pay").Form("/pay/find")
		form.Set("q", "Liepa")
		sent := clerk.Submit("/pay", "/pay/find", form).Is(http.StatusSeeOther)
		if !strings.HasPrefix(sent.To, httpx.KeptPath) {
			t.Fatalf("sent to %s", sent.To)
		}
		clerk.Get(sent.To).Is(http.StatusOK).Says("W-1")
		clerk.Get(sent.To).Is(http.StatusOK).Says("W-1") // and again
		wrong := clerk.Get("/pay").Form("/till/open")
		wrong.Set("float", "x")
		refused := clerk.Submit("/pay", "/till/open", wrong).Is(http.StatusSeeOther)
		clerk.Get(refused.To).Is(http.StatusUnprocessableEntity)
		other := w.Person("berta", "clerk", scope.Network, "CES-2")
		other.Get(sent.To).Is(http.StatusSeeOther) // it is nobody else's
		clerk.Post("/sign-out", nil).Is(http.StatusSeeOther)
		clerk.SignIn("anna", "").Is(http.StatusSeeOther)
		clerk.Post("/desk", url.Values{"desk": {"CES-1"}}).Is(http.StatusSeeOther)
		if again := clerk.Get(sent.To); strings.Contains(again.Body, "W-1") {
			t.Error("the answer outlives the session")
		}
	})
}

// A session that is lost in the middle leads to the sign-in form and back with what was typed.
func TestWhatWasTypedSurvivesALostSession(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, err := w.Till.Open(t.Context(), w.at("CES-1"), 2000)
		must(t, err)
		clerk := w.Person("anna", "clerk", scope.Network, "CES-1")
		form := clerk.Get("/till/count").Form("/till/count")
		form.Set("n-2000", "3")
		form.Set("n-5", "17")
		clerk.LoseSession()
		lost := clerk.Submit("/till/count", "/till/count", form).Is(http.StatusSeeOther)
		to, err := url.Parse(lost.To)
		must(t, err)
		if to.Path != "/sign-in" {
			t.Fatalf("sent to %s", lost.To)
		}
		clerk.Get(lost.To).Is(http.StatusOK)
		back := clerk.SignIn("anna", to.Query().Get("next")).Is(http.StatusSeeOther)
		desk := clerk.Get(back.To).Is(http.StatusSeeOther) // several are hers
		at, err := url.Parse(desk.To)
		must(t, err)
		back = clerk.Post("/desk", url.Values{"desk": {"CES-1"}, "next": {at.Query().Get("next")}}).Is(http.StatusSeeOther)
		page := clerk.Get(back.To).Is(http.StatusOK).Says("Ierakstītais ir atkal šeit")
		for name, value := range map[string]string{"n-2000": "3", "n-5": "17"} {
			if !holds(page.Body, name, value) {
				t.Errorf("%s does not hold %s", name, value)
			}
		}
		if again := page.Form("/till/count"); again.Get("key") == form.Get("key") {
			t.Error("the name of the request is the old one")
		}
	})
}

// What one person had typed is nobody else's, even with the address.
func TestNobodyElseGetsWhatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, err := w.Till.Open(t.Context(), w.at("CES-1"), 2000)
		must(t, err)
		clerk := w.Person("anna", "clerk", scope.Network, "CES-1")
		form := clerk.Get("/till/count").Form("/till/count")
		form.Set("n-2000", "3")
		clerk.LoseSession()
		lost := clerk.Submit("/till/count", "/till/count", form)
		to, err := url.Parse(lost.To)
		must(t, err)
		other := w.Person("berta", "clerk", scope.Network, "CES-1")
		page := other.Get(to.Query().Get("next")).Is(http.StatusOK).Says("pieder citam cilvēkam")
		if holds(page.Body, "n-2000", "3") {
			t.Error("somebody else sees it")
		}
	})
}

// Without a session no form of any room is answered with "you may not": it leads to signing in.
func TestEveryFormWithoutASessionLeadsToSigningIn(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		routes, err := w.Routes()
		must(t, err)
		nobody := w.Visitor()
		for _, route := range routes {
			if httpRead(route.Method) || strings.HasPrefix(route.Path, "/api/") || route.Public {
				continue
			}
			a := nobody.Submit("/counter", hole(route.Path), url.Values{httpx.MarkField: {"of-anna"}, "password": {"secret of anna"}, "q": {"typed"}})
			if a.Status != http.StatusSeeOther || !strings.HasPrefix(a.To, "/sign-in?next=") {
				t.Errorf("%s: %d to %q", route.Pattern(), a.Status, a.To)
			}
		}
		rows, err := w.DB.Side().Query(t.Context(), `SELECT body FROM side_kept`)
		must(t, err)
		defer func() { must(t, rows.Close()) }()
		for rows.Next() {
			var body []byte
			must(t, rows.Scan(&body))
			if strings.Contains(string(body), "secret") {
				t.Error("a password was kept")
			}
		}
		must(t, rows.Err())
	})
}

// holds tells whether a field of a page has a value.
func holds(page, name, value string) bool {
	for tag := range strings.SplitSeq(page, "<input") {
		tag, _, _ = strings.Cut(tag, ">")
		if strings.Contains(tag, `name="`+name+`"`) && strings.Contains(tag, `value="`+value+`"`) {
			return true
		}
	}
	return false
}
