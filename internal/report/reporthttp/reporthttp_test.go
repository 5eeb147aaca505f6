package reporthttp_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/catalogue/cataloguesql"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centresql"
	democatalogue "vienkopus/internal/demo/catalogue"
	"vienkopus/internal/demo/history"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/report"
	"vienkopus/internal/report/reporthttp"
	"vienkopus/internal/report/reportsql"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallytest"
	"vienkopus/internal/territory"
	"vienkopus/internal/territory/territorysql"
	"vienkopus/internal/visit"
)

const cesis, aluksne = "0026000", "0021000"

// door is the demonstration with its past behind the real routes; who asks stands in a header.
type door struct {
	handler http.Handler
	network *tallytest.Network
}

var everything = []string{report.MayRead, report.MayExport, report.MaySeeLines, report.MaySeeNetwork}

// people are who may ask, by the name in the header.
var people = map[string]scope.Grant{
	"network": {Role: "network-manager", Scope: scope.Network, Permissions: everything},
	"cesis":   {Role: "municipal-manager", Scope: scope.Municipality(cesis), Permissions: everything[:3]},
	"aluksne": {Role: "municipal-manager", Scope: scope.Municipality(aluksne), Permissions: everything[:3]},
	"taurene": {Role: "centre-manager", Scope: scope.Centre("taurene"), Permissions: everything[:3]},
	"reader":  {Role: "accountant", Scope: scope.Municipality(cesis), Permissions: everything[:1]},
}

// guard does what the real one does with a permission; places in the query are left to the handlers, which must refuse by themselves.
func guard(r *http.Request, route httpx.Route) (*http.Request, error) {
	grant, known := people[r.Header.Get("X-Who")]
	if !known {
		return nil, fault.NewUnauthenticated("staff.sign_in_first")
	}
	s := &httpx.Caller{Person: id.ID{1}, Grants: scope.Grants{grant}}
	if !s.Holds(route.Permission) {
		return nil, fault.NewForbidden("staff.forbidden")
	}
	return r.WithContext(httpx.WithCaller(lang.With(r.Context(), "en"), s)), nil
}

