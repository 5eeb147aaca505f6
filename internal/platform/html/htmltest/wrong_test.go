package htmltest_test

import (
	"testing"

	"vienkopus/internal/platform/html/htmltest"
)

func TestWhatAPageSaysWronglyIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		page, language string
		wrong          int
	}{
		{`<p>Kopā 10,00 €, 1 234,50 €</p><input value="5,00"> <p>27.11.2026 08:30, 12. rinda, 0.05.1</p>`, "lv", 0},
		{`<p>Kopā 10.00 €</p>`, "lv", 1},
		{`<input type="text" value="10.00">`, "lt", 1},
		{`<input type="hidden" value="10.00"><svg><text>10.00</text></svg>`, "lt", 0},
		{`<p>Total €1,234.50</p><input value="12.30">`, "en", 0},
		{`<input value="12,30">`, "en", 1},
		{`<p>payment.total</p>`, "", 1},
		{`<p>example.org, payment.taken.nowhere</p>`, "", 0},
		{`<p>{{.Sum}}</p>`, "", 1},
		{`<p>⟦payment.x⟧</p>`, "", 1},
	} {
		if got := htmltest.Wrong(c.page, c.language); len(got) != c.wrong {
			t.Errorf("%s: %q", c.page, got)
		}
	}
}
