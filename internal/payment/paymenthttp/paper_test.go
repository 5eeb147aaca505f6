package paymenthttp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// input is what an everyday receipt of 42,50 is printed from.
func input(t testing.TB, kind receipt.Kind) paymenthttp.PaperIn {
	t.Helper()
	in := paymenthttp.PaperIn{Document: sample{kind: kind, bills: 1}.document(), Centre: "Dzērbene", Creditor: "SIA «CĒSU ŪDEŅI»"}
	in.BasketCash = 4250
	in.Code = codeOf(t, in.Document, nil)
	return in
}

func codeOf(t testing.TB, d payment.Document, copied *payment.Copy) *receipt.Code {
	t.Helper()
	code, err := payment.New(payment.Config{Keys: theKey{signer(t)}}).Code(t.Context(), nil, d, copied)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func newPaper(t testing.TB, code string, in paymenthttp.PaperIn) paymenthttp.Paper {
	t.Helper()
	p, err := paymenthttp.NewPaper(lang.With(t.Context(), code), in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestChangeIsSaidWhenThereWasAny(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                string
		given, basket       money.Amount
		label, given2, back string
	}{
		{"nothing was noted", 0, 4250, "", "", ""},
		{"exact", 4250, 4250, "", "", ""},
		{"one receipt", 5000, 4250, "Cash given", "€50.00", "€7.50"},
		{"one of several", 20000, 12345, "Cash given for all receipts", "€200.00", "€76.55"},
	} {
		in := input(t, receipt.Payment)
		in.Given, in.BasketCash = c.given, c.basket
		if p := newPaper(t, "en", in); p.GivenLabel != c.label || p.Given != c.given2 || p.Change != c.back {
			t.Errorf("%s: %q %q %q", c.name, p.GivenLabel, p.Given, p.Change)
		}
	}
	in := input(t, receipt.Void)
	in.Given = 9900
	if p := newPaper(t, "en", in); p.Change != "" {
		t.Errorf("a void gives change: %s", p.Change)
	}
}

func TestWhatEachKindSays(t *testing.T) {
	t.Parallel()
	for kind, want := range map[receipt.Kind][]string{
		receipt.Payment: {"Kvīts", "CES-1 12", "Kopā samaksāts", "Naudu pieņēma", "", ""},
		receipt.Refund: {
			"Atmaksas kvīts", "CES-1/R 12", "Kopā atdots", "Naudu izmaksāja", "CES-1 11",
			"Klientam atdota nauda, kas bija samaksāta ar kvīti CES-1 11. Šī kvīts neapliecina, ka ir samaksāts.",
		},
		receipt.Void: {
			"Atcelšanas kvīts", "CES-1/R 12", "Kopā atdots", "Naudu izmaksāja", "CES-1 11",
			"Kvīts CES-1 11 ir atcelta, un nauda atdota klientam. Šī kvīts neapliecina, ka ir samaksāts.",
		},
	} {
		p := newPaper(t, "lv", input(t, kind))
		got := []string{p.Title, p.Number, p.TotalLabel, p.CashierLabel, p.Original, p.Notice}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
		if p.Total != "42,50\u00a0€" || len(p.Tenders) != 1 || p.Tenders[0] != (paymenthttp.PaperTender{Name: "Skaidrā naudā", Amount: "42,50\u00a0€"}) {
			t.Errorf("%s: %s in %+v: what is given back is no negative payment", kind, p.Total, p.Tenders)
		}
	}
}

func TestSlipCopyAndZone(t *testing.T) {
	t.Parallel()
	in := input(t, receipt.Payment)
	in.Parts = []till.Part{{Tender: till.Card, Cents: 4250, Slip: "001234"}}
	in.Copy = &payment.Copy{Number: 2, At: taken.Add(12 * time.Hour)}
	in.What = map[id.ID]string{in.Lines[0].Bill: "Ūdens"}
	in.Code = codeOf(t, in.Document, in.Copy)
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	in.Zone = london
	p := newPaper(t, "lt", in)
	want := paymenthttp.PaperTender{Name: "Kortele", Amount: "42,50\u00a0€", Slip: "terminalo čekis 001234"}
	if p.Copy != "KOPIJA 2" || p.CopiedAt != "Atspausdinta 04.05.2026 01:00" || p.At != "03.05.2026 13:00" || p.Tenders[0] != want || p.Lines[0].What != "Ūdens" {
		t.Errorf("%+v", p)
	}
}

// A paper whose code says something else would be taken for a forgery.
func TestPaperIsNotPrintedWithAnotherCode(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*paymenthttp.PaperIn){
		"another number": func(in *paymenthttp.PaperIn) { in.Receipt.Number++ },
		"another series": func(in *paymenthttp.PaperIn) { in.Receipt.Series = "CES-2" },
		"another sum":    func(in *paymenthttp.PaperIn) { in.Parts = []till.Part{{Tender: till.Cash, Cents: 4251}} },
		"another kind":   func(in *paymenthttp.PaperIn) { in.Kind = receipt.Void },
		"another payee":  func(in *paymenthttp.PaperIn) { in.Document.Creditor = "40003000642" },
		"a copy with the code of the original": func(in *paymenthttp.PaperIn) {
			in.Copy = &payment.Copy{Number: 1, At: taken}
		},
		"an original with the code of a copy": func(in *paymenthttp.PaperIn) {
			in.Code = codeOf(t, in.Document, &payment.Copy{Number: 1, At: taken})
		},
	} {
		in := input(t, receipt.Payment)
		spoil(&in)
		if _, err := paymenthttp.NewPaper(t.Context(), in); err == nil {
			t.Errorf("%s: is printed", name)
		}
	}
}

func TestPapersPage(t *testing.T) {
	t.Parallel()
	for _, l := range lang.Languages() {
		page := paymenthttp.Papers{Paper: html.Roll58, Back: "/payments"}
		for _, kind := range []receipt.Kind{receipt.Payment, receipt.Refund, receipt.Void} {
			in := input(t, kind)
			in.Copy = &payment.Copy{Number: 7, At: taken}
			in.Code = codeOf(t, in.Document, in.Copy)
			in.Payer = `<script>alert("x")</script>`
			page.Sheets = append(page.Sheets, newPaper(t, l.Code, in))
		}
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(lang.With(t.Context(), l.Code), http.MethodGet, "/receipts?said=taken", http.NoBody)
		if err := html.Render(w, r, http.StatusOK, page); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			`data-paper="58mm"`, `href="/receipts?paper=a5&amp;said=taken"`, `href="/payments"`, `data-kind="void"`, `&lt;script&gt;alert`, `aria-current="page"`,
		} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: no %s", l.Code, want)
			}
		}
		for _, bad := range []string{"⟦", " style=", "<script>"} {
			if strings.Contains(w.Body.String(), bad) {
				t.Errorf("%s: there is %s", l.Code, bad)
			}
		}
		if n := strings.Count(w.Body.String(), "<article"); n != 3 {
			t.Errorf("%s: %d sheets", l.Code, n)
		}
	}
}

