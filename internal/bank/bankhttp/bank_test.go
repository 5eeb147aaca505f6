package bankhttp_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	ot "vienkopus/internal/office/officetest"
	"vienkopus/internal/platform/sqldb/dbtest"
	tt "vienkopus/internal/till/tilltest"
)

func TestACollectorsRound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		path := ot.Office + "/collect"
		d.Get("collector", path).Is(http.StatusOK).Says("No bag is waiting", "You carry no bag.")
		d.Packed()
		// The seal is read, not looked up.
		d.Get("collector", path).Says("dzerbene", "Bag B-1", "€30.75").Hides("P1")
		d.Post("collector", path, "bag", "B-1", "seal-B-1", "").Is(http.StatusUnprocessableEntity).Says("Enter the number")
		d.Post("collector", path, "bag", "B-9", "seal-B-9", "P1").Is(http.StatusNotFound)
		d.Post("clerk", path, "bag", "B-1", "seal-B-1", "P1").Is(http.StatusForbidden)
		before := d.W.Lines()
		for range 2 {
			d.Post("collector", path, "key", "take", "bag", "B-1", "seal-B-1", "P 7").Leads(path + "?seal=differs&taken=B-1")
		}
		if d.W.Lines() != before+1 {
			t.Error("a bag was taken twice")
		}
		d.Get("collector", path+"?seal=differs&taken=B-1").Says("the number of the seal is not the one that was written", "the seal is another one", "€30.75 in all")
		d.Get("manager", ot.Office+"/till").Says("the seal is another one")
		d.Get("clerk", "/till/bags").Says("the clerk has not confirmed yet", "the seal is another one", "Given to the collector")
		d.Post("collector", path, "bag", "B-1", "seal-B-1", "P1").Is(http.StatusConflict).Says("taken already")
		d.Post("clerk", "/till/bags", "bag", "B-1").Leads("/till/bags?given=B-1")
		d.Get("clerk", "/till/bags").Says("No bag is waiting")

		deposits := ot.Office + "/deposits"
		for _, c := range []struct {
			form         []string
			field, wrong string
		}{
			{[]string{"other", string(tt.Account)}, "bags", "Name at least one bag"},
			{[]string{"bags", "B-1"}, "other", "not the number of a bank account"},
			{[]string{"bags", "B-1", "other", "LV80BANK0000435195002"}, "other", "not the number of a bank account"},
			{[]string{"bags", "B-1", "other", string(tt.Account), "slip", "a:b"}, "slip", "Enter the number"},
		} {
			refused := d.Post("collector", deposits, c.form...).Is(http.StatusUnprocessableEntity).Says(c.wrong)
			if !strings.Contains(refused.Page, `href="#`+c.field+`"`) || !strings.Contains(refused.Page, `id="`+c.field+`"`) {
				t.Errorf("%v: the error does not lead to %s", c.form, c.field)
			}
		}
		before = d.W.Lines()
		for range 2 {
			d.Post("collector", deposits, "key", "bring", "bags", "B-1", "other", "lv80 bank 0000 4351 9500 1", "slip", "k-1").Leads(path + "?said=deposited")
		}
		if d.W.Lines() != before+1 {
			t.Error("a deposit was noted twice")
		}
		d.Post("collector", deposits, "bags", "B-1", "other", string(tt.Account)).Is(http.StatusConflict).Says("deposited at the bank already")
		d.Get("collector", path+"?said=deposited").Says("The deposit is noted.", "K-1", "not confirmed by the bank yet")
		d.Get("neighbour", path).Is(http.StatusForbidden)
	})
}

func TestAStatementComesIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Deposited()
		d.Get("accountant", ot.Office+"/bank").Is(http.StatusOK).Says("All money that came in is matched.", "Deposits that the bank has not confirmed yet", "K-1 €30.75")
		file := ot.Camt(3075, 1000, -50)
		d.Upload("accountant", file).Leads(ot.Office + "/bank?known=0&matched=1&new=3")
		d.Get("accountant", ot.Office+"/bank?known=0&matched=1&new=3").Says("New lines: 3. Known before: 0. Matched with deposits at once: 1.", "€10.00", "not matched")
		before := d.W.Lines()
		d.Upload("accountant", file).Leads(ot.Office + "/bank?known=3&matched=0&new=0")
		if d.W.Lines() != before {
			t.Error("the same file was taken in twice")
		}
		d.Get("accountant", ot.Office+"/bank?known=3&matched=0&new=0").Says("Nothing new: all lines were known before (3).")
		d.Get("accountant", ot.Office+"/bank?known=x&matched=-1&new=0").Is(http.StatusOK).Hides("Nothing new")
		d.Upload("manager", file).Is(http.StatusForbidden)
		d.Upload("neighbour", file).Is(http.StatusForbidden)
	})
}

