package history_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/catalogue/cataloguesql"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centresql"
	democatalogue "vienkopus/internal/demo/catalogue"
	"vienkopus/internal/demo/history"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/journal/audit/audittest"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/report"
	"vienkopus/internal/report/reportsql"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallysql"
	"vienkopus/internal/tally/tallytest"
	"vienkopus/internal/territory"
	"vienkopus/internal/territory/territorysql"
)

var demo = actor.System("demo")

const cesis = "0026000"

// seeded is the demonstration's places, catalogue and past on a real database.
func seeded(t *testing.T, dsn string) (*tallytest.Network, *report.Service) {
	t.Helper()
	ctx := t.Context()
	n := tallytest.Empty(t, dsn, report.Facts(), reportsql.Store{})
	err := places.Seed(ctx, places.Services{
		Territory: territory.New(territory.Config{Journal: n.Journal, Store: territorysql.Store{}}),
		Centre:    centre.New(centre.Config{Journal: n.Journal, Store: centresql.Store{}, Territory: territorysql.Store{}}),
	}, demo)
	if err != nil {
		t.Fatal(err)
	}
	if err := democatalogue.Seed(ctx, catalogue.NewPublisher(n.Journal, cataloguesql.Store{}), demo); err != nil {
		t.Fatal(err)
	}
	r := report.New(report.Config{Journal: n.Journal, Store: reportsql.Store{}, Centres: centresql.Store{}, Territories: territorysql.Store{}})
	seed(t, n, r)
	return n, r
}

func seed(t *testing.T, n *tallytest.Network, r *report.Service) {
	t.Helper()
	if err := history.Seed(t.Context(), history.Services{Tally: n.Import, Report: r}, demo, 2025); err != nil {
		t.Fatal(err)
	}
}

const none = -1

// table is the one of the source; none is a dash, not a zero.
var table = map[string][7]int64{ // documents in, out, payments, consultations, letters, calls, residents served
	"cesis":    {10_400, 6_000, 950, 4_300, 6_700, 1_500, none},
	"ridzene":  {1_038, none, 11, none, none, none, none},
	"dzerbene": {21, none, 409, none, none, none, none},
	"inesi":    {10, none, 141, none, none, none, none},
	"kaive":    {16, none, 126, none, none, none, none},
	"marsneni": {33, none, 107, none, none, none, none},
	"zoseni":   {18, none, 117, none, none, none, none},
	"taurene":  {30, none, 411, 656, none, none, none},
	"veselava": {none, none, 0, none, none, none, 3},
}

var columns = []catalogue.ActKind{
	catalogue.DocumentReceived, catalogue.DocumentSent, catalogue.Payment, catalogue.Consultation, catalogue.Letter, catalogue.Call, tally.Served,
}

// TestYearOfCesis holds that the report shows the table of the source, every cell of it, and nothing else; also after a rebuild
// and after a second seeding.
func TestYearOfCesis(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		n, r := seeded(t, dsn)
		yearTable(t, r)
		if found, err := audittest.Look(t.Context(), n.Journal.DB(), tallysql.Check()); err != nil || len(found) > 0 {
			t.Fatalf("check: %v, %v", found, err)
		}
		if err := n.Journal.Rebuild(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		seed(t, n, r)
		yearTable(t, r)
	})
}

