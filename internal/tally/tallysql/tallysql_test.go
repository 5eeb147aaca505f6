package tallysql_test

import (
	"fmt"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit/audittest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallysql"
	"vienkopus/internal/tally/tallytest"
	"vienkopus/internal/visit"
)

// table returns the rows of a tally by key.
func table(t *testing.T, n *tallytest.Network, name string) map[string]int64 {
	t.Helper()
	columns := map[string]string{
		"tally_kind":    "month || '|' || desk || '|' || kind || '|' || source || '|' || centre || '|' || municipality",
		"tally_service": "month || '|' || desk || '|' || service || '|' || institution || '|' || kind || '|' || channel || '|' || depth || '|' || reason || '|' || source || '|' || centre || '|' || municipality",
	}[name]
	rows, err := n.Journal.DB().Query(t.Context(), "SELECT "+columns+", n FROM "+name)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string]int64{}
	for rows.Next() {
		var key string
		var sum int64
		if err := rows.Scan(&key, &sum); err != nil {
			t.Fatal(err)
		}
		all[key] = sum
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestActsAreCountedOnceAndTakenBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		n := tallytest.New(t, dsn, nil)
		v := id.New(n.Clock.Now())
		act := func(i byte) id.ID { return id.ID{15: i} }
		consultation := tallytest.Line("cesis", "2026-11-20", catalogue.Consultation, "vsaa-maternity-benefit")
		payment := tallytest.Line("cesis", "2026-11-20", catalogue.Payment, "water-bill")
		letter := tallytest.Line("cesis", "2026-11-20", catalogue.Letter, "")
		n.Post("CES-1",
			visit.Opened{Visit: v, Municipality: tallytest.Cesis, Centre: "cesis", Channel: visit.InPerson},
			visit.ActRecorded{Act: act(1), Visit: v, Line: consultation},
			visit.ActRecorded{Act: act(2), Visit: v, Line: consultation},
			visit.ActRecorded{Act: act(3), Visit: v, Line: payment},
			visit.ActUndone{Act: act(2), Visit: v, Was: consultation},
			visit.Closed{Visit: v, Day: civil.MustDate("2026-11-20"), Served: true, Municipality: tallytest.Cesis, Centre: "cesis", Channel: visit.InPerson},
			visit.ActCorrected{Act: act(3), Visit: v, Why: visit.WrongKind, Was: payment, Now: &letter},
		)
		want := map[string]int64{
			"2026-11|CES-1|consultation|recorded|cesis|0026000": 1,
			"2026-11|CES-1|payment|recorded|cesis|0026000":      0,
			"2026-11|CES-1|letter|recorded|cesis|0026000":       1,
			"2026-11|CES-1|visit|recorded|cesis|0026000":        1,
		}
		if got := table(t, n, "tally_kind"); !maps.Equal(got, want) {
			t.Errorf("tally_kind = %v, want %v", got, want)
		}
		want = map[string]int64{
			"2026-11|CES-1|vsaa-maternity-benefit|VSAA|consultation|in-person|||recorded|cesis|0026000": 1,
			"2026-11|CES-1|water-bill|MUNICIPALITY|payment|in-person|||recorded|cesis|0026000":          0,
			"2026-11|CES-1|||letter|in-person|||recorded|cesis|0026000":                                 1,
			"2026-11|CES-1|||visit|in-person|||recorded|cesis|0026000":                                  1,
		}
		if got := table(t, n, "tally_service"); !maps.Equal(got, want) {
			t.Errorf("tally_service = %v, want %v", got, want)
		}
	})
}

func TestCheckFindsPlantedRow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		n := tallytest.New(t, dsn, nil)
		n.Post("CES-1", visit.ActRecorded{Act: id.ID{1}, Visit: id.ID{2}, Line: tallytest.Line("cesis", "2026-11-20", catalogue.Call, "")})
		if found := check(t, n); len(found) != 0 {
			t.Fatalf("before: %v", found)
		}
		for name, fault := range map[string]string{
			"wrong":   "UPDATE tally_kind SET n = n + 1",
			"foreign": "INSERT INTO tally_service (month, desk, service, institution, kind, channel, depth, reason, source, centre, municipality, n) VALUES ('2026-11', 'X', '', '', 'call', '', '', '', 'imported', '', '', 0)",
			"gone":    "DELETE FROM tally_kind",
		} {
			plant(t, n, fault)
			found := check(t, n)
			if len(found) != 1 {
				t.Errorf("%s: found %v", name, found)
			}
			if err := n.Journal.Rebuild(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		if found := check(t, n); len(found) != 0 {
			t.Errorf("after the rebuild: %v", found)
		}
	})
}

