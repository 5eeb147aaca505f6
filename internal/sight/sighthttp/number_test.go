package sighthttp_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/html/htmltest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/sight"
	"vienkopus/internal/sight/sightsql"
)

// code is the payment code that the water company prints on a bill.
func code(number, sum string) string {
	return "BCD\n002\n1\nSCT\n\nSIA Udens\nLV80BANK0000435195001\nEUR" + sum + "\n\n\n" + number
}

// scan sends what a scanner has read, as the script of the page does.
func (c *counter) scan(text string) apptest.Answer {
	c.t.Helper()
	return c.clerk.Follow(c.clerk.Post("/pay/find", url.Values{"code": {text}}))
}

func (c *counter) budget(perHour int) {
	c.t.Helper()
	set := sight.Budget{Basis: dated.On("2026-01-01", "Few clients.", "Order 7"), PerHour: perHour}
	if err := c.Sight.SetBudget(c.t.Context(), journal.Request{By: actor.System("test"), Desk: "NETWORK", Key: "budget"}, set); err != nil {
		c.t.Fatal(err)
	}
}

// looks are the kinds of the looks of today that a municipality sees, the latest first.
func (c *counter) looks(municipality string) string {
	c.t.Helper()
	q := sight.Asked{Municipality: municipality, Over: civil.Period{From: paymenttest.Day, To: paymenttest.Day}}
	all, err := sightsql.Store{}.List(c.t.Context(), c.DB, q, sight.Part{Day: "9999-99-99", Limit: 100})
	if err != nil {
		c.t.Fatal(err)
	}
	var kinds []string
	for _, l := range all {
		kinds = append(kinds, string(l.Kind))
	}
	return strings.Join(kinds, " ")
}

func (c *counter) says(page apptest.Answer, texts ...string) {
	c.t.Helper()
	for _, text := range texts {
		if !strings.Contains(htmltest.Main(page.Body), text) {
			c.t.Errorf("the page does not tell %q", text)
		}
	}
}

func (c *counter) hides(page apptest.Answer, texts ...string) {
	c.t.Helper()
	for _, text := range texts {
		if strings.Contains(htmltest.Main(page.Body), text) {
			c.t.Errorf("the page tells %q", text)
		}
	}
}

// Whoever counted numbers up read one payer after the other, with all that each of them owed, and nobody knew.
func TestATypedNumberOpensThePayerWithTheSameLine(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		one := c.owed("W-1", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		two := c.owed("W-2", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		c.owed("W-3", "0021000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		page := c.find("W-1").Is(http.StatusOK)
		c.says(page, "Anna Bērziņa", "W-1", "W-2")
		c.hides(page, "W-3")
		if got := c.lines(); got != "visit.opened person.opened" {
			t.Errorf("lines: %s", got)
		}
		all, err := c.Journal.Lines(t.Context(), c.DB, desk, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		f, ok := all[len(all)-1].Fact.(sight.Opened)
		if !ok || !f.ByNumber || f.Query == "" || strings.Contains(f.Query, "W") || f.Payer == "" || f.Visit.IsZero() || len(f.Bills) != 2 {
			t.Errorf("the line says %+v", f)
		}
		for _, b := range f.Bills {
			if b != one.ID && b != two.ID {
				t.Errorf("the line names %s", b)
			}
		}
		c.find("W-4711").Is(http.StatusOK)
		if got := c.looks("0026000"); got != "asked number" {
			t.Errorf("the municipality sees %s", got)
		}
		c.manager.Get(office + "/looks").Is(http.StatusOK).Says("Persona atvērta pēc numura, rēķini: 2").Says("Meklēts pēc numura, atrastas personas: 0")
		c.Sound()
	})
}

func TestAScannedPaperLeavesNoLineAndShowsThatBillAlone(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		c.OpenTill(desk)
		mine := c.owed("W-1", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		c.owed("W-2", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		page := c.scan(code("W-1", "12.30")).Is(http.StatusOK)
		c.says(page, "W-1", `name="amount-`+mine.ID.String(), "Citi šī maksātāja rēķini")
		c.hides(page, "W-2")
		again := c.clerk.Get("/pay")
		c.hides(again, "W-2")
		if got := c.lines(); got != "shift.opened visit.opened" {
			t.Errorf("lines: %s", got)
		}
		// What else he owes is one press away, and a line.
		page = c.clerk.Follow(c.clerk.Submit("/pay", "/pay/payer", again.Form("/pay/payer"))).Is(http.StatusOK)
		c.says(page, "W-2")
		c.says(c.clerk.Get("/pay"), "W-2")
		if got := c.lines(); got != "shift.opened visit.opened person.opened" {
			t.Errorf("lines: %s", got)
		}
		c.Sound()
	})
}

// A code that does not ask what the bill asks was made from its number: it is taken like a scan, and leaves the line of a number.
func TestACodeWithoutTheSumOfTheBillIsANumber(t *testing.T) {
	for name, read := range map[string]string{"another sum": code("W-1", "0.01"), "no code": "W-1"} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, c *counter) {
				c.OpenTill(desk)
				mine := c.owed("W-1", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
				c.owed("W-2", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
				page := c.scan(read).Is(http.StatusOK)
				c.says(page, `name="amount-`+mine.ID.String())
				c.hides(page, "W-2")
				c.hides(c.clerk.Get("/pay"), "W-2")
				if got := c.lines(); got != "shift.opened visit.opened person.opened" {
					t.Errorf("lines: %s", got)
				}
			})
		})
	}
}