// paid imports the payments of the year, which the demonstration takes one by one.
func paid(ctx context.Context, to *tally.Service, by actor.Actor) error {
	counts, err := history.Payments(2025)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	rows := [][]string{tally.Columns}
	for _, c := range counts {
		rows = append(rows, []string{
			c.Desk, c.Day.String(), string(catalogue.Payment), c.Service, "", string(visit.InPerson), strconv.FormatInt(c.N, 10), "", "",
		})
	}
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	_, err = to.Import(ctx, by, tally.Order{File: "payments.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text.Bytes())), nil }})
	return err
}

func open(t *testing.T) *door {
	t.Helper()
	ctx := t.Context()
	n := tallytest.Empty(t, dbtest.SQLite(t), report.Facts(), reportsql.Store{})
	by := actor.System("demo")
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(places.Seed(ctx, places.Services{
		Territory: territory.New(territory.Config{Journal: n.Journal, Store: territorysql.Store{}}),
		Centre:    centre.New(centre.Config{Journal: n.Journal, Store: centresql.Store{}, Territory: territorysql.Store{}}),
	}, by))
	check(democatalogue.Seed(ctx, catalogue.NewPublisher(n.Journal, cataloguesql.Store{}), by))
	cities, towns := centresql.New(), territorysql.New() // as the program has them
	reports := report.New(report.Config{Journal: n.Journal, Store: reportsql.New(n.Rollups), Centres: cities, Territories: towns})
	check(history.Seed(ctx, history.Services{Tally: n.Import, Report: reports}, by, 2025))
	check(paid(ctx, n.Import, by))
	check(n.Rollups.Roll(ctx))
	shelf := catalogue.NewShelf(cataloguesql.Store{})
	check(shelf.Fill(ctx, n.Journal.DB()))
	deps := reporthttp.Deps{Reports: reports, Journal: n.Journal, Centres: cities, Territories: towns, Shelf: shelf}
	api := rest.New("test", "1")
	reporthttp.Operations(api, deps)
	more, err := api.Routes()
	check(err)
	handler, err := httpx.Build(append(reporthttp.Routes(deps), more...), httpx.Options{Clock: n.Clock, Guard: guard, Log: slog.New(slog.DiscardHandler)})
	check(err)
	return &door{handler: handler, network: n}
}

func (d *door) get(t *testing.T, who, address string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	r.Header.Set("X-Who", who)
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}

var (
	tags    = regexp.MustCompile(`<[^>]*>`)
	hidden  = regexp.MustCompile(`<(svg|details|title|script)[\s\S]*?</(svg|details|title|script)>|<span class="ds-sr-only">[^<]*</span>|<sup[\s\S]*?</sup>`)
	figures = regexp.MustCompile(`<a data-cell href="([^"]*)">([0-9,]+)</a>`)
	inAll   = regexp.MustCompile(`Acts in all: ([0-9,]+)\.(?: Residents served: ([0-9,]+)\.)?`)
)

// grid returns the rows of the first table of a page as texts.
func grid(page string) [][]string {
	_, page, _ = strings.Cut(page, "<tbody>")
	page, _, _ = strings.Cut(page, "</table>")
	var rows [][]string
	for _, tr := range strings.Split(page, "<tr>")[1:] {
		var row []string
		for _, cell := range regexp.MustCompile(`</t[hd]>`).Split(tr, -1) {
			if text := strings.TrimSpace(tags.ReplaceAllString(hidden.ReplaceAllString(cell, ""), "")); text != "" {
				row = append(row, strings.Join(strings.Fields(text), " "))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func TestReports(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, test := range map[string]func(*testing.T, *door){
		"the year of Cēsis": year, "every figure leads to its lines": drill, "files say the same": files, "nobody sees another's": scopes,
		"bad addresses are told": bad, "published figures": published, "the network": network, "programs": programs, "dimensions": dimensions,
		"order": order,
	} {
		t.Run(name, func(t *testing.T) { test(t, d) })
	}
}

// wanted is the table of the source as the page shows it.
const wanted = `Cēsis|10,400|6,000|950|4,300|6,700|1,500|–|29,850
Dzērbene|21|–|409|–|–|–|–|430
Ineši|10|–|141|–|–|–|–|151
Kaive|16|–|126|–|–|–|–|142
Mārsnēni|33|–|107|–|–|–|–|140
Rīdzene|1,038|–|11|–|–|–|–|1,049
Taurene|30|–|411|656|–|–|–|1,097
Veselava|–|–|0|–|–|–|3|0
Zosēni|18|–|117|–|–|–|–|135
Total|11,566|6,000|2,272|4,956|6,700|1,500|3|32,994`

func year(t *testing.T, d *door) {
	w := d.get(t, "cesis", "/reports/year")
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	page := w.Body.String()
	var got []string
	for _, row := range grid(page) {
		got = append(got, strings.Join(row, "|"))
	}
	if strings.Join(got, "\n") != wanted {
		t.Errorf("the year table:\n%s\nwant\n%s", strings.Join(got, "\n"), wanted)
	}
	for _, say := range []string{
		"Year 2025: Cēsu novads", "All figures in this table were imported", "Unusual, shown as recorded",
		"Rīdzene. Documents in: 1,038, payments: 11.", "Veselava. Residents served: 3, payments: 0, all acts: 0.",
		"1 figure is about fewer than 5 people", "Acts in 2025 by month",
	} {
		if !strings.Contains(page, say) {
			t.Errorf("the page does not say %q", say)
		}
	}
}

func number(t *testing.T, text string) int64 {
	t.Helper()
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(text, ",", ""), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// drill follows every figure of some pages: the lines make what the figure says.
func drill(t *testing.T, d *door) {
	followed := 0
	for _, address := range []string{
		"/reports/year", "/reports/acts?by=month", "/reports/acts?by=channel&from=2025-03-10&to=2025-05-05", "/reports/acts?by=institution",
		"/reports/acts?by=kind", "/reports/acts?by=service&from=2025-11-01&to=2025-11-30", "/reports/acts?by=month&centre=veselava",
	} {
		for _, link := range figures.FindAllStringSubmatch(d.get(t, "cesis", address).Body.String(), -1) {
			followed++
			w := d.get(t, "cesis", strings.ReplaceAll(link[1], "&amp;", "&"))
			made := inAll.FindStringSubmatch(w.Body.String())
			if w.Code != http.StatusOK || made == nil {
				t.Fatalf("%s: %d", link[1], w.Code)
			}
			if sum := number(t, made[1]) + number(t, made[2]); sum != number(t, link[2]) {
				t.Errorf("%s says %s, its lines make %d: %s", address, link[2], sum, link[1])
			}
		}
	}
	if followed < 150 {
		t.Errorf("only %d figures were followed", followed)
	}
	if got := d.get(t, "reader", "/reports/year").Body.String(); figures.MatchString(got) {
		t.Error("a reader without the permission sees links to lines")
	}
}

func files(t *testing.T, d *door) {
	w := d.get(t, "cesis", "/reports/year.csv")
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\ufeff")))
	fromCSV, err := r.ReadAll()
	if err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d, %v", w.Code, err)
	}
	if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="year-2025-01-01-2025-12-31.csv"` {
		t.Error(got)
	}
	book, err := excelize.OpenReader(bytes.NewReader(d.get(t, "cesis", "/reports/year.xlsx").Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	fromXLSX, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(fromXLSX) != len(fromCSV) {
		t.Fatalf("%d rows, %v", len(fromXLSX), err)
	}
	for i, row := range grid(d.get(t, "cesis", "/reports/year").Body.String()) {
		for j, text := range row[1:] {
			want := strings.ReplaceAll(strings.TrimSuffix(text, "–"), ",", "")
			column := 2 + 2*j // code, name, then figure and imported part by turns
			if got := fromCSV[i+1][column]; got != want || got != fromCSV[i+1][column+1] {
				t.Errorf("CSV, %s: %q, of which imported %q, the page has %q", row[0], got, fromCSV[i+1][column+1], text)
			}
			if column < len(fromXLSX[i+1]) && fromXLSX[i+1][column] != want {
				t.Errorf("XLSX, %s: %q, the page has %q", row[0], fromXLSX[i+1][column], text)
			}
		}
	}
	lines := d.get(t, "cesis", "/reports/lines.csv?centre=ridzene&kind=document_received")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(lines.Body.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for _, row := range rows[1:] {
		sum += number(t, row[len(row)-1])
	}
	if sum != 1038 {
		t.Errorf("the lines of Rīdzene make %d", sum)
	}
	if w := d.get(t, "reader", "/reports/year.csv"); w.Code != http.StatusForbidden {
		t.Errorf("a reader without the permission got a file: %d", w.Code)
	}
}
