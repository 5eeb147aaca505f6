package tillhttp_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"vienkopus/internal/base/id"
	ot "vienkopus/internal/office/officetest"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

func TestSomebodyElseApproves(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Packed()
		list, err := d.W.Store.Shifts(t.Context(), d.W.Journal.DB(), till.ShiftFilter{Municipality: tt.Cesis, Waiting: true})
		tt.Must(t, err)
		one := ot.Office + "/till/shifts/" + list[0].ID.String()
		d.Get("manager", ot.Office+"/till").Is(http.StatusOK).Says("To approve DZE-1, 21.11.2026", "€50.75, no difference", "Approve")
		d.Get("accountant", ot.Office+"/till").Says("DZE-1, 21.11.2026").Hides(`value="approve"`)
		// One's own is shown without buttons, and says why; asked all the same, the rules refuse it.
		for _, path := range []string{ot.Office + "/till", one} {
			d.Get("both", path).Is(http.StatusOK).Says("You had a part in this shift, so somebody else approves it.").Hides(`value="approve"`, `value="object"`)
		}
		before := d.W.Lines()
		d.Post("both", one, "decision", "approve").Is(http.StatusForbidden)
		d.Post("both", one, "decision", "object", "reason", "count-doubtful").Is(http.StatusForbidden)
		d.Post("accountant", one, "decision", "approve").Is(http.StatusForbidden)
		// The neighbour neither sees it nor decides about it, by either address.
		elsewhere := "/office/" + tt.Aluksne
		d.Get("neighbour", one).Is(http.StatusForbidden)
		d.Get("neighbour", elsewhere+"/till/shifts/"+list[0].ID.String()).Is(http.StatusNotFound)
		d.Post("neighbour", elsewhere+"/till/shifts/"+list[0].ID.String(), "decision", "approve").Is(http.StatusForbidden)
		d.Get("manager", ot.Office+"/till/shifts/"+id.ID{9}.String()).Is(http.StatusNotFound)
		d.Get("manager", ot.Office+"/till/shifts/x").Is(http.StatusNotFound)
		if d.W.Lines() != before {
			t.Fatal("somebody who may not has left a line")
		}
		d.Post("manager", one, "decision", "object", "reason", "weather").Is(http.StatusUnprocessableEntity).Says("Choose a reason from the list.")
		d.Post("manager", one, "decision", "object", "reason", "bag-doubtful").Leads(one)
		d.Get("manager", one).Says("are the numbers of the bag and the seal right?", "Aivars Krūmiņš")
		for range 2 {
			d.Post("manager", one, "key", "approve", "decision", "approve").Leads(ot.Office + "/till?said=approved")
		}
		if d.W.Lines() != before+2 {
			t.Error("an approval sent twice was noted twice")
		}
		d.Post("manager", one, "decision", "approve").Is(http.StatusConflict).Says("This shift is approved already.")
		d.Get("manager", ot.Office+"/till?said=approved").Says("No shift waits for approval.", "Closed and approved in the last 14 days")
	})
}

func TestAShiftIsShownToTheLastMovement(t *testing.T) {
	t.Parallel()
	d := ot.Open(t, dbtest.SQLite(t))
	d.Packed()
	list, err := d.W.Store.Shifts(t.Context(), d.W.Journal.DB(), till.ShiftFilter{Municipality: tt.Cesis})
	tt.Must(t, err)
	d.Get("auditor", ot.Office+"/till/shifts/"+list[0].ID.String()).Is(http.StatusOK).Says(
		"Cash taken less cash paid out €30.75", "Should be in the drawer €50.75", "Counted €50.75", "Stayed in the drawer €20.00", "Into the bag €30.75",
		"€50 1 €50.00", "5 cents 1 €0.05", "Bag B-1", "packed, waits for the collector", "card €8.00", "Total €38.75 €0.00", "The office has said nothing yet.")
}

