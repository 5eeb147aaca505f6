package forms_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/visit/visitsql"
)

// counter is a clerk at an open drawer.
type counter struct {
	*town
	*apptest.Browser
	t *testing.T
}

func atTill(t *testing.T, w *town) *counter {
	t.Helper()
	_, err := w.Till.Open(t.Context(), w.at("CES-1"), 2000)
	must(t, err)
	return &counter{town: w, Browser: w.Person("anna", "clerk", scope.Network, "CES-1"), t: t}
}

// find searches for bills as the counter's page does, and returns the page that answers.
func (c *counter) find(text string) apptest.Answer {
	c.t.Helper()
	form := c.Get("/pay").Form("/pay/find")
	form.Set("q", text)
	return c.Follow(c.Submit("/pay", "/pay/find", form))
}

// scan has a scanner read a bill, which goes into the basket.
func (c *counter) scan(number string) apptest.Answer {
	c.t.Helper()
	form := c.Get("/pay").Form("/pay/find")
	form.Set("code", number)
	return c.Follow(c.Submit("/pay", "/pay/find", form)).Is(http.StatusOK)
}

// form is the form of the payment, for the whole of what is due, with more fields: names and values in turn.
func (c *counter) form(more ...string) url.Values {
	c.t.Helper()
	page := c.Get("/pay").Is(http.StatusOK)
	form := page.Form("/pay")
	for _, b := range form["bill"] {
		form.Set("amount-"+b, "12,30")
	}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func (c *counter) pay(more ...string) apptest.Answer {
	c.t.Helper()
	return c.Follow(c.Submit("/pay", "/pay", c.form(more...)))
}

func TestAnEmptyFieldIsNoCash(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		w.bill("W-1", "Anna Liepa")
		c.scan("W-1")
		before := w.lines()
		c.pay().Is(http.StatusUnprocessableEntity).Says("Nav pateikts, kā klients maksā")
		c.pay("slip", "4711").Is(http.StatusUnprocessableEntity)                 // F8, and the amount of the card cleared
		c.pay("card", "5,00", "slip", "4711").Is(http.StatusUnprocessableEntity) // the rest is unsaid
		c.pay("card", "12,30", "slip", "4711", "given", "20").Is(http.StatusUnprocessableEntity).Says("bet ierakstīta arī saņemta skaidra nauda")
		c.pay("tender", "note-12345").Is(http.StatusUnprocessableEntity)
		if w.lines() != before {
			t.Error("something was recorded")
		}
	})
}

func TestEachTenderIsOnePress(t *testing.T) {
	for name, press := range map[string]struct {
		fields []string
		says   string
	}{
		"exactly":           {[]string{"tender", "exact"}, "12,30"},
		"a note":            {[]string{"tender", "note-2000"}, "7,70"},
		"the card pays all": {[]string{"tender", "card", "slip", "4711"}, "12,30"},
		"typed cash":        {[]string{"given", "15"}, "2,70"},
		"card and cash":     {[]string{"card", "5", "slip", "4711", "tender", "exact"}, "12,30"},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *town) {
				c := atTill(t, w)
				w.bill("W-1", "Anna Liepa")
				c.scan("W-1")
				c.pay(press.fields...).Is(http.StatusOK).Says(press.says)
			})
		})
	}
}

func TestABillThatHasGrownMeanwhileIsShownFirst(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		b := w.bill("W-1", "Anna Liepa")
		c.scan("W-1")
		form := c.form("tender", "exact")
		content := b.Content
		content.Instalments = []bill.Instalment{{Due: b.Instalments[0].Due, Cents: 1500}}
		_, err := w.Bill.Put(t.Context(), w.at(bill.Feed(water)), content, bill.Payer{Name: "Anna Liepa"})
		must(t, err)
		before := w.lines()
		c.Follow(c.Submit("/pay", "/pay", form)).Is(http.StatusConflict).Says("15,00").Says("12,30")
		if w.lines() != before {
			t.Error("something was recorded")
		}
		c.pay("tender", "exact").Is(http.StatusOK) // now he knows, and pays a part
	})
}

func TestTheNextClientNeverGetsTheBasketOfTheOneBefore(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		w.bill("W-1", "Anna Liepa")
		inBasket := func() bool { return strings.Contains(c.Get("/pay").Body, "/pay/draft") }
		c.scan("W-1")
		if !inBasket() {
			t.Fatal("the bill is not in the basket")
		}
		v, serving, err := w.serving()
		must(t, err)
		if !serving {
			t.Fatal("the first bill begins no visit")
		}
		// the next client: asked about first
		form := c.Get("/counter").Form("/visits")
		asked := c.Follow(c.Submit("/counter", "/visits", form)).Is(http.StatusConflict).Says("nesamaksāti rēķini")
		waits := asked.Form("/visits") // the first one: he waits with it
		c.Follow(c.Submit("/counter", "/visits", waits)).Is(http.StatusOK)
		if inBasket() {
			t.Error("the new visit has the basket of the one before")
		}
		back := c.Get("/counter").Form("/visits/" + v + "/resume")
		c.Follow(c.Submit("/counter", "/visits/"+v+"/resume", back)).Is(http.StatusOK)
		if !inBasket() {
			t.Error("who comes back has lost his basket")
		}
		// the night
		w.clock.Advance(20 * time.Hour)
		c.SignIn("anna", "").Is(http.StatusSeeOther)
		c.Post("/desk", url.Values{"desk": {"CES-1"}})
		if inBasket() {
			t.Error("the basket outlasts the night")
		}
	})
}

