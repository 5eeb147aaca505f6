package trailhttp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vienkopus/internal/payment/paymenttest"
)

// A page is too much for some screen readers, and for programs that read aloud over the telephone: the same stands as lines of text.
func TestTheWayOfMoneyAndTheCheckAreThereInPlainText(t *testing.T) {
	t.Parallel()
	n := newTown(t, paymenttest.Open(t, paymenttest.Template.SQLite(t)))
	n.OpenTill(desk)
	paid := n.Pay(desk, n.Bill(paymenttest.Water, 1230)).Payments[0]
	code := n.code(paid.Receipt, 0)
	ask := func(path string, values url.Values, status int, says ...string) {
		t.Helper()
		values.Set("plain", "")
		answer := n.nobody.Get(path + "?" + values.Encode()).Is(status)
		for _, text := range append(says, "\n") {
			answer.Says(text)
		}
		if strings.ContainsAny(answer.Body, "<>\u27e6") || !strings.HasSuffix(answer.Body, "\n") {
			t.Errorf("this is no plain text: %s", answer.Body)
		}
	}
	ask("/follow", url.Values{}, http.StatusOK, "/follow?plain&code=")
	ask("/follow", url.Values{"code": {code.CheckCode()}}, http.StatusOK, "Kvīts DZE-1 1\n", "1. Saņemta. 20.11.2026 11:00, Dzērbene.\n", "12,30", "Ar šo kvīti samaksāts 20.11.2026.")
	ask("/follow", url.Values{"code": {"2222-2222-2222"}}, http.StatusNotFound, "\n")
	ask("/verify", url.Values{}, http.StatusOK, "/verify?plain&code=")
	ask("/verify", url.Values{"code": {code.Text()}}, http.StatusOK, "Kvīts ir īsta", "Kvīts DZE-1 1\n", "Kopā samaksāts: 12,30", code.CheckCode())
	forged := []byte(code.Text())
	forged[len(forged)-4] = 'A' + (forged[len(forged)-4]-'A'+1)%26
	ask("/verify", url.Values{"code": {string(forged)}}, http.StatusOK, "Kvīts nav īsta")
	if body := n.nobody.Get("/follow?code=" + code.CheckCode()).Is(http.StatusOK).Body; !strings.Contains(body, "<html") || !strings.Contains(body, "plain=") {
		t.Error("the page does not lead to its text")
	}
}
