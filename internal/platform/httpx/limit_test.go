package httpx_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/sqldb"
)

// waits is a handler that works until it is told to stop.
func waits(_ http.ResponseWriter, r *http.Request) error {
	select {
	case <-r.Context().Done():
		return fmt.Errorf("sqldb: rows: %w", r.Context().Err())
	case <-time.After(time.Hour):
		return nil
	}
}

func TestEveryRouteHasItsTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method string
		route  httpx.Route
		ends   time.Duration
	}{
		{http.MethodGet, httpx.Route{}, 2 * time.Second},
		{http.MethodPost, httpx.Route{}, 5 * time.Second},
		{http.MethodPut, httpx.Route{}, 5 * time.Second},
		{http.MethodDelete, httpx.Route{}, 5 * time.Second},
		{http.MethodGet, httpx.Route{Time: httpx.TimeReport}, 10 * time.Second},
		{http.MethodPost, httpx.Route{Time: httpx.TimeReport}, 10 * time.Second},
		{http.MethodPost, httpx.Route{Time: httpx.TimeLong}, 90 * time.Second},
		{http.MethodGet, httpx.Route{Slow: true}, time.Hour},
		{http.MethodPost, httpx.Route{Stream: true}, time.Hour},
	} {
		t.Run(fmt.Sprint(c.method, c.route.Time, c.route.Slow, c.route.Stream), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				route := c.route
				route.Method, route.Path, route.Public, route.Handle = c.method, "/x", true, waits
				s := build(t, nil, route)
				r := form("/x?lang=en", "a=b")
				r.Method = c.method
				begun := time.Now()
				res, body := s.ask(t, r)
				if took := time.Since(begun); took != c.ends {
					t.Errorf("it ended after %s, not %s", took, c.ends)
				}
				if c.ends == time.Hour {
					return
				}
				if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(body, res.Header.Get("X-Request-Id")) {
					t.Errorf("%d %v %s", res.StatusCode, res.Header, body)
				}
			})
		})
	}
}

// slowBody comes in pieces, one in three seconds.
type slowBody struct{ left []string }

func (b *slowBody) Read(p []byte) (int, error) {
	if len(b.left) == 0 {
		return 0, io.EOF
	}
	time.Sleep(3 * time.Second)
	n := copy(p, b.left[0])
	b.left = b.left[1:]
	return n, nil
}

func TestTheTimeIsNotThatOfASlowLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := build(t, nil, httpx.Route{Method: http.MethodPost, Path: "/x", Public: true, Handle: func(w http.ResponseWriter, r *http.Request) error {
			time.Sleep(4 * time.Second)
			if err := r.Context().Err(); err != nil {
				return err
			}
			return answers(r.PostFormValue("a"))(w, r)
		}})
		r := form("/x", "")
		r.Body, r.ContentLength = io.NopCloser(&slowBody{left: []string{"a=", "b", "c"}}), -1
		if res, body := s.ask(t, r); res.StatusCode != http.StatusOK || body != "bc" {
			t.Errorf("%d %q", res.StatusCode, body)
		}
	})
}

func TestTheQuestionsBeforeTheWorkHaveTheirTimeToo(t *testing.T) {
	t.Parallel()
	stuck := func(r *http.Request) (*http.Request, error) {
		<-r.Context().Done()
		return r, fmt.Errorf("session: %w", r.Context().Err())
	}
	for name, change := range map[string]func(*httpx.Options){
		"session": func(o *httpx.Options) { o.Prepare = []func(*http.Request) (*http.Request, error){stuck} },
		"guard": func(o *httpx.Options) {
			o.Guard = func(r *http.Request, _ httpx.Route) (*http.Request, error) { return stuck(r) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := build(t, change, httpx.Route{Method: http.MethodGet, Path: "/x", SignedIn: true, Time: httpx.TimeReport, Handle: waits},
					httpx.Route{Method: http.MethodPost, Path: "/x", SignedIn: true, Handle: waits})
				begun := time.Now()
				if res, _ := s.ask(t, get("/x")); res.StatusCode != http.StatusServiceUnavailable || time.Since(begun) != 2*time.Second {
					t.Errorf("%d after %s", res.StatusCode, time.Since(begun))
				}
				if _, body := s.ask(t, form("/x?lang=en", "a=b&key=k1")); !strings.Contains(body, "Press again") {
					t.Errorf("a form: %s", body)
				}
			})
		})
	}
}

