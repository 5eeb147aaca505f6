package formtest

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
)

// Pen fills in forms at random, as a seed repeats it.
type Pen struct {
	Rand *rand.Rand
	// Known are values that mean something to the program: ids, codes, numbers of bills.
	Known []string
	// Files are what somebody uploads who means well.
	Files []string
	keys  int
}

// NewPen returns a pen that a seed repeats.
func NewPen(seed uint64) *Pen {
	return &Pen{Rand: rand.New(rand.NewPCG(seed, 2))} //nolint:gosec // tests want numbers that can be had again
}

// Manner is how somebody fills in a form.
type Manner int

// The manners.
const (
	// AsItIs presses a button and writes nothing.
	AsItIs Manner = iota
	// Plausibly writes what the field asks for, as far as its name tells.
	Plausibly
	// Empty leaves everything empty that can be seen.
	Empty
	// Oddly writes odd things into all fields, and chooses what was not offered.
	Oddly
	// OneOdd is plausible but for one field.
	OneOdd
	// Meddling changes what cannot be seen: hidden fields are missing, doubled or foreign, others are added.
	Meddling
	// Manners is how many there are.
	Manners
)

// Odd is what people type by mistake, and strangers on purpose.
var Odd = []string{
	" ", "x", "0", "-1", "00", "1", "0,00", "0,01", "-0,01", "1,005", "1.234,56", "1 234,56", "1’234.56", "1e9", "12,3,4", "+5", "€ 5", "5 €", "٣", "Infinity", "NaN",
	"999999999999,99", "92233720368547758,07", "9223372036854775808", "2026-02-30", "0001-01-01", "9999-12-31", "2026-13-01", "31.12.2026", "2026-11-20", "2099-01-01", "today", "25:61",
	"ĀČĒĢĪĶĻŅŠŪŽ", "日本語", "👩‍👩‍👧‍👦", "\u202eabc", "a\u0301\u0301\u0301", "\ufeff", "\u2028", "\r\n", "a\r\nSet-Cookie: x=y", "\t", "a\x00b", "%00", "\\u0000", "\x7f", "\xff\xfe",
	"'; DROP TABLE visit; --", "{{.}}", "%s%n", "../../../etc/passwd",
	"00000000-0000-0000-0000-000000000000", "01a1fc6d-b54d-79eb-bfbe-b8ebd0eb2dc0", "LV80BANK0000435195001", "LV00BANK0000435195001", "RF18539007547034", "=1+1", "@SUM(A1)",
}

// Hostile texts would be markup or lead elsewhere if a page forgot to escape or to check them.
var Hostile = []string{
	"<script>alert(1)</script>", `"><b onmouseover=alert(1)>`, "javascript:alert(1)", "//evil.example", "https://evil.example", `/\evil.example`,
}

// Long texts are those that somebody may have forgotten to bound.
var Long = []string{strings.Repeat("a", 121), strings.Repeat("9", 30), strings.Repeat("ā", 4000), strings.Repeat("x ", 20_000)}

// plausible are what a field with such a word in its name may ask for.
var plausible = []struct {
	word   string
	values []string
}{
	{"cents", []string{"12,30", "1", "0,01"}},
	{"amount", []string{"12,30", "1", "5,00"}},
	{"given", []string{"20", "50,00", "100"}},
	{"card", []string{"", "1,00"}},
	{"float", []string{"20,00", "0"}},
	{"left", []string{"20,00", "0"}},
	{"date", []string{"2026-11-20", "2026-11-19"}},
	{"day", []string{"2026-11-20", "2026-11-19"}},
	{"from", []string{"2026-11-01", "2026-01-01"}},
	{"to", []string{"2026-11-20"}},
	{"through", []string{"2026-11-20"}},
	{"iban", []string{"LV22DEMO0000000000009", "LV80BANK0000435195001"}},
	{"bag", []string{"BAG-1", "BAG-7", "7"}},
	{"seal", []string{"SEAL-1", "S7"}},
	{"slip", []string{"000123", "I-9"}},
	{"name", []string{"Anna Kalniņa"}},
	{"number", []string{"1", "CES-1", "2026-0007"}},
	{"q", []string{"malka", "liepa", "DZ-1", "2026-0007", "pase"}},
	{"month", []string{"2026-10"}},
	{"year", []string{"2026"}},
	{"ref", []string{"B-1", "B-9"}},
	{"password", []string{"nav pareiza"}},
}

// Sent is a form that was filled in.
type Sent struct {
	Form   Form
	Manner Manner
	Values url.Values
}

// String shows what was sent.
func (s Sent) String() string {
	return fmt.Sprintf("%s %s (manner %d) %.900s", s.Form.Method, s.Form.Action, s.Manner, s.Values.Encode())
}

func (p *Pen) pick(list []string) string { return list[p.Rand.IntN(len(list))] }

func (p *Pen) odd() string {
	switch p.Rand.IntN(5) {
	case 0:
		return p.pick(Hostile)
	case 1:
		return p.pick(Long)
	}
	return p.pick(Odd)
}

