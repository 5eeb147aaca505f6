package web_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// scheme is the colours of one colour scheme by their names.
type scheme map[string]string

var (
	variable = regexp.MustCompile(`--ds-color-([a-z-]+): (#[0-9a-f]{6});`)
	series   = regexp.MustCompile(`\.(vk-series-\d) \{\s*fill: (#[0-9a-f]{6});`)
)

// schemes reads the light colours and, over them, the dark ones.
func schemes(t *testing.T, file string, pattern *regexp.Regexp) map[string]scheme {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	light, dark, found := strings.Cut(string(data), "@media (prefers-color-scheme: dark)")
	if !found {
		t.Fatalf("%s has no dark colours", file)
	}
	all := map[string]scheme{"light": {}, "dark": {}}
	for name, text := range map[string]string{"light": light, "dark": dark} {
		for _, m := range pattern.FindAllStringSubmatch(text, -1) {
			all[name][m[1]] = m[2]
		}
	}
	return all
}

// contrast is the ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(colour string) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			return math.NaN()
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}

// pairs says which colour stands on which, and how much they must differ: 4.5 for text, 3 for edges and the focus.
func pairs() []pair {
	var all []pair
	for _, name := range []string{"accent", "neutral", "info", "success", "warning", "danger"} {
		for _, under := range []string{"background-default", "background-tinted", "surface-default", "surface-tinted"} {
			all = append(all,
				pair{name + "-text-subtle", name + "-" + under, 4.5},
				pair{name + "-text-default", name + "-" + under, 4.5},
				pair{name + "-border-strong", name + "-" + under, 3},
			)
		}
		all = append(all,
			pair{name + "-base-contrast-default", name + "-base-default", 4.5},
			pair{name + "-base-contrast-default", name + "-base-hover", 4.5},
		)
		// Links, errors and states stand on the page and on panels, which are neutral.
		for _, under := range []string{"neutral-background-tinted", "neutral-surface-default"} {
			all = append(all, pair{name + "-text-subtle", under, 4.5}, pair{name + "-text-default", under, 4.5})
		}
	}
	for _, under := range []string{"neutral-background-tinted", "neutral-surface-default"} {
		all = append(all,
			pair{"neutral-border-default", under, 3}, // the edge of a field
			pair{"accent-base-default", under, 3},    // a button, a box that is ticked
			pair{"focus-outer", under, 3},
		)
	}
	return append(all, pair{"focus-inner", "focus-outer", 3}, pair{"danger-border-default", "danger-surface-tinted", 3})
}

type pair struct {
	over, under string
	least       float64
}

// faults returns the pairs that differ too little.
func (s scheme) faults(all []pair) []string {
	var found []string
	for _, p := range all {
		over, under := s[p.over], s[p.under]
		if over == "" || under == "" {
			found = append(found, fmt.Sprintf("%s or %s is not there", p.over, p.under))
		} else if c := contrast(over, under); c < p.least {
			found = append(found, fmt.Sprintf("%s %s on %s %s: %.2f, least %.1f", p.over, over, p.under, under, c, p.least))
		}
	}
	return found
}

func TestColoursHaveContrast(t *testing.T) {
	t.Parallel()
	for name, s := range schemes(t, "src/theme/colours.css", variable) {
		for _, f := range s.faults(pairs()) {
			t.Errorf("%s: %s", name, f)
		}
	}
}

// Each part of a chart stands out from the panel and the page.
func TestChartColoursHaveContrast(t *testing.T) {
	t.Parallel()
	theme := schemes(t, "src/theme/colours.css", variable)
	for name, parts := range schemes(t, "src/chart.css", series) {
		if len(parts) != 6 {
			t.Errorf("%s: %d series, want 6", name, len(parts))
		}
		for part, colour := range parts {
			for _, under := range []string{"neutral-background-tinted", "neutral-surface-default"} {
				if c := contrast(colour, theme[name][under]); c < 3 {
					t.Errorf("%s: %s %s on %s: %.2f", name, part, colour, under, c)
				}
			}
		}
	}
}

// The measure itself: known ratios, and a pale colour planted into the theme is found.
func TestContrastIsMeasured(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want float64
	}{{"#ffffff", "#000000", 21}, {"#ffffff", "#ffffff", 1}, {"#767676", "#ffffff", 4.54}} {
		if got := contrast(c.a, c.b); math.Abs(got-c.want) > 0.01 {
			t.Errorf("%s on %s: %.2f, want %.2f", c.a, c.b, got, c.want)
		}
	}
	s := schemes(t, "src/theme/colours.css", variable)["light"]
	s["accent-text-subtle"] = "#c9878e"
	delete(s, "focus-outer")
	found := strings.Join(s.faults(pairs()), "\n")
	for _, want := range []string{"accent-text-subtle #c9878e on", "focus-outer or neutral-background-tinted is not there"} {
		if !strings.Contains(found, want) {
			t.Errorf("no %q in:\n%s", want, found)
		}
	}
}
