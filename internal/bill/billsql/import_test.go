package billsql_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billtest"
	"vienkopus/internal/platform/sqldb/dbtest"
)

const header = "creditor,number,reference,kind,municipality,rf,issued,due,amount,payer_name,payer_address\n"

func order(text string, answers *[]string) bill.Order {
	return bill.Order{
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
		Answer: func(a bill.RowAnswer) {
			said := fmt.Sprintf("%d %s", a.Row, a.Outcome)
			for _, f := range a.Faults {
				said += fmt.Sprintf(" %s %s", f.Field, f.Key)
			}
			*answers = append(*answers, said)
		},
	}
}

// take imports a text and returns what was answered, row by row.
func (o *office) take(text string, change ...func(*bill.Order)) (string, bill.Result, error) {
	var answers []string
	in := order(text, &answers)
	for _, c := range change {
		c(&in)
	}
	result, err := o.service.Import(o.tb.Context(), billtest.Accountant, in)
	return strings.Join(answers, ", "), result, err
}

func dry(in *bill.Order)  { in.DryRun = true }
func skip(in *bill.Order) { in.SkipErrors = true }

func row(number, due, amount, payer string) string {
	return fmt.Sprintf("%s,%s,C-100,water,0026000,,2026-11-01,%s,%s,%s,Rīgas iela 1\n", water, number, due, amount, payer)
}

func TestBillsAreImportedRowByRow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		before := o.lines()
		text := header + row("W-1", "2026-11-15", "\"12,30\"", "Anna Bērziņa") + row("W-1", "2026-12-15", "5", "") +
			row("W-2", "2026-11-20", "7", "Anna Bērziņa") +
			council + ",N-1,0026-1,property-tax,0026000,,2026-01-20,2026,100.02,Anna Bērziņa,Rīgas iela 1\n"
		is := func(got string, result bill.Result, err error) string {
			must(t, err)
			return fmt.Sprintf("%s; %d lines of %d", got, result.Written, o.lines()-before)
		}
		if got := is(o.take(text, dry)); got != "2 issued, 3 issued, 4 issued, 5 issued; 0 lines of 0" {
			t.Errorf("dry run: %s", got)
		}
		if got := is(o.take(text)); got != "2 issued, 3 issued, 4 issued, 5 issued; 3 lines of 3" {
			t.Errorf("import: %s", got)
		}
		if got := is(o.take(text)); got != "2 unchanged, 3 unchanged, 4 unchanged, 5 unchanged; 0 lines of 3" {
			t.Errorf("again: %s", got)
		}
		found, err := o.service.Find(t.Context(), "W-1")
		must(t, err)
		if len(found) != 3 || found[0].Desk != bill.Feed(water) || found[0].Total() != 1730 || found[0].Instalments[0].Due != day("2026-11-16") {
			t.Errorf("found %+v", found)
		}
		if tax, err := o.service.Find(t.Context(), "N-1"); err != nil || tax[0].Desk != bill.Feed(council) || len(tax[0].Instalments) != 4 {
			t.Errorf("the tax: %+v, %v", tax, err)
		}
		// A bill that goes back to what it said before is changed back.
		for lines, amount := range []string{"8", "7", "8"} {
			if got := is(o.take(header + row("W-2", "2026-11-20", amount, "Anna Bērziņa"))); got != fmt.Sprintf("2 changed; 1 lines of %d", lines+4) {
				t.Errorf("to %s: %s", amount, got)
			}
		}
		// Another name is kept and makes no line; a file without payers leaves them alone.
		if got := is(o.take(header + row("W-2", "2026-11-20", "8", "Berta Kalna"))); got != "2 changed; 0 lines of 6" {
			t.Errorf("another payer: %s", got)
		}
		if got := is(o.take("creditor,number,reference,kind,municipality,issued,due,amount\n" + water + ",W-2,C-100,water,0026000,1.11.2026,20.11.2026,8\n")); got != "2 unchanged; 0 lines of 6" {
			t.Errorf("without payers: %s", got)
		}
		if got := o.find("kalna"); !slices.Equal(got, []string{"W-2 open 8.00 false"}) {
			t.Errorf("the new payer finds %q", got)
		}
		if text := o.dump("entry", "request"); strings.Contains(text, "Bērziņa") || strings.Contains(text, "Kalna") || strings.Contains(text, "iela") {
			t.Error("a payer stands in the journal")
		}
	})
}

