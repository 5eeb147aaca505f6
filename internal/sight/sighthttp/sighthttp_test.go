package sighthttp_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/html/htmltest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/sight"
	"vienkopus/internal/sight/sightsql"
)

const (
	desk   = "DZE-1"
	office = "/office/0026000"
)

// counter is a desk with somebody at it, and those who look after her.
type counter struct {
	*paymenttest.World
	t                   *testing.T
	clerk, manager, dpo *apptest.Browser
}

func each(t *testing.T, test func(t *testing.T, c *counter)) {
	t.Helper()
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		key, err := rowcode.NewKey(rowcode.NewSecret())
		if err != nil {
			t.Fatal(err)
		}
		w := paymenttest.OpenWith(t, dsn, rowcode.Needs{Key: key, Fresh: true})
		site := apptest.New(t, w.App)
		test(t, &counter{
			World: w, t: t, clerk: site.Person("Ilze", "clerk", scope.Centre("dzerbene"), desk), manager: site.Person("Zane", "municipal-manager", scope.Municipality("0026000"), ""),
			dpo: site.Person("Ivo", "dpo", scope.Network, ""),
		})
	})
}

// owed issues a bill in somebody's name.
func (c *counter) owed(number, municipality, name, address string) bill.Bill {
	c.t.Helper()
	content := bill.Content{
		Creditor: paymenttest.Water, Number: number, Reference: "R" + number, Kind: "water", Municipality: municipality, Issued: paymenttest.Day,
		Instalments: []bill.Instalment{{Due: paymenttest.Day.AddDays(7), Cents: 1230}},
	}
	return c.put(content, name, address)
}

func (c *counter) put(content bill.Content, name, address string) bill.Bill {
	c.t.Helper()
	r := journal.Request{By: actor.System("test"), Desk: bill.Feed(paymenttest.Water), Key: "bill:" + content.Number}
	b, err := c.App.Bill.Put(c.t.Context(), r, content, bill.Payer{Name: name, Address: address})
	if err != nil {
		c.t.Fatal(err)
	}
	return b
}

func (c *counter) find(query string) apptest.Answer {
	c.t.Helper()
	return c.clerk.Follow(c.clerk.Post("/pay/find", url.Values{"q": {query}}))
}

// lines are the kinds of the lines at the desk.
func (c *counter) lines() string {
	c.t.Helper()
	var kinds []string
	all, err := c.Journal.Lines(c.t.Context(), c.DB, desk, 0, 1000)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, e := range all {
		kinds = append(kinds, e.Fact.Kind())
	}
	return strings.TrimPrefix(strings.Join(kinds, " "), "desk.taken ")
}

// Whoever looked a name up saw full names and addresses of half a town, and nobody knew that she had.
func TestALookByNameLeavesALineAndIsMasked(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		c.OpenTill(desk)
		mine := c.owed("W-1", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		c.owed("W-2", "0026000", "Aldis Bērziņš", "Liepas, Dzērbenes pagasts")
		c.owed("W-3", "0021000", "Agnese Bērza", "Parka iela 3, Rīga")
		page := c.find("bērz").Is(http.StatusOK).Says("A. B.").Says("Rīgas iela 12").Says("Liepas")
		for _, secret := range []string{"Anna", "Bērziņa", "Aldis", "12-5", "pagasts", "12,30", "Agnese", "Parka"} {
			if strings.Contains(htmltest.Main(page.Body), secret) {
				t.Errorf("the list tells %q", secret)
			}
		}
		if got := c.lines(); got != "shift.opened persons.searched" {
			t.Errorf("lines: %s", got)
		}
		c.clerk.Follow(c.clerk.Post("/pay/payer", url.Values{"bill": {mine.ID.String()}})).Is(http.StatusOK).Says("Anna Bērziņa").Says("Rīgas iela 12-5, Cēsis").Says("12,30")
		if got := c.lines(); got != "shift.opened persons.searched visit.opened person.opened" {
			t.Errorf("lines: %s", got)
		}
		c.Sound()
	})
}