func check(t *testing.T, n *tallytest.Network) []string {
	t.Helper()
	found, err := audittest.Look(t.Context(), n.Journal.DB(), tallysql.Check())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func plant(t *testing.T, n *tallytest.Network, statement string) {
	t.Helper()
	err := n.Journal.DB().Write(t.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRandomLines records, undoes, corrects and imports at random, and then: the checker agrees, a rebuild makes the same
// rows, and the acts that still count make the same sums.
func TestRandomLines(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		n := tallytest.New(t, dsn, nil)
		var serial int64
		rapid.Check(t, func(rt *rapid.T) {
			serial++
			desk := rapid.SampledFrom([]string{"CES-1", "RID-1", "ALU-1"}).Draw(rt, "desk")
			n.Post(desk, randomLines(rt, desk, serial)...)
		})
		if found := check(t, n); len(found) != 0 {
			t.Fatalf("the tallies are wrong: %v", found)
		}
		kinds, services := table(t, n, "tally_kind"), table(t, n, "tally_service")
		compareWithActs(t, n)
		if err := n.Journal.Rebuild(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if got := table(t, n, "tally_kind"); !maps.Equal(got, kinds) {
			t.Error("tally_kind differs after a rebuild")
		}
		if got := table(t, n, "tally_service"); !maps.Equal(got, services) {
			t.Error("tally_service differs after a rebuild")
		}
	})
}

var randomDays = []string{"2026-09-30", "2026-10-01", "2026-10-15", "2026-10-31", "2026-11-01"}

func randomLine(rt *rapid.T) visit.Line {
	l := tallytest.Line(
		rapid.SampledFrom([]string{"cesis", "ridzene", "aluksne"}).Draw(rt, "centre"),
		rapid.SampledFrom(randomDays).Draw(rt, "day"),
		rapid.SampledFrom(visit.Kinds).Draw(rt, "kind"),
		rapid.SampledFrom([]string{"", "water-bill", "vsaa-maternity-benefit"}).Draw(rt, "service"))
	l.Channel = rapid.SampledFrom(visit.Channels).Draw(rt, "channel")
	return l
}

// randomLines is one visit with some acts and what became of them, or one imported row that may repeat an earlier one.
func randomLines(rt *rapid.T, desk string, serial int64) []journal.Fact {
	if rapid.Bool().Draw(rt, "import") {
		days := rapid.SampledFrom([]civil.Period{
			{From: civil.MustDate("2026-10-01"), To: civil.MustDate("2026-10-31")},
			{From: civil.MustDate("2026-10-05"), To: civil.MustDate("2026-10-05")},
			{From: civil.MustDate("2025-01-01"), To: civil.MustDate("2025-12-31")},
		}).Draw(rt, "period")
		return []journal.Fact{tally.Imported{
			Identity: fmt.Sprint(desk, serial/4), Period: days, Centre: "cesis", Municipality: tallytest.Cesis,
			Act: rapid.SampledFrom(tally.Kinds).Draw(rt, "kind"), Count: rapid.Int64Range(0, 50).Draw(rt, "count"), File: "x.csv",
		}}
	}
	v := id.ID{0: 2, 7: byte(serial), 6: byte(serial >> 8)}
	moved := visit.DayCorrected{Visit: v, Shift: rapid.SampledFrom([]int{0, 0, -31, 5}).Draw(rt, "shift")}
	var facts []journal.Fact
	for i := range rapid.IntRange(1, 5).Draw(rt, "acts") {
		a := visit.ActRecorded{Act: id.ID{15: byte(i + 1)}, Visit: v, Line: randomLine(rt)}
		facts = append(facts, a)
		switch rapid.IntRange(0, 3).Draw(rt, "fate") {
		case 1:
			facts = append(facts, visit.ActUndone{Act: a.Act, Visit: v, Was: a.Line})
		case 2:
			now := randomLine(rt)
			now.Day = a.Day
			facts = append(facts, visit.ActCorrected{Act: a.Act, Visit: v, Why: visit.WrongKind, Was: a.Line, Now: &now})
		case 3:
			facts = append(facts, visit.ActCorrected{Act: a.Act, Visit: v, Why: visit.NeverHappened, Was: a.Line})
		default:
			moved.Acts = append(moved.Acts, visit.Redated{Act: a.Act, Line: a.Line})
		}
	}
	facts = append(facts, visit.Closed{
		Visit: v, Day: civil.MustDate("2026-10-15"), Served: rapid.Bool().Draw(rt, "served"),
		Municipality: tallytest.Cesis, Centre: "cesis", Channel: visit.InPerson,
	})
	if moved.Shift != 0 && len(moved.Acts) > 0 {
		facts = append(facts, moved)
	}
	return facts
}

// compareWithActs counts the acts that still count, and the residents served, one by one.
func compareWithActs(t *testing.T, n *tallytest.Network) {
	t.Helper()
	const lines = `SELECT SUBSTR(day, 1, 7), desk, kind, centre, COUNT(*) FROM act WHERE state = '' GROUP BY 1, 2, 3, 4
UNION ALL SELECT SUBSTR(day, 1, 7), desk, 'visit', centre, COUNT(*) FROM served GROUP BY 1, 2, 4`
	const tallies = `SELECT month, desk, kind, centre, SUM(n) FROM %s WHERE source = 'recorded' GROUP BY 1, 2, 3, 4 HAVING SUM(n) <> 0`
	want := counts(t, n, lines)
	if len(want) == 0 {
		t.Fatal("nothing was recorded")
	}
	for _, name := range []string{"tally_kind", "tally_service"} {
		if got := counts(t, n, fmt.Sprintf(tallies, name)); !maps.Equal(got, want) {
			t.Errorf("%s: %v, the acts make %v", name, got, want)
		}
	}
}

func counts(t *testing.T, n *tallytest.Network, query string) map[string]int64 {
	t.Helper()
	rows, err := n.Journal.DB().Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string]int64{}
	for rows.Next() {
		var month, desk, kind, place string
		var sum int64
		if err := rows.Scan(&month, &desk, &kind, &place, &sum); err != nil {
			t.Fatal(err)
		}
		all[month+"|"+desk+"|"+kind+"|"+place] = sum
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
