package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"vienkopus/internal/base/money"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]money.Amount{
		"0": 0, "12": 1200, "12,5": 1250, "12.50": 1250, "1234,50": 123450, "1234.5": 123450, " 12 ": 1200, ",50": 50, ".5": 50, "007,50": 750, "0,05": 5,
		"1 234,50": 123450, "1 234.50": 123450, "1\u00a0234,50": 123450, "1\u202f234,50\u00a0€": 123450, "1\u2009234": 123400, "123 456 789,01": 12345678901,
		"1,234.50": 123450, "1.234,50": 123450, "1,234,567": 123456700, "1.234.567,89": 123456789, "1,234,567.8": 123456780,
		"€12,50": 1250, "€ 12,50": 1250, "12,50€": 1250, "12,50 €": 1250, "12.50 EUR": 1250, "EUR 12.50": 1250, "12 eur": 1200,
		"-3,00": -300, "\u22123,00": -300, "- 3": -300, "€ -3": -300, "-€3": -300, "-0": 0,
		"92233720368547758,07": math.MaxInt64, "-92233720368547758,07": -math.MaxInt64,
	} {
		if got, err := money.Parse(text); err != nil || got != want {
			t.Errorf("Parse(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"": money.ErrMalformed, " ": money.ErrMalformed, "€": money.ErrMalformed, "-": money.ErrMalformed, ",": money.ErrMalformed, "5,": money.ErrMalformed, "abc": money.ErrMalformed,
		"1e3": money.ErrMalformed, "0x10": money.ErrMalformed, "+5": money.ErrMalformed, "--5": money.ErrMalformed, "5€€": money.ErrMalformed, "5 $": money.ErrMalformed, "５": money.ErrMalformed,
		"12 34": money.ErrMalformed, "1 23,50": money.ErrMalformed, "1234 567": money.ErrMalformed, "1,23,456": money.ErrMalformed, "1 234,567.00": money.ErrMalformed,
		"12, 50": money.ErrMalformed, "1,234.567,89": money.ErrMalformed, "1.2,3.456": money.ErrMalformed, "1  234": money.ErrMalformed, "1 234 ,50": money.ErrMalformed, "12,50 eiro": money.ErrMalformed,
		"1,234": money.ErrAmbiguous, "1.234": money.ErrAmbiguous, "12,345": money.ErrAmbiguous, "123.456 €": money.ErrAmbiguous,
		"1,2345": money.ErrTooPrecise, "0,001": money.ErrTooPrecise, "1234,567": money.ErrTooPrecise, "1 234,567": money.ErrTooPrecise, "1.234,567": money.ErrTooPrecise, ",123": money.ErrTooPrecise,
		"92233720368547758,08": money.ErrOverflow, "99999999999999999999999": money.ErrOverflow, "-92233720368547758,08": money.ErrOverflow, "18446744073709551616": money.ErrOverflow,
	} {
		if got, err := money.Parse(text); !errors.Is(err, want) || got != 0 {
			t.Errorf("Parse(%q) = %s, %v; want %v", text, got, err, want)
		}
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount       money.Amount
		lv, en, text string
	}{
		{0, "0,00 €", "€0.00", "0.00"},
		{5, "0,05 €", "€0.05", "0.05"},
		{123450, "1 234,50 €", "€1,234.50", "1234.50"},
		{-123450, "−1 234,50 €", "−€1,234.50", "-1234.50"},
		{-5, "−0,05 €", "−€0.05", "-0.05"},
		{99900, "999,00 €", "€999.00", "999.00"},
		{100000000, "1 000 000,00 €", "€1,000,000.00", "1000000.00"},
		{math.MaxInt64, "92 233 720 368 547 758,07 €", "€92,233,720,368,547,758.07", "92233720368547758.07"},
		{math.MinInt64, "−92 233 720 368 547 758,08 €", "−€92,233,720,368,547,758.08", "-92233720368547758.08"},
	} {
		noBreak := strings.ReplaceAll(c.lv, " ", "\u00a0")
		for lang, want := range map[string]string{"lv": noBreak, "lt": noBreak, "en": c.en} {
			if got := c.amount.Format(lang); got != want {
				t.Errorf("%d in %s is %q, want %q", int64(c.amount), lang, got, want)
			}
		}
		if got := c.amount.String(); got != c.text {
			t.Errorf("%d is %q, want %q", int64(c.amount), got, c.text)
		}
	}
	if text, err := json.Marshal(money.Amount(123450)); err != nil || string(text) != "123450" {
		t.Errorf("JSON holds %s, %v", text, err)
	}
}

func TestOverflow(t *testing.T) {
	t.Parallel()
	const most, least = money.Amount(math.MaxInt64), money.Amount(math.MinInt64)
	for name, calculate := range map[string]func() (money.Amount, error){
		"most + 1":      func() (money.Amount, error) { return most.Add(1) },
		"least - 1":     func() (money.Amount, error) { return least.Sub(1) },
		"least + least": func() (money.Amount, error) { return least.Add(least) },
		"0 - least":     func() (money.Amount, error) { return money.Amount(0).Sub(least) },
		"sum":           func() (money.Amount, error) { return money.Sum(most, 1, -5) },
	} {
		if got, err := calculate(); !errors.Is(err, money.ErrOverflow) || got != 0 {
			t.Errorf("%s = %s, %v", name, got, err)
		}
	}
	if got, err := money.Sum(); err != nil || got != 0 {
		t.Errorf("the sum of nothing is %s, %v", got, err)
	}
}

// Whole numbers without a limit are the oracle for sums and differences.
func TestCalculationIsExactOrRefused(t *testing.T) {
	t.Parallel()
	amount := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1000000, 1000000), rapid.SampledFrom([]int64{math.MaxInt64, math.MinInt64, 0, 1, -1}))
	check := func(t *rapid.T, got money.Amount, err error, want *big.Int) {
		if want.IsInt64() != (err == nil) || err == nil && int64(got) != want.Int64() {
			t.Fatalf("%d, %v; want %s", got, err, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := amount.Draw(t, "a"), amount.Draw(t, "b")
		x, y := big.NewInt(a), big.NewInt(b)
		sum, err := money.Amount(a).Add(money.Amount(b))
		check(t, sum, err, new(big.Int).Add(x, y))
		difference, err := money.Amount(a).Sub(money.Amount(b))
		check(t, difference, err, new(big.Int).Sub(x, y))
	})
}

