package smshttp

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/egress"
	"vienkopus/internal/sms"
)

// station is a gateway of others: it answers what a test wants.
func station(t *testing.T, answer http.HandlerFunc) *Gateway {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	g, err := NewGateway(server.URL, "s3cret", egress.Policy{Inside: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

var content = sms.Content{To: "+37129123456", Text: "a link"}

func TestAGatewayIsToldUnderTheNameOfTheMessage(t *testing.T) {
	t.Parallel()
	message := id.New(time.Unix(0, 0))
	g := station(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		want := `{"id":"` + message.String() + `","to":"+37129123456","text":"a link"}`
		if err != nil || string(body) != want || r.Header.Get("Authorization") != "Bearer s3cret" || r.Header.Get("Idempotency-Key") != message.String() {
			t.Errorf("%s %v: %v", body, r.Header, err)
		}
		w.WriteHeader(http.StatusAccepted)
	})
	for range 2 {
		if err := g.Send(t.Context(), message, content); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatAGatewayAnswersDecidesWhetherItIsToldAgain(t *testing.T) {
	t.Parallel()
	for status, final := range map[int]bool{500: false, 503: false, 429: false, 401: false, 302: false, 422: true, 400: true} {
		g := station(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Location", "/"); w.WriteHeader(status) })
		err := g.Send(t.Context(), id.New(time.Unix(0, 0)), content)
		if err == nil || errors.Is(err, sms.ErrRefused) != final {
			t.Errorf("%d: %v", status, err)
		}
		if strings.Contains(err.Error(), "29123456") || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%d: the error tells too much: %v", status, err)
		}
	}
}

func TestASlowGatewayIsNotWaitedForLong(t *testing.T) {
	t.Parallel()
	g := station(t, func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil { // only then it is seen that nobody waits any more
			t.Error(err)
		}
		<-r.Context().Done()
	})
	g.within = 50 * time.Millisecond
	if err := g.Send(t.Context(), id.New(time.Unix(0, 0)), content); err == nil || errors.Is(err, sms.ErrRefused) {
		t.Errorf("a gateway that is silent: %v", err)
	}
}

func TestNumbersGoNowhereInClear(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "http://sms.example", "ftp://sms.example", "https://u:p@sms.example", "sms.example"} {
		if _, err := NewGateway(address, "s", egress.Policy{}); err == nil {
			t.Errorf("%q is taken", address)
		}
	}
	g, err := NewGateway("https://127.0.0.1:1", "s", egress.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Send(t.Context(), id.New(time.Unix(0, 0)), content); !errors.Is(err, egress.ErrInside) {
		t.Errorf("a gateway inside the house: %v", err)
	}
}