func TestABadFileIsRefusedInWords(t *testing.T) {
	t.Parallel()
	d := ot.Open(t, dbtest.SQLite(t))
	whole := ot.Camt(100)
	before := d.W.Lines()
	for name, c := range map[string]struct{ content, says string }{
		"nothing":            {"", "no XML file"},
		"a letter":           {"Labdien! Pielikumā izraksts.", "no XML file"},
		"half a file":        {whole[:len(whole)/2], "The file is incomplete"},
		"another document":   {`<?xml version="1.0"?><html><body/></html>`, "no bank statement in this file"},
		"a broken account":   {strings.Replace(whole, string(tt.Account), "LV80BANK0000435195002", 1), "account number"},
		"an amount in words": {strings.Replace(whole, "1.00", "one", 1), "amount"},
	} {
		refused := d.Upload("accountant", c.content).Is(http.StatusUnprocessableEntity)
		if !strings.Contains(ot.Text(refused.Page), c.says) || !strings.Contains(refused.Page, `href="#file"`) {
			t.Errorf("%s: %s", name, ot.Text(refused.Page))
		}
	}
	d.Post("accountant", ot.Office+"/bank").Is(http.StatusUnprocessableEntity).Says("Choose a file.")
	d.Upload("accountant", strings.Repeat("x", 129<<20)).Is(http.StatusRequestEntityTooLarge)
	if d.W.Lines() != before {
		t.Error("a file that was refused left a line")
	}
	d.Upload("accountant", ot.Camt()).Leads(ot.Office + "/bank?known=0&matched=0&new=0")
}

func TestMatchingByHand(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		deposit := d.Deposited()
		one := ot.Office + "/till/deposits/" + deposit
		d.Get("accountant", one).Is(http.StatusOK).Says("not confirmed by the bank yet", "K-1", "B-1").Hides("Why did the bank")
		d.Post("accountant", one, "reason", "bag-short").Is(http.StatusConflict)
		d.Upload("accountant", ot.Camt(3000, 5000)).Leads(ot.Office + "/bank?known=0&matched=0&new=2")
		page := d.Get("accountant", ot.Office+"/bank").Is(http.StatusOK).Says("21.11.2026, €30.75 K-1").Page
		fields := regexp.MustCompile(`name="(deposit-[^"]*)"`).FindAllStringSubmatch(page, -1)
		refs := regexp.MustCompile(`name="ref" value="([^"]*)"`).FindAllStringSubmatch(page, -1)
		if len(fields) != 2 {
			t.Fatalf("%d lines wait: %s", len(fields), ot.Text(page))
		}
		thirty := func(found []string) bool { return strings.Contains(found[1], "30.00") }
		ref, field := refs[slices.IndexFunc(refs, thirty)][1], fields[slices.IndexFunc(fields, thirty)][1]
		form := func(more ...string) []string {
			return append([]string{"ref", ref, "account", string(tt.Account)}, more...)
		}
		refused := d.Post("accountant", ot.Office+"/bank/match", form()...).Is(http.StatusUnprocessableEntity).Says("Choose the deposit.")
		if !strings.Contains(refused.Page, `href="#`+field+`"`) {
			t.Error("the error leads nowhere")
		}
		d.Post("neighbour", "/office/"+tt.Aluksne+"/bank/match", form(field, deposit)...).Is(http.StatusForbidden)
		before := d.W.Lines()
		for range 2 {
			d.Post("accountant", ot.Office+"/bank/match", form("key", "match", field, deposit)...).Leads(ot.Office + "/bank?said=matched")
		}
		if d.W.Lines() != before+1 {
			t.Error("a line was matched twice")
		}
		d.Post("accountant", ot.Office+"/bank/match", form(field, deposit)...).Is(http.StatusConflict)
		d.Get("accountant", one).Says("the bank counted another sum", "The bank counted €30.00", "€0.75 too little", "Why did the bank count another sum?")
		d.Get("manager", one).Is(http.StatusOK).Hides("Save the reason")
		d.Get("neighbour", "/office/"+tt.Aluksne+"/till/deposits/"+deposit).Is(http.StatusNotFound)
		d.Get("manager", ot.Office+"/till").Says("the bank counted another sum")
		d.Post("manager", one, "reason", "bag-short").Is(http.StatusForbidden)
		d.Post("accountant", one, "reason", "").Is(http.StatusUnprocessableEntity).Says("Choose a reason from the list.")
		d.Post("accountant", one, "reason", "bag-short").Leads(one)
		d.Get("manager", ot.Office+"/till").Hides("the bank counted another sum")
	})
}

