package resume_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/journal/resume"
	"vienkopus/internal/platform/sqldb"
)

// planted is a line that somebody who can hash as well as we do wrote behind a gap.
func planted(prev journal.Hash, number int64, f journal.Resumed) audit.Line {
	body, err := json.Marshal(f)
	if err != nil {
		panic(err)
	}
	return lineOf(prev, number, journal.KindResumed, body)
}

func lineOf(prev journal.Hash, number int64, kind string, body []byte) audit.Line {
	l := audit.Line{
		Number: number, RecordedAt: 7, Version: 1, Desk: []byte("D-1"), Actor: []byte("system:x"), Kind: []byte(kind), ID: make([]byte, 16), Body: body, Prev: prev[:],
	}
	b := append([]byte("vienkopus-line-1"), prev[:]...)
	for _, n := range []int64{l.Number, l.RecordedAt, l.Version} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	b = append(b, l.ID...)
	for _, part := range [][]byte{l.Desk, l.Actor, l.Kind, l.Body} {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(part))), part...)
	}
	sum := sha256.Sum256(b)
	l.Hash = sum[:]
	return l
}

// trailOf follows lines and returns what is wrong with them.
func trailOf(lines ...audit.Line) string {
	var wrong []string
	trail := audit.NewTrail(func(p audit.Problem) { wrong = append(wrong, p.String()) })
	trail.Head("D-1", lines[len(lines)-1].Number, lines[len(lines)-1].Hash)
	trail.Gap("D-1", 3)
	for i := range lines {
		trail.Add(&lines[i])
	}
	trail.End()
	return strings.Join(wrong, "\n")
}

func TestOnlyDeclaredGapsAreSound(t *testing.T) {
	t.Parallel()
	one := lineOf(journal.Hash{}, 1, "thing.put", []byte(`{}`))
	two := lineOf(journal.Hash(one.Hash), 2, "thing.put", []byte(`{}`))
	three := lineOf(journal.Hash(two.Hash), 3, "thing.put", []byte(`{}`))
	f := journal.Resumed{LostFrom: 3, LostTo: 5, Nth: 2, Desk: "D-1"}
	behind := planted(journal.Hash(two.Hash), 10_005, f)
	next := lineOf(journal.Hash(behind.Hash), 10_006, "thing.put", []byte(`{}`))
	with := func(change func(*journal.Resumed)) journal.Resumed {
		g := f
		change(&g)
		return g
	}
	for name, c := range map[string]struct {
		lines []audit.Line
		want  string
	}{
		"a gap":                     {[]audit.Line{one, two, behind, next}, ""},
		"a gap with a line in it":   {[]audit.Line{one, two, three, behind, next}, ""},
		"a gap without a word":      {[]audit.Line{one, two, lineOf(journal.Hash(two.Hash), 10_005, "thing.put", []byte(`{}`))}, "missing"},
		"it follows another line":   {[]audit.Line{one, two, planted(journal.Hash(one.Hash), 10_005, f)}, "does not follow the line before it"},
		"it follows the gap's line": {[]audit.Line{one, two, three, planted(journal.Hash(three.Hash), 10_005, f)}, "does not follow the line before it"},
		"the number is too low":     {[]audit.Line{one, two, planted(journal.Hash(two.Hash), 4, f)}, "its number must be 10005"},
		"the number is not above what was seen": {
			[]audit.Line{one, two, planted(journal.Hash(two.Hash), 10_005, with(func(f *journal.Resumed) { f.LostTo = 12_000 }))}, "its number must be 22000",
		},
		"the gap begins too late":  {[]audit.Line{one, two, planted(journal.Hash(two.Hash), 10_005, with(func(f *journal.Resumed) { f.LostFrom = 4 }))}, "its gap begins with 4"},
		"the gap begins too early": {[]audit.Line{one, two, planted(journal.Hash(two.Hash), 10_005, with(func(f *journal.Resumed) { f.LostFrom = 2 }))}, "its gap begins with 2"},
		"the series is given twice": {
			[]audit.Line{one, two, behind, planted(journal.Hash(behind.Hash), 20_005, journal.Resumed{LostFrom: 10_006, LostTo: 10_005, Nth: 2})}, "numbers of receipts are given twice",
		},
		"a line of another branch in the gap": {[]audit.Line{one, two, lineOf(journal.Hash(one.Hash), 3, "thing.put", []byte(`{}`)), behind}, "does not follow the line before it"},
		"lines behind a hole in the gap":      {[]audit.Line{one, two, lineOf(journal.Hash(two.Hash), 4, "thing.put", []byte(`{}`)), behind}, "it is missing"},
		"two lines with one number in the gap": {
			[]audit.Line{one, two, three, lineOf(journal.Hash(two.Hash), 3, "thing.put", []byte(`{"x":1}`)), behind}, "it stands behind line 3",
		},
	} {
		if wrong := trailOf(c.lines...); c.want == "" && wrong != "" || !strings.Contains(wrong, c.want) {
			t.Errorf("%s: found %q, want %q", name, wrong, c.want)
		}
	}
}

