package tillhttp_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// taken is an open drawer in Dzērbene with 20.00 of change money, into which 30.75 came in cash and 8.00 by card: 50.75 should be in it.
func (d *door) taken() {
	d.t.Helper()
	d.post("clerk", "/till/open", "float", "20,00").leads("/till")
	tt.Must(d.t, d.w.Pay(d.w.By(tt.Clerk, tt.Dze1), tt.Water, tt.InCash(1075), tt.ByCard(800)))
	tt.Must(d.t, d.w.Pay(d.w.By(tt.Clerk, tt.Dze1), tt.Council, tt.InCash(2000)))
}

// shiftAt returns the shift that is not closed at a desk.
func (d *door) shiftAt(desk string) till.Shift {
	d.t.Helper()
	s, found, err := d.w.Store.OpenAt(d.t.Context(), d.w.Journal.DB(), desk)
	tt.Must(d.t, err)
	if !found {
		d.t.Fatalf("no shift at %s", desk)
	}
	return s
}

// sums are the ways in which an amount could stand on a page or in its source.
func sums(cents money.Amount) []string {
	return []string{
		cents.String(), strings.Replace(cents.String(), ".", ",", 1), cents.Format("en"), cents.Format("lv"), fmt.Sprint(int64(cents)),
	}
}

func TestOpening(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.get("clerk", "/till").is(http.StatusOK).says("The till at desk DZE-1", "Change money")
		for typed, wrong := range map[string]string{
			"": "Enter a sum", "two": "Enter a sum", "-1": "Enter the change money in the drawer, from 0 to €10,000.00", "10000,01": "from 0 to €10,000.00",
		} {
			page := d.post("clerk", "/till/open", "float", typed, "then", "/pay").is(http.StatusUnprocessableEntity).says(wrong).page
			if hidden(t, page, "then") != "/pay" || !strings.Contains(page, `href="#float"`) {
				t.Errorf("%q: the page has forgotten where to go, or the error leads nowhere", typed)
			}
		}
		before := d.w.Lines()
		d.post("clerk", "/till/open", "float", "20", "then", "/pay", "key", "one").leads("/pay")
		d.post("clerk", "/till/open", "float", "20", "then", "/pay", "key", "one").leads("/pay")
		if d.w.Lines() != before+1 {
			t.Error("a form sent twice opened the drawer twice")
		}
		d.post("clerk", "/till/open", "float", "20").is(http.StatusConflict).says("The till at this desk is open already.")
		d.get("clerk", "/till").says("The till is open", "€20.00", "Count and close").hides("Against what was left")
		d.get("clerk", "/till/bags").says("No bag is waiting")
	})
}

func TestOpeningLeadsOnlyToPagesOfOurs(t *testing.T) {
	t.Parallel()
	d := open(t, dbtest.SQLite(t))
	for _, then := range []string{"https://elsewhere.example/", "//elsewhere.example/pay", "///elsewhere.example", `/\elsewhere.example`, "pay", "javascript:alert(1)", "/pay\r\nX: y"} {
		if page := d.get("clerk", "/till?then="+url.QueryEscape(then)).page; strings.Contains(page, `name="then"`) {
			t.Errorf("%q stands in the form", then)
		}
		d.w.Plant("DELETE FROM till_shift")
		d.post("clerk", "/till/open", "float", "0", "then", then).leads("/till")
	}
	d.w.Plant("DELETE FROM till_shift")
	d.post("clerk", "/till/open", "float", "0", "then", "/pay?visit=1").leads("/pay?visit=1")
}