// What is not known is said so, and what to do about it: a name makes it safe to ask again.
func TestNobodyIsToldThatNothingWasRecordedUnlessItIsSo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err       error
		key, says string
		get       bool
		status    int
	}{
		{err: sqldb.ErrUnknown, key: "k1", says: "Press again", status: 503},
		{err: sqldb.ErrUnknown, says: "Look whether it is there", status: 503},
		{err: context.DeadlineExceeded, key: "k1", says: "Press again", status: 503},
		{err: httpx.ErrTime, key: "k1", says: "Press again", status: 503},
		{err: context.DeadlineExceeded, get: true, says: "Wait a few seconds", status: 503},
		{err: errors.Join(httpx.ErrTime, fault.NewConflict("request.key_reused")), key: "k1", says: "sent before", status: 409},
		{err: errors.New("the table is not there"), key: "k1", says: "went wrong", status: 500},
	} {
		s := build(t, nil, httpx.Route{Method: http.MethodGet, Path: "/x", Public: true, Handle: fails(c.err)},
			httpx.Route{Method: http.MethodPost, Path: "/x", Public: true, Handle: fails(c.err)},
			httpx.Route{Method: http.MethodPost, Path: "/api/v1/x", Public: true, Handle: fails(c.err)})
		r := form("/x?lang=en", "a=b&key="+c.key)
		program := form("/api/v1/x?lang=en", "")
		program.Header.Set("Idempotency-Key", c.key)
		if c.get {
			r, program = get("/x?lang=en"), get("/x?lang=en")
		}
		for _, r := range []*http.Request{r, program} {
			res, body := s.ask(t, r)
			if res.StatusCode != c.status || !strings.Contains(body, c.says) || (c.status == 503) != (res.Header.Get("Retry-After") != "") {
				t.Errorf("%v to %s: %d %v %s", c.err, r.URL, res.StatusCode, res.Header, body)
			}
		}
	}
}

func TestWhatTidiesUpChangesNoAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // the caller has gone
		begun := time.Now()
		ran := false
		httpx.Aside(ctx, "basket", func(ctx context.Context) error {
			ran = ctx.Err() == nil
			<-ctx.Done()
			return ctx.Err()
		})
		if !ran || time.Since(begun) != time.Second {
			t.Errorf("ran %t, %s", ran, time.Since(begun))
		}
	})
}

// What a proxy of ours has put at the right end counts; what stands before that anybody may have written.
func TestAProxysWordCountsAndNobodyElses(t *testing.T) {
	t.Parallel()
	seen := ""
	route := httpx.Route{Method: "GET", Path: "/", Public: true, Handle: func(_ http.ResponseWriter, r *http.Request) error {
		seen = httpx.AddressIn(r.Context())
		return nil
	}}
	site, err := httpx.Build([]httpx.Route{route}, httpx.Options{Clock: clock.System{}, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/28"), netip.MustParsePrefix("2001:db8:1::/48")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		peer string
		said []string
		want string
	}{
		{"198.51.100.7:1", nil, "198.51.100.7"},
		{"198.51.100.7:1", []string{"203.0.113.9"}, "198.51.100.7"},                // a stranger says it
		{"127.0.0.1:1", []string{"203.0.113.9"}, "203.0.113.9"},                    // our own machine
		{"10.0.0.3:1", []string{"203.0.113.9"}, "203.0.113.9"},                     // a proxy that was named
		{"10.0.0.16:1", []string{"203.0.113.9"}, "10.0.0.16"},                      // beside its network
		{"10.0.0.3:1", []string{"1.1.1.1, 203.0.113.9"}, "203.0.113.9"},            // what the client has put before
		{"10.0.0.3:1", []string{"1.1.1.1", "203.0.113.9"}, "203.0.113.9"},          // in a header of its own
		{"127.0.0.1:1", []string{"1.1.1.1, 203.0.113.9, 10.0.0.4"}, "203.0.113.9"}, // behind two proxies
		{"10.0.0.3:1", []string{"203.0.113.9, unknown"}, "10.0.0.3"},               // no address
		{"10.0.0.3:1", []string{""}, "10.0.0.3"},                                   // nothing
		{"[2001:db8:1::5]:1", []string{"2a03:ec00:b1::77"}, "2a03:ec00:b1::/64"},   // IPv6
		{"[::ffff:10.0.0.3]:1", []string{"203.0.113.9"}, "203.0.113.9"},            // IPv4 in IPv6
		{"nowhere", []string{"203.0.113.9"}, ""},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		for _, line := range c.said {
			r.Header.Add("X-Forwarded-For", line)
		}
		site.ServeHTTP(httptest.NewRecorder(), r)
		if seen != c.want {
			t.Errorf("%s with %q: %q, want %q", c.peer, c.said, seen, c.want)
		}
	}
}