// Whoever changes what was lost, taken in, or waits, is found.
func TestStrayLinesAreProven(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		empty, text, blob := `x'7b7d'`, `CAST(body AS TEXT)`, `CAST(replace(%s, 'b1', 'b9') AS BLOB)`
		if engine == "postgres" {
			empty, text, blob = `'\x7b7d'`, `convert_from(body, 'UTF8')`, `convert_to(replace(%s, 'b1', 'b9'), 'UTF8')`
		}
		for change, want := range map[string]string{
			`DELETE FROM stray_entry WHERE number = 3`:                                            "or other ones",
			`UPDATE stray_entry SET body = ` + empty + ` WHERE number = 3`:                        "is not as it was written",
			`UPDATE stray_entry SET told = told + 1`:                                              "turned up in no line",
			`UPDATE entry SET body = ` + fmt.Sprintf(blob, text) + ` WHERE kind = 'line.adopted'`: "the line that it takes in is not as it was written",
		} {
			old := open(t, engine, nil)
			old.post(t, "D-1", "a", "a1")
			yesterday := old.backup(t)
			old.post(t, "D-1", "b", "b1", "b2")
			h := open(t, engine, yesterday)
			h.post(t, "D-1", "c", "c1")
			h.returned(t, old)
			strays, err := resume.Strays(t.Context(), h.DB(), "")
			must(t, err)
			_, err = h.service.Adopt(t.Context(), clerk, strays[0].Hash)
			must(t, err)
			must(t, h.DB().Write(t.Context(), func(tx *sqldb.Tx) error { return tx.Run(t.Context(), "planted", change) }))
			report, err := audit.Run(t.Context(), audit.Config{DB: h.DB(), Checks: []audit.Check{audit.Found("stray", resume.Check)}})
			must(t, err)
			if text := fmt.Sprint(report.Problems); !strings.Contains(text, want) {
				t.Errorf("%s: found %s, want %q", change, text, want)
			}
		}
	})
}

// Whatever happens to databases, no number is given twice where desks went on behind a gap, nothing is lost for good, and the tables follow from the lines.
func TestAnyOrderOfLossAndReturn(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		seeds := uint64(6)
		if engine == "postgres" {
			seeds = 2 // every step makes a database there
		}
		for seed := range seeds {
			chance(t, engine, rand.New(rand.NewPCG(seed, 7)))
		}
	})
}

func chance(t *testing.T, engine string, dice *rand.Rand) {
	h, n := open(t, engine, nil), 0
	var everything []string
	given := map[string]journal.Hash{}
	var lost []*house
	work := func() {
		for range 1 + dice.IntN(4) {
			n++
			desk := fmt.Sprint("D-", 1+dice.IntN(2))
			thing := fmt.Sprintf("%c%d", 'a'+rune(dice.IntN(3)), n)
			everything = append(everything, thing)
			h.post(t, desk, fmt.Sprint("k", n), thing, thing+"'")
		}
		for _, desk := range []string{"D-1", "D-2"} {
			lines, err := h.Lines(t.Context(), h.DB(), desk, 0, 100_000)
			must(t, err)
			for _, e := range lines {
				at := fmt.Sprint(desk, " ", e.Number)
				if other, twice := given[at]; twice && other != e.Hash {
					t.Errorf("the number %s was given twice", at)
				}
				given[at] = e.Hash
				if r, is := e.Fact.(journal.Resumed); is {
					series := fmt.Sprint(desk, "/", r.Nth)
					if other, twice := given[series]; twice && other != e.Hash {
						t.Errorf("the series %s was given twice", series)
					}
					given[series] = e.Hash
				}
			}
		}
	}
	work()
	var backups [][]byte
	for range 4 {
		backups = append(backups, h.backup(t))
		old := backups[dice.IntN(len(backups))]
		work()
		seen := h.heads(t)
		lost = append(lost, h)
		h = open(t, engine, old)
		h.clock.Set(lost[0].clock.Now().AddDate(0, 0, len(lost)))
		if dice.IntN(3) == 0 { // what was seen was seen some time ago
			seen = nil
		}
		for _, from := range lost {
			seen = append(seen, from.heads(t)...)
		}
		h.resume(t, seen)
		work()
		if dice.IntN(2) == 0 {
			h.returned(t, lost[dice.IntN(len(lost))])
			work()
		}
		h.sound(t, dice)
	}
	for _, from := range lost {
		h.returned(t, from)
	}
	strays, err := resume.Strays(t.Context(), h.DB(), "")
	must(t, err)
	for _, l := range strays {
		if l.State == resume.Open && !strings.HasPrefix(l.LineKind, "journal.") {
			if _, err := h.service.Adopt(t.Context(), clerk, l.Hash); err != nil && keyOf(err) != "desk.stray_decided" {
				t.Errorf("line %d of %s: %v", l.Number, l.Desk, err)
			}
		}
	}
	h.sound(t, dice)
	have := h.things(t)
	for _, thing := range everything {
		if have[thing] != 1 || have[thing+"'"] != 1 {
			t.Errorf("%s is there %d times, %s' %d times", thing, have[thing], thing, have[thing+"'"])
		}
	}
}