func TestOneAloneIsOpenedInTheSameTransaction(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		c.owed("W-1", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		c.dpo.Get("/office/9999999/looks").Is(http.StatusNotFound)
		c.find("bērziņa anna").Is(http.StatusOK).Says("Anna Bērziņa")
		if got := c.lines(); got != "visit.opened persons.searched person.opened" {
			t.Errorf("lines: %s", got)
		}
		c.find("Nemo").Is(http.StatusOK)
		if got := c.lines(); got != "visit.opened persons.searched person.opened persons.searched" {
			t.Errorf("whoever was not found leaves no line: %s", got)
		}
	})
}

func TestLookingEndsAtTheBorderOfTheMunicipality(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		other := c.owed("W-3", "0021000", "Agnese Bērza", "Parka iela 3, Rīga")
		if page := c.find("bērza").Is(http.StatusOK); strings.Contains(page.Body, "Parka") {
			t.Error("somebody of another municipality is shown")
		}
		page := c.clerk.Follow(c.clerk.Post("/pay/payer", url.Values{"bill": {other.ID.String()}})).Says("citā novadā")
		if strings.Contains(htmltest.Main(page.Body), "Agnese") || strings.Contains(c.lines(), "person.opened") {
			t.Error("somebody of another municipality is opened")
		}
	})
}

// Looking has a budget: beyond it nothing is shown, the refusal is one line an hour, and the manager sees it; the paper that a client has brought is taken all the same.
func TestLookingHasABudget(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		c.owed("W-1", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		set := sight.Budget{Basis: dated.On("2026-01-01", "Few clients.", "Order 7"), PerHour: 4}
		if err := c.Sight.SetBudget(t.Context(), journal.Request{By: actor.System("test"), Desk: "NETWORK", Key: "budget"}, set); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			c.find("bērziņa").Says("Anna Bērziņa") // a search and an opening
		}
		for range 3 {
			if page := c.find("bērziņa").Says("pārāk bieži"); strings.Contains(htmltest.Main(page.Body), "Rīgas iela") {
				t.Error("it is shown all the same")
			}
		}
		if n := strings.Count(c.lines(), "looking.refused"); n != 1 {
			t.Errorf("%d refusals", n)
		}
		c.scan(code("W-1", "12.30")).Says("W-1")
		c.manager.Get(office + "/looks").Is(http.StatusOK).Says("Neparasta skatīšanās").Says("Ilze")
		c.clerk.Get(office + "/looks").Is(http.StatusForbidden)
		c.Clock.Advance(61 * time.Minute)
		c.find("bērziņa").Says("Anna Bērziņa")
		c.Sound()
	})
}

// Who opens many and takes no money from them is pointed out; who serves clients is not.
func TestUnusualLookingIsSeen(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		c.OpenTill(desk)
		for i := range 12 {
			b := c.owed(fmt.Sprintf("W-%d", i), "0026000", fmt.Sprintf("Persona %c", 'A'+i), "Rīgas iela 1, Cēsis")
			c.clerk.Post("/pay/payer", url.Values{"bill": {b.ID.String()}})
			if i < 3 {
				c.Pay(desk, b)
			}
		}
		over := civil.Period{From: paymenttest.Day, To: paymenttest.Day}
		all, err := sightsql.Store{}.Habits(t.Context(), c.DB, "0026000", over)
		if err != nil || len(all) != 1 || all[0].Opened != 12 || all[0].Idle != 9 || all[0].IsUnusual() {
			t.Fatalf("%+v, %v", all, err)
		}
		b := c.owed("W-12", "0026000", "Persona Z", "Rīgas iela 1, Cēsis")
		c.clerk.Post("/pay/payer", url.Values{"bill": {b.ID.String()}})
		c.manager.Get(office + "/looks").Is(http.StatusOK).Says("Neparasta skatīšanās")
		file := c.manager.Get(office + "/looks.csv").Is(http.StatusOK)
		if n := strings.Count(file.Body, "Atvērta persona"); n != 13 || strings.Contains(file.Body, "Persona A") {
			t.Errorf("%d openings in the file:\n%s", n, file.Body)
		}
	})
}

