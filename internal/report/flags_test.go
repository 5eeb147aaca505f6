package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/catalogue"
	"vienkopus/internal/tally"
)

// place makes a row; -1 is a dash.
func place(code string, documents, payments, served int64) Row {
	r := newRow(code)
	for kind, n := range map[catalogue.ActKind]int64{catalogue.DocumentReceived: documents, catalogue.Payment: payments, tally.Served: served} {
		if n >= 0 {
			r.add(kind, tally.FromFile, n)
		}
	}
	return *r
}

// libraries are those of the source; Cēsis is no library.
func libraries() []Row {
	return []Row{
		place("cesis", 10_400, 950, -1), place("dzerbene", 21, 409, -1), place("inesi", 10, 141, -1), place("kaive", 16, 126, -1),
		place("marsneni", 33, 107, -1), place("ridzene", 1_038, 11, -1), place("taurene", 30, 411, -1), place("veselava", -1, 0, 3), place("zoseni", 18, 117, -1),
	}
}

func sitesOf(rows []Row) []Site {
	var sites []Site
	for _, r := range rows {
		peers := "parish-library"
		if r.Code == "cesis" {
			peers = "municipal-office"
		}
		sites = append(sites, Site{Code: r.Code, Peers: peers})
	}
	return sites
}

func told(flags []Flag) string {
	var all []string
	for _, f := range flags {
		all = append(all, f.Row+" "+string(f.Odd))
	}
	return strings.Join(all, ", ")
}

func TestFlags(t *testing.T) {
	t.Parallel()
	without := func(code string) []Row {
		var rows []Row
		for _, r := range libraries() {
			if r.Code != code {
				rows = append(rows, r)
			}
		}
		return rows
	}
	mirrored := append(without("ridzene"), place("ridzene", 11, 1_038, -1))
	silent := append(without("veselava"), place("veselava", -1, -1, -1))
	ninefold := append(without("ridzene"), place("ridzene", 90, 100, -1))
	payingAmongDocuments := []Row{place("a", 500, 10, -1), place("b", 400, 12, -1), place("c", 600, 9, -1), place("d", 10, 500, -1)}
	for name, c := range map[string]struct {
		rows []Row
		want string
	}{
		"the source":                         {libraries(), "ridzene mirror, veselava almost_nothing"},
		"like the others":                    {mirrored, "veselava almost_nothing"},
		"a silent site is not odd":           {silent, "ridzene mirror"},
		"not the opposite, only different":   {ninefold, "veselava almost_nothing"},
		"payments where others have paper":   {payingAmongDocuments, "d mirror"},
		"two peers are too few":              {libraries()[4:7], ""},
		"few acts say nothing":               {[]Row{place("a", 1, 9, -1), place("b", 1, 9, -1), place("c", 1, 9, -1), place("d", 9, 1, -1)}, ""},
		"nothing at all":                     {nil, ""},
		"everybody has almost nothing":       {[]Row{place("a", 0, 1, -1), place("b", 0, 2, -1), place("c", 0, 3, -1), place("d", 0, 0, -1)}, ""},
		"a stated zero among busy sites":     {[]Row{place("a", 0, 100, -1), place("b", 0, 200, -1), place("c", 0, 300, -1), place("d", 0, 0, -1)}, "d almost_nothing"},
		"a tenth of the others is no longer": {[]Row{place("a", 0, 100, -1), place("b", 0, 200, -1), place("c", 0, 300, -1), place("d", 0, 20, -1)}, ""},
	} {
		before := fmt.Sprint(c.rows)
		if got := told(Flags(sitesOf(c.rows), c.rows)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if fmt.Sprint(c.rows) != before {
			t.Errorf("%s: the flags changed a figure", name)
		}
	}
	flags := Flags(sitesOf(libraries()), libraries())
	if f := flags[0]; f.Documents != 1_038 || f.Payments != 11 || f.Peers != 6 || f.PeerDocuments < 5 || f.PeerDocuments > 20 {
		t.Errorf("%+v", f)
	}
	if f := flags[1]; f.Served != 3 || f.Acts != 0 || f.PeerMedian != 151 {
		t.Errorf("%+v", f)
	}
}

func TestSort(t *testing.T) {
	t.Parallel()
	none, zero, month := place("none", -1, -1, -1), place("zero", 0, 0, -1), place("2025-03", 5, 1, -1)
	statement := place("s:2025-01-01/2025-12-31", 9, 9, -1)
	for _, c := range []struct {
		descending bool
		want       string
	}{
		{false, "zero 2025-03 none s:2025-01-01/2025-12-31"},
		{true, "2025-03 zero none s:2025-01-01/2025-12-31"},
	} {
		table := &Table{Rows: []Row{statement, none, month, zero}}
		table.Sort(catalogue.DocumentReceived, c.descending)
		var codes []string
		for _, r := range table.Rows {
			codes = append(codes, r.Code)
		}
		if got := strings.Join(codes, " "); got != c.want {
			t.Errorf("descending %v: %s, want %s", c.descending, got, c.want)
		}
	}
}

func TestCursor(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "!", "e30x", "bm9wZQ"} {
		c, err := ParseCursor(text)
		if (err == nil) != (text == "") || c != (Cursor{}) {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
	}
	want := (&Line{Desk: "CES-1", Number: 7}).cursor()
	if got, err := ParseCursor(want.String()); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestTheMiddleOfTheOthers compares the median of all but one with that of a list without it.
func TestTheMiddleOfTheOthers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(rapid.SampledFrom([]float64{0.5, 1, 1, 2, 7, 30}), 1, 9).Draw(rt, "values")
		slices.Sort(values)
		i := rapid.IntRange(0, len(values)-1).Draw(rt, "own")
		others := slices.Delete(slices.Clone(values), i, i+1)
		want := 0.0
		if half := len(others) / 2; len(others)%2 == 1 {
			want = others[half]
		} else if len(others) > 0 {
			want = (others[half-1] + others[half]) / 2
		}
		if got, n := without(values, values[i], true); got != want || n != len(others) {
			rt.Fatalf("%v without %v: %v of %d, not %v", values, values[i], got, n, want)
		}
		if got, n := without(others, 4, false); got != want || n != len(others) {
			rt.Fatalf("%v: %v of %d, not %v", others, got, n, want)
		}
	})
}
