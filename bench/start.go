package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// The aims of the demonstration.
const (
	startAim    = time.Second
	residentAim = 150 << 20
	weightAim   = 100 << 10
)

// demonstration is the program as somebody starts it, with the sheet that it writes.
type demonstration struct {
	cmd    *exec.Cmd
	probes string
	took   time.Duration // until it was ready

	Address string `json:"address"`
	Tokens  []struct {
		Token string `json:"token"`
		Desk  string `json:"desk"`
	} `json:"tokens"`
}

// benchStart starts the demonstration on data that are there, again and again, and looks at what it weighs.
func benchStart(ctx context.Context, o options) ([]*table, error) {
	program := filepath.Join(o.dir, "vienkopus")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", program, "../cmd/vienkopus") //nolint:gosec // our own program
	build.Dir = o.source
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w: %s", err, out)
	}
	data := filepath.Join(o.dir, "demo")
	first, err := startDemo(ctx, program, data)
	if err != nil {
		return nil, err
	}
	if err := first.stop(); err != nil {
		return nil, err
	}
	var took, fresh, loaded, highest []int64
	var weight []int64
	for range o.rounds {
		d, err := startDemo(ctx, program, data)
		if err != nil {
			return nil, err
		}
		sizes, err := d.measure(ctx)
		if err = errors.Join(err, d.stop()); err != nil {
			return nil, err
		}
		took, fresh = append(took, int64(d.took)), append(fresh, sizes.fresh)
		loaded, highest, weight = append(loaded, sizes.loaded), append(highest, sizes.highest), append(weight, sizes.weight)
	}
	t := &table{title: "The demonstration", head: []string{"what", "measured", "aim", "of the aim"}}
	t.add("first start, which fills it", fmt.Sprintf("%.1f s", first.took.Seconds()), "–", "–")
	t.add("start with its data, until ready", milliseconds(time.Duration(median(took))), milliseconds(startAim), percent(float64(median(took))/float64(startAim)))
	for _, m := range []struct {
		name  string
		bytes []int64
	}{{"resident when ready", fresh}, {"resident after a load", loaded}, {"most that was resident", highest}} {
		t.add(m.name, mebibytes(median(m.bytes)), mebibytes(residentAim), percent(float64(median(m.bytes))/residentAim))
	}
	t.add("script and style of the counter, gzipped", fmt.Sprintf("%.1f kB", float64(median(weight))/1024), "100 kB", percent(float64(median(weight))/weightAim))
	t.note("Medians of %d starts. The load is two desks that record for %s, and fifty counter pages.", o.rounds, demoLoad)
	return []*table{t}, nil
}

// startDemo starts the program and waits until it says that it is ready.
func startDemo(ctx context.Context, program, data string) (*demonstration, error) {
	site, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	probes, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	d := &demonstration{probes: probes}
	d.cmd = exec.CommandContext(ctx, program, "demo", "--data", data, "--listen", site, "--probes", probes) //nolint:gosec // our own program
	d.cmd.Stderr = os.Stderr
	begun := time.Now() //nolint:forbidigo // a measurement
	if err := d.cmd.Start(); err != nil {
		return nil, fmt.Errorf("demonstration: %w", err)
	}
	for !isReady(ctx, probes) {
		if time.Since(begun) > patience {
			return nil, errors.Join(errors.New("demonstration: it did not become ready"), d.stop())
		}
		time.Sleep(2 * time.Millisecond)
	}
	d.took = time.Since(begun)
	text, err := os.ReadFile(filepath.Join(data, "demo.json")) //nolint:gosec // our own directory
	if err == nil {
		err = json.Unmarshal(text, d)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("demonstration: %w", err), d.stop())
	}
	return d, nil
}

func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("address: %w", err)
	}
	return l.Addr().String(), l.Close()
}

func isReady(ctx context.Context, probes string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+probes+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false // it does not listen yet
	}
	return answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
}

func (d *demonstration) stop() error {
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("demonstration: %w", err)
	}
	if err := d.cmd.Wait(); err != nil {
		return fmt.Errorf("demonstration: %w", err)
	}
	return nil
}

// sizes are what the demonstration takes, in bytes.
type sizes struct{ fresh, loaded, highest, weight int64 }

// demoLoad is how long the desks of the demonstration record.
const demoLoad = 2 * time.Second

func (d *demonstration) measure(ctx context.Context) (s sizes, err error) {
	pid := d.cmd.Process.Pid
	if s.fresh, err = memoryOf(pid, "VmRSS"); err != nil {
		return s, err
	}
	c := &child{}
	c.Address = d.Address[len("http://"):]
	var calls [][]call
	for _, t := range d.Tokens {
		if strings.HasPrefix(t.Desk, "CES-") { // a unified centre, which may do all that the clients want
			c.Tokens = append(c.Tokens, t.Token)
			calls = append(calls, visitCalls(c, len(calls), false))
		}
	}
	clients, err := dial(ctx, c.Address, calls)
	if err == nil {
		_, err = drive(clients, burst{calls: mostCalls, lasts: demoLoad})
	}
	if err = errors.Join(err, hangUp(clients)); err != nil {
		return s, err
	}
	for range 50 {
		if s.weight, err = d.weigh(ctx, c.Tokens[0]); err != nil {
			return s, err
		}
	}
	if s.loaded, err = memoryOf(pid, "VmRSS"); err != nil {
		return s, err
	}
	s.highest, err = memoryOf(pid, "VmHWM")
	return s, err
}

// linked finds the scripts and styles of a page.
var linked = regexp.MustCompile(`(?:src|href)="(/[^"]+\.(?:js|css))"`)

// weigh returns how many bytes of script and style the counter page needs, each file once, compressed.
func (d *demonstration) weigh(ctx context.Context, token string) (int64, error) {
	page, err := fetch(ctx, d.Address+"/counter", token)
	if err != nil {
		return 0, err
	}
	var sum int64
	seen := map[string]bool{}
	for _, found := range linked.FindAllSubmatch(page, -1) {
		file := string(found[1])
		if seen[file] {
			continue
		}
		seen[file] = true
		text, err := fetch(ctx, d.Address+file, token)
		if err != nil {
			return 0, err
		}
		n, err := gzipped(text)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	if sum == 0 {
		return 0, errors.New("the counter page has no script and no style: is the web part built?")
	}
	return sum, nil
}

func fetch(ctx context.Context, url, token string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	text, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch: %s: %s", url, answer.Status)
	}
	return text, nil
}

// gzipped returns the size of a text as it travels.
func gzipped(text []byte) (int64, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return 0, fmt.Errorf("gzip: %w", err)
	}
	return int64(out.Len()), nil
}
