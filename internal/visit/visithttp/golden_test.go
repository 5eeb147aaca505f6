package visithttp_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/html/htmltest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/visit"
	"vienkopus/internal/visit/visitsql"
)

const cesis = "CES-1"

// counter is a desk at which one client is served and another one waits; a third has left.
type counter struct {
	*paymenttest.World
	site *apptest.Site
	// left is the visit that was closed, and its act, which may be corrected.
	left, act id.ID
	// refused is a visit that goes on, in which something could not be done.
	refused id.ID
}

func (c *counter) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func busy(t *testing.T, w *paymenttest.World) *counter {
	t.Helper()
	c := &counter{World: w, site: apptest.New(t, w.App)}
	c.left = c.serve(t, visit.InPerson, visit.What{Kind: catalogue.Consultation, Service: "municipality-firewood-benefit"})
	acts, err := visitsql.Store{}.Acts(t.Context(), w.DB, c.left)
	c.must(t, err)
	c.act = acts[0].ID
	c.Clock.Advance(12 * time.Minute)
	c.must(t, w.Visit.Close(t.Context(), w.At(cesis), c.left))
	c.serve(t, visit.Telephone, visit.What{Kind: catalogue.Unmet, Reason: visit.NoTime})
	c.Clock.Advance(3 * time.Minute)
	c.serve(t, visit.InPerson, visit.What{Kind: catalogue.DocumentReceived})
	c.refused = c.turnAway(t)
	return c
}

func (c *counter) serve(t *testing.T, channel visit.Channel, what visit.What) id.ID {
	t.Helper()
	v, err := c.Visit.Open(t.Context(), c.At(cesis), channel)
	c.must(t, err)
	_, err = c.Visit.Record(t.Context(), c.At(cesis), v.ID, what)
	c.must(t, err)
	return v.ID
}

// turnAway serves somebody in Dzērbene for whom little can be done there.
func (c *counter) turnAway(t *testing.T) id.ID {
	t.Helper()
	v, err := c.Visit.Open(t.Context(), c.At("DZE-1"), visit.InPerson)
	c.must(t, err)
	for _, w := range []visit.What{
		{Kind: catalogue.Unmet, Service: "municipality-firewood-benefit", Reason: visit.NotAtThisTier},
		{Kind: catalogue.Unmet, Service: "municipality-firewood-benefit", Reason: visit.MissingDocument},
		{Kind: catalogue.Unmet, Reason: visit.NotOurService},
	} {
		_, err := c.Visit.Record(t.Context(), c.At("DZE-1"), v.ID, w)
		c.must(t, err)
	}
	c.Clock.Advance(time.Minute)
	return v.ID
}

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	c := busy(t, paymenttest.Open(t, paymenttest.Template.SQLite(t)))
	clerk := c.site.Person("Ilze", "clerk", scope.Centre("cesis"), cesis)
	idle := c.site.Person("Anna", "clerk", scope.Centre("marsneni"), "MRS-1")
	away := c.site.Person("Zane", "clerk", scope.Centre("dzerbene"), "DZE-1")
	left := "/visits/" + c.left.String()
	for name, page := range map[string]struct {
		who  *apptest.Browser
		path string
	}{
		"counter":         {clerk, "/counter"},
		"counter-empty":   {idle, "/counter"},
		"counter-said":    {clerk, "/counter?said=recorded"},
		"counter-service": {clerk, "/counter?q=malka"},
		"counter-tier":    {idle, "/counter?q=malka&service=municipality-firewood-benefit"},
		"counter-nothing": {clerk, "/counter?q=xyzzy"},
		"search":          {clerk, "/counter/search?q=malka"},
		"closed":          {clerk, left + "?said=corrected"},
		"correct":         {clerk, left + "/acts/" + c.act.String() + "/correct"},
		"slip":            {clerk, left + "/slip"},
		"slip-undone":     {away, "/visits/" + c.refused.String() + "/slip?paper=58mm"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, language := range []string{"lv", "en", "lt"} {
				htmltest.Page(t, name+"."+language, page.who.In(language).Get(page.path).Is(http.StatusOK).Body)
			}
		})
	}
	for name, refused := range map[string]struct {
		path   string
		form   url.Values
		status int
	}{
		"refused-detail": {"/counter/acts", url.Values{"kind": {"unmet"}, "key": {"f1"}}, http.StatusUnprocessableEntity},
		"refused-closed": {left + "/hold", url.Values{"key": {"f2"}}, http.StatusConflict},
		"refused-why":    {left + "/acts/" + c.act.String() + "/correct", url.Values{"kind": {"letter"}, "key": {"f3"}}, http.StatusUnprocessableEntity},
	} {
		t.Run(name, func(t *testing.T) {
			htmltest.Page(t, name+".lv", clerk.Post(refused.path, refused.form).Is(refused.status).Body)
		})
	}
}

// At a desk in another time zone the clerk sees her own day and her own clock, on both engines.
func TestTheDayIsThatOfTheCentre(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		w := paymenttest.Open(t, dsn)
		err := w.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE centre SET zone = 'Atlantic/Azores' WHERE code = 'cesis'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Set(time.Date(2026, 11, 20, 22, 30, 0, 0, time.UTC)) // in Riga it is 21 November, 0.30; on the islands 20 November, 21.30
		here := journal.Request{By: actor.Staff("s1", "clerk"), Desk: cesis, Key: "open"}
		v, err := w.Visit.Open(t.Context(), here, visit.InPerson)
		if err != nil {
			t.Fatal(err)
		}
		here.Key = "act"
		if _, err := w.Visit.Record(t.Context(), here, v.ID, visit.What{Kind: catalogue.Letter}); err != nil {
			t.Fatal(err)
		}
		here.Key = "close"
		if err := w.Visit.Close(t.Context(), here, v.ID); err != nil {
			t.Fatal(err)
		}
		site := apptest.New(t, w.App)
		site.Person("Ilze", "clerk", scope.Centre("cesis"), cesis).Get("/counter").Is(http.StatusOK).Says("/visits/" + v.ID.String()).Says("21:30")
		site.Person("Anna", "clerk", scope.Centre("marsneni"), "MRS-1").Get("/counter").Is(http.StatusOK)
	})
}
