package epc_test

import (
	"errors"
	"strings"
	"testing"

	"vienkopus/internal/bill/epc"
)

var water = epc.Code{
	BIC: "BANKLV22", Name: "SIA „Vinda”", IBAN: "LV80BANK0000435195001", Amount: 1230, Purpose: "", Reference: "RF18539007547034", Note: "ūdens",
}

const waterText = "BCD\n002\n1\nSCT\nBANKLV22\nSIA „Vinda”\nLV80BANK0000435195001\nEUR12.30\n\nRF18539007547034\n\nūdens"

func TestACodeIsWrittenAndRead(t *testing.T) {
	t.Parallel()
	if text, err := water.Encode(); err != nil || text != waterText {
		t.Errorf("written as %q, %v", text, err)
	}
	for _, text := range []string{
		waterText, waterText + "\n", strings.ReplaceAll(waterText, "\n", "\r\n"), strings.Replace(waterText, "002", "001", 1),
		strings.Replace(waterText, "EUR12.30", "EUR12.3", 1),
	} {
		if c, err := epc.Parse(text); err != nil || c != water {
			t.Errorf("%q is read as %+v, %v", text, c, err)
		}
	}
	short := "BCD\n002\n2\nSCT\n\nWater\nLV80BANK0000435195001"
	if c, err := epc.Parse(short); err != nil || c != (epc.Code{Name: "Water", IBAN: "LV80BANK0000435195001"}) {
		t.Errorf("a code without amount is read as %+v, %v", c, err)
	}
}

