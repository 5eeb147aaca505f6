package resttest

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"
)

// Draw makes values at random: such as a schema allows, and such as it just forbids.
type Draw struct {
	Rand    *rand.Rand
	Schemas Schemas
	// Known are ids and codes that the program knows, so that a request reaches more than "no such thing".
	Known []string
	// beyond is how many of a hundred numbers, texts and lists lie just outside their bounds.
	beyond int
}

// NewDraw returns a draw that a seed repeats.
func NewDraw(seed uint64, d Description) *Draw {
	return &Draw{Rand: rand.New(rand.NewPCG(seed, 1)), Schemas: d.Schemas()} //nolint:gosec // tests want numbers that can be had again
}

// What programs send by mistake or by malice. Each is text that HTTP and JSON can carry.
var odd = []string{
	"", " ", "x", "-", "0", "-1", "1.5", "1e400", "9223372036854775808", "NaN", "Inf", "0x1p-2", "true", "null", "[]", "{}",
	"2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "2026-03-02T25:00:00Z", "00000000-0000-0000-0000-000000000000",
	"Ā̧ž", "ﷺ", "𝕬𝖇", "👩‍👩‍👧", "\u202eabc", "\ufeff", "\u2028", "\u0301", "a\tb", "a\nb", "\u007f", "\u0085", "ſ", "İ", "'; DROP TABLE visit; --", "%", "_%_",
	"%00", "../../etc/passwd", "<script>alert(1)</script>", "{{.}}", "CES-1", "NETWORK", "🏳️", strings.Repeat("9", 400),
}

// long are texts that somebody may have bounded, or forgotten to.
var long = []string{strings.Repeat("a", 129), strings.Repeat("a ", 900), strings.Repeat("ā", 4000), strings.Repeat("x", 40_000)}

// pick returns one of a list.
func pick[T any](d *Draw, list []T) T { return list[d.Rand.IntN(len(list))] }

// chance is true n times of a hundred.
func (d *Draw) chance(n int) bool { return d.Rand.IntN(100) < n }

// Value returns a value that the schema allows.
func (d *Draw) Value(schema map[string]any) any {
	s, ok := d.Schemas.resolve(schema)
	if !ok {
		return nil
	}
	if list := items(s["enum"]); len(list) > 0 {
		return pick(d, list)
	}
	if list := items(s["examples"]); len(list) > 0 && d.chance(50) {
		return pick(d, list)
	}
	switch kind(s) {
	case "object":
		return d.object(s)
	case "array":
		least, most := bound(s, "minItems", 0), bound(s, "maxItems", math.MaxInt32)
		n := min(least+d.Rand.IntN(3), most)
		if d.chance(d.beyond) {
			n = pick(d, []int{0, max(least-1, 0), min(most, 600) + 1})
		}
		list := make([]any, n)
		for i := range list {
			list[i] = d.Value(object(s["items"]))
		}
		return list
	case "string":
		return d.text(s)
	case "integer", "number":
		return d.number(s)
	case "boolean":
		return d.chance(50)
	}
	return pick(d, oddValues)
}

// kind is the type of a schema, the first of several.
func kind(s map[string]any) string {
	if list := items(s["type"]); len(list) > 0 {
		return fmt.Sprint(list[0])
	}
	return fmt.Sprint(s["type"])
}

func bound(s map[string]any, word string, otherwise int) int {
	if n, ok := s[word].(float64); ok {
		return int(n)
	}
	return otherwise
}

func (d *Draw) object(s map[string]any) map[string]any {
	whole, properties := map[string]any{}, object(s["properties"])
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if slices.Contains(items(s["required"]), any(name)) || d.chance(50) {
			whole[name] = d.Value(object(properties[name]))
		}
	}
	return whole
}

func (d *Draw) text(s map[string]any) string {
	switch s["format"] {
	case "uuid":
		if ids := slices.DeleteFunc(slices.Clone(d.Known), func(k string) bool { return !isForm("uuid", k) }); len(ids) > 0 && d.chance(90) {
			return pick(d, ids)
		}
		return "01a1fc6d-b54d-79eb-bfbe-b8ebd0eb2dc0"
	case "date":
		return pick(d, []string{"2026-01-01", "2026-02-28", "2024-02-29", "2025-12-31", "0001-01-01", "9999-12-31", "1900-01-01"})
	case "date-time":
		return "2026-03-02T08:15:30Z"
	}
	text := pick(d, odd)
	if len(d.Known) > 0 && d.chance(60) {
		text = pick(d, d.Known)
	}
	if d.chance(25) {
		text = pick(d, long)
	}
	if d.chance(d.beyond) {
		return text
	}
	for least := bound(s, "minLength", 0); utf8.RuneCountInString(text) < least; {
		text += "x"
	}
	if most := bound(s, "maxLength", math.MaxInt32); utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most])
	}
	return text
}

func (d *Draw) number(s map[string]any) float64 {
	least, most := math.Inf(-1), math.Inf(1)
	if n, ok := s["minimum"].(float64); ok {
		least = n
	}
	if n, ok := s["maximum"].(float64); ok {
		most = n
	}
	if d.chance(d.beyond) && !math.IsInf(least, 0) {
		return least - 1
	}
	if d.chance(d.beyond) && !math.IsInf(most, 0) {
		return most + 1
	}
	n := pick(d, []float64{least, most, least + 1, most - 1, 0, 1, 2, 57.3, -1, 1000, 1 << 31, 1 << 53, 1e12, -1e12})
	if kind(s) == "integer" {
		n = math.Trunc(n)
	}
	if n < least || n > most || math.IsInf(n, 0) {
		return math.Max(least, math.Min(1, most))
	}
	return n
}

// oddValues are what no schema of ours asks for.
var oddValues = []any{
	nil, true, false, 0.0, -1.0, 1.5, 1e300, math.Pow(2, 63), "", "x", []any{}, []any{nil}, map[string]any{}, map[string]any{"x": 1.0}, nested(64),
}

func nested(depth int) any {
	var v any
	for range depth {
		v = []any{v}
	}
	return v
}

// Bend changes one thing of a value, at any depth: a member is missing, unknown or of another kind, a list is empty, a text is odd.
func (d *Draw) Bend(value any) any {
	switch v := value.(type) {
	case map[string]any:
		v = maps.Clone(v)
		names := slices.Sorted(maps.Keys(v))
		switch {
		case len(names) > 0 && d.chance(60):
			name := pick(d, names)
			v[name] = d.Bend(v[name])
			return v
		case len(names) > 0 && d.chance(50):
			delete(v, pick(d, names))
			return v
		case len(names) > 0 && d.chance(30): // a reader that takes KIND for kind has two values for one member
			name := pick(d, names)
			v[strings.ToUpper(name)] = v[name]
			return v
		case d.chance(50):
			v[pick(d, []string{"x", "id", "Kind", "kind ", "ķind", ""})] = pick(d, oddValues)
			return v
		}
	case []any:
		if len(v) > 0 && d.chance(80) {
			v = slices.Clone(v)
			i := d.Rand.IntN(len(v))
			v[i] = d.Bend(v[i])
			return v
		}
		if d.chance(50) {
			return slices.Concat(v, v)
		}
	case string:
		if d.chance(60) {
			return pick(d, odd)
		}
	case float64:
		if d.chance(60) {
			return pick(d, []float64{-v, v + 0.5, v + 1, v - 1, v * 1e6, math.Pow(2, 63), -math.Pow(2, 63), math.MaxFloat64})
		}
	}
	return pick(d, oddValues)
}
