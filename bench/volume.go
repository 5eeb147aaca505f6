package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/sqldb"
)

// benchVolume fills a year through the journal and measures what goes through all of it: verify, rebuild, and the export of
// every act as a file.
func benchVolume(ctx context.Context, o options) ([]*table, error) {
	path := filepath.Join(o.dir, "lines.db")
	if err := fillLines(ctx, path, yearCentres, o.few); err != nil {
		return nil, err
	}
	through, err := benchLines(ctx, path, o.rounds)
	if err != nil {
		return nil, err
	}
	export, err := benchExport(ctx, o, path)
	if err != nil {
		return nil, err
	}
	return []*table{through, export}, throwAway(path)
}

// benchLines times verify and rebuild. A rebuild is slow, so there are at most three.
func benchLines(ctx context.Context, path string, rounds int) (t *table, err error) {
	a, err := openApp(ctx, path, clock.System{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	var verify, rebuild []float64
	alone := map[string][]float64{}
	var lines int64
	for range min(rounds, 3) {
		begun := time.Now() //nolint:forbidigo // a measurement
		report, err := a.Verify(ctx, nil)
		if err != nil || !report.Clean() {
			return nil, fmt.Errorf("verify: %d problems: %w", report.Found, err)
		}
		lines = report.Lines
		verify = append(verify, float64(lines)/time.Since(begun).Seconds())
		say("verified %d lines", lines)
		begun = time.Now() //nolint:forbidigo // a measurement
		if err := a.Journal.Rebuild(ctx, nil); err != nil {
			return nil, fmt.Errorf("rebuild: %w", err)
		}
		rebuild = append(rebuild, float64(lines)/time.Since(begun).Seconds())
		say("rebuilt from %d lines", lines)
		for _, name := range alones {
			rate, err := benchAlone(ctx, a, name, lines)
			if err != nil {
				return nil, err
			}
			alone[name] = append(alone[name], rate)
		}
	}
	t = &table{title: "Going through the journal", head: []string{thousands(float64(lines)) + " lines", "lines/s", "least–most", "aim", "reached"}}
	for _, row := range []struct {
		name  string
		rates []float64
		aim   float64
	}{
		{"verify", verify, 150_000},
		{"rebuild", rebuild, 50_000},
		{"rebuild of " + alones[0] + " alone", alone[alones[0]], 50_000},
		{"rebuild of " + alones[1] + " alone", alone[alones[1]], 50_000},
		{"rebuild of " + alones[2] + " alone, which reads few lines", alone[alones[2]], 50_000},
	} {
		least, most := spread(row.rates)
		t.add(row.name, thousands(median(row.rates)), thousands(least)+"–"+thousands(most), thousands(row.aim), percent(median(row.rates)/row.aim))
	}
	t.note("Verify recomputes every hash and compares heads, subjects, requests and tallies with the lines; rebuild drops every table, decodes every line and applies it.")
	return t, nil
}

// alones are the projections that are made anew one by one.
var alones = [3]string{"visit", "tally", "report"}

// benchAlone changes the schema text of one projection and times the start that makes it anew, by all lines of the journal.
func benchAlone(ctx context.Context, a *app.App, name string, lines int64) (float64, error) {
	err := a.DB.Write(ctx, func(tx *sqldb.Tx) error {
		return tx.Change(ctx, "bench: schema", "UPDATE projection SET ddl = ddl || ' ' WHERE name = $1", name)
	})
	if err != nil {
		return 0, err
	}
	begun := time.Now() //nolint:forbidigo // a measurement
	if _, err := a.Journal.Prepare(ctx, nil); err != nil {
		return 0, fmt.Errorf("rebuild of %s: %w", name, err)
	}
	return float64(lines) / time.Since(begun).Seconds(), nil
}

// exportAim is how much memory an export may take beyond what the program has anyway, in bytes.
const exportAim = 64 << 20

// benchExport has the program write every act of the year as a file, over HTTP as a user gets it, and watches its memory.
func benchExport(ctx context.Context, o options, path string) (t *table, err error) {
	dir := filepath.Join(o.dir, "export")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	c, err := self(o, "vienkopus", path)(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	t = &table{
		title: "Export of " + thousands(float64(o.few)) + " acts",
		head:  []string{"format", "file", "time", "resident before", "most during", "extra", "of the aim (" + mebibytes(exportAim) + ")"},
	}
	for _, format := range []string{"csv", "xlsx"} {
		if err := exportOnce(ctx, c, format, t); err != nil {
			return nil, fmt.Errorf("export: %s: %w", format, err)
		}
	}
	t.note("Resident memory of the whole program as the kernel counts it, pages of the database that it maps among them.")
	return t, nil
}

func exportOnce(ctx context.Context, c *child, format string, t *table) error {
	pid := c.cmd.Process.Pid
	// "5" sets the highest resident size back to the present one. Source: proc(5), clear_refs.
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0); err != nil {
		return fmt.Errorf("memory: %w", err)
	}
	before, err := memoryOf(pid, "VmRSS")
	if err != nil {
		return err
	}
	begun := time.Now() //nolint:forbidigo // a measurement
	url := fmt.Sprintf("http://%s/reports/lines.%s?from=%d-01-01&to=%d-12-31&kind=acts", c.Address, format, drawnYear, drawnYear)
	size, err := download(ctx, url, c.Tokens[reader])
	took := time.Since(begun)
	if err != nil {
		return err
	}
	most, err := memoryOf(pid, "VmHWM")
	if err != nil {
		return err
	}
	extra := most - before
	t.add(format, mebibytes(size), fmt.Sprintf("%.1f s", took.Seconds()), mebibytes(before), mebibytes(most), mebibytes(extra),
		percent(float64(extra)/exportAim))
	return nil
}

// download reads a file to its end and returns its size in bytes.
func download(ctx context.Context, url, token string) (int64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, fmt.Errorf("download: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Accept-Language", "en")
	request.Header.Set("Accept-Encoding", "gzip") // as a browser does; it is not opened here
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, fmt.Errorf("download: %w", err)
	}
	size, err := io.Copy(io.Discard, answer.Body)
	err = errors.Join(err, answer.Body.Close())
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errors.New(answer.Status)
	}
	if err != nil {
		return size, fmt.Errorf("download: %w", err)
	}
	return size, nil
}
