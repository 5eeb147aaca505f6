package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/report"
)

// yearCentres is how many centres the network of the year report has.
const yearCentres = 600

// yearReports are the reports that are timed, each over the whole year and the whole network.
var yearReports = []struct {
	name string
	by   report.Dimension
	raw  string // the same figures from the raw rows
}{
	{"by centre", report.ByCentre, `SELECT centre, kind, COUNT(*) FROM act WHERE day BETWEEN $1 AND $2 AND state = '' GROUP BY centre, kind`},
	{"by month", report.ByMonth, `SELECT substr(day, 1, 7), kind, COUNT(*) FROM act WHERE day BETWEEN $1 AND $2 AND state = '' GROUP BY 1, kind`},
	{"by service", report.ByService, `SELECT service, kind, COUNT(*) FROM act WHERE day BETWEEN $1 AND $2 AND state = '' GROUP BY service, kind`},
}

// yearFile is a filled database.
type yearFile struct {
	path string
	acts int
}

// timed is how long one report took over one database: made by the program, and grouped from the raw rows.
type timed struct{ report, raw []time.Duration }

// benchYears fills a year with few acts and one with many and times the reports over both.
func benchYears(ctx context.Context, o options) ([]*table, error) {
	few := yearFile{path: filepath.Join(o.dir, "year-few.db"), acts: o.few}
	many := yearFile{path: filepath.Join(o.dir, "year-many.db"), acts: o.many}
	if err := checkSample(ctx, o); err != nil {
		return nil, err
	}
	for _, file := range []yearFile{few, many} {
		if err := fillTables(ctx, file.path, yearCentres, file.acts); err != nil {
			return nil, err
		}
		if err := rollUp(ctx, file); err != nil {
			return nil, err
		}
	}
	t, err := benchYear(ctx, few, many, o.rounds)
	if err != nil {
		return nil, err
	}
	return []*table{t}, throwAway(few.path, many.path)
}

// rollUp has the job come by once, which adds up everything that is there.
func rollUp(ctx context.Context, file yearFile) error {
	a, err := openApp(ctx, file.path, clock.System{})
	if err != nil {
		return err
	}
	begun := time.Now() //nolint:forbidigo // a measurement
	err = a.Rollups.Roll(ctx)
	say("%d acts rolled up in %.1f s", file.acts, time.Since(begun).Seconds())
	return errors.Join(err, a.Close())
}

// sample is how many acts are posted to the real journal to see that filling without it makes the same rows.
const sample = 20_000

func checkSample(ctx context.Context, o options) error {
	lines, tables := filepath.Join(o.dir, "sample-lines.db"), filepath.Join(o.dir, "sample-tables.db")
	if err := fillLines(ctx, lines, yearCentres, sample); err != nil {
		return err
	}
	if err := fillTables(ctx, tables, yearCentres, sample); err != nil {
		return err
	}
	if err := checkSame(ctx, lines, tables, checked); err != nil {
		return err
	}
	return throwAway(lines, tables)
}

// throwAway removes databases with the files that stand beside them.
func throwAway(paths ...string) error {
	for _, path := range paths {
		for _, beside := range []string{"", "-wal", "-shm", ".lock"} {
			if err := os.Remove(path + beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("data: %w", err)
			}
		}
	}
	return nil
}

// benchYear times the year reports over both databases, in turn, and says how the times compare.
func benchYear(ctx context.Context, few, many yearFile, rounds int) (*table, error) {
	n, m := thousands(float64(few.acts)), thousands(float64(many.acts))
	t := &table{
		title: fmt.Sprintf("The year report over %d centres", yearCentres),
		head: []string{
			"rows", "report, " + n + " acts", m, "grows by", "aim", "raw rows grouped, " + n, m, "report is faster, " + n, m,
		},
	}
	files := []yearFile{few, many}
	for _, r := range yearReports {
		took := make([]timed, len(files))
		for round := range rounds {
			for i, file := range files {
				if err := timeYear(ctx, file, r.by, r.raw, round < rawRounds, &took[i]); err != nil {
					return nil, fmt.Errorf("year: %s: %w", r.name, err)
				}
			}
		}
		a, b := median(took[0].report), median(took[1].report)
		rawA, rawB := median(took[0].raw), median(took[1].raw)
		t.add(r.name, milliseconds(a), milliseconds(b), times(ratio(b, a)), "≤ 1.2 ×", milliseconds(rawA), milliseconds(rawB), times(ratio(rawA, a)), times(ratio(rawB, b)))
	}
	t.note("Medians of %d reports (of %d for the raw rows), the two databases in turn, the files in the page cache.", rounds, min(rounds, rawRounds))
	return t, nil
}