// What a page shows can be typed back in.
func TestFormatIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount(rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "cents"))
		for _, text := range []string{a.Format("lv"), a.Format("lt"), a.Format("en"), a.String()} {
			if back, err := money.Parse(text); err != nil || back != a {
				t.Fatalf("%q is read as %s, %v", text, back, err)
			}
		}
	})
}

// Whatever is read keeps its digits, in order, and has two, one or no decimals: nothing is rounded or dropped.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1234,50", "1 234.50", "€1,234.50", "-0,05 €", "1,234", "1\u00a0234,5", "12 EUR", ",5", "99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := money.Parse(text)
		if err != nil {
			known := false
			for _, one := range []error{money.ErrMalformed, money.ErrAmbiguous, money.ErrTooPrecise, money.ErrOverflow} {
				known = known || errors.Is(err, one)
			}
			if !known || a != 0 {
				t.Fatalf("%q: %s, %v", text, a, err)
			}
			return
		}
		digits := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			return -1
		}, text)
		bare := strings.TrimRightFunc(text, func(r rune) bool { return !unicode.IsDigit(r) })
		at := strings.LastIndexAny(bare, ".,")
		if at < 0 || len(bare)-at-1 == 3 {
			digits += "00"
		} else {
			digits += strings.Repeat("0", 2-(len(bare)-at-1))
		}
		size := strings.Replace(strings.Replace(a.String(), "-", "", 1), ".", "", 1)
		if trimmed := strings.TrimLeft(digits, "0"); trimmed != strings.TrimLeft(size, "0") {
			t.Fatalf("%q became %s", text, a)
		}
	})
}