// Other money comes into an account too: what could be a deposit comes first, and the page stays short.
func TestMostOfAnAccountIsNoDeposit(t *testing.T) {
	t.Parallel()
	d := ot.Open(t, dbtest.SQLite(t))
	d.Packed()
	var sums []money.Amount
	for i := range 60 {
		sums = append(sums, money.Amount(100_000+i))
	}
	sums[7] = 3075
	d.Upload("accountant", ot.Camt(sums...), string(tt.Account)).Leads(ot.Office + "/bank?known=0&matched=0&new=60")
	d.Get("accountant", ot.Office+"/bank").Says("10 more lines are not shown here", "What money is this?")
	d.Post("clerk", "/till/bags", "bag", "B-1").Leads("/till/bags?given=B-1")
	d.Post("collector", ot.Office+"/collect", "bag", "B-1", "seal-B-1", "P1").Leads(ot.Office + "/collect?taken=B-1")
	d.Post("collector", ot.Office+"/deposits", "bags", "B-1", "other", string(tt.Account)).Leads(ot.Office + "/collect?said=deposited")
	page := d.Get("accountant", ot.Office+"/bank").Page
	if first := ot.Hidden(t, page, "ref"); !strings.Contains(first, "30.75") || strings.Count(page, `name="deposit-`) != 50 {
		t.Errorf("%s comes first, of %d", first, strings.Count(page, `name="deposit-`))
	}
}

func TestCardPaymentsArrive(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Taken() // 8.00 by card
		d.Upload("accountant", ot.Camt(780, 100), string(tt.Account)).Leads(ot.Office + "/bank?known=0&matched=0&new=2")
		page := d.Get("accountant", ot.Office+"/bank").Says("Paid by card and not received from the bank yet: €8.00.").Page
		field := regexp.MustCompile(`name="(fee-[^"]*)"`).FindAllStringSubmatch(page, -1)
		refs := regexp.MustCompile(`name="ref" value="([^"]*)"`).FindAllStringSubmatch(page, -1)
		at := 0
		if !strings.Contains(refs[0][1], "7.80") {
			at = 1
		}
		form := []string{"ref", refs[at][1], "account", string(tt.Account)}
		for fee, wrong := range map[string]string{"some": "Enter a sum", "-1": "amount", "5": "only €8.00"} {
			refused := d.Post("accountant", ot.Office+"/bank/cards", append(form, field[at][1], fee)...).Is(http.StatusUnprocessableEntity)
			if !strings.Contains(refused.Page, `href="#`+field[at][1]+`"`) {
				t.Errorf("a fee of %q: no error leads to the field (%s): %s", fee, wrong, ot.Text(refused.Page))
			}
		}
		for range 2 {
			d.Post("accountant", ot.Office+"/bank/cards", append(form, "key", "cards", field[at][1], "0,20")...).Leads(ot.Office + "/bank?said=settled")
		}
		d.Get("accountant", ot.Office+"/bank?said=settled").Says("The card payments are received from the bank.", "not received from the bank yet: €0.00.", "card payments")
		d.Get("accountant", ot.Office+"/trial").Says("Fee of the bank for cards DZE-1 €0.00 €0.20")
	})
}

func TestMoneyIsPassedOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Get("accountant", ot.Office+"/creditors").Is(http.StatusOK).Says("No creditor got anything in this time")
		d.Get("accountant", ot.Office+"/remittances").Says("Nothing was passed on in the last two months")
		d.Deposited()
		// Nothing of it is in the bank; then the bag is, and what cards paid; then all of it.
		d.Get("accountant", ot.Office+"/creditors?from=2026-11-01&to=2026-11-21").Says("In the bank: €0.00, in drawers: €0.00, on the way: €30.75, by card: €8.00", "Pass on what is not in the bank yet, too")
		d.Upload("accountant", ot.Camt(3075, 800)).Leads(ot.Office + "/bank?known=0&matched=1&new=2")
		d.Get("accountant", ot.Office+"/creditors?from=2026-11-01&to=2026-11-21").Says("In the bank: €30.75, in drawers: €0.00, on the way: €0.00, by card: €8.00")
		early := []string{"through", "2026-11-21", "creditor", string(tt.Water), "cents-" + string(tt.Water), "18.75", "owed-" + string(tt.Water), "18.75", "other", string(tt.Account)}
		d.Post("accountant", ot.Office+"/remittances", early...).Is(http.StatusConflict).Says("Only €10.75 of creditor 90000028508 is in the bank")
		d.Post("accountant", ot.Office+"/remittances", append(early, "early", "own-money")...).Leads(ot.Office + "/remittances?said=asked")
		d.Get("accountant", ot.Office+"/second").Says("€18.75", "the municipality lays it out", "You asked for this")
		d.Get("clerk", ot.Office+"/second").Is(http.StatusForbidden)
		asked := ot.Hidden(t, d.Get("manager", ot.Office+"/second").Says("Yes, pass it on").Page, "asked")
		d.Post("accountant", ot.Office+"/second/remittance", "asked", asked, "approved", "yes").Is(http.StatusForbidden)
		d.Post("manager", ot.Office+"/second/remittance", "asked", asked, "approved", "no").Leads(ot.Office + "/second?said=decided")
		_, err := d.W.Bank.SettleCards(t.Context(), d.W.By(tt.Manager, tt.Office), bank.SettleIn{IBAN: tt.Account, Ref: "REF2/2026-11-21/8.00"})
		tt.Must(t, err)
		d.W.Clock.Set(d.W.Clock.Now().AddDate(0, 0, 1))
		path := ot.Office + "/creditors?from=2026-11-01&to=2026-11-21"
		page := d.Get("accountant", path).Is(http.StatusOK).Says("SIA „Vinda” 90000028508 €18.75 €0.00 €0.00 €18.75", "To be passed on up to 21.11.2026", "Total €38.75").Page
		d.Get("manager", path).Is(http.StatusOK).Hides("Make the remittances")
		d.Get("accountant", ot.Office+"/creditors?from=x").Is(http.StatusUnprocessableEntity).Says("Enter a date")
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(d.Get("manager", strings.Replace(path, "creditors", "creditors.csv", 1)).Is(http.StatusOK).Page, "\ufeff"))).ReadAll()
		tt.Must(t, err)
		if fmt.Sprint(rows[1:]) != "[[40003032949 Cēsu novads 20.00 0.00 0.00 20.00] [90000028508 SIA „Vinda” 18.75 0.00 0.00 18.75] [ Total 38.75 0.00 0.00 38.75]]" {
			t.Errorf("the file: %q", rows)
		}

		both := []string{"through", ot.Hidden(t, page, "through"), "creditor", string(tt.Water), "creditor", string(tt.Council), "cents-" + string(tt.Water), "18.75", "cents-" + string(tt.Council), "20.00"}
		for _, c := range []struct {
			form         []string
			field, wrong string
		}{
			{[]string{"through", "2026-11-21", "other", string(tt.Account)}, "creditors", "Name at least one creditor"},
			{both, "iban", "not the number of a bank account"},
			{[]string{"through", "2026-11-21", "other", string(tt.Account), "creditor", string(tt.Water), "cents-" + string(tt.Water), "18.76"}, "creditors", "18.75"},
			{[]string{"through", "2026-11-21", "other", string(tt.Account), "creditor", string(tt.Water), "cents-" + string(tt.Water), "all"}, "creditors", "amount"},
		} {
			refused := d.Post("accountant", ot.Office+"/remittances", c.form...).Is(http.StatusUnprocessableEntity)
			if !strings.Contains(refused.Page, `href="#`+c.field+`"`) || !strings.Contains(refused.Page, `id="`+c.field+`"`) {
				t.Errorf("%v: the error does not lead to %s (%s): %s", c.form, c.field, c.wrong, ot.Text(refused.Page))
			}
		}
		d.Post("manager", ot.Office+"/remittances", both...).Is(http.StatusForbidden)
		before := d.W.Lines()
		var order string
		for range 2 {
			order = d.Post("accountant", ot.Office+"/remittances", append(both, "other", string(tt.Account), "key", "remit")...).Is(http.StatusSeeOther).Head.Get("Location")
		}
		if d.W.Lines() != before+2 {
			t.Error("the money was passed on twice")
		}
		ids := regexp.MustCompile(`first=(\d+)&last=(\d+)`).FindStringSubmatch(order)
		d.Get("accountant", strings.Replace(order, "remittances?", "remittances.xml?", 1)).Is(http.StatusConflict)
		d.Get("accountant", order).Says("the order can be taken back")
		d.Post("manager", ot.Office+"/remittances/send", "first", ids[1], "last", ids[2]).Is(http.StatusForbidden)
		d.Post("accountant", ot.Office+"/remittances/send", "first", ids[1], "last", ids[2]).Leads(order + "&said=sent")
		d.Post("accountant", ot.Office+"/remittances/cancel", "first", ids[1], "last", ids[2]).Is(http.StatusConflict)
		d.Get("accountant", order).Is(http.StatusOK).Says("SIA „Vinda”", "€18.75", "Total €38.75", "LV80 BANK 0000 4351 9500 1")
		d.Get("accountant", ot.Office+"/remittances").Says("Total €38.75")
		d.Get("accountant", path).Says("€0.00").Hides("Make the remittances")
		theOrder(t, d, order)
	})
}

