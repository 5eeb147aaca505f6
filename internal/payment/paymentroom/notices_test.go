package paymentroom_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/notice"
	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/delivery"
	"vienkopus/internal/platform/egress"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
)

const secret = "whsec-0123456789abcdef"

// system is a creditor's billing system.
type system struct {
	*httptest.Server
	mu    sync.Mutex
	heard map[string]notice.Notice // by the id in the header
	wrong []string
}

func newSystem(t *testing.T, answer func(w http.ResponseWriter)) *system {
	t.Helper()
	s := &system{heard: map[string]notice.Notice{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.hear(r)
		answer(w)
	}))
	t.Cleanup(s.Close)
	return s
}

// hear checks a notice as standardwebhooks.com says.
func (s *system) hear(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	n, nerr := notice.Read(body)
	id, stamp := r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Timestamp")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(id + "." + stamp + "." + string(body)))
	if err != nil || nerr != nil || r.Header.Get("Webhook-Signature") != "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)) || n.ID.String() != id {
		s.wrong = append(s.wrong, string(body))
	}
	s.heard[id] = n
}

func (s *system) all() []notice.Notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(maps.Values(s.heard), func(a, b notice.Notice) int { return int(b.Cents - a.Cents) })
}

// tells runs the deliveries of the room until the test ends.
func tells(t *testing.T, w *paymenttest.World) {
	t.Helper()
	courier := delivery.New(w.Journal, paymenthttp.Notices(w.Journal, billsql.Store{}, egress.Policy{Inside: []string{"127.0.0.1"}}, func(context.Context, string, time.Time) error { return nil }))
	r, err := jobs.New(jobs.Config{
		DB: delivery.Store(w.DB), Clock: clock.System{}, Jobs: courier.Jobs(), Queues: []jobs.Queue{courier.Queue()},
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	courier.Through(r)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := r.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { stop(); running.Wait() })
}

func TestABillingSystemIsToldWhatWasPaidAndTakenBack(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		water := newSystem(t, func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) })
		council := newSystem(t, func(w http.ResponseWriter) { // leads to somebody who was not registered
			w.Header().Set("Location", water.URL)
			w.WriteHeader(http.StatusTemporaryRedirect)
		})
		for creditor, s := range map[regno.Number]*system{paymenttest.Water: water, paymenttest.Council: council} {
			req := journal.Request{By: actor.System("test"), Desk: "NETWORK", Key: "link:" + string(creditor)}
			if err := w.App.Bill.Connect(t.Context(), req, bill.Connection{Creditor: creditor, Notify: &s.URL, Secret: secret}); err != nil {
				t.Fatal(err)
			}
		}
		tells(t, w)
		w.OpenTill("CES-1")
		basket := w.Pay("CES-1", w.Bill(paymenttest.Water, 1250), w.Bill(paymenttest.Council, 4500))
		first := basket.Payments[0]
		if _, err := w.Payment.Void(t.Context(), w.At("CES-1"), first.ID, payment.VoidReasons[0]); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(time.Minute); len(water.all()) < 2 || len(council.all()) < 1; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("water has heard %v, the council %v", water.all(), council.all())
			}
		}
		paid, taken := water.all()[0], water.all()[1]
		if paid.Payment != first.ID || paid.Cents != 1250 || taken.Payment != first.ID || taken.Cents != -1250 || len(taken.Lines) != 1 || taken.Lines[0].Cents != -1250 {
			t.Errorf("told: %+v %+v", paid, taken)
		}
		if bad := append(water.wrong, council.wrong...); len(bad) > 0 {
			t.Errorf("without a good signature: %v", bad)
		}
		untold := map[string]money.Amount{}
		err := delivery.Waiting(t.Context(), w.DB, notice.Kind, func(m delivery.Message) error {
			n, err := notice.Read(m.Body)
			untold[m.To] += n.Cents
			return err
		})
		if err != nil || untold[string(paymenttest.Council)] != 4500 {
			t.Errorf("not confirmed: %v %v", untold, err)
		}
		for _, n := range water.all() {
			if n.Creditor != paymenttest.Water {
				t.Errorf("water was told of %s", n.Creditor)
			}
		}
	})
}

// TestWhatIsOwedFollowsFromTheLines connects and disconnects a system around payments before anybody has read a line: what was paid while it was
// connected is told when it is connected again, and nothing else.
func TestWhatIsOwedFollowsFromTheLines(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		water := newSystem(t, func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) })
		connects := func(key, address string) {
			t.Helper()
			w.Clock.Advance(time.Minute)
			req := journal.Request{By: actor.System("test"), Desk: "NETWORK", Key: key}
			if err := w.App.Bill.Connect(t.Context(), req, bill.Connection{Creditor: paymenttest.Water, Notify: &address, Secret: secret}); err != nil {
				t.Fatal(err)
			}
		}
		pays := func(cents money.Amount) {
			t.Helper()
			w.Clock.Advance(time.Minute)
			w.Pay("CES-1", w.Bill(paymenttest.Water, cents))
		}
		w.OpenTill("CES-1")
		pays(100)
		connects("first", water.URL)
		pays(200)
		connects("gone", "")
		pays(300)
		connects("again", water.URL)
		connects("moved", water.URL)
		pays(400)
		tells(t, w)
		for end := time.Now().Add(time.Minute); len(water.all()) < 2; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("told: %v", water.all())
			}
		}
		time.Sleep(300 * time.Millisecond) // for what must not come
		if got := water.all(); len(got) != 2 || got[0].Cents != 400 || got[1].Cents != 200 {
			t.Errorf("told: %+v", got)
		}
		w.Sound()
	})
}
