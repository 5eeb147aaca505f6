package tillhttp_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till/bank"
	tt "vienkopus/internal/till/tilltest"
)

func TestACollectorsRound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		path := office + "/collect"
		d.get("collector", path).is(http.StatusOK).says("No bag is waiting", "You carry no bag.")
		d.packed()
		// The seal is read, not looked up.
		d.get("collector", path).says("dzerbene", "Bag B-1", "€30.75").hides("P1")
		d.post("collector", path, "bag", "B-1", "seal-B-1", "").is(http.StatusUnprocessableEntity).says("Enter the number")
		d.post("collector", path, "bag", "B-9", "seal-B-9", "P1").is(http.StatusNotFound)
		d.post("clerk", path, "bag", "B-1", "seal-B-1", "P1").is(http.StatusForbidden)
		before := d.w.Lines()
		for range 2 {
			d.post("collector", path, "key", "take", "bag", "B-1", "seal-B-1", "P 7").leads(path + "?seal=differs&taken=B-1")
		}
		if d.w.Lines() != before+1 {
			t.Error("a bag was taken twice")
		}
		d.get("collector", path+"?seal=differs&taken=B-1").says("the number of the seal is not the one that was written", "the seal is another one", "€30.75 in all")
		d.get("manager", office+"/till").says("the seal is another one")
		d.get("clerk", "/till/bags").says("the clerk has not confirmed yet", "the seal is another one", "Given to the collector")
		d.post("collector", path, "bag", "B-1", "seal-B-1", "P1").is(http.StatusConflict).says("taken already")
		d.post("clerk", "/till/bags", "bag", "B-1").leads("/till/bags?given=B-1")
		d.get("clerk", "/till/bags").says("No bag is waiting")

		deposits := office + "/deposits"
		for _, c := range []struct {
			form         []string
			field, wrong string
		}{
			{[]string{"other", string(tt.Account)}, "bags", "Name at least one bag"},
			{[]string{"bags", "B-1"}, "other", "not the number of a bank account"},
			{[]string{"bags", "B-1", "other", "LV80BANK0000435195002"}, "other", "not the number of a bank account"},
			{[]string{"bags", "B-1", "other", string(tt.Account), "slip", "a:b"}, "slip", "Enter the number"},
		} {
			refused := d.post("collector", deposits, c.form...).is(http.StatusUnprocessableEntity).says(c.wrong)
			if !strings.Contains(refused.page, `href="#`+c.field+`"`) || !strings.Contains(refused.page, `id="`+c.field+`"`) {
				t.Errorf("%v: the error does not lead to %s", c.form, c.field)
			}
		}
		before = d.w.Lines()
		for range 2 {
			d.post("collector", deposits, "key", "bring", "bags", "B-1", "other", "lv80 bank 0000 4351 9500 1", "slip", "k-1").leads(path + "?said=deposited")
		}
		if d.w.Lines() != before+1 {
			t.Error("a deposit was noted twice")
		}
		d.post("collector", deposits, "bags", "B-1", "other", string(tt.Account)).is(http.StatusConflict).says("deposited at the bank already")
		d.get("collector", path+"?said=deposited").says("The deposit is noted.", "K-1", "not confirmed by the bank yet")
		d.get("neighbour", path).is(http.StatusForbidden)
	})
}

// deposited is a deposit of 30.75 to the account of the municipality; it returns its page.
func (d *door) deposited() string {
	d.t.Helper()
	d.packed()
	d.post("clerk", "/till/bags", "bag", "B-1").leads("/till/bags?given=B-1")
	d.post("collector", office+"/collect", "bag", "B-1", "seal-B-1", "P1").leads(office + "/collect?taken=B-1")
	d.post("collector", office+"/deposits", "bags", "B-1", "other", string(tt.Account), "slip", "K-1").leads(office + "/collect?said=deposited")
	all, err := d.w.Store.OpenDeposits(d.t.Context(), d.w.Journal.DB(), tt.Cesis, "")
	tt.Must(d.t, err)
	return all[0].ID.String()
}

func TestAStatementComesIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.deposited()
		d.get("accountant", office+"/bank").is(http.StatusOK).says("All money that came in is matched.", "Deposits that the bank has not confirmed yet", "K-1 €30.75")
		file := camt(3075, 1000, -50)
		d.upload("accountant", file).leads(office + "/bank?known=0&matched=1&new=3")
		d.get("accountant", office+"/bank?known=0&matched=1&new=3").says("New lines: 3. Known before: 0. Matched with deposits at once: 1.", "€10.00", "not matched")
		before := d.w.Lines()
		d.upload("accountant", file).leads(office + "/bank?known=3&matched=0&new=0")
		if d.w.Lines() != before {
			t.Error("the same file was taken in twice")
		}
		d.get("accountant", office+"/bank?known=3&matched=0&new=0").says("Nothing new: all lines were known before (3).")
		d.get("accountant", office+"/bank?known=x&matched=-1&new=0").is(http.StatusOK).hides("Nothing new")
		d.upload("manager", file).is(http.StatusForbidden)
		d.upload("neighbour", file).is(http.StatusForbidden)
	})
}

func TestABadFileIsRefusedInWords(t *testing.T) {
	t.Parallel()
	d := open(t, dbtest.SQLite(t))
	whole := camt(100)
	before := d.w.Lines()
	for name, c := range map[string]struct{ content, says string }{
		"nothing":            {"", "no XML file"},
		"a letter":           {"Labdien! Pielikumā izraksts.", "no XML file"},
		"half a file":        {whole[:len(whole)/2], "The file is incomplete"},
		"another document":   {`<?xml version="1.0"?><html><body/></html>`, "no bank statement in this file"},
		"a broken account":   {strings.Replace(whole, string(tt.Account), "LV80BANK0000435195002", 1), "account number"},
		"a day in future":    {strings.Replace(whole, "2026-11-20", "2026-11-29", 1), "29.11.2026"},
		"an amount in words": {strings.Replace(whole, "1.00", "one", 1), "amount"},
	} {
		refused := d.upload("accountant", c.content).is(http.StatusUnprocessableEntity)
		if !strings.Contains(text(refused.page), c.says) || !strings.Contains(refused.page, `href="#file"`) {
			t.Errorf("%s: %s", name, text(refused.page))
		}
	}
	d.post("accountant", office+"/bank").is(http.StatusUnprocessableEntity).says("Choose a file.")
	d.upload("accountant", strings.Repeat("x", 21<<20)).is(http.StatusRequestEntityTooLarge)
	if d.w.Lines() != before {
		t.Error("a file that was refused left a line")
	}
	d.upload("accountant", camt()).leads(office + "/bank?known=0&matched=0&new=0")
}

func TestMatchingByHand(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		deposit := d.deposited()
		one := office + "/till/deposits/" + deposit
		d.get("accountant", one).is(http.StatusOK).says("not confirmed by the bank yet", "K-1", "B-1").hides("Why did the bank")
		d.post("accountant", one, "reason", "bag-short").is(http.StatusConflict)
		d.upload("accountant", camt(3000, 5000)).leads(office + "/bank?known=0&matched=0&new=2")
		page := d.get("accountant", office+"/bank").is(http.StatusOK).says("21.11.2026, €30.75 K-1").page
		fields := regexp.MustCompile(`name="(deposit-[^"]*)"`).FindAllStringSubmatch(page, -1)
		refs := regexp.MustCompile(`name="ref" value="([^"]*)"`).FindAllStringSubmatch(page, -1)
		if len(fields) != 2 {
			t.Fatalf("%d lines wait: %s", len(fields), text(page))
		}
		thirty := func(found []string) bool { return strings.Contains(found[1], "30.00") }
		ref, field := refs[slices.IndexFunc(refs, thirty)][1], fields[slices.IndexFunc(fields, thirty)][1]
		form := func(more ...string) []string {
			return append([]string{"ref", ref, "account", string(tt.Account)}, more...)
		}
		refused := d.post("accountant", office+"/bank/match", form()...).is(http.StatusUnprocessableEntity).says("Choose the deposit.")
		if !strings.Contains(refused.page, `href="#`+field+`"`) {
			t.Error("the error leads nowhere")
		}
		d.post("neighbour", "/office/"+tt.Aluksne+"/bank/match", form(field, deposit)...).is(http.StatusForbidden)
		before := d.w.Lines()
		for range 2 {
			d.post("accountant", office+"/bank/match", form("key", "match", field, deposit)...).leads(office + "/bank?said=matched")
		}
		if d.w.Lines() != before+1 {
			t.Error("a line was matched twice")
		}
		d.post("accountant", office+"/bank/match", form(field, deposit)...).is(http.StatusConflict)
		d.get("accountant", one).says("the bank counted another sum", "The bank counted €30.00", "€0.75 too little", "Why did the bank count another sum?")
		d.get("manager", one).is(http.StatusOK).hides("Save the reason")
		d.get("neighbour", "/office/"+tt.Aluksne+"/till/deposits/"+deposit).is(http.StatusNotFound)
		d.get("manager", office+"/till").says("the bank counted another sum")
		d.post("manager", one, "reason", "bag-short").is(http.StatusForbidden)
		d.post("accountant", one, "reason", "").is(http.StatusUnprocessableEntity).says("Choose a reason from the list.")
		d.post("accountant", one, "reason", "bag-short").leads(one)
		d.get("manager", office+"/till").hides("the bank counted another sum")
	})
}