func TestSigningOutEmptiesTheBasket(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		w.bill("W-1", "Anna Liepa")
		c.scan("W-1")
		c.Post("/sign-out", nil).Is(http.StatusSeeOther)
		c.SignIn("anna", "").Is(http.StatusSeeOther)
		c.Post("/desk", url.Values{"desk": {"CES-1"}}).Is(http.StatusSeeOther)
		if strings.Contains(c.Get("/pay").Body, "/pay/draft") {
			t.Error("the basket outlasts signing out")
		}
	})
}

func TestSeveralPayersInOneBasketArePointedOutAndOnePressEmptiesIt(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		w.bill("W-1", "Anna Liepa")
		w.bill("W-2", "Jānis Ozols")
		c.scan("W-1")
		w.clock.Advance(time.Second)
		if page := c.scan("W-2"); !strings.Contains(page.Body, "Anna Liepa; Jānis Ozols") {
			t.Error("nobody is told of two payers")
		}
		w.bill("W-3", "Anna Liepa")
		c.Follow(c.Submit("/pay", "/pay/basket/empty", c.Get("/pay").Form("/pay/basket/empty"))).Is(http.StatusOK)
		c.scan("W-1")
		for _, number := range []string{"W-2", "W-3"} { // typed, and pressed
			warned := number == "W-2"
			w.clock.Advance(time.Second)
			page := c.find(number).Is(http.StatusOK)
			if page = c.Follow(c.Submit("/pay", "/pay/basket", page.Form("/pay/basket"))).Is(http.StatusOK); strings.Contains(page.Body, "Anna Liepa; Jānis Ozols") != warned {
				t.Errorf("of %s: two payers are told of is %t", number, !warned)
			}
			all, out := page.Form("/pay")["bill"], page.Form("/pay/basket/remove")
			out.Set("bill", all[len(all)-1])
			if page = c.Follow(c.Submit("/pay", "/pay/basket/remove", out)); len(page.Form("/pay")["bill"]) != 1 {
				t.Errorf("%s stays in the basket", number)
			}
		}
		form := c.Get("/pay").Form("/pay/basket/empty")
		c.Follow(c.Submit("/pay", "/pay/basket/empty", form)).Is(http.StatusOK).Says("Grozs ir tukšs")
	})
}

func TestTheNextPaymentAsksWhoseItIs(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		w.bill("W-1", "Anna Liepa")
		w.bill("W-2", "Jānis Ozols")
		c.scan("W-1")
		v, _, err := w.serving()
		must(t, err)
		page := c.pay("tender", "exact").Is(http.StatusOK).Says("Tas pats klients")
		c.Follow(c.Submit("/pay", "/visits/"+v+"/close", page.Form("/visits/"+v+"/close"))).Is(http.StatusOK)
		if _, serving, err := w.serving(); err != nil || serving {
			t.Errorf("the client before is still served, %v", err)
		}
		c.scan("W-2")
		if next, _, err := w.serving(); err != nil || next == v {
			t.Errorf("two clients are counted as one, %v", err)
		}
	})
}

func TestACodeThatAsksAnotherSumSaysSo(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		w.bill("W-1", "Anna Liepa")
		form := c.Get("/pay").Form("/pay/find")
		form.Set("code", "BCD\n002\n1\nSCT\n\nSIA Udens\nLV80BANK0000435195001\nEUR99.99\n\n\nW-1")
		c.Follow(c.Submit("/pay", "/pay/find", form)).Is(http.StatusOK).Says("prasa 99,99").Says("jāmaksā 12,30")
		form.Set("code", "BCD\n002\n1\nSCT\n\nSIA Udens\nLV80BANK0000435195001\nEUR12.30\n\n\nW-1")
		if page := c.Follow(c.Submit("/pay", "/pay/find", form)); strings.Contains(page.Body, "Nolasītais kods prasa") {
			t.Error("a code that asks what is due is doubted")
		}
	})
}

func TestAPaidBillFoundAgainSaysWithWhichReceipt(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		w.bill("W-1", "Anna Liepa")
		c.scan("W-1")
		c.pay("tender", "exact").Is(http.StatusOK)
		for _, query := range []string{"W-1", "Anna L"} {
			page := c.find(query).Is(http.StatusOK)
			if !strings.Contains(page.Body, "Samaksāts šodien, kvīts CES-1") || !strings.Contains(page.Body, `href="/payments/`) {
				t.Errorf("%q is not told of the receipt", query)
			}
		}
	})
}