// Before the count nobody is told what should be in the drawer: not on the page, not in its source, not when the form is refused, and not at a second count.
func TestTheCountIsBlind(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.get("clerk", "/till/count").leads("/till")
		d.post("clerk", "/till/count", "n-500", "1").is(http.StatusConflict)
		d.taken()
		expected := sums(5075)
		for _, lang := range []string{"lv", "en", "lt"} {
			d.in(lang).get("clerk", "/till/count").is(http.StatusOK).hides(expected...)
			d.in(lang).get("clerk", "/till").is(http.StatusOK).hides(expected...)
			d.in(lang).post("clerk", "/till/count", "n-5000", "one").is(http.StatusUnprocessableEntity).hides(expected...)
		}
		d.get("both", office+"/till").is(http.StatusOK).hides(expected...)
		d.get("both", office+"/till/shifts/"+d.shiftAt(tt.Dze1).ID.String()).is(http.StatusOK).says("you work in this shift too").hides(append(expected, sums(3075)...)...)
		d.post("clerk", "/till/count", "n-5000", "1").leads("/till")
		d.get("clerk", "/till").says("Count 1", "€50.00", "€0.75 too little")
		d.get("clerk", "/till/count").is(http.StatusOK).says("count 2").hides(append(expected, sums(75)...)...)
	})
}

// in asks in another language.
func (d *door) in(lang string) *door {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("X-Lang", lang)
		d.handler.ServeHTTP(w, r)
	})
	return &door{t: d.t, w: d.w, handler: handler}
}

func TestCounting(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.taken()
		d.post("clerk", "/till/count").is(http.StatusUnprocessableEntity).says("If the drawer is empty, enter 0.")
		wrong := d.post("clerk", "/till/count", "n-5000", "-1", "n-20", "1.5", "n-10", "10001", "n-1", "7").is(http.StatusUnprocessableEntity)
		for _, field := range []string{"n-5000", "n-20", "n-10"} {
			if !strings.Contains(wrong.page, `href="#`+field+`"`) {
				t.Errorf("no error leads to %s", field)
			}
		}
		if !strings.Contains(wrong.page, `name="n-1" value="7"`) {
			t.Error("what was typed is gone")
		}
		before := d.w.Lines()
		for range 2 {
			d.post("clerk", "/till/count", "key", "count", "n-2000", "2", "n-500", "2").leads("/till")
		}
		if d.w.Lines() != before+1 {
			t.Error("a count sent twice was noted twice")
		}
		d.post("clerk", "/till/count", "n-5000", "1", "n-50", "1").leads("/till")
		d.get("clerk", "/till").is(http.StatusOK).says("Count 1", "€0.75 too little", "Count 2", "€50.50", "€0.50 too much", "€0.25 too little", "Give the reason of the difference first.")
		d.get("clerk", "/till").hides("Stays in the drawer")
	})
}