// theOrder looks at the file of an order for the bank.
func theOrder(t *testing.T, d *ot.Door, order string) {
	t.Helper()
	file := strings.Replace(order, "remittances?", "remittances.xml?", 1)
	got := d.Get("accountant", file).Is(http.StatusOK)
	for _, want := range []string{"<NbOfTxs>2</NbOfTxs>", "<CtrlSum>38.75</CtrlSum>", "<InstdAmt Ccy=\"EUR\">18.75</InstdAmt>", string(tt.Account), string(tt.Other), "21.11.2026"} {
		if !strings.Contains(got.Page, want) {
			t.Errorf("the order lacks %s: %s", want, got.Page)
		}
	}
	if kind := got.Head.Get("Content-Type"); kind != "application/xml" || !strings.HasPrefix(got.Head.Get("Content-Disposition"), "attachment") {
		t.Errorf("the order comes as %s, %s", kind, got.Head.Get("Content-Disposition"))
	}
	if again := d.In("lt").Get("accountant", file); again.Page != got.Page {
		t.Error("the same order is another file in another language")
	}
	d.Get("manager", file).Is(http.StatusForbidden)
	first := regexp.MustCompile(`first=(\d+)&last=(\d+)`).FindStringSubmatch(file)
	// Another order beside it: no address takes lines of both, or lines that are none.
	tt.Must(t, d.W.Post(tt.Office, tt.Manager, bank.RemittanceMade{
		Remittance: id.ID{3}, Municipality: tt.Cesis, Day: civil.MustDate("2026-11-22"), Creditor: tt.Water, Through: civil.MustDate("2026-11-22"), Cents: money.Amount(1), From: tt.Other, To: tt.Account,
	}))
	for _, query := range []string{
		"", "?first=1", "?first=1&last=x", "?first=0&last=1", "?first=2&last=1", "?first=1&last=999999", "?first=-5&last=2", "?first=1&last=250",
		"?first=" + first[1] + "&last=" + first[2] + "9", "?first=" + first[1] + "&last=" + fmt.Sprint(mustInt(first[2])+1), "?first=" + first[1] + "&last=" + fmt.Sprint(mustInt(first[2])+2),
	} {
		d.Get("accountant", ot.Office+"/remittances.xml"+query).Is(http.StatusNotFound)
	}
	d.Get("neighbour", "/office/"+tt.Aluksne+"/remittances.xml?"+first[0]).Is(http.StatusNotFound)
}

func mustInt(text string) (n int) {
	if _, err := fmt.Sscan(text, &n); err != nil {
		panic(err)
	}
	return n
}