func yearTable(t *testing.T, r *report.Service) {
	t.Helper()
	q := report.Query{Period: civil.YearPeriod(2025), By: report.ByCentre, Scope: report.Scope{Municipalities: []string{cesis}}}
	year, err := r.Acts(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if len(year.Rows) != len(table) || fmt.Sprint(year.Columns) != fmt.Sprint(columns) {
		t.Errorf("%d rows, columns %v", len(year.Rows), year.Columns)
	}
	for _, row := range year.Rows {
		for i, kind := range columns {
			c, want := row.Cell(kind), table[row.Code][i]
			if kind == catalogue.Payment && want > 0 {
				want = none // these are taken one by one: package takings
			}
			switch {
			case c.IsNone() != (want == none):
				t.Errorf("%s %s: %+v, the source has %d (-1 is a dash)", row.Code, kind, c, want)
			case want != none && (c.N() != want || c.Recorded != 0 || !c.Stated):
				t.Errorf("%s %s: %+v, the source has %d", row.Code, kind, c, want)
			}
			page, err := r.Lines(t.Context(), cellQuery(q, row.Code, kind), report.Cursor{}, 1)
			if err != nil || (len(page.Lines) == 0) != (want == none) {
				t.Errorf("%s %s: %d lines on the first page, %v", row.Code, kind, len(page.Lines), err)
			}
		}
	}
	var odd []string
	for _, f := range year.Flags {
		odd = append(odd, f.Row+" "+string(f.Odd))
	}
	if got := strings.Join(odd, ", "); got != "veselava almost_nothing" {
		t.Errorf("flags: %s", got)
	}
	if year.SmallCells() != 1 || len(year.Left) != 0 {
		t.Errorf("%d small cells, left out %v", year.SmallCells(), year.Left)
	}
}

func cellQuery(q report.Query, code string, kind catalogue.ActKind) report.Query {
	q.Only = map[report.Dimension]string{report.ByCentre: code, report.ByKind: string(kind)}
	return q
}

// TestPublishedFigures holds what the page of published figures says.
func TestPublishedFigures(t *testing.T) {
	t.Parallel()
	_, r := seeded(t, dbtest.SQLite(t))
	claims, err := r.Published(t.Context(), report.Scope{Network: true})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range claims {
		got[c.Code] = fmt.Sprintf("claim %d", c.Value)
		if len(c.Parts) > 0 {
			got[c.Code] += fmt.Sprintf(", parts %d, difference %d", c.PartsSum, c.PartsDifference())
		}
		if c.HasOurs {
			got[c.Code] += fmt.Sprintf(", ours %d, difference %d", c.Ours, c.OursDifference())
		}
	}
	for code, want := range map[string]string{
		"pvs-2016-08":        "claim 25500, parts 25450, difference 50, ours 25450, difference 50",
		"ridzene-year":       "claim 1049, parts 1049, difference 0, ours 1038, difference 11",
		"coverage-2021-with": "claim 34, parts 34, difference 0",
		"coverage-2021-all":  "claim 43, parts 35, difference 8",
		"pvs-2015-2020":      "claim 406050, parts 406050, difference 0",
		"pvs-2021":           "claim 242145",
	} {
		if got[code] != want {
			t.Errorf("%s: %s, want %s", code, got[code], want)
		}
	}
	own, err := r.Published(t.Context(), report.Scope{Municipalities: []string{"0021000"}})
	if err != nil || len(own) != len(claims)-1 {
		t.Errorf("Alūksne sees %d of %d figures, %v", len(own), len(claims), err)
	}
}

// TestDaysOfTheYear holds that the file is the same each time, has no row on a free day, and stays small, in every kind of year.
func TestDaysOfTheYear(t *testing.T) {
	t.Parallel()
	calendar := civil.NewCalendar(civil.LatvianHolidays, nil, nil)
	for year := 2020; year <= 2032; year++ {
		var first, second bytes.Buffer
		for _, w := range []io.Writer{&first, &second} {
			if err := history.Write(w, year); err != nil {
				t.Fatal(err)
			}
		}
		if first.String() != second.String() {
			t.Errorf("%d is not the same twice", year)
		}
		records, err := csv.NewReader(&first).ReadAll()
		if err != nil || len(records) > 8_000 {
			t.Fatalf("%d: %d rows, %v", year, len(records), err)
		}
		firewood := map[bool]int{}
		for _, record := range records[1:] {
			day, err := civil.ParseDate(record[1])
			if err != nil && record[1] != fmt.Sprint(year) || err == nil && !calendar.IsWorkingDay(day) {
				t.Fatalf("%d: a row on %s", year, record[1])
			}
			if record[3] == "municipality-firewood-benefit" && record[2] == "document_received" {
				n, err := strconv.Atoi(record[6])
				if err != nil {
					t.Fatal(err)
				}
				m := day.Month()
				firewood[m == time.November || m == time.December || m == time.January] += n
			}
		}
		if 2*firewood[true] < 3*firewood[false] {
			t.Errorf("%d: %d firewood applications in winter, %d in the rest of the year", year, firewood[true], firewood[false])
		}
	}
}