func TestANumberOfAnotherMunicipalityShowsThatBillAloneAndIsSeenThere(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		c.OpenTill(desk)
		c.owed("W-3", "0021000", "Agnese Bērza", "Parka iela 3, Rīga")
		c.owed("W-4", "0021000", "Agnese Bērza", "Parka iela 3, Rīga")
		c.owed("W-5", "0026000", "Agnese Bērza", "Parka iela 3, Rīga")
		page := c.find("W-3").Is(http.StatusOK)
		c.says(page, "W-3", "no citas pašvaldības")
		c.hides(page, "W-4", "W-5", "/copy")
		if there, here := c.looks("0021000"), c.looks("0026000"); there != "number" || here != "" {
			t.Errorf("there is seen %q, here %q", there, here)
		}
		page = c.clerk.Follow(c.clerk.Submit("/pay", "/pay/basket", page.Form("/pay/basket"))).Is(http.StatusOK)
		c.says(page, "W-3")
		c.hides(page, "W-4", "W-5", "Citi šī maksātāja rēķini")
		c.Sound()
	})
}

func TestNumbersUseTheBudgetOfLookingAndSayHowToGoOn(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		c.OpenTill(desk)
		c.budget(3)
		for i := range 5 {
			c.owed(fmt.Sprintf("W-%d", i), "0026000", fmt.Sprintf("Persona %c", 'A'+i), "Rīgas iela 1, Cēsis")
		}
		for i := range 3 {
			c.says(c.find(fmt.Sprintf("W-%d", i)), fmt.Sprintf("Persona %c", 'A'+i))
		}
		page := c.find("W-3").Is(http.StatusForbidden)
		c.says(page, "pārāk bieži", "nolasiet tā kodu", `action="/pay/find"`)
		c.hides(page, "Persona D")
		c.hides(c.scan("W-3"), "Persona D")
		c.says(c.scan(code("W-3", "12.30")), "Persona D")
	})
}

// A queue of clients with bills is no curiosity: an opening that led to a payment is not counted.
func TestALookThatEndsInAPaymentCostsNoBudget(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		c.OpenTill(desk)
		c.budget(3)
		for i := range 8 {
			b := c.owed(fmt.Sprintf("W-%d", i), "0026000", fmt.Sprintf("Persona %c", 'A'+i), "Rīgas iela 1, Cēsis")
			c.says(c.find(b.Number), fmt.Sprintf("Persona %c", 'A'+i))
			c.Pay(desk, b)
		}
	})
}

// Two creditors may use one number: whose it is is chosen by house and initials, as after a search by name.
func TestANumberOfSeveralPersonsShowsThemMasked(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		c.OpenTill(desk)
		one := c.owed("W-1", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		content := one.Content
		content.Number, content.Municipality = "W-2", "0021000" // the reference is one
		c.put(content, "Juris Kalns", "Parka iela 3, Rīga")
		page := c.find(one.Reference).Is(http.StatusOK)
		c.says(page, "A. B.", "J. K.")
		c.hides(page, "Anna", "Juris")
		if here, there := c.looks("0026000"), c.looks("0021000"); here != "asked" || there != "asked" {
			t.Errorf("here is seen %q, there %q", here, there)
		}
		page = c.clerk.Follow(c.clerk.Submit("/pay", "/pay/basket", page.Form("/pay/basket"))).Is(http.StatusOK)
		c.says(page, "W-2", "Juris Kalns")
		if got := c.looks("0021000"); got != "number asked" {
			t.Errorf("there is seen %q", got)
		}
	})
}

// A masked list holds the names of bills in its forms: sent elsewhere they told the payer's name, and left no line.
func TestABillOutOfAMaskedListTellsNobodyWithoutALine(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		c.OpenTill(desk)
		mine := c.owed("W-1", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		c.owed("W-2", "0026000", "Aldis Bērziņš", "Liepas, Dzērbenes pagasts")
		c.find("bērz")
		sent := url.Values{"key": {"k1"}, "bill": {mine.ID.String()}, "amount-" + mine.ID.String(): {"x"}, "tender": {"exact"}}
		page := c.clerk.Follow(c.clerk.Post("/pay", sent)).Is(http.StatusUnprocessableEntity)
		c.says(page, "A. B.")
		c.hides(page, "Anna")
		if got := c.lines(); strings.Contains(got, "person.opened") {
			t.Errorf("lines: %s", got)
		}
		c.says(c.clerk.Follow(c.clerk.Post("/pay/basket", url.Values{"bill": {mine.ID.String()}})), "Anna Bērziņa")
		if got := c.lines(); !strings.HasSuffix(got, "person.opened") {
			t.Errorf("lines: %s", got)
		}
	})
}

// Whoever asks the systems of creditors by a number is no exception.
func TestANumberAskedOfCreditorsIsALook(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		c.owed("W-1", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		c.clerk.Follow(c.clerk.Post("/pay/ask", url.Values{"q": {"W-1"}})).Is(http.StatusOK).Says("Anna Bērziņa")
		if got := c.looks("0026000"); got != "number" {
			t.Errorf("the municipality sees %q", got)
		}
	})
}
