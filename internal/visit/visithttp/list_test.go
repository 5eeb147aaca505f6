package visithttp_test

import (
	"net/http"
	"net/url"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/visit"
)

// Every visit of the day can be reached from the counter, and however many there are, or wait, it asks the same number of questions.
func TestTheCounterShowsTheClosedVisitsInPages(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		c := &counter{World: w, site: apptest.New(t, w.App)}
		clerk := c.site.Person("Ilze", "clerk", scope.Centre("cesis"), cesis)
		reads := func() int64 {
			clerk.Get("/counter").Is(http.StatusOK)
			var count atomic.Int64
			w.DB.WatchReads(func(string) { count.Add(1) })
			clerk.Get("/counter").Is(http.StatusOK)
			w.DB.WatchReads(nil)
			return count.Load()
		}
		all := map[string]bool{}
		serve := func(n int) {
			for range n {
				v := c.serve(t, visit.InPerson, visit.What{Kind: catalogue.Letter})
				w.Clock.Advance(time.Second)
				c.must(t, w.Visit.Close(t.Context(), w.At(cesis), v))
				all[v.String()] = true
			}
		}
		serve(1)
		c.serve(t, visit.Telephone, visit.What{Kind: catalogue.Letter})
		few := reads()
		serve(18)
		for range 4 {
			c.serve(t, visit.Telephone, visit.What{Kind: catalogue.Letter})
		}
		if many := reads(); many > few+1 || many > 16 {
			t.Errorf("%d questions for one visit of each kind, %d for many", few, many)
		}
		links, next := regexp.MustCompile(`href="/visits/([0-9a-f-]{36})"`), regexp.MustCompile(`href="(/counter\?after=[^"&]*)"`)
		pages := 0
		for path := "/counter"; path != ""; pages++ {
			page := clerk.Get(path).Is(http.StatusOK).Says("pavisam 19")
			for _, link := range links.FindAllStringSubmatch(page.Body, -1) {
				delete(all, link[1])
			}
			path = ""
			if found := next.FindStringSubmatch(page.Body); found != nil {
				path = found[1]
			}
		}
		if len(all) != 0 || pages != 3 {
			t.Errorf("%d visits are on none of %d pages", len(all), pages)
		}
		for _, bad := range []string{"x", "eyJsIjoxLCJrIjpbIjEiLCIyIl19"} {
			clerk.Get("/counter?after=" + bad).Is(http.StatusUnprocessableEntity).Says("neder šim sarakstam")
		}
	})
}

// An act by a form is one durable commit, whatever else the form brings about: what was typed before it, and that it is forgotten afterwards, lie in the side store.
func TestAnActByAFormIsOneDurableCommit(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		c := &counter{World: w, site: apptest.New(t, w.App)}
		clerk := c.site.Person("Ilze", "clerk", scope.Centre("cesis"), cesis)
		v := c.serve(t, visit.InPerson, visit.What{Kind: catalogue.Letter})
		clerk.Get("/counter").Is(http.StatusOK)
		w.Clock.Advance(time.Minute)
		var commits atomic.Int64
		w.DB.Watch(func(s sqldb.Statement) {
			if s.Query == "COMMIT" {
				commits.Add(1)
			}
		})
		defer w.DB.Watch(nil)
		clerk.Post("/visits/"+v.String()+"/draft", url.Values{"q": {"malka"}, "key": {"typed"}}).Is(http.StatusNoContent)
		if n := commits.Load(); n != 0 {
			t.Errorf("typing is %d durable commits", n)
		}
		clerk.Post("/counter/acts", url.Values{"visit": {v.String()}, "kind": {"call"}, "key": {"act"}}).Is(http.StatusSeeOther)
		clerk.Get("/counter?said=recorded").Is(http.StatusOK)
		if n := commits.Load(); n != 1 {
			t.Errorf("an act is %d durable commits", n)
		}
	})
}
