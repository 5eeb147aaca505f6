package receipt_test

import (
	"bytes"
	"fmt"
	"image/png"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/receipt"
)

// dotsOf58 is what a printer of 58 mm paper prints at 203 dpi: 48 mm, eight dots each.
const dotsOf58 = 384

// worst is the longest receipt: every field at its limit.
func worst() *receipt.Receipt {
	late := time.Unix(receipt.MaxNumber-10, 0).UTC()
	r := &receipt.Receipt{
		Kind: receipt.Payment, Node: "LV-ABCDEFGHI", Series: "ABCDEFGH-XYZ-999", Number: receipt.MaxNumber, At: late,
		Creditor: "ABCDEFGHIJ12", Currency: "EUR", Total: receipt.MaxNumber,
		Tenders:  map[receipt.Tender]money.Amount{21: receipt.MaxNumber - 200_000, 22: 100_000, 23: 100_000},
		Previous: receipt.Link{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		Copy:     receipt.MaxCopy, CopiedAt: late.Add(5 * time.Second),
	}
	for i := range receipt.MaxBills {
		r.AddBill(strings.Repeat("7", i+30), receipt.MaxNumber)
	}
	return r
}

func worstKey(t testing.TB) *receipt.SigningKey {
	t.Helper()
	return keyFor(t, "LV-ABCDEFGHI", 'w', noon, time.Unix(receipt.MaxNumber, 0))
}

func TestTheLongestReceiptFitsTheNarrowestPaper(t *testing.T) {
	t.Parallel()
	r := worst()
	if len(r.Node) != receipt.MaxNode || len(r.Series) != receipt.MaxSeries || len(r.Creditor) != receipt.MaxCreditor ||
		len(r.Bills) != receipt.MaxBills || len(r.Tenders) != receipt.MaxTenders {
		t.Fatal("this is not the longest receipt")
	}
	code := sign(t, r, worstKey(t))
	symbol, err := code.QR()
	if err != nil {
		t.Fatal(err)
	}
	if len(code.Text()) > receipt.MaxText || symbol.Size > 57 || symbol.Version > 10 {
		t.Errorf("%d characters, version %d, %d modules", len(code.Text()), symbol.Version, symbol.Size)
	}
	// Half a millimetre a module is what every telephone reads.
	if dots := symbol.Dots(dotsOf58); dots < 4 {
		t.Errorf("only %d dots a module on 58 mm paper", dots)
	}
	t.Logf("the longest code has %d characters of %d, version %d, %d dots a module on 58 mm paper",
		len(code.Text()), receipt.MaxText, symbol.Version, symbol.Dots(dotsOf58))

	// One more of anything is refused before it is signed.
	for name, grow := range map[string]func(*receipt.Receipt){
		"node": func(r *receipt.Receipt) { r.Node += "X" }, "series": func(r *receipt.Receipt) { r.Series += "9" },
		"creditor": func(r *receipt.Receipt) { r.Creditor += "3" }, "bill": func(r *receipt.Receipt) { r.AddBill("8", 1) },
		"tender":   func(r *receipt.Receipt) { r.Tenders[20] = 1; r.Tenders[21]-- },
		"currency": func(r *receipt.Receipt) { r.Currency += "O" },
	} {
		longer := worst()
		grow(longer)
		if err := longer.Validate(); reasonOf(err) != receipt.ReasonPayload {
			t.Errorf("one more in %s: %v", name, err)
		}
	}
}

func TestPictures(t *testing.T) {
	t.Parallel()
	symbol, err := sign(t, plain(), testKey(t, "LV-CESIS", 'a')).QR()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(symbol.PNG(3)))
	if err != nil {
		t.Fatal(err)
	}
	if want := (symbol.Size + 8) * 3; picture.Bounds().Dx() != want || picture.Bounds().Dy() != want {
		t.Errorf("the picture is %v, want %d a side", picture.Bounds(), want)
	}
	for y := range symbol.Size {
		for x := range symbol.Size {
			r, _, _, _ := picture.At((x+4)*3+1, (y+4)*3+1).RGBA()
			if (r == 0) != symbol.Black(x, y) {
				t.Fatalf("module %d, %d differs in the picture", x, y)
			}
		}
	}
	if dark, drawn := countDark(symbol), countSVG(t, symbol.SVG()); dark != drawn {
		t.Errorf("the drawing has %d dark modules, the symbol %d", drawn, dark)
	}
}

func countDark(s *receipt.Symbol) int {
	dark := 0
	for y := range s.Size {
		for x := range s.Size {
			if s.Black(x, y) {
				dark++
			}
		}
	}
	return dark
}

// countSVG adds up the runs of the dark path.
func countSVG(t *testing.T, svg string) int {
	t.Helper()
	_, path, found := strings.Cut(svg, `fill="#000" d="`)
	if !found {
		t.Fatal("no dark path")
	}
	dark := 0
	for run := range strings.SplitSeq(path, "M") {
		var x, y, n int
		if _, err := fmt.Sscanf(run, "%d %dh%dv1", &x, &y, &n); err == nil {
			dark += n
		}
	}
	return dark
}

func BenchmarkReceipt(b *testing.B) {
	key := testKey(b, "LV-CESIS", 'a')
	r := plain()
	b.Run("sign", func(b *testing.B) {
		for b.Loop() {
			sign(b, r, key)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "receipts/s")
	})
	b.Run("sign and draw", func(b *testing.B) {
		for b.Loop() {
			symbol, err := sign(b, r, key).QR()
			if err != nil {
				b.Fatal(err)
			}
			if len(symbol.SVG()) == 0 {
				b.Fatal("nothing drawn")
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "receipts/s")
	})
	b.Run("check", func(b *testing.B) {
		text, keys := sign(b, r, key).Text(), keysOf(b, key.Public())
		for b.Loop() {
			if got, err := receipt.CheckText(text, keys, noon); err != nil || got.Verdict != receipt.Valid {
				b.Fatal(got, err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "codes/s")
	})
}