func TestExplainingAndClosing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.taken()
		d.post("clerk", "/till/count", "n-5000", "1", "n-50", "1", "n-5", "1").leads("/till")
		shift := d.shiftAt(tt.Dze1).ID.String()
		d.post("clerk", "/till/close", "left", "20", "packed", "30.55", "bag", "B-1", "seal", "P-1").is(http.StatusConflict).says("Give its reason first")
		refused := d.post("clerk", "/till/explain", "shift", shift, "reason-"+shift, "bad mood").is(http.StatusUnprocessableEntity).says("Choose a reason from the list.")
		if !strings.Contains(refused.page, `href="#reason-`+shift+`"`) {
			t.Error("the error leads nowhere")
		}
		d.post("colleague", "/till/explain", "shift", shift, "reason-"+shift, "unknown").is(http.StatusForbidden)
		d.post("clerk", "/till/explain", "shift", id.ID{1}.String(), "reason-"+id.ID{1}.String(), "unknown").is(http.StatusNotFound)
		d.post("clerk", "/till/explain", "shift", shift, "reason-"+shift, "wrong-change").leads("/till")

		page := d.get("clerk", "/till").is(http.StatusOK).says("Into the bag €30.55")
		shown := hidden(t, page.page, "packed")
		before := d.w.Lines()
		// Another sum than the page showed is shown before anything happens.
		asked := d.post("clerk", "/till/close", "left", "10,55", "packed", shown, "bag", "B-1", "seal", "P-1").is(http.StatusOK).says("Into the bag €40.00", "Check it and press")
		if d.w.Lines() != before || hidden(t, asked.page, "packed") != "40.00" {
			t.Error("the drawer was closed with a sum that nobody saw")
		}
		for field, form := range map[string][]string{
			"bag":  {"left", "10.55", "packed", "40.00", "seal", "P-1"},
			"seal": {"left", "10.55", "packed", "40.00", "bag", "B-1"},
			"left": {"left", "60", "packed", "40.00", "bag", "B-1", "seal", "P-1"},
		} {
			if refused := d.post("clerk", "/till/close", form...).is(http.StatusUnprocessableEntity); !strings.Contains(refused.page, `href="#`+field+`"`) {
				t.Errorf("no error leads to %s: %s", field, text(refused.page))
			}
		}
		for range 2 {
			d.post("clerk", "/till/close", "key", "close", "left", "10.55", "packed", "40.00", "bag", " b-1", "seal", "p 1").leads("/till?said=closed")
		}
		if d.w.Lines() != before+1 {
			t.Error("a closing sent twice was noted twice")
		}
		d.get("clerk", "/till?said=closed").says("Somebody else will approve the shift", "Closed shifts", "waits for approval", "1 bag for the collector", "Open the till")
		d.get("clerk", "/till/bags").says("Bag B-1", "P1", "€40.00", "Ilze Ozola").hides("never confirmed")
	})
}

func TestABagIsGivenOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.packed()
		d.get("colleague", "/till/bags").hides("B-1")
		d.post("colleague", "/till/bags", "bag", "B-1").is(http.StatusForbidden)
		d.post("clerk", "/till/bags", "bag", "B-2").is(http.StatusNotFound)
		for range 2 {
			d.post("clerk", "/till/bags", "key", "give", "bag", "B-1").leads("/till/bags?given=B-1")
		}
		d.get("clerk", "/till/bags?given=B-1").says("Bag B-1 was given to the collector.", "the collector has not confirmed yet")
		d.post("clerk", "/till/bags", "bag", "B-1").is(http.StatusConflict).says("Bag B-1 has been given already.")
		d.post("both", office+"/collect", "bag", "B-1", "seal-B-1", "P1").is(http.StatusForbidden)
		if page := d.get("clerk", "/till/bags?given=%3Cb%3E").page; strings.Contains(page, "<b>") {
			t.Error("what stands in the address is written as it is")
		}
	})
}

// packed is a closed shift with bag B-1 and seal P1.
func (d *door) packed() {
	d.t.Helper()
	d.taken()
	d.post("clerk", "/till/count", "n-5000", "1", "n-50", "1", "n-20", "1", "n-5", "1").leads("/till")
	d.post("clerk", "/till/close", "left", "20", "packed", "30.75", "bag", "B-1", "seal", "P1").leads("/till?said=closed")
}

func TestTheOfficeAsksTheClerk(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.taken()
		d.post("clerk", "/till/count", "n-5000", "1").leads("/till")
		shift := d.shiftAt(tt.Dze1).ID.String()
		d.post("clerk", "/till/explain", "shift", shift, "reason-"+shift, "unknown").leads("/till")
		d.post("clerk", "/till/close", "left", "50", "packed", "0.00").leads("/till?said=closed")
		d.post("manager", office+"/till/shifts/"+shift, "decision", "object", "reason", "reason-doubtful").leads(office + "/till/shifts/" + shift)
		d.get("clerk", "/till").says("The office asks: why is there a difference?", "€0.75 too little")
		d.post("clerk", "/till/explain", "shift", shift, "reason-"+shift, "found-later").leads("/till")
		d.post("manager", office+"/till/shifts/"+shift, "decision", "approve").leads(office + "/till?said=approved")
		d.get("clerk", "/till").says("approved").hides("The office asks")
	})
}
