package httpx_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func fetch(ctx context.Context, url string) (status int, body string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, "", err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}

// probe returns the status of a page that must answer.
func probe(t *testing.T, at net.Listener, path string) int {
	t.Helper()
	status, _, err := fetch(t.Context(), "http://"+at.Addr().String()+path)
	if err != nil {
		t.Fatal(err)
	}
	return status
}

func TestRequestsUnderWayEndBeforeTheProgramStops(t *testing.T) {
	t.Parallel()
	inside, finish := make(chan struct{}), make(chan struct{})
	handler, err := httpx.Build([]httpx.Route{{Method: "GET", Path: "/slow", Public: true, Handle: func(w http.ResponseWriter, r *http.Request) error {
		close(inside)
		<-finish
		if r.Context().Err() != nil {
			return r.Context().Err()
		}
		_, err := io.WriteString(w, "stored")
		return err
	}}}, httpx.Options{Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	metrics, ready := httpx.NewMetrics(), &httpx.Ready{}
	site, operators := listen(t), listen(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- httpx.Serve(ctx, httpx.Listeners{
			Site: site, Handler: handler, Probe: operators, Probes: httpx.Probes(ready, metrics), Ready: ready, Drain: 10 * time.Second,
		})
	}()
	answer := make(chan string, 1)
	go func() {
		_, body, err := fetch(t.Context(), "http://"+site.Addr().String()+"/slow")
		answer <- fmt.Sprint(body, err)
	}()
	<-inside
	if status := probe(t, operators, "/readyz"); status != 200 {
		t.Errorf("ready: %d", status)
	}
	stop()
	for {
		// Still alive, but no new work may be sent here.
		if status := probe(t, operators, "/readyz"); status == 503 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if status := probe(t, operators, "/healthz"); status != 200 {
		t.Errorf("healthy while stopping: %d", status)
	}
	close(finish)
	if got := <-answer; got != "stored<nil>" {
		t.Errorf("the request under way got %q", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, _, err := fetch(t.Context(), "http://"+site.Addr().String()+"/slow"); err == nil {
		t.Error("it still listens")
	}
}

func TestARequestThatDoesNotEndIsCutOff(t *testing.T) {
	t.Parallel()
	inside, cut := make(chan struct{}), make(chan struct{})
	handler, err := httpx.Build([]httpx.Route{{Method: "GET", Path: "/slow", Public: true, Handle: func(_ http.ResponseWriter, r *http.Request) error {
		close(inside)
		<-r.Context().Done()
		close(cut)
		return r.Context().Err()
	}}}, httpx.Options{Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	site := listen(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- httpx.Serve(ctx, httpx.Listeners{Site: site, Handler: handler, Ready: &httpx.Ready{}, Drain: 50 * time.Millisecond})
	}()
	go func() {
		if _, _, err := fetch(t.Context(), "http://"+site.Addr().String()+"/slow"); err == nil {
			t.Error("it was answered")
		}
	}()
	<-inside
	stop()
	if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("ended with %v", err)
	}
	<-cut
}

func TestProbesSayWhatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	var down atomic.Bool
	metrics, ready := httpx.NewMetrics(), &httpx.Ready{}
	ready.Set(true)
	err := metrics.Watch(t.Context(), httpx.Reading{
		Name: "vienkopus_follower_lag_lines", Help: "Lines that a follower has not seen.", Label: "follower",
		Read: func(context.Context) (map[string]float64, error) { return map[string]float64{"search": 3}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := httpx.Build([]httpx.Route{{Method: "GET", Path: "/x/{id}", Public: true, Handle: answers("ok")}},
		httpx.Options{Clock: clock.System{}, Metrics: metrics})
	if err != nil {
		t.Fatal(err)
	}
	probes := site{Handler: httpx.Probes(ready, metrics, httpx.Check{Name: "database", Ask: func(context.Context) error {
		if down.Load() {
			return errors.New("gone")
		}
		return nil
	}})}
	(site{Handler: handler}).ask(t, get("/x/7"))
	if res, _ := probes.ask(t, get("/readyz")); res.StatusCode != 200 {
		t.Errorf("ready: %d", res.StatusCode)
	}
	down.Store(true)
	if res, body := probes.ask(t, get("/readyz")); res.StatusCode != 503 || !strings.Contains(body, "database") {
		t.Errorf("not ready: %d %q", res.StatusCode, body)
	}
	_, body := probes.ask(t, get("/metrics"))
	for _, want := range []string{
		`vienkopus_http_requests_total{route="GET /x/{id}",status="200"} 1`, "vienkopus_http_in_flight 0",
		`vienkopus_follower_lag_lines{follower="search"} 3`, `vienkopus_http_request_seconds_count{route="GET /x/{id}"} 1`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
}
