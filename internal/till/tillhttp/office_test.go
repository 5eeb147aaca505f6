package tillhttp_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

func TestSomebodyElseApproves(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.packed()
		list, err := d.w.Store.Shifts(t.Context(), d.w.Journal.DB(), till.ShiftFilter{Municipality: tt.Cesis, Waiting: true})
		tt.Must(t, err)
		one := office + "/till/shifts/" + list[0].ID.String()
		d.get("manager", office+"/till").is(http.StatusOK).says("To approve DZE-1, 21.11.2026", "€50.75, no difference", "Approve")
		d.get("accountant", office+"/till").says("DZE-1, 21.11.2026").hides(`value="approve"`)
		// One's own is shown without buttons, and says why; asked all the same, the rules refuse it.
		for _, path := range []string{office + "/till", one} {
			d.get("both", path).is(http.StatusOK).says("You had a part in this shift, so somebody else approves it.").hides(`value="approve"`, `value="object"`)
		}
		before := d.w.Lines()
		d.post("both", one, "decision", "approve").is(http.StatusForbidden)
		d.post("both", one, "decision", "object", "reason", "count-doubtful").is(http.StatusForbidden)
		d.post("accountant", one, "decision", "approve").is(http.StatusForbidden)
		// The neighbour neither sees it nor decides about it, by either address.
		elsewhere := "/office/" + tt.Aluksne
		d.get("neighbour", one).is(http.StatusForbidden)
		d.get("neighbour", elsewhere+"/till/shifts/"+list[0].ID.String()).is(http.StatusNotFound)
		d.post("neighbour", elsewhere+"/till/shifts/"+list[0].ID.String(), "decision", "approve").is(http.StatusForbidden)
		d.get("manager", office+"/till/shifts/"+id.ID{9}.String()).is(http.StatusNotFound)
		d.get("manager", office+"/till/shifts/x").is(http.StatusNotFound)
		if d.w.Lines() != before {
			t.Fatal("somebody who may not has left a line")
		}
		d.post("manager", one, "decision", "object", "reason", "weather").is(http.StatusUnprocessableEntity).says("Choose a reason from the list.")
		d.post("manager", one, "decision", "object", "reason", "bag-doubtful").leads(one)
		d.get("manager", one).says("are the numbers of the bag and the seal right?", "Aivars Krūmiņš")
		for range 2 {
			d.post("manager", one, "key", "approve", "decision", "approve").leads(office + "/till?said=approved")
		}
		if d.w.Lines() != before+2 {
			t.Error("an approval sent twice was noted twice")
		}
		d.post("manager", one, "decision", "approve").is(http.StatusConflict).says("This shift is approved already.")
		d.get("manager", office+"/till?said=approved").says("No shift waits for approval.", "Closed and approved in the last 14 days")
	})
}

func TestAShiftIsShownToTheLastMovement(t *testing.T) {
	t.Parallel()
	d := open(t, dbtest.SQLite(t))
	d.packed()
	list, err := d.w.Store.Shifts(t.Context(), d.w.Journal.DB(), till.ShiftFilter{Municipality: tt.Cesis})
	tt.Must(t, err)
	d.get("auditor", office+"/till/shifts/"+list[0].ID.String()).is(http.StatusOK).says(
		"Cash taken less cash paid out €30.75", "Should be in the drawer €50.75", "Counted €50.75", "Stayed in the drawer €20.00", "Into the bag €30.75",
		"€50 1 €50.00", "5 cents 1 €0.05", "Bag B-1", "packed, waits for the collector", "card €8.00", "Total €38.75 €0.00", "The office has said nothing yet.")
}

