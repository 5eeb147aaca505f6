package paymenthttp_test

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/payment/receipt"
)

// end is how far down the receipt reaches, in millimetres.
func (j *job) end() float64 { return millimetres(j.pages[len(j.pages)-1].dots.lastInk() + 1) }

func millimetres(dots int) float64 { return float64(dots) * 25.4 / dpi }

func dotsOf(millimetres float64) int { return int(math.Round(millimetres * dpi / 25.4)) }

// faults says what is wrong with the sheets of a receipt. longest is how far down the longest receipt on the same paper reaches.
func (j *job) faults(longest float64) []string {
	want := papers[j.paper]
	sheets := 1
	if j.long {
		sheets = want.longest
	}
	var found []string
	if len(j.pages) != sheets {
		found = append(found, fmt.Sprintf("%d sheets instead of %d", len(j.pages), sheets))
	}
	text := j.text()
	for _, p := range j.pages {
		found = append(found, p.faults(want, longest)...)
	}
	for _, said := range texts(reflect.ValueOf(j.says)) {
		if !strings.Contains(text, plain(said)) {
			found = append(found, fmt.Sprintf("the paper does not say %q", said))
		}
	}
	return found
}

func (j *job) text() string {
	text := ""
	for _, p := range j.pages {
		text += p.text
	}
	return text
}

// texts are all texts of a value, whatever is added to it one day.
func texts(v reflect.Value) []string {
	var all []string
	switch v.Kind() { //nolint:exhaustive // other kinds hold no text
	case reflect.String:
		return []string{v.String()}
	case reflect.Struct:
		for i := range v.NumField() {
			all = append(all, texts(v.Field(i))...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, texts(v.Index(i))...)
		}
	}
	return all
}

func (p *piece) faults(want stock, longest float64) []string {
	height := want.height
	if height == 0 {
		// As long as the longest, with room to tear it off and not much more.
		height = longest + 8
	}
	var found []string
	if math.Abs(p.width-want.width) > 1 || math.Abs(p.height-height) > 5 {
		found = append(found, fmt.Sprintf("the sheet is %.1f × %.1f mm instead of %.0f × %.0f", p.width, p.height, want.width, height))
	}
	side, edge := dotsOf(want.margin), dotsOf(min(want.margin, 3))
	if p.dots.ink(0, 0, side, p.dots.height) || p.dots.ink(dotsOf(want.width)-side, 0, p.dots.width, p.dots.height) ||
		p.dots.ink(0, 0, p.dots.width, edge) || p.dots.ink(0, p.dots.height-edge, p.dots.width, p.dots.height) {
		found = append(found, "something stands in the margin")
	}
	for i, w := range p.words {
		if w.isCut(p.dots) {
			found = append(found, fmt.Sprintf("%q is cut off", w.text))
		}
		for _, other := range p.words[:i] {
			if w.standsOn(other) {
				found = append(found, fmt.Sprintf("%q stands on %q", w.text, other.text))
			}
		}
	}
	return found
}

// isCut says whether the first or last letter of a word, or the upper or lower half of its letters, was left white.
func (w word) isCut(dots *raster) bool {
	letter := (w.right - w.left) / float64(utf8.RuneCountInString(w.text))
	white := func(left, top, right, bottom float64) bool {
		return !dots.ink(int(left), int(top), int(math.Ceil(right)), int(math.Ceil(bottom)))
	}
	if white(w.left, w.top, w.left+letter, w.bottom) || white(w.right-letter, w.top, w.right, w.bottom) {
		return true
	}
	// Small letters reach from two to four fifths of the height.
	high := w.bottom - w.top
	return strings.ContainsFunc(w.text, unicode.IsLetter) &&
		(white(w.left, w.top+0.4*high, w.right, w.top+0.55*high) || white(w.left, w.top+0.63*high, w.right, w.top+0.75*high))
}

// standsOn says whether two words share more than the hem of their boxes, which are higher than their letters.
func (w word) standsOn(other word) bool {
	hem := func(w word) float64 { return 0.2 * (w.bottom - w.top) }
	across := min(w.right, other.right) - max(w.left, other.left)
	down := min(w.bottom-hem(w), other.bottom-hem(other)) - max(w.top+hem(w), other.top+hem(other))
	return across > 2 && down > 2
}

// codeFaults says what is wrong with the code, as each program has read it.
func (j *job) codeFaults(keys *receipt.Keys, readings []string) []string {
	var found []string
	if !j.sharp {
		found = append(found, "no sharp code")
	}
	for _, text := range readings {
		result, err := receipt.CheckText(receipt.Scanned(text), keys, taken.Add(72*time.Hour))
		switch {
		case err != nil:
			found = append(found, err.Error())
		case result.Verdict != receipt.Valid:
			found = append(found, fmt.Sprintf("the code is not valid: %s in %q", result.Reason, text))
		default:
			found = append(found, j.disagree(result)...)
		}
	}
	return found
}

// disagree compares what the code proves with what a person reads.
func (j *job) disagree(proven receipt.Result) []string {
	r, text := proven.Receipt, j.text()
	number := r.Series + strconv.FormatUint(uint64(r.Number), 10)
	said := []string{plain(j.says.Title) + number, plain(r.Total.Format(j.lang)), proven.CheckCode, r.Creditor}
	if r.Copy > 0 {
		said = append(said, strconv.Itoa(int(r.Copy)))
	}
	for _, s := range said {
		if !strings.Contains(text, s) {
			return []string{"the code says " + s + " and the paper does not"}
		}
	}
	return nil
}
