package html_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/platform/html"
)

var rects = regexp.MustCompile(`<rect class="vk-series-\d"(?: data-thin)? x="([\d.]+)%" width="([\d.]+)%" y="([\d.]+)" height="([\d.]+)">`)

// Whatever the numbers are, every column stands inside the picture, its parts lie on each other without gap or overlap,
// and its height is its share of the highest line.
func TestChartIsTrueToItsNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		series := rapid.IntRange(1, 6).Draw(rt, "series")
		c := html.BarChart{ID: "c", Title: "t", Series: make([]string, series)}
		highest := int64(0)
		for i := range rapid.IntRange(1, 14).Draw(rt, "bars") {
			b := html.Bar{Label: strconv.Itoa(i)}
			sum := int64(0)
			for range series {
				v := rapid.Int64Range(1, 1_000_000_000).Draw(rt, "value")
				b.Values = append(b.Values, v)
				sum += v
			}
			highest = max(highest, sum)
			c.Bars = append(c.Bars, b)
		}
		found := rects.FindAllStringSubmatch(draw(t, c), -1)
		if len(found) != len(c.Bars)*series {
			rt.Fatalf("%d parts for %d columns of %d", len(found), len(c.Bars), series)
		}
		tallest := 0.0
		for i, b := range c.Bars {
			height := checkColumn(rt, found[i*series:(i+1)*series], b)
			tallest = max(tallest, height)
		}
		if tallest < 220*0.5 || tallest > 220.6 {
			rt.Errorf("the highest column of %d is %v px high", highest, tallest)
		}
	})
}

func checkColumn(t *rapid.T, parts [][]string, b html.Bar) float64 {
	bottom, sum, total := 242.0, int64(0), 0.0
	for i, p := range parts {
		n := make([]float64, 4)
		for j := range n {
			n[j], _ = strconv.ParseFloat(p[j+1], 64)
		}
		x, width, y, height := n[0], n[1], n[2], n[3]
		if x < 0 || x+width > 100.01 || y < 21.9 {
			t.Errorf("part %v leaves the picture", p)
		}
		if math.Abs(y+height-bottom) > 0.11 {
			t.Errorf("part %d of %v begins at %v, the one below ends at %v", i, b.Values, y+height, bottom)
		}
		bottom = y
		sum += b.Values[i]
		total += height
		if want := 242 - y; sum > 0 && i > 0 && math.Abs(want-total) > 0.4 {
			t.Errorf("parts add up to %v px, the column is %v px", total, want)
		}
	}
	return 242 - bottom
}

// Nothing counted yet is a picture too: lines, labels, no column.
func TestChartOfNothing(t *testing.T) {
	t.Parallel()
	got := draw(t, html.BarChart{ID: "c", Title: "t", Series: []string{"a"}, Bars: []html.Bar{{Label: "01", Values: []int64{0}}}})
	if rects.MatchString(got) || !strings.Contains(got, ">01</text>") || strings.Contains(got, "NaN") {
		t.Error(got)
	}
	if got := draw(t, html.BarChart{ID: "c", Title: "t"}); strings.Contains(got, "NaN") || strings.Contains(got, "Inf") {
		t.Error(got)
	}
}

// The same numbers stand in a table behind the picture, with their sums and their lines.
func TestChartHasItsTable(t *testing.T) {
	t.Parallel()
	got := draw(t, html.BarChart{
		ID: "c", Title: "Gads", Summary: "Oktobris", Unit: "Mēnesis", Series: []string{"a", "b"},
		Bars: []html.Bar{{Label: "10", Name: "Oktobris", Values: []int64{1000, 234}, Href: "/x?m=10"}},
	})
	for _, want := range []string{
		`<title id="c-title">Gads</title>`, `<desc id="c-desc">Oktobris</desc>`, `role="img"`, `aria-labelledby="c-title c-desc"`,
		`<a href="/x?m=10">Oktobris</a>`, "<td data-number>1\u00a0000</td>", "<td data-number>1\u00a0234</td>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestShareIsBetweenNothingAndAll(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		part, whole int64
		want        string
	}{{1, 4, "25.00%"}, {4, 4, "100.00%"}, {0, 4, "0.00%"}, {3, 0, "0%"}} {
		if got := draw(t, html.Share{Part: c.part, Whole: c.whole}); !strings.Contains(got, fmt.Sprintf(`width=%q height`, c.want)) {
			t.Errorf("%d of %d: %s", c.part, c.whole, got)
		}
	}
}

// Labels lean before they run into each other: months stay upright everywhere, nine villages lean on a phone, thirty always.
func TestLabelsLeanWhenTheyAreLong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label string
		count int
		want  string
	}{{"12", 12, ""}, {"Dzērbene", 9, `data-slant="narrow"`}, {"Rīdzene", 30, `data-slant="always"`}} {
		chart := html.BarChart{ID: "c", Title: "t", Series: []string{"a"}}
		for range c.count {
			chart.Bars = append(chart.Bars, html.Bar{Label: c.label, Values: []int64{7}})
		}
		got := draw(t, chart)
		if leans := strings.Contains(got, "data-slant"); leans != (c.want != "") || !strings.Contains(got, c.want) {
			t.Errorf("%d × %s: want %q", c.count, c.label, c.want)
		}
	}
}
