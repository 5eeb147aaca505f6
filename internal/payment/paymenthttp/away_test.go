package paymenthttp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// away is for how long the server is gone. VIENKOPUS_AWAY lengthens it, for example to 30s.
func away(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("VIENKOPUS_AWAY")
	if text == "" {
		return 3 * time.Second
	}
	d, err := time.ParseDuration(text)
	must(t, err)
	return d
}

// doubtful complains unless the answer is a 503 that says when to come back and what to do.
func doubtful(t *testing.T, what, says string, got *httptest.ResponseRecorder) {
	t.Helper()
	if got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") == "" || !strings.Contains(got.Body.String(), says) {
		t.Errorf("%s: %d %v %s", what, got.Code, got.Header(), got.Body)
	}
}

// counter is a clerk who takes money for bills, one after the other.
type counter struct {
	visitor
	bills []string
	// answered counts the answers by status.
	answered [600]atomic.Int64
}

func paymentForm(key, bill string) string {
	return url.Values{"key": {key}, "bill": {bill}, "amount-" + bill: {"12,50"}, "tender": {"exact"}}.Encode()
}

// takes takes the money for every bill; it presses again until it is told that the payment is recorded.
func (c *counter) takes(t *testing.T, key string, paid *atomic.Int64) {
	t.Helper()
	for i, bill := range c.bills {
		form := paymentForm(fmt.Sprintf("%s-%d", key, i), bill)
		for end := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
			got := c.ask(t, "/pay", form)
			c.answered[got.Code].Add(1)
			if got.Code == http.StatusSeeOther {
				paid.Add(1)
				break
			}
			if doubtful(t, "a payment", "Press again", got); time.Now().After(end) || t.Failed() {
				return
			}
			if !strings.Contains(got.Body.String(), `name="amount-`+bill+`" value="12,50"`) || !strings.Contains(got.Body.String(), `name="key"`) {
				t.Errorf("the page has no button to press again: %s", got.Body)
				return
			}
		}
	}
}

// TestPostgreSQLGoneForAWhile stops the server while clerks take money, and starts it again. Nobody is told that something was not recorded which was,
// nothing is lost or taken twice, and the program goes on by itself.
func TestPostgreSQLGoneForAWhile(t *testing.T) {
	t.Parallel()
	server := dbtest.NewOwnServer(t)
	server.Tell(t, "CREATE DATABASE away")
	dsn := server.At("away")
	must(t, paymenttest.Seed(t.Context(), dsn))
	w := paymenttest.Open(t, dsn)
	v := seat(t, w)
	const clerks, each = 4, 40
	var all [clerks]*counter
	for i := range all {
		all[i] = &counter{visitor: v}
		for range each {
			all[i].bills = append(all[i].bills, w.Bill(paymenttest.Water, 1250).ID.String())
		}
	}
	var paid atomic.Int64
	var working sync.WaitGroup
	for i, c := range all {
		working.Go(func() { c.takes(t, fmt.Sprintf("key-%d", i), &paid) })
	}
	for paid.Load() < 10 {
		time.Sleep(time.Millisecond)
	}
	server.Stop(t)
	gone := time.Now()
	for time.Since(gone) < away(t) {
		begun := time.Now()
		doubtful(t, "the screen", "Wait a few seconds", v.ask(t, "/pay", ""))
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("the screen came after %s", took)
		}
		time.Sleep(100 * time.Millisecond)
	}
	server.Start(t)
	working.Wait()
	v.get(t, "/pay")
	var payments, bills, unsure int64
	must(t, w.DB.QueryRow(t.Context(), "SELECT COUNT(*) FROM payment").Scan(&payments))
	must(t, w.DB.QueryRow(t.Context(), "SELECT COUNT(DISTINCT bill) FROM payment_line").Scan(&bills))
	if payments != clerks*each || bills != payments || paid.Load() != payments {
		t.Errorf("%d payments of %d bills, %d were told", payments, bills, paid.Load())
	}
	for _, c := range all {
		unsure += c.answered[http.StatusServiceUnavailable].Load()
	}
	if t.Logf("gone for %s: %d payments, %d answers of not knowing", away(t), payments, unsure); unsure == 0 {
		t.Error("nobody met the missing server: this proves nothing")
	}
	w.Sound()
}

// TestNoConnectionIsLeft has others hold every connection of the pool.
func TestNoConnectionIsLeft(t *testing.T) {
	t.Parallel()
	w := paymenttest.Open(t, paymenttest.Template.Postgres(t))
	v := seat(t, w)
	b := w.Bill(paymenttest.Water, 1250).ID.String()
	const connections = 32
	free := make(chan struct{})
	var taken, done sync.WaitGroup
	taken.Add(connections)
	for range connections {
		done.Go(func() {
			err := w.DB.Snapshot(t.Context(), func(sqldb.Reader) error {
				taken.Done()
				<-free
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	taken.Wait()
	begun := time.Now()
	doubtful(t, "the screen", "Wait a few seconds", v.ask(t, "/pay", ""))
	doubtful(t, "a payment", "Press again", v.ask(t, "/pay", paymentForm("k", b)))
	if took := time.Since(begun); took > 12*time.Second {
		t.Errorf("it took %s to say so", took)
	}
	close(free)
	done.Wait()
	first := leads(t, "pressed again", v.ask(t, "/pay", paymentForm("k", b)))
	if again := leads(t, "and again", v.ask(t, "/pay", paymentForm("k", b))); again != first {
		t.Errorf("it leads to %s and to %s", first, again)
	}
	v.get(t, first)
}