func TestWhatIsNoCodeIsNotRead(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "BCD", "bcd\n002", "RF18539007547034", "https://example.org"} {
		if _, err := epc.Parse(text); !errors.Is(err, epc.ErrNone) {
			t.Errorf("%q: %v", text, err)
		}
	}
	change := func(old, now string) string { return strings.Replace(waterText, old, now, 1) }
	for name, text := range map[string]string{
		"half":               waterText[:50],
		"version":            change("002", "003"),
		"encoding":           change("\n1\n", "\n9\n"),
		"another encoding":   change("\n1\n", "\n4\n"),
		"identification":     change("SCT", "INST"),
		"BIC":                change("BANKLV22", "BANK"),
		"no BIC in 001":      strings.NewReplacer("002", "001", "BANKLV22", "").Replace(waterText),
		"no name":            change("SIA „Vinda”", ""),
		"long name":          change("SIA „Vinda”", strings.Repeat("ā", 71)),
		"account":            change("5001\n", "5002\n"),
		"spaces":             change("LV80B", "LV80\tB"),
		"spaces and digits":  change("LV80B", "LV81 B"),
		"decimal comma":      change("12.30", "12,30"),
		"three decimals":     change("12.30", "12.301"),
		"nothing":            change("12.30", "0.00"),
		"negative":           change("12.30", "-12.30"),
		"leading zero":       change("12.30", "012.30"),
		"too much":           change("12.30", "1000000000.00"),
		"dollars":            change("EUR", "USD"),
		"purpose":            change("12.30\n", "12.30\nwater"),
		"reference":          change("RF18", "RF\x0018"),
		"long reference":     change("RF18539007547034", strings.Repeat("a", 141)),
		"both too long":      change("RF18539007547034\n", strings.Repeat("a", 70)+"\n"+strings.Repeat("b", 70)),
		"reference and text": change("7034\n", "7034\nalso"),
		"thirteen lines":     waterText + "\nmore\n",
		"too long":           waterText + strings.Repeat("x", 300),
		"mixed ends":         change("BCD\n", "BCD\r\n"),
		"not UTF-8":          change("ū", "\xff"),
		"control":            change("ūdens", "ū\x00dens"),
	} {
		if c, err := epc.Parse(text); !errors.Is(err, epc.ErrForm) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	for name, c := range map[string]epc.Code{
		"line break":   {Name: "Water\nLV", IBAN: water.IBAN},
		"account":      {Name: "Water", IBAN: "LV80"},
		"331 bytes":    {Name: strings.Repeat("ā", 70), IBAN: water.IBAN, Text: strings.Repeat("ā", 140)},
		"negative":     {Name: "Water", IBAN: water.IBAN, Amount: -1},
		"too much":     {Name: "Water", IBAN: water.IBAN, Amount: epc.MostCents + 1},
		"no reference": {Name: "Water", IBAN: water.IBAN, Reference: "RF00X"},
	} {
		if text, err := c.Encode(); !errors.Is(err, epc.ErrForm) {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}

// What generators of invoices write beside the rules is read as people mean it, and is written by the rules.
func TestHabitsOfGeneratorsAreUnderstood(t *testing.T) {
	t.Parallel()
	change := func(old, now string) string { return strings.Replace(waterText, old, now, 1) }
	words := func(text string) epc.Code {
		c := water
		c.Reference, c.Text = "", text
		return c
	}
	for name, s := range map[string]struct {
		text string
		want epc.Code
	}{
		"small letters in the account":   {change("LV80BANK0000435195001", "lv80bank0000435195001"), water},
		"the account in groups of four":  {change("LV80BANK0000435195001", "LV80 BANK 0000 4351 9500 1"), water},
		"both":                           {change("LV80BANK0000435195001", " lv80 bank 0000 4351 9500 1 "), water},
		"the reference in groups":        {change("RF18539007547034", "rf18 5390 0754 7034"), water},
		"a number instead":               {change("RF18539007547034", "W-2026/17"), words("W-2026/17")},
		"words instead":                  {change("RF18539007547034", "Rēķins Nr. 17, ūdens"), words("Rēķins Nr. 17, ūdens")},
		"check digits that do not fit":   {change("RF18", "RF19"), words("RF19539007547034")},
		"a number that begins with RF":   {change("RF18539007547034", "RF2026-17"), words("RF2026-17")},
		"a number and words":             {change("RF18539007547034\n", "W 17\nūdens martā"), words("W 17 ūdens martā")},
		"the same in both lines":         {change("RF18539007547034\n", "W-17\nW-17"), words("W-17")},
		"spaces only, and words":         {change("RF18539007547034\n", "   \nW-17"), words("W-17")},
		"more than a reference may have": {change("RF18539007547034", strings.Repeat("a", 130)), words(strings.Repeat("a", 130))},
	} {
		c, err := epc.Parse(s.text)
		if err != nil || c != s.want {
			t.Errorf("%s: %+v, %v", name, c, err)
			continue
		}
		if c.Text == "" {
			if text, err := c.Encode(); err != nil || text != waterText {
				t.Errorf("%s: written as %q, %v", name, text, err)
			}
		}
	}
}

// FuzzParse: whatever is read can be written, and says the same when it is read again.
func FuzzParse(f *testing.F) {
	f.Add(waterText)
	f.Add(strings.ReplaceAll(waterText, "\n", "\r\n"))
	f.Add("BCD\n001\n2\nSCT\nBANKLV22\nWater\nLV80BANK0000435195001\nEUR1\nGDDS\n\nbill 5\n")
	f.Add("BCD\n002\n1\nSCT\n\nWater\nlv80 bank 0000 4351 9500 1\nEUR1\n\nW 17\nwater\n")
	f.Add("BCD\n002\n1\nSCT\n\n\n\n\n\n\n\n\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := epc.Parse(text)
		if err != nil {
			if !errors.Is(err, epc.ErrForm) && !errors.Is(err, epc.ErrNone) || len(text) > 0 && text[0] != 'B' && !errors.Is(err, epc.ErrNone) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		written, err := c.Encode()
		if err != nil {
			// Amounts are written with both decimals, so a code of nearly 331 bytes may grow beyond them.
			if len(text) < epc.MostBytes-3 {
				t.Fatalf("%q is read as %+v and not written: %v", text, c, err)
			}
			return
		}
		if again, err := epc.Parse(written); err != nil || again != c {
			t.Fatalf("%q is read as %+v, then as %+v, %v", text, c, again, err)
		}
	})
}
