package tally_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal/audit/audittest"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallysql"
	"vienkopus/internal/tally/tallytest"
)

const header = "desk,period,kind,service,institution,channel,count,ref,source\n"

var manager = actor.Staff("m1", "municipal-manager")

func order(text string, answers *[]tally.Answer) tally.Order {
	return tally.Order{
		File:   `C:\Users\Anna\acts.csv`,
		Open:   func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
		Answer: func(a tally.Answer) { *answers = append(*answers, a) },
	}
}

// outcomes writes the answers as "2 ok, 3 error count tally.conflict".
func outcomes(answers []tally.Answer) string {
	var all []string
	for _, a := range answers {
		text := fmt.Sprintf("%d %s", a.Row, a.Outcome)
		if a.First != 0 {
			text += fmt.Sprintf(" %d", a.First)
		}
		for _, f := range a.Faults {
			text += fmt.Sprintf(" %s %s", f.Field, f.Key)
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func kindTotal(t *testing.T, n *tallytest.Network, kind string) int64 {
	t.Helper()
	var sum int64
	err := n.Journal.DB().QueryRow(t.Context(), "SELECT COALESCE(SUM(n), -1) FROM tally_kind WHERE kind = $1 AND source = 'imported'", kind).Scan(&sum)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestImportAnswersRowByRow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		n := tallytest.New(t, dsn, nil)
		text := header +
			"CES-1,2025-03-14,payment,water-bill,,in-person,7,,\n" + // 2
			"CES-1,2025-03-14,payment,water-bill,MUNICIPALITY,in-person,7,,\n" + // 3: the institution is the service's own
			"CES-1,2025-03-14,payment,water-bill,,,2,,\n" + // 4: another row, its channel is not stated
			"VES-1,2025,payment,,,,0,,\n" + // 5: a stated zero
			"RID-1,2025,document_received,,MUNICIPALITY,,1038,r1,\n" + // 6
			"CES-1,2025,document_received,,MUNICIPALITY,,3,r1,\n" // 7: a ref counts within its desk
		var answers []tally.Answer
		o := order(text, &answers)
		o.DryRun = true
		result, err := n.Import.Import(t.Context(), manager, o)
		if err != nil || result.Written != 0 || kindTotal(t, n, "payment") != -1 {
			t.Fatalf("dry run: %+v, %v", result, err)
		}
		if got := outcomes(answers); got != "2 ok, 3 repeats 2, 4 ok, 5 ok, 6 ok, 7 ok" {
			t.Errorf("dry run: %s", got)
		}
		answers, o.DryRun = nil, false
		if result, err = n.Import.Import(t.Context(), manager, o); err != nil || result.Written != 5 || result.Repeats != 1 {
			t.Fatalf("import: %+v, %v", result, err)
		}
		if got := kindTotal(t, n, "payment"); got != 9 {
			t.Errorf("payments: %d", got)
		}
		answers = nil
		if result, err = n.Import.Import(t.Context(), manager, o); err != nil || result.Written != 0 || result.There != 5 {
			t.Errorf("again: %+v, %v", result, err)
		}
		if got := outcomes(answers); got != "2 already, 3 repeats 2, 4 already, 5 already, 6 already, 7 already" {
			t.Errorf("again: %s", got)
		}
		lines, err := n.Journal.Lines(t.Context(), n.Journal.DB(), "RID-1", 0, 10)
		if err != nil || len(lines) != 1 {
			t.Fatalf("lines of Rīdzene: %v, %v", lines, err)
		}
		f, ok := lines[0].Fact.(tally.Imported)
		if !ok || f.Count != 1038 || f.File != "acts.csv" || f.Row != 6 || f.Centre != "ridzene" || f.Municipality != tallytest.Cesis {
			t.Errorf("line: %+v", lines[0].Fact)
		}
		if found, err := audittest.Look(t.Context(), n.Journal.DB(), tallysql.Check()); err != nil || len(found) > 0 {
			t.Errorf("check: %v, %v", found, err)
		}
	})
}

func TestRowsInError(t *testing.T) {
	t.Parallel()
	n := tallytest.New(t, dbtest.SQLite(t), nil)
	var answers []tally.Answer
	if _, err := n.Import.Import(t.Context(), manager, order(header+"CES-1,2025,call,,,,5,a,\n", &answers)); err != nil {
		t.Fatal(err)
	}
	text := header +
		"CES-1,2025,call,,,,6,a,\n" + // 2: another count than earlier
		"CES-1,2024,call,,,,5,a,\n" + // 3: another period under the ref of an earlier row
		"NOWHERE,2025,call,,,,5,,\n" + // 4
		"CES-1,2025,payment,no-such,,,5,,\n" + // 5
		"CES-1,2025,payment,water-bill,VSAA,,5,,\n" + // 6
		"CES-1,2025,payment,,NOBODY,,5,,\n" + // 7
		"CES-1,2026-11,payment,,,,5,,\n" + // 8: the month is not over
		"CES-1,2025,letter,,,,5,,\n" + // 9
		"CES-1,2025,letter,,,,6,,\n" + // 10: contradicts row 9
		"CES-1,2025,visit,water-bill,,,6,,\n" // 11
	answers = nil
	o := order(text, &answers)
	result, err := n.Import.Import(t.Context(), manager, o)
	if f := fault.First(err); f == nil || f.Key != "tally.errors" || result.Failed != 9 || result.Written != 0 {
		t.Fatalf("%+v, %v", result, err)
	}
	want := "2 error count tally.conflict, 3 error 2 ref tally.contradicts, 4 error desk tally.desk_unknown, " +
		"5 error service tally.service_unknown, 6 error institution tally.institution_other, " +
		"7 error institution tally.institution_unknown, 8 error period tally.period_not_over, 9 ok, " +
		"10 error 9 count tally.contradicts, 11 error service tally.served_service"
	if got := outcomes(answers); got != want {
		t.Errorf("answers:\n%s\nwant\n%s", got, want)
	}
	if got := kindTotal(t, n, "letter"); got != -1 {
		t.Errorf("letters: %d although there were errors", got)
	}
	o.SkipErrors = true
	if result, err = n.Import.Import(t.Context(), manager, o); err != nil || result.Written != 1 || kindTotal(t, n, "letter") != 5 {
		t.Errorf("skipping errors: %+v, %v", result, err)
	}
	answers = nil
	if _, err = n.Import.Import(t.Context(), manager, order(header+"CES-1,2024,call,,,,5,a,\n", &answers)); err == nil {
		t.Error("a ref of another row was taken")
	}
	if got := outcomes(answers); got != "2 error ref tally.ref_taken" {
		t.Error(got)
	}
}

func TestErrorInRow17(t *testing.T) {
	t.Parallel()
	n := tallytest.New(t, dbtest.SQLite(t), nil)
	var text strings.Builder
	text.WriteString("\ufeff" + strings.ReplaceAll(header, ",", ";"))
	for row := 2; row <= 20; row++ {
		kind := "payment"
		if row == 17 {
			kind = "paymnet"
		}
		fmt.Fprintf(&text, "CES-1;2025-03-%02d;%s;water-bill;;in-person;%d;;\r\n", row, kind, row)
	}
	var answers []tally.Answer
	_, err := n.Import.Import(t.Context(), manager, order(text.String(), &answers))
	if fault.First(err) == nil || len(answers) != 19 {
		t.Fatalf("%v, %d answers", err, len(answers))
	}
	bad := answers[15]
	if bad.Row != 17 || bad.Outcome != tally.Failed || bad.Faults[0].Field != "kind" || bad.Faults[0].Key != "tally.kind_unknown" || strings.Contains(bad.Faults[0].Error(), "paymnet") {
		t.Errorf("%+v %v", bad, bad.Faults)
	}
	if got := kindTotal(t, n, "payment"); got != -1 {
		t.Errorf("%d payments are stored", got)
	}
}

// rows makes a file of n rows without holding it.
type rows struct {
	next, n int
	rest    []byte
}

func (r *rows) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		switch {
		case r.next == 0:
			r.rest = []byte(header)
		case r.next > r.n:
			return 0, io.EOF
		default:
			day := civil.MustDate("2000-01-01").AddDays(r.next % 9000)
			r.rest = fmt.Appendf(nil, "CES-%d,%s,payment,water-bill,,in-person,1,%d,\n", r.next%3+1, day, r.next)
		}
		r.next++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (*rows) Close() error { return nil }

// TestLongFile imports in posts of at most 500 lines, tells its progress, and keeps little per row in memory.
func TestLongFile(t *testing.T) {
	n := tallytest.New(t, dbtest.SQLite(t), nil)
	const many = 20_000
	var told []int
	o := tally.Order{
		File: "long.csv", Open: func() (io.ReadCloser, error) { return &rows{n: many}, nil },
		Progress: func(done, _ int) { told = append(told, done) },
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	result, err := n.Import.Import(t.Context(), manager, o)
	if err != nil || result.Written != many {
		t.Fatalf("%+v, %v", result, err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if len(told) < 2*many/100 {
		t.Errorf("progress was told %d times", len(told))
	}
	var posts int
	if err := n.Journal.DB().QueryRow(t.Context(), "SELECT COUNT(*) FROM request WHERE key LIKE 'import:%' AND count <= 500").Scan(&posts); err != nil {
		t.Fatal(err)
	}
	if posts < many/500 {
		t.Errorf("%d posts of at most 500 lines", posts)
	}
	t.Logf("%d posts, %d kB of heap afterwards against %d kB before", posts, after.HeapAlloc>>10, before.HeapAlloc>>10)
}

// TestInterruptedImport stops in the middle of the second pass and goes on later.
func TestInterruptedImport(t *testing.T) {
	t.Parallel()
	n := tallytest.New(t, dbtest.SQLite(t), nil)
	const many = 3_000
	opened := 0
	broken := tally.Order{File: "x.csv", Open: func() (io.ReadCloser, error) {
		opened++
		if opened == 2 {
			return io.NopCloser(io.MultiReader(io.LimitReader(&rows{n: many}, 100_000), failing{})), nil
		}
		return &rows{n: many}, nil
	}}
	result, err := n.Import.Import(t.Context(), manager, broken)
	if err == nil || result.Written == 0 || result.Written == many {
		t.Fatalf("%+v, %v", result, err)
	}
	first := result.Written
	result, err = n.Import.Import(t.Context(), manager, broken)
	if err != nil || result.Written != many-first || kindTotal(t, n, "payment") != many {
		t.Errorf("%+v, %v", result, err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the stick was pulled out") }