func TestWhatWaits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.get("manager", office+"/till").says("All is well: there is no cash that old anywhere.", "No shift waits for approval.")
		d.live()
		d.get("manager", office+"/till").is(http.StatusOK).says(
			"DZE-1, 12.11.2026", "€0.25 too little", "(wrong change was given)", "the bank counted another sum", "€1.00 too little", "B-000123", "€90.50",
			"counted, waits for the reason of the difference", "open, not counted yet", "Closed and approved").hides("All is well")
		// What is in the bag of Dzērbene is nine days old.
		d.get("manager", office+"/till?days=8").says("DZE-1 dzerbene 12.11.2026")
		d.get("manager", office+"/till?days=9").says("All is well").hides("Oldest of")
		for _, days := range []string{"-1", "many", "1.5", "3651", "99999999999999999999"} {
			d.get("manager", office+"/till?days="+days).is(http.StatusOK).says("Enter a number of days from 0 to 3,650.").hides("All is well")
		}
		d.get("neighbour", office+"/till").is(http.StatusForbidden)
		d.get("neighbour", "/office/"+tt.Aluksne+"/till").is(http.StatusOK).says("All is well").hides("DZE-1", "CES-1", "B-000123")
		d.get("auditor", "/office/9999999/till").is(http.StatusNotFound)
	})
}

func TestTheCashBook(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.live()
		path := office + "/cash-book"
		d.get("accountant", path+"?desk=CES-1&day=2026-11-09").is(http.StatusOK).says(
			"Cash book: desk CES-1, 09.11.2026", "Opening balance €0.00", "Till opened: change money €50.00", "Money put into a bag €200.00",
			"Closing balance €250.00 €200.00 €50.00", "Day after: 21.11.2026")
		d.get("accountant", path+"?desk=CES-1&day=10.11.2026").says("Opening balance €50.00", "No cash moved on this day", "Day before: 09.11.2026")
		d.get("accountant", path).is(http.StatusOK).says("Cash book: desk CES-1, 21.11.2026")
		d.get("accountant", path+"?desk=CES-1&day=2026-13-01").is(http.StatusUnprocessableEntity).says("Enter a date")
		for _, unknown := range []string{"?desk=ALU-1", "?desk=OFFICE-0026000", "?desk=x"} {
			d.get("accountant", path+unknown).is(http.StatusNotFound)
			d.get("accountant", path+".csv"+unknown).is(http.StatusNotFound)
		}
		d.get("neighbour", path+".csv?desk=CES-1").is(http.StatusForbidden)

		file := d.get("accountant", path+".csv?desk=CES-1&day=2026-11-09").is(http.StatusOK)
		if got := file.head.Get("Content-Disposition"); got != `attachment; filename="cash-book-CES-1-2026-11-09.csv"` {
			t.Error(got)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.page, "\ufeff"))).ReadAll()
		tt.Must(t, err)
		want := [][]string{
			{"Line", "Time", "What happened", "In", "Out", "Balance"},
			{"", "", "Opening balance", "", "", "0.00"},
			{"1", "09.11.2026 09:00", "Till opened: change money", "50.00", "0.00", "50.00"},
			{"2", "09.11.2026 09:00", "money.moved", "120.00", "0.00", "170.00"},
			{"3", "09.11.2026 09:00", "money.moved", "80.00", "0.00", "250.00"},
			{"5", "09.11.2026 17:00", "Money put into a bag", "0.00", "200.00", "50.00"},
			{"", "", "Closing balance", "250.00", "200.00", "50.00"},
		}
		if fmt.Sprint(rows) != fmt.Sprint(want) {
			t.Errorf("the file: %q", rows)
		}
		book, err := excelize.OpenReader(bytes.NewReader([]byte(d.get("accountant", path+".xlsx?desk=CES-1&day=2026-11-09").is(http.StatusOK).page)))
		tt.Must(t, err)
		if got, err := book.GetCellValue(book.GetSheetName(0), "F7"); err != nil || got != "50.00" {
			t.Errorf("the workbook ends with %q, %v", got, err)
		}
	})
}