func TestWhatWaits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Get("manager", ot.Office+"/till").Says("All is well: there is no cash that old anywhere.", "No shift waits for approval.")
		d.Live()
		d.Get("manager", ot.Office+"/till").Is(http.StatusOK).Says(
			"DZE-1, 12.11.2026", "€0.25 too little", "(wrong change was given)", "the bank counted another sum", "€1.00 too little", "B-000123", "€90.50",
			"counted, waits for the reason of the difference", "open, not counted yet", "Closed and approved").Hides("All is well")
		// What is in the bag of Dzērbene is nine days old.
		d.Get("manager", ot.Office+"/till?days=8").Says("DZE-1 dzerbene 12.11.2026")
		d.Get("manager", ot.Office+"/till?days=9").Says("All is well").Hides("Oldest of")
		for _, days := range []string{"-1", "many", "1.5", "3651", "99999999999999999999"} {
			d.Get("manager", ot.Office+"/till?days="+days).Is(http.StatusOK).Says("Enter a number of days from 0 to 3,650.").Hides("All is well")
		}
		d.Get("neighbour", ot.Office+"/till").Is(http.StatusForbidden)
		d.Get("neighbour", "/office/"+tt.Aluksne+"/till").Is(http.StatusOK).Says("All is well").Hides("DZE-1", "CES-1", "B-000123")
		d.Get("auditor", "/office/9999999/till").Is(http.StatusNotFound)
	})
}

func TestTheCashBook(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Live()
		path := ot.Office + "/cash-book"
		d.Get("accountant", path+"?desk=CES-1&day=2026-11-09").Is(http.StatusOK).Says(
			"Cash book: desk CES-1, 09.11.2026", "Opening balance €0.00", "Till opened: change money €50.00", "Money put into a bag €200.00",
			"Closing balance €250.00 €200.00 €50.00", "Day after: 21.11.2026")
		d.Get("accountant", path+"?desk=CES-1&day=10.11.2026").Says("Opening balance €50.00", "No cash moved on this day", "Day before: 09.11.2026")
		d.Get("accountant", path).Is(http.StatusOK).Says("Cash book: desk CES-1, 21.11.2026")
		d.Get("accountant", path+"?desk=CES-1&day=2026-13-01").Is(http.StatusUnprocessableEntity).Says("Enter a date")
		for _, unknown := range []string{"?desk=ALU-1", "?desk=OFFICE-0026000", "?desk=x"} {
			d.Get("accountant", path+unknown).Is(http.StatusNotFound)
			d.Get("accountant", path+".csv"+unknown).Is(http.StatusNotFound)
		}
		d.Get("neighbour", path+".csv?desk=CES-1").Is(http.StatusForbidden)

		file := d.Get("accountant", path+".csv?desk=CES-1&day=2026-11-09").Is(http.StatusOK)
		if got := file.Head.Get("Content-Disposition"); got != `attachment; filename="cash-book-CES-1-2026-11-09.csv"` {
			t.Error(got)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.Page, "\ufeff"))).ReadAll()
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
		book, err := excelize.OpenReader(bytes.NewReader([]byte(d.Get("accountant", path+".xlsx?desk=CES-1&day=2026-11-09").Is(http.StatusOK).Page)))
		tt.Must(t, err)
		if got, err := book.GetCellValue(book.GetSheetName(0), "F7"); err != nil || got != "50.00" {
			t.Errorf("the workbook ends with %q, %v", got, err)
		}
	})
}

func TestTheSummary(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		d := ot.Open(t, dsn)
		d.Get("accountant", ot.Office+"/summary").Says("No money was taken on this day")
		d.Live()
		d.Get("accountant", ot.Office+"/summary?centre=dzerbene&day=12.11.2026").Is(http.StatusOK).Says(
			"Summary cash order: dzerbene, 12.11.2026", "dzerbene 1/2026", "Cēsu novads 40003032949 €72.00 €2.00 €70.00", "SIA „Vinda” 90000028508 €30.75 €0.00 €30.75",
			"Total €102.75 €2.00 €100.75", "cash €92.75 €2.00 €90.75", "card €10.00 €0.00 €10.00")
		d.Get("accountant", ot.Office+"/summary?centre=aluksne").Is(http.StatusNotFound)
		d.Get("accountant", ot.Office+"/summary?day=x").Is(http.StatusUnprocessableEntity).Says("Enter a date")
	})
}