// Clerk A opens the payment, B signs in in a second tab, A's tab is sent: nothing is recorded under the name of B.
func TestAnOldTabDoesNotTakeMoneyInAnothersName(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		w.bill("W-1", "Anna Liepa")
		c.scan("W-1")
		form := maps.Clone(c.form("tender", "exact"))
		w.Person("berta", "clerk", scope.Network, "")
		c.Post("/sign-out", nil)
		c.SignIn("berta", "").Is(http.StatusSeeOther)
		c.Post("/desk", url.Values{"desk": {"CES-1"}}).Is(http.StatusSeeOther)
		before := w.lines()
		c.Follow(c.Submit("/pay", "/pay", form)).Is(http.StatusConflict).Says("Nekas nav ierakstīts")
		if w.lines() != before {
			t.Error("something was recorded")
		}
	})
}

// serving is whom CES-1 serves.
func (w *town) serving() (string, bool, error) {
	v, ok, err := visitsql.Store{}.ServedAt(w.t.Context(), w.DB, "CES-1")
	return v.ID.String(), ok, err
}

// No page of somebody with an open drawer says what should be in it: neither the list of payments, nor the book of the drawer, nor why nothing can be given back.
func TestNoPageSaysWhatAnOpenDrawerShouldHold(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		manager := w.Person("marta", "centre-manager", scope.Municipality("0026000"), "CES-1")
		form := manager.Get("/till").Form("/till/open")
		form.Set("float", "33,00")
		manager.Submit("/till", "/till/open", form).Is(http.StatusSeeOther)
		c := &counter{town: w, Browser: manager, t: t}
		for _, name := range []string{"W-1", "W-2", "W-3"} {
			w.bill(name, "Anna Liepa")
			c.scan(name)
			c.pay("tender", "exact").Is(http.StatusOK)
		}
		// 36.90 in cash on 33.00
		for _, path := range []string{
			"/payments", "/till", "/counter", "/pay", "/till/count", "/till/bags", "/office/0026000/till", "/office/0026000/cash-book?desk=CES-1", "/office/0026000/cash-book.csv?desk=CES-1",
			"/office/0026000/cash-book?desk=CES-1&day=2026-11-20",
		} {
			page := manager.Get(path)
			if strings.Contains(page.Body, "36,90") || strings.Contains(page.Body, "69,90") || strings.Contains(page.Body, "36.90") || strings.Contains(page.Body, "69.90") {
				t.Errorf("%s tells the sum", path)
			}
		}
	})
}

// A drawer that nobody closed last night takes money all the same, and the first page asks for the count.
func TestAForgottenDrawerStopsNoClientAtTheCounter(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, err := w.Till.Open(t.Context(), w.at("CES-1"), 2000)
		must(t, err)
		w.clock.Advance(24 * time.Hour)
		c := &counter{town: w, Browser: w.Person("anna", "clerk", scope.Network, "CES-1"), t: t}
		c.Get("/counter").Is(http.StatusOK).Says("nav saskaitīta")
		w.bill("W-1", "Anna Liepa")
		c.scan("W-1")
		c.pay("tender", "exact").Is(http.StatusOK)
	})
}

// A number that was typed went into the basket of whoever stood there, with one digit wrong: a stranger's bill, without a word.
func TestATypedNumberWaitsForAPressBeforeItIsInTheBasket(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		w.bill("W-1", "Anna Liepa")
		page := c.find("W-1").Is(http.StatusOK).Says("Anna Liepa")
		if strings.Contains(c.Get("/pay").Body, "/pay/draft") {
			t.Fatal("it is in the basket")
		}
		if !strings.Contains(page.Body, `aria-label="Pievienot: Ūdens W-1" autofocus`) && !strings.Contains(page.Body, `autofocus aria-label="Pievienot: Ūdens W-1"`) {
			t.Error("Enter does not put it into the basket")
		}
		c.Follow(c.Submit("/pay", "/pay/basket", page.Form("/pay/basket"))).Is(http.StatusOK).Says("/pay/draft")
	})
}

// Two of one name are two payers.
func TestTwoPayersOfOneNameArePointedOut(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := atTill(t, w)
		b := w.bill("W-1", "Anna Liepa")
		for number, address := range map[string]string{"W-2": "Rīgas iela 1, Cēsis", "W-3": "Rīgas iela 2, Cēsis"} {
			content := b.Content
			content.Number, content.Reference = number, number
			_, err := w.Bill.Put(t.Context(), w.at(bill.Feed(water)), content, bill.Payer{Name: "Anna Liepa", Address: address})
			must(t, err)
			c.scan(number)
			w.clock.Advance(time.Second)
		}
		c.Get("/pay").Is(http.StatusOK).Says("Anna Liepa (Rīgas iela 1, Cēsis)").Says("Anna Liepa (Rīgas iela 2, Cēsis)")
	})
}
