package tillhttp_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	ot "vienkopus/internal/office/officetest"
	"vienkopus/internal/platform/sqldb/dbtest"
	tt "vienkopus/internal/till/tilltest"
)

// sums are the ways in which an amount could stand on a page or in its source.
func sums(cents money.Amount) []string {
	return []string{
		cents.String(), strings.Replace(cents.String(), ".", ",", 1), cents.Format("en"), cents.Format("lv"), fmt.Sprint(int64(cents)),
	}
}

func TestOpening(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Get("clerk", "/till").Is(http.StatusOK).Says("The till at desk DZE-1", "Change money")
		for typed, wrong := range map[string]string{
			"": "Enter a sum", "two": "Enter a sum", "-1": "Enter the change money in the drawer, from 0 to €10,000.00", "10000,01": "from 0 to €10,000.00",
		} {
			page := d.Post("clerk", "/till/open", "float", typed, "then", "/pay").Is(http.StatusUnprocessableEntity).Says(wrong).Page
			if ot.Hidden(t, page, "then") != "/pay" || !strings.Contains(page, `href="#float"`) {
				t.Errorf("%q: the page has forgotten where to go, or the error leads nowhere", typed)
			}
		}
		before := d.W.Lines()
		d.Post("clerk", "/till/open", "float", "20", "then", "/pay", "key", "one").Leads("/pay")
		d.Post("clerk", "/till/open", "float", "20", "then", "/pay", "key", "one").Leads("/pay")
		if d.W.Lines() != before+1 {
			t.Error("a form sent twice opened the drawer twice")
		}
		d.Post("clerk", "/till/open", "float", "20").Is(http.StatusConflict).Says("The till at this desk is open already.")
		d.Get("clerk", "/till").Says("The till is open", "€20.00", "Count and close").Hides("Against what was left")
		d.Get("clerk", "/till/bags").Says("No bag is waiting")
	})
}

func TestOpeningLeadsOnlyToPagesOfOurs(t *testing.T) {
	t.Parallel()
	d := ot.Open(t, dbtest.SQLite(t))
	for _, then := range []string{"https://elsewhere.example/", "//elsewhere.example/pay", "///elsewhere.example", `/\elsewhere.example`, "pay", "javascript:alert(1)", "/pay\r\nX: y"} {
		if page := d.Get("clerk", "/till?then="+url.QueryEscape(then)).Page; strings.Contains(page, `name="then"`) {
			t.Errorf("%q stands in the form", then)
		}
		d.W.Plant("DELETE FROM till_shift")
		d.Post("clerk", "/till/open", "float", "0", "then", then).Leads("/till")
	}
	d.W.Plant("DELETE FROM till_shift")
	d.Post("clerk", "/till/open", "float", "0", "then", "/pay?visit=1").Leads("/pay?visit=1")
}

// Before the count nobody is told what should be in the drawer: not on the page, not in its source, not when the form is refused, and not at a second count.
func TestTheCountIsBlind(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Get("clerk", "/till/count").Leads("/till")
		d.Post("clerk", "/till/count", "n-500", "1").Is(http.StatusConflict)
		d.Taken()
		expected := sums(5075)
		for _, lang := range []string{"lv", "en", "lt"} {
			d.In(lang).Get("clerk", "/till/count").Is(http.StatusOK).Hides(expected...)
			d.In(lang).Get("clerk", "/till").Is(http.StatusOK).Hides(expected...)
			d.In(lang).Post("clerk", "/till/count", "n-5000", "one").Is(http.StatusUnprocessableEntity).Hides(expected...)
		}
		d.Get("both", ot.Office+"/till").Is(http.StatusOK).Hides(expected...)
		d.Get("both", ot.Office+"/till/shifts/"+d.ShiftAt(tt.Dze1).ID.String()).Is(http.StatusOK).Says("you work in this shift too").Hides(append(expected, sums(3075)...)...)
		d.Post("clerk", "/till/count", "n-5000", "1").Leads("/till")
		d.Get("clerk", "/till").Says("Count 1", "€50.00", "€0.75 too little")
		d.Get("clerk", "/till/count").Is(http.StatusOK).Says("count 2").Hides(append(expected, sums(75)...)...)
	})
}

func TestCounting(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Taken()
		d.Post("clerk", "/till/count").Is(http.StatusUnprocessableEntity).Says("If the drawer is empty, enter 0.")
		wrong := d.Post("clerk", "/till/count", "n-5000", "-1", "n-20", "1.5", "n-10", "10001", "n-1", "7").Is(http.StatusUnprocessableEntity)
		for _, field := range []string{"n-5000", "n-20", "n-10"} {
			if !strings.Contains(wrong.Page, `href="#`+field+`"`) {
				t.Errorf("no error leads to %s", field)
			}
		}
		if !strings.Contains(wrong.Page, `name="n-1" value="7"`) {
			t.Error("what was typed is gone")
		}
		before := d.W.Lines()
		for range 2 {
			d.Post("clerk", "/till/count", "key", "count", "n-2000", "2", "n-500", "2").Leads("/till")
		}
		if d.W.Lines() != before+1 {
			t.Error("a count sent twice was noted twice")
		}
		d.Post("clerk", "/till/count", "n-5000", "1", "n-50", "1").Leads("/till")
		d.Get("clerk", "/till").Is(http.StatusOK).Says("Count 1", "€0.75 too little", "Count 2", "€50.50", "€0.50 too much", "€0.25 too little", "Give the reason of the difference first.")
		d.Get("clerk", "/till").Hides("Stays in the drawer")
	})
}

