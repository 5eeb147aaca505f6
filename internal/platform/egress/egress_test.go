package egress_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"vienkopus/internal/platform/egress"
)

func TestWhatLiesInside(t *testing.T) {
	t.Parallel()
	for address, inside := range map[string]bool{
		"127.0.0.1": true, "127.9.9.9": true, "::1": true, "10.0.0.1": true, "172.16.0.1": true, "192.168.1.1": true, "169.254.169.254": true, "fe80::1": true, "fd00::1": true,
		"::ffff:10.0.0.1": true, "::ffff:127.0.0.1": true, "64:ff9b::7f00:1": true, "0.0.0.0": true, "::": true, "100.64.0.1": true, "224.0.0.1": true, "ff02::1": true, "255.255.255.255": true,
		"2002:7f00:1::": true, "198.18.0.1": true,
		"8.8.8.8": false, "193.0.6.139": false, "2001:67c:2e8::1": false, "172.32.0.1": false, "::ffff:8.8.8.8": false,
	} {
		if got := egress.IsInside(netip.MustParseAddr(address)); got != inside {
			t.Errorf("%s: inside is %v", address, got)
		}
	}
}

// A look-up at an address inside was asked: a name that means 127.0.0.1, a metadata service, a redirection to either.
func TestNothingInsideIsAskedUnlessAllowedByName(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	t.Cleanup(server.Close)
	named := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	get := func(p egress.Policy, url string) error {
		client := http.Client{Transport: &http.Transport{DialContext: p.Dial, DisableKeepAlives: true}}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(r)
		if err == nil {
			err = res.Body.Close()
		}
		return err
	}
	for _, url := range []string{server.URL, named} {
		if err := get(egress.Policy{}, url); !errors.Is(err, egress.ErrInside) || asked != 0 {
			t.Errorf("%s: %v, asked %d times", url, err, asked)
		}
	}
	if err := get(egress.Policy{Inside: []string{"localhost"}}, server.URL); !errors.Is(err, egress.ErrInside) {
		t.Errorf("allowed by another name: %v", err)
	}
	for _, c := range []struct {
		policy egress.Policy
		url    string
	}{{egress.Policy{Inside: []string{"LOCALHOST"}}, named}, {egress.Policy{Inside: []string{"127.0.0.1"}}, server.URL}} {
		if err := get(c.policy, c.url); err != nil {
			t.Errorf("%s, %+v: %v", c.url, c.policy, err)
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}