func TestErrorsHoldEverythingBackUnlessSkipped(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		gone := o.put(bill.Feed(water), content(water, "W-8", "C-1", 100), anna)
		must(t, o.service.Cancel(t.Context(), o.at(bill.Feed(water)), gone.ID, bill.Mistaken))
		o.put("ELSEWHERE", content(water, "W-9", "C-1", 100), anna)
		before := o.lines()
		text := header + row("W-1", "2026-11-20", "7", "A") +
			row("W-2", "2026-11-20", "x", "A") + row("W-2", "2026-12-20", "7", "A") + // 3, 4
			row("W-3", "2026-11-20", "7", "A") + // 5
			row("W-8", "2026-11-20", "7", "A") + row("W-9", "2026-11-20", "7", "A") + // 6, 7
			row("W-1", "2026-12-20", "7", "A") + row("W-2", "2026-12-20", "7", "A") + // 8, 9
			strings.Replace(row("W-4", "2026-11-20", "7", "A"), water, "40003000642", 1) + // 10
			"\"" + row("W-5", "2026-11-20", "7", "A")
		const want = "2 issued, 3 error amount bill.amount_form, 4 error number bill.row_beside, 5 issued, 6 error number bill.is_cancelled, " +
			"7 error number bill.other_desk, 8 error number bill.row_again, 9 error number bill.row_again, " +
			"10 error creditor bill.creditor_unknown, 11 error  sheet.row_form"
		got, result, err := o.take(text)
		wantFault(t, err, "bill.errors")
		if got != want || o.lines() != before || result.Failed != 7 || result.Fresh != 2 || result.Rows != 10 || result.Bills != 9 {
			t.Errorf("%+v, %d lines:\n%s\nwant\n%s", result, o.lines()-before, got, want)
		}
		if got, result, err = o.take(text, skip); err != nil || got != want || result.Written != 2 || o.lines() != before+2 {
			t.Errorf("skipping: %+v, %v, %s", result, err, got)
		}
		for _, file := range []string{"", "Anna Bērziņa,5\n", "creditor,number\n"} {
			if _, _, err := o.take(file); err == nil {
				t.Errorf("%q was imported", file)
			}
		}
	})
}

// long is a file of n bills that nobody holds, of two creditors in turn; every tenth costs more.
type long struct {
	next, n, more int
	rest          []byte
	broken        bool
}

func (r *long) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		switch {
		case r.next == 0:
			r.rest = []byte(header)
		case r.next > r.n && r.broken:
			return 0, errors.New("the stick was pulled out")
		case r.next > r.n:
			return 0, io.EOF
		default:
			amount := 100 + r.next%50
			if r.next%10 == 0 {
				amount += r.more
			}
			creditor := []string{water, council}[r.next%2]
			r.rest = fmt.Appendf(nil, "%s,V-%06d,C-%d,water,0026000,,2026-11-01,2026-11-20,%d,Anna %d Bērziņa,Iela\n", creditor, r.next, r.next%700, amount, r.next)
		}
		r.next++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (*long) Close() error { return nil }

func file(r long) func(*bill.Order) {
	return func(in *bill.Order) { in.Open = func() (io.ReadCloser, error) { again := r; return &again, nil } }
}

// A long file is written in posts of at most 500 bills, each at the feed of its creditor; little of each bill stays in memory.
func TestALongFile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		const many = 6_001
		told := 0
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, result, err := o.take("", file(long{n: many}), func(in *bill.Order) { in.Answer, in.Progress = nil, func(int, int) { told++ } })
		if err != nil || result.Written != many || told < 2*many/100 {
			t.Fatalf("%+v, %v, told %d times", result, err, told)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		var posts, largest, feeds int
		must(t, o.journal.DB().QueryRow(t.Context(), "SELECT COUNT(*), MAX(count), COUNT(DISTINCT desk) FROM request WHERE key LIKE 'import:%'").Scan(&posts, &largest, &feeds))
		if posts != 13 || largest != 500 || feeds != 2 {
			t.Errorf("%d posts of at most %d lines at %d feeds", posts, largest, feeds)
		}
		if _, result, err = o.take("", file(long{n: many, more: 1}), func(in *bill.Order) { in.Answer = nil }); err != nil || result.Altered != many/10 || result.Written != many/10 {
			t.Errorf("changed: %+v, %v", result, err)
		}
		t.Logf("%d kB of heap afterwards against %d kB before", after.HeapAlloc>>10, before.HeapAlloc>>10)
	})
}

// An import that stops in the middle of the writing goes on where it was.
func TestAnImportIsInterrupted(t *testing.T) {
	t.Parallel()
	o := open(t, dbtest.SQLite(t))
	const many = 3_000
	opened := 0
	_, result, err := o.take("", func(in *bill.Order) {
		in.Answer = nil
		in.Open = func() (io.ReadCloser, error) {
			opened++
			if opened == 2 {
				return &long{n: many / 2, broken: true}, nil
			}
			return &long{n: many}, nil
		}
	})
	if err == nil || result.Written == 0 || result.Written >= many {
		t.Fatalf("%+v, %v", result, err)
	}
	first := result.Written
	if _, result, err = o.take("", file(long{n: many})); err != nil || result.Written != many-first || result.Unchanged != first {
		t.Errorf("%d at first, then %+v, %v", first, result, err)
	}
	// A file that says something else when it is read again is left.
	opened = 0
	_, _, err = o.take("", func(in *bill.Order) {
		in.Open = func() (io.ReadCloser, error) { opened++; return &long{n: many, more: opened}, nil }
	})
	wantFault(t, err, "bill.file_changed")
}

// Two programs import the same file at once, and a third one its changes: each bill is issued once, and nothing is refused.
func TestOneFileTwiceAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := open(t, dsn)
		before := o.lines()
		const many = 1_500
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, _, err := o.take("", file(long{n: many}), func(in *bill.Order) { in.Answer = nil }); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var bills int64
		must(t, o.journal.DB().QueryRow(t.Context(), "SELECT COUNT(*) FROM bill").Scan(&bills))
		if bills != many || o.lines()-before != many {
			t.Errorf("%d bills, %d lines", bills, o.lines()-before)
		}
	})
}