// An account in wrong hands: whom it has seen, what it took out, and what the authority is told.
func TestABreachIsTraced(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		one, two := c.owed("W-1", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis"), c.owed("W-2", "0026000", "Juris Kalns", "Liepas, Dzērbene")
		for _, b := range []bill.Bill{one, two, one} {
			c.clerk.Post("/pay/payer", url.Values{"bill": {b.ID.String()}})
		}
		asked := url.Values{"who": {c.clerk.ID.String()}, "from": {"2026-11-20"}, "to": {"2026-11-20"}}
		page := c.dpo.Get(office + "/breach?" + asked.Encode()).Is(http.StatusOK).Says("A. B.").Says("W-2")
		if strings.Contains(htmltest.Main(page.Body), "Anna") {
			t.Error("the page names somebody")
		}
		file := c.dpo.Post(office+"/breach/persons.csv", url.Values{"key": {"b1"}, "who": asked["who"], "from": asked["from"], "to": asked["to"]}).Is(http.StatusOK)
		if strings.Count(file.Body, "Anna Bērziņa") != 1 || !strings.Contains(file.Body, "Liepas, Dzērbene") {
			t.Errorf("the file:\n%s", file.Body)
		}
		mine := url.Values{"who": {c.dpo.ID.String()}, "from": asked["from"], "to": asked["to"]}
		c.dpo.Get(office + "/breach?" + mine.Encode()).Says("Personas izņemtas failā: 2")
		for language, want := range map[string]string{"lv": "Personu skaits (aptuveni): 2", "en": "Number of persons (approximate): 2"} {
			asked.Set("in", language)
			c.dpo.Get(office + "/breach/notice?" + asked.Encode()).Is(http.StatusOK).Says(want).Says("20.11.2026")
		}
		c.manager.Get(office + "/breach").Is(http.StatusForbidden)
		asked.Set("desk", "CES-1")
		if page := c.dpo.Get(office + "/breach?" + asked.Encode()); strings.Contains(page.Body, "W-2") {
			t.Error("another desk has seen them")
		}
		c.Sound()
	})
}

// The copy of a bill that nobody had opened was refused, and nobody saw that somebody had tried: each refusal is a line that the auditor reads, so many in an hour.
func TestARefusedLookAtTheCopyOfABillIsALine(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		mine := c.owed("W-1", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		other := c.owed("W-3", "0021000", "Agnese Bērza", "Parka iela 3, Rīga")
		copyOf := func(b bill.Bill) string { return "/bills/" + b.ID.String() + "/copy" }
		c.clerk.Get(copyOf(mine)).Is(http.StatusForbidden).Says("Vispirms atrodiet")
		c.clerk.Get(copyOf(other)).Is(http.StatusForbidden)
		c.clerk.Post("/bills/"+other.ID.String()+"/copy", url.Values{}).Is(http.StatusForbidden)
		c.clerk.Post("/pay/payer", url.Values{"bill": {other.ID.String()}})
		if got := c.lines(); got != "looking.refused looking.refused looking.refused looking.refused" {
			t.Errorf("lines: %s", got)
		}
		page := c.manager.Get(office + "/looks").Is(http.StatusOK).Says("Neparasta skatīšanās").Says("Atteikts: rēķina kopija").Says("Atteikts: maksātājs citā novadā")
		if strings.Contains(htmltest.Main(page.Body), "Anna") {
			t.Error("the page of looks names somebody")
		}
		all, err := c.Journal.About(t.Context(), c.DB, bill.Subject(mine.ID), 10)
		if err != nil || len(all) != 2 || all[1].Kind != "looking.refused" {
			t.Errorf("the lines about the bill: %v, %v", all, err)
		}
		for range 30 {
			c.clerk.Get(copyOf(mine)).Is(http.StatusForbidden)
		}
		if n := strings.Count(c.lines(), "looking.refused"); n != 20 {
			t.Errorf("%d refusals", n)
		}
		c.find("bērziņa anna").Is(http.StatusOK).Says("Anna Bērziņa") // which is no reason to refuse what she may
		c.clerk.Get(copyOf(mine)).Is(http.StatusOK)
		c.Sound()
	})
}