func TestExplainingAndClosing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Taken()
		d.Post("clerk", "/till/count", "n-5000", "1", "n-50", "1", "n-5", "1").Leads("/till")
		shift := d.ShiftAt(tt.Dze1).ID.String()
		d.Post("clerk", "/till/close", "left", "20", "packed", "30.55", "bag", "B-1", "seal", "P-1").Is(http.StatusConflict).Says("Give its reason first")
		refused := d.Post("clerk", "/till/explain", "shift", shift, "reason-"+shift, "bad mood").Is(http.StatusUnprocessableEntity).Says("Choose a reason from the list.")
		if !strings.Contains(refused.Page, `href="#reason-`+shift+`"`) {
			t.Error("the error leads nowhere")
		}
		d.Post("colleague", "/till/explain", "shift", shift, "reason-"+shift, "unknown").Is(http.StatusForbidden)
		d.Post("clerk", "/till/explain", "shift", id.ID{1}.String(), "reason-"+id.ID{1}.String(), "unknown").Is(http.StatusNotFound)
		d.Post("clerk", "/till/explain", "shift", shift, "reason-"+shift, "wrong-change").Leads("/till")

		page := d.Get("clerk", "/till").Is(http.StatusOK).Says("Into the bag €30.55")
		shown := ot.Hidden(t, page.Page, "packed")
		before := d.W.Lines()
		// Another sum than the page showed is shown before anything happens.
		asked := d.Post("clerk", "/till/close", "left", "10,55", "packed", shown, "bag", "B-1", "seal", "P-1").Is(http.StatusOK).Says("Into the bag €40.00", "Check it and press")
		if d.W.Lines() != before || ot.Hidden(t, asked.Page, "packed") != "40.00" {
			t.Error("the drawer was closed with a sum that nobody saw")
		}
		for field, form := range map[string][]string{
			"bag":  {"left", "10.55", "packed", "40.00", "seal", "P-1"},
			"seal": {"left", "10.55", "packed", "40.00", "bag", "B-1"},
			"left": {"left", "60", "packed", "40.00", "bag", "B-1", "seal", "P-1"},
		} {
			if refused := d.Post("clerk", "/till/close", form...).Is(http.StatusUnprocessableEntity); !strings.Contains(refused.Page, `href="#`+field+`"`) {
				t.Errorf("no error leads to %s: %s", field, ot.Text(refused.Page))
			}
		}
		for range 2 {
			d.Post("clerk", "/till/close", "key", "close", "left", "10.55", "packed", "40.00", "bag", " b-1", "seal", "p 1").Leads("/till?said=closed")
		}
		if d.W.Lines() != before+1 {
			t.Error("a closing sent twice was noted twice")
		}
		d.Get("clerk", "/till?said=closed").Says("Somebody else will approve the shift", "Closed shifts", "waits for approval", "1 bag for the collector", "Open the till")
		d.Get("clerk", "/till/bags").Says("Bag B-1", "P1", "€40.00", "Ilze Ozola").Hides("never confirmed")
	})
}

func TestABagIsGivenOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Packed()
		d.Get("colleague", "/till/bags").Hides("B-1")
		d.Post("colleague", "/till/bags", "bag", "B-1").Is(http.StatusForbidden)
		d.Post("clerk", "/till/bags", "bag", "B-2").Is(http.StatusNotFound)
		for range 2 {
			d.Post("clerk", "/till/bags", "key", "give", "bag", "B-1").Leads("/till/bags?given=B-1")
		}
		d.Get("clerk", "/till/bags?given=B-1").Says("Bag B-1 was given to the collector.", "the collector has not confirmed yet")
		d.Post("clerk", "/till/bags", "bag", "B-1").Is(http.StatusConflict).Says("Bag B-1 has been given already.")
		d.Post("both", ot.Office+"/collect", "bag", "B-1", "seal-B-1", "P1").Is(http.StatusForbidden)
		if page := d.Get("clerk", "/till/bags?given=%3Cb%3E").Page; strings.Contains(page, "<b>") {
			t.Error("what stands in the address is written as it is")
		}
	})
}

func TestTheOfficeAsksTheClerk(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Taken()
		d.Post("clerk", "/till/count", "n-5000", "1").Leads("/till")
		shift := d.ShiftAt(tt.Dze1).ID.String()
		d.Post("clerk", "/till/explain", "shift", shift, "reason-"+shift, "unknown").Leads("/till")
		d.Post("clerk", "/till/close", "left", "50", "packed", "0.00").Leads("/till?said=closed")
		d.Post("manager", ot.Office+"/till/shifts/"+shift, "decision", "object", "reason", "reason-doubtful").Leads(ot.Office + "/till/shifts/" + shift)
		d.Get("clerk", "/till").Says("The office asks: why is there a difference?", "€0.75 too little")
		d.Post("clerk", "/till/explain", "shift", shift, "reason-"+shift, "found-later").Leads("/till")
		d.Post("manager", ot.Office+"/till/shifts/"+shift, "decision", "approve").Leads(ot.Office + "/till?said=approved")
		d.Get("clerk", "/till").Says("approved").Hides("The office asks")
	})
}