// rawRounds bounds the slow half.
const rawRounds = 3

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }

func timeYear(ctx context.Context, file yearFile, by report.Dimension, raw string, alsoRaw bool, took *timed) error {
	a, err := openApp(ctx, file.path, clock.System{})
	if err != nil {
		return err
	}
	year := civil.YearPeriod(drawnYear)
	query := report.Query{Period: year, By: by, Scope: report.Scope{Network: true}}
	begun := time.Now() //nolint:forbidigo // a measurement
	made, err := a.Report.Acts(ctx, query)
	took.report = append(took.report, time.Since(begun))
	if err == nil && made.Total.Cell(report.AllActs).N() != int64(file.acts) {
		err = fmt.Errorf("the report counts %d of %d acts", made.Total.Cell(report.AllActs).N(), file.acts)
	}
	if err == nil && alsoRaw {
		begun = time.Now() //nolint:forbidigo // a measurement
		err = addUp(ctx, file, raw, year)
		took.raw = append(took.raw, time.Since(begun))
	}
	return errors.Join(err, a.Close())
}

// addUp groups the raw rows and sees that it finds every act.
func addUp(ctx context.Context, file yearFile, query string, year civil.Period) (err error) {
	db, err := sql.Open("sqlite", "file:"+file.path+"?_pragma=query_only(1)")
	if err != nil {
		return fmt.Errorf("raw rows: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.QueryContext(ctx, query, year.From, year.To)
	if err != nil {
		return fmt.Errorf("raw rows: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	sum := 0
	for rows.Next() {
		var group, kind string
		var n int
		if err := rows.Scan(&group, &kind, &n); err != nil {
			return fmt.Errorf("raw rows: %w", err)
		}
		sum += n
	}
	if sum != file.acts {
		return fmt.Errorf("raw rows: %d of %d acts", sum, file.acts)
	}
	return rows.Err()
}

// checked are the tables that both ways of filling must make alike, and what is compared of them: ids, times and line numbers
// are not the same in two databases.
var checked = map[string]string{
	"tally_kind":    "month, desk, kind, source, centre, municipality, n",
	"tally_service": "month, desk, service, institution, kind, channel, depth, reason, source, centre, municipality, n",
	"act":           "desk, day, municipality, centre, kind, channel, service, service_version, institution, depth, reason, identity, state, COUNT(*)",
	"served":        "desk, day, channel, centre, municipality, COUNT(*)",
}

// checkSame sees that a database filled through the journal and one filled without it say the same in these columns of these tables.
func checkSame(ctx context.Context, lines, tables string, checked map[string]string) (err error) {
	db, err := sql.Open("sqlite", "file:"+lines)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "ATTACH $1 AS other", tables); err != nil {
		return fmt.Errorf("check: %w", err)
	}
	for name, columns := range checked {
		text := "SELECT " + columns + " FROM %s." + name
		if by, counted := strings.CutSuffix(columns, ", COUNT(*)"); counted {
			text += " GROUP BY " + by
		}
		ours, theirs := fmt.Sprintf(text, "main"), fmt.Sprintf(text, "other")
		//nolint:gosec // the texts are those above
		query := fmt.Sprintf("SELECT (SELECT COUNT(*) FROM (%s EXCEPT %s)) + (SELECT COUNT(*) FROM (%s EXCEPT %s)), (SELECT COUNT(*) FROM (%s))",
			ours, theirs, theirs, ours, ours)
		var differ, rows int
		if err := db.QueryRowContext(ctx, query).Scan(&differ, &rows); err != nil {
			return fmt.Errorf("check: %s: %w", name, err)
		}
		if differ > 0 || rows == 0 {
			return fmt.Errorf("check: %s: %d of %d rows differ between the journal's way and ours", name, differ, rows)
		}
	}
	return nil
}