func TestTheSummaryAndTheBalance(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.get("accountant", office+"/summary").says("No money was taken on this day")
		d.get("accountant", office+"/trial").says("No money moved in this time")
		d.live()
		d.get("accountant", office+"/summary?centre=dzerbene&day=12.11.2026").is(http.StatusOK).says(
			"Summary cash order: dzerbene, 12.11.2026", "dzerbene/2026-11-12", "Cēsu novads 40003032949 €72.00 €2.00 €70.00", "SIA „Vinda” 90000028508 €30.75 €0.00 €30.75",
			"Total €102.75 €2.00 €100.75", "cash €92.75 €2.00 €90.75", "card €10.00 €0.00 €10.00")
		d.get("accountant", office+"/summary?centre=aluksne").is(http.StatusNotFound)
		d.get("accountant", office+"/summary?day=x").is(http.StatusUnprocessableEntity).says("Enter a date")

		d.get("accountant", office+"/trial").is(http.StatusOK).says(
			"The sum is zero: everything agrees.", "Drawer CES-1 €0.00 €262.34 €200.00 €62.34", "To be passed on: SIA „Vinda” €0.00 €100.00 €208.59 −€108.59", "Total €0.00 €1,171.24 €1,171.24 €0.00")
		d.get("accountant", office+"/trial").says("Bags on their way to the bank €0.00 €290.50 €200.00 €90.50").hides("B-000121")
		d.get("accountant", office+"/trial?kind=transit").is(http.StatusOK).says("Bag B-000121 €0.00 €200.00 €200.00 €0.00", "Total €0.00 €290.50 €200.00 €90.50", "All accounts").hides("The sum is", "CES-1")
		d.get("accountant", office+"/trial?centre=dzerbene").says("The sum is zero", "Drawer DZE-1").hides("CES-1")
		d.get("accountant", office+"/trial?from=2026-11-10&to=2026-11-09").is(http.StatusUnprocessableEntity).says("The last day is before the first.")
		d.get("accountant", office+"/trial?centre=aluksne").is(http.StatusNotFound)
		d.get("accountant", office+"/account?account=cash:CES-1").is(http.StatusOK).says("Drawer CES-1", "CES-1, line 5", "Turnover €262.34 €200.00", "Closing balance €62.34")
		for _, unknown := range []string{"cash:ALU-1", "cash", "", "purse:x"} {
			d.get("accountant", office+"/account?account="+unknown).is(http.StatusNotFound)
		}
		// A table that was changed behind our back is seen.
		d.w.Plant("UPDATE ledger_balance SET debit = debit + 1 WHERE account = 'cash:CES-1' AND day = '2026-11-09'")
		d.get("accountant", office+"/trial").says("The sum is not zero.").hides("everything agrees")
	})
}

func TestClosingAPeriod(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := open(t, dsn)
		d.live()
		path := office + "/period"
		d.get("accountant", path).is(http.StatusOK).says("No period is closed yet.", "Nothing came after a close.")
		if got := d.get("accountant", path).page; !strings.Contains(got, `value="31.10.2026"`) {
			t.Error("the end of last month is not proposed")
		}
		d.post("accountant", path, "through", "20.11.2026").is(http.StatusUnprocessableEntity).says("cannot be closed yet")
		d.post("accountant", path, "through", "soon").is(http.StatusUnprocessableEntity).says("Enter a date")
		d.post("manager", path, "through", "31.10.2026").is(http.StatusForbidden)
		d.post("neighbour", path, "through", "31.10.2026").is(http.StatusForbidden)
		before := d.w.Lines()
		for range 2 {
			d.post("accountant", path, "key", "close", "through", "10.11.2026").leads(path + "?said=closed")
		}
		if d.w.Lines() != before+1 {
			t.Error("a close sent twice was noted twice")
		}
		d.post("accountant", path, "through", "10.11.2026").is(http.StatusConflict).says("10.11.2026")
		// Another node did not know of the close.
		entry, err := ledger.NewEntry(ledger.Place{Day: civil.MustDate("2026-11-09"), Centre: "cesis", Municipality: tt.Cesis},
			ledger.Posting{Account: ledger.Cash(tt.Ces2), Cents: 500}, ledger.Posting{Account: ledger.Creditor(tt.Water), Cents: -500})
		tt.Must(t, err)
		tt.Must(t, d.w.Post(tt.Ces2, tt.Second, tt.Paid{Booked: ledger.Booked{Ledger: []ledger.Entry{entry}}}))
		d.get("accountant", path+"?said=closed").says("The period is closed.", "Closed up to and including 10.11.2026.", "Came after the close", "09.11.2026 CES-2, line")
	})
}