// Other money comes into an account too: what could be a deposit comes first, and the page stays short.
func TestMostOfAnAccountIsNoDeposit(t *testing.T) {
	t.Parallel()
	d := open(t, dbtest.SQLite(t))
	d.packed()
	var sums []money.Amount
	for i := range 60 {
		sums = append(sums, money.Amount(100_000+i))
	}
	sums[7] = 3075
	d.upload("accountant", camt(sums...)).leads(office + "/bank?known=0&matched=0&new=60")
	d.get("accountant", office+"/bank").says("10 more lines are not shown here", "What money is this?")
	d.post("clerk", "/till/bags", "bag", "B-1").leads("/till/bags?given=B-1")
	d.post("collector", office+"/collect", "bag", "B-1", "seal-B-1", "P1").leads(office + "/collect?taken=B-1")
	d.post("collector", office+"/deposits", "bags", "B-1", "other", string(tt.Account)).leads(office + "/collect?said=deposited")
	page := d.get("accountant", office+"/bank").page
	if first := hidden(t, page, "ref"); !strings.Contains(first, "30.75") || strings.Count(page, `name="deposit-`) != 50 {
		t.Errorf("%s comes first, of %d", first, strings.Count(page, `name="deposit-`))
	}
}

func TestCardPaymentsArrive(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.taken() // 8.00 by card
		d.upload("accountant", camt(780, 100)).leads(office + "/bank?known=0&matched=0&new=2")
		page := d.get("accountant", office+"/bank").says("Paid by card and not received from the bank yet: €8.00.").page
		field := regexp.MustCompile(`name="(fee-[^"]*)"`).FindAllStringSubmatch(page, -1)
		refs := regexp.MustCompile(`name="ref" value="([^"]*)"`).FindAllStringSubmatch(page, -1)
		at := 0
		if !strings.Contains(refs[0][1], "7.80") {
			at = 1
		}
		form := []string{"ref", refs[at][1], "account", string(tt.Account)}
		for fee, wrong := range map[string]string{"some": "Enter a sum", "-1": "amount", "5": "only €8.00"} {
			refused := d.post("accountant", office+"/bank/cards", append(form, field[at][1], fee)...).is(http.StatusUnprocessableEntity)
			if !strings.Contains(refused.page, `href="#`+field[at][1]+`"`) {
				t.Errorf("a fee of %q: no error leads to the field (%s): %s", fee, wrong, text(refused.page))
			}
		}
		for range 2 {
			d.post("accountant", office+"/bank/cards", append(form, "key", "cards", field[at][1], "0,20")...).leads(office + "/bank?said=settled")
		}
		d.get("accountant", office+"/bank?said=settled").says("The card payments are received from the bank.", "not received from the bank yet: €0.00.", "card payments")
		d.get("accountant", office+"/trial").says("Fee of the bank for cards DZE-1 €0.00 €0.20")
	})
}

func TestMoneyIsPassedOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.get("accountant", office+"/creditors").is(http.StatusOK).says("No creditor got anything in this time")
		d.get("accountant", office+"/remittances").says("Nothing was passed on in the last two months")
		d.taken()
		d.w.Clock.Set(d.w.Clock.Now().AddDate(0, 0, 1))
		path := office + "/creditors?from=2026-11-01&to=2026-11-21"
		page := d.get("accountant", path).is(http.StatusOK).says("SIA „Vinda” 90000028508 €18.75 €0.00 €0.00 €18.75", "To be passed on up to 21.11.2026", "Total €38.75").page
		d.get("manager", path).is(http.StatusOK).hides("Make the remittances")
		d.get("accountant", office+"/creditors?from=x").is(http.StatusUnprocessableEntity).says("Enter a date")
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(d.get("manager", strings.Replace(path, "creditors", "creditors.csv", 1)).is(http.StatusOK).page, "\ufeff"))).ReadAll()
		tt.Must(t, err)
		if fmt.Sprint(rows[1:]) != "[[40003032949 Cēsu novads 20.00 0.00 0.00 20.00] [90000028508 SIA „Vinda” 18.75 0.00 0.00 18.75] [ Total 38.75 0.00 0.00 38.75]]" {
			t.Errorf("the file: %q", rows)
		}

		both := []string{"through", hidden(t, page, "through"), "creditor", string(tt.Water), "creditor", string(tt.Council), "cents-" + string(tt.Water), "18.75", "cents-" + string(tt.Council), "20.00"}
		for _, c := range []struct {
			form         []string
			field, wrong string
		}{
			{[]string{"through", "2026-11-21", "other", string(tt.Account)}, "creditors", "Name at least one creditor"},
			{both, "other", "not the number of a bank account"},
			{[]string{"through", "2026-11-21", "other", string(tt.Account), "creditor", string(tt.Water), "cents-" + string(tt.Water), "18.76"}, "creditors", "18.75"},
			{[]string{"through", "2026-11-21", "other", string(tt.Account), "creditor", string(tt.Water), "cents-" + string(tt.Water), "all"}, "creditors", "amount"},
		} {
			refused := d.post("accountant", office+"/remittances", c.form...).is(http.StatusUnprocessableEntity)
			if !strings.Contains(refused.page, `href="#`+c.field+`"`) || !strings.Contains(refused.page, `id="`+c.field+`"`) {
				t.Errorf("%v: the error does not lead to %s (%s): %s", c.form, c.field, c.wrong, text(refused.page))
			}
		}
		d.post("manager", office+"/remittances", both...).is(http.StatusForbidden)
		before := d.w.Lines()
		var order string
		for range 2 {
			order = d.post("accountant", office+"/remittances", append(both, "other", string(tt.Account), "key", "remit")...).is(http.StatusSeeOther).head.Get("Location")
		}
		if d.w.Lines() != before+2 {
			t.Error("the money was passed on twice")
		}
		d.get("accountant", order).is(http.StatusOK).says("SIA „Vinda”", "€18.75", "Total €38.75", "LV80 BANK 0000 4351 9500 1")
		d.get("accountant", office+"/remittances").says("Total €38.75")
		d.get("accountant", path).says("€0.00").hides("Make the remittances")
		d.theOrder(order)
	})
}

// theOrder looks at the file of an order for the bank.
func (d *door) theOrder(order string) {
	t := d.t
	file := strings.Replace(order, "remittances?", "remittances.xml?", 1)
	got := d.get("accountant", file).is(http.StatusOK)
	for _, want := range []string{"<NbOfTxs>2</NbOfTxs>", "<CtrlSum>38.75</CtrlSum>", "<InstdAmt Ccy=\"EUR\">18.75</InstdAmt>", string(tt.Account), string(tt.Other), "21.11.2026"} {
		if !strings.Contains(got.page, want) {
			t.Errorf("the order lacks %s: %s", want, got.page)
		}
	}
	if kind := got.head.Get("Content-Type"); kind != "application/xml" || !strings.HasPrefix(got.head.Get("Content-Disposition"), "attachment") {
		t.Errorf("the order comes as %s, %s", kind, got.head.Get("Content-Disposition"))
	}
	if again := d.in("lt").get("accountant", file); again.page != got.page {
		t.Error("the same order is another file in another language")
	}
	d.get("manager", file).is(http.StatusForbidden)
	first := regexp.MustCompile(`first=(\d+)&last=(\d+)`).FindStringSubmatch(file)
	// Another order beside it: no address takes lines of both, or lines that are none.
	tt.Must(t, d.w.Post(tt.Office, tt.Manager, bank.RemittanceMade{
		Remittance: id.ID{3}, Municipality: tt.Cesis, Day: civil.MustDate("2026-11-22"), Creditor: tt.Water, Through: civil.MustDate("2026-11-22"), Cents: money.Amount(1), From: tt.Other, To: tt.Account,
	}))
	for _, query := range []string{
		"", "?first=1", "?first=1&last=x", "?first=0&last=1", "?first=2&last=1", "?first=1&last=999999", "?first=-5&last=2", "?first=1&last=250",
		"?first=" + first[1] + "&last=" + first[2] + "9", "?first=" + first[1] + "&last=" + fmt.Sprint(mustInt(first[2])+1), "?first=" + first[1] + "&last=" + fmt.Sprint(mustInt(first[2])+2),
	} {
		d.get("accountant", office+"/remittances.xml"+query).is(http.StatusNotFound)
	}
	d.get("neighbour", "/office/"+tt.Aluksne+"/remittances.xml?"+first[0]).is(http.StatusNotFound)
}

func mustInt(text string) (n int) {
	if _, err := fmt.Sscan(text, &n); err != nil {
		panic(err)
	}
	return n
}