// The style sheet knows the size of every code that there is, from the shortest to the longest.
func TestEveryCodeHasItsSize(t *testing.T) {
	t.Parallel()
	style, err := os.ReadFile("../../../web/src/paper.css")
	if err != nil {
		t.Fatal(err)
	}
	key, err := receipt.NewSigningKey("A-B", make([]byte, 32), time.Unix(1, 0), time.Unix(2, 0))
	if err != nil {
		t.Fatal(err)
	}
	shortest := &receipt.Receipt{
		Kind: receipt.Refund, Node: "A-B", Series: "A", Number: 1, At: time.Unix(1, 0), Creditor: "A", Currency: "EUR", Total: 1,
		Tenders: map[receipt.Tender]money.Amount{receipt.Cash: 1}, Original: receipt.Link{1},
	}
	code, err := receipt.Sign(shortest, key)
	if err != nil {
		t.Fatal(err)
	}
	symbol, err := code.QR()
	if err != nil {
		t.Fatal(err)
	}
	// Version 10 is what receipt.MaxText takes.
	for version := symbol.Version; version <= 10; version++ {
		if rule := sizeRule(version); !strings.Contains(string(style), rule) {
			t.Errorf("version %d: no %q", version, rule)
		}
	}
}

func sizeRule(version int) string {
	return fmt.Sprintf(".vk-qr[data-version=\"%d\"] {\n\t--vk-modules: %d;", version, 17+4*version+8)
}

func BenchmarkReceipt(b *testing.B) {
	in := input(b, receipt.Payment)
	for b.Loop() {
		p, err := paymenthttp.NewPaper(b.Context(), in)
		if err != nil {
			b.Fatal(err)
		}
		var page strings.Builder
		if err := p.Render(b.Context(), &page); err != nil {
			b.Fatal(err)
		}
	}
}