// Fill fills the form in.
func (p *Pen) Fill(f Form, how Manner) Sent {
	values := url.Values{}
	odd, buttons, radios := -1, []Field{}, map[string][]Field{}
	if how == OneOdd && len(f.Fields) > 0 {
		odd = p.Rand.IntN(len(f.Fields))
	}
	for i, field := range f.Fields {
		own := how
		if how == OneOdd {
			own = Plausibly
		}
		if i == odd {
			own = Oddly
		}
		switch field.Kind {
		case "submit", "image":
			buttons = append(buttons, field)
		case "radio":
			radios[field.Name] = append(radios[field.Name], field)
		default:
			if value, sent := p.value(field, own); sent {
				values.Add(field.Name, value)
			}
		}
	}
	p.press(values, buttons)
	p.choose(values, radios, how)
	if how == Meddling {
		p.meddle(values)
	}
	return Sent{Form: f, Manner: how, Values: values}
}

// press presses one of the buttons, if any.
func (p *Pen) press(values url.Values, buttons []Field) {
	if len(buttons) > 0 {
		b := buttons[p.Rand.IntN(len(buttons))]
		values.Set(b.Name, b.Value)
	}
}

// choose marks one radio button of each group, in the order of the names so that a seed repeats it.
func (p *Pen) choose(values url.Values, groups map[string][]Field, how Manner) {
	names := make([]string, 0, len(groups))
	for name := range groups {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		group := groups[name]
		if ticked := slices.IndexFunc(group, func(one Field) bool { return one.Ticked }); how == AsItIs && ticked >= 0 {
			values.Set(name, group[ticked].Value)
		}
		if how == Oddly {
			values.Set(name, p.odd())
		}
		if how == Plausibly || how == OneOdd || how == Meddling {
			values.Set(name, group[p.Rand.IntN(len(group))].Value)
		}
	}
}

// value is what a field sends; sent is false for a box that is not ticked.
func (p *Pen) value(f Field, how Manner) (value string, sent bool) {
	switch {
	case f.Name == "key" && f.Kind == "hidden":
		p.keys++
		return fmt.Sprintf("pen-%d-%d", p.Rand.Uint32(), p.keys), true // a request of its own each time
	case f.Kind == "hidden":
		return f.Value, true
	case f.Kind == "checkbox":
		if how == Oddly {
			return p.odd(), true
		}
		return f.Value, how != Empty && (f.Ticked || how != AsItIs && p.Rand.IntN(2) == 0)
	case f.Kind == "select":
		if how == Oddly {
			return p.odd(), true
		}
		if len(f.Options) == 0 || how == AsItIs || how == Empty {
			return f.Value, true
		}
		return p.pick(f.Options), true
	}
	if how == AsItIs {
		return f.Value, true
	}
	if how == Empty {
		return "", true
	}
	if how == Oddly {
		return p.odd(), true
	}
	return p.plausible(f), true
}

// plausible is what the field asks for, as far as its name tells.
func (p *Pen) plausible(f Field) string {
	if f.Kind == "file" && len(p.Files) > 0 {
		return p.pick(p.Files)
	}
	if f.Value != "" && p.Rand.IntN(2) == 0 {
		return f.Value
	}
	if len(p.Known) > 0 && p.Rand.IntN(4) == 0 {
		return p.pick(p.Known)
	}
	for _, of := range plausible {
		if strings.Contains(strings.ToLower(f.Name), of.word) {
			return p.pick(of.values)
		}
	}
	if f.Kind == "number" {
		return p.pick([]string{"0", "1", "2", "10"})
	}
	return p.pick([]string{"1", "7", "viens"})
}

// meddle changes what the page had fixed.
func (p *Pen) meddle(values url.Values) {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	if slices.Sort(names); len(names) == 0 {
		return
	}
	for range 1 + p.Rand.IntN(2) {
		name := p.pick(names)
		switch p.Rand.IntN(5) {
		case 0:
			values.Del(name)
		case 1:
			values.Add(name, p.odd())
		case 2:
			values[name] = []string{p.odd()}
		case 3:
			if len(p.Known) > 0 {
				values[name] = []string{p.pick(p.Known)}
			}
		case 4:
			values.Set(p.pick([]string{"x", "role", "desk", "municipality", "id", "key", "cents", "_method", strings.Repeat("n", 5000)}), p.odd())
		}
	}
}

// Body is what goes over the wire, and its type. A file that a form asks for holds what was written for it.
func (s Sent) Body() (body io.Reader, kind string, err error) {
	if s.Form.Enctype != "multipart/form-data" {
		return strings.NewReader(s.Values.Encode()), "application/x-www-form-urlencoded", nil
	}
	var text bytes.Buffer
	w := multipart.NewWriter(&text)
	files := map[string]bool{}
	for _, f := range s.Form.Fields {
		files[f.Name] = f.Kind == "file"
	}
	for name, list := range s.Values {
		for _, value := range list {
			var part io.Writer
			if files[name] {
				part, err = w.CreateFormFile(name, "statement.xml")
			} else {
				part, err = w.CreateFormField(name)
			}
			if err != nil {
				return nil, "", fmt.Errorf("formtest: %s: %w", name, err)
			}
			if _, err := io.WriteString(part, value); err != nil {
				return nil, "", fmt.Errorf("formtest: %s: %w", name, err)
			}
		}
	}
	if err := w.Close(); err != nil {
		return nil, "", fmt.Errorf("formtest: %w", err)
	}
	return &text, w.FormDataContentType(), nil
}
