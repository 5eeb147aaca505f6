package html

import (
	"context"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/a-h/templ"

	"vienkopus/internal/platform/lang"
)

// BarChart is numbers to look at: a column for each Bar, made of its parts, with the same numbers in a table behind it.
// It is SVG laid out in per cent, so that it takes the width there is while its letters keep the page's size.
type BarChart struct {
	// ID is unique on the page.
	ID string
	// Title says what is shown; Summary says in a sentence what it shows, for those who do not see it.
	Title, Summary string
	// Unit heads the first column of the table: "Month".
	Unit string
	// Series name the parts of each bar, at most six; one series needs no legend.
	Series []string
	Bars   []Bar
}

// Bar is one column: its label, and one value per series, none negative.
type Bar struct {
	// Label stands under the column, Name in full in the table; Name may be empty.
	Label, Name string
	Values      []int64
	// Href leads to the lines behind it, or is empty.
	Href string
}

// Render draws the chart.
func (c BarChart) Render(ctx context.Context, w io.Writer) error {
	return barChart(c, c.plan(ctx)).Render(ctx, w)
}

// The plot is 220 px high, in an image that has room for a number above and a label below it.
const (
	plotHeight = 220
	aboveRoom  = 22
	belowRoom  = 26
)

// plan is the chart in coordinates: x in per cent of the width, y in px.
type plan struct {
	columns []column
	axes    []axis
	// slant says when the labels lean, because upright they would run into each other: "narrow" on narrow screens,
	// "always", or "" for labels as short as months.
	slant string
}

type column struct {
	bar            Bar
	x, width       string // of the column
	middle         string
	labelY, totalY string
	total          string
	parts          []part
}

type part struct {
	class     string
	y, height string
	title     string
	isThin    bool // too thin for an edge of its own
}

type axis struct {
	y, labelY string
	label     string
	isBase    bool
}

func (c BarChart) plan(ctx context.Context) plan {
	highest := int64(0)
	for _, b := range c.Bars {
		highest = max(highest, b.total())
	}
	step := stepOf(highest)
	top := max(step, (highest+step-1)/step*step)
	p := plan{slant: c.slant()}
	for at := int64(0); at <= top; at += step {
		y := aboveRoom + plotHeight - scaled(at, top)
		p.axes = append(p.axes, axis{y: px(y), labelY: px(y + 4), label: lang.Int(ctx, at), isBase: at == 0})
	}
	share := 100.0 / float64(max(1, len(c.Bars)))
	for i, b := range c.Bars {
		p.columns = append(p.columns, c.column(ctx, b, share*float64(i), share, top))
	}
	return p
}

func (c BarChart) column(ctx context.Context, b Bar, left, share float64, top int64) column {
	col := column{
		bar: b, x: percent(left + share*0.15), width: percent(share * 0.7), middle: percent(left + share/2),
		labelY: px(aboveRoom + plotHeight + 18), total: lang.Int(ctx, b.total()),
	}
	sum := int64(0)
	for i, value := range b.Values {
		low := aboveRoom + plotHeight - scaled(sum, top)
		sum += value
		high := aboveRoom + plotHeight - scaled(sum, top)
		if value == 0 {
			continue
		}
		title := b.fullName() + ": " + lang.Int(ctx, value)
		if i < len(c.Series) {
			title = b.fullName() + ", " + c.Series[i] + ": " + lang.Int(ctx, value)
		}
		col.parts = append(col.parts, part{class: seriesClass(i), y: px(high), height: px(low - high), title: title, isThin: low-high < 4})
	}
	col.totalY = px(aboveRoom + plotHeight - scaled(sum, top) - 6)
	return col
}

func (b Bar) total() int64 {
	sum := int64(0)
	for _, v := range b.Values {
		sum += v
	}
	return sum
}

func (b Bar) fullName() string {
	if b.Name != "" {
		return b.Name
	}
	return b.Label
}

func (c BarChart) slant() string {
	longest := 0
	for _, b := range c.Bars {
		longest = max(longest, utf8.RuneCountInString(b.Label))
	}
	switch room := longest * len(c.Bars); {
	case room > 150:
		return "always"
	case room > 36:
		return "narrow"
	}
	return ""
}

func (p plan) attributes() templ.Attributes {
	if p.slant == "" {
		return nil
	}
	return templ.Attributes{"data-slant": p.slant}
}

// totals says whether there is room for the sum above each column.
func (p plan) totals() bool { return len(p.columns) <= 14 }

func seriesClass(i int) string { return "vk-series-" + strconv.Itoa(i%6+1) }

// stepOf returns the distance of the lines: 1, 2 or 5 times a power of ten, so that there are four to eight of them.
func stepOf(highest int64) int64 {
	for power := int64(1); ; power *= 10 {
		for _, times := range []int64{1, 2, 5} {
			if step := power * times; highest <= 6*step {
				return step
			}
		}
	}
}

// scaled returns how many px high a value is.
func scaled(value, top int64) float64 { return float64(value) / float64(top) * plotHeight }

func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func percent(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) + "%" }

// columns heads the table behind the chart.
func (c BarChart) columns(ctx context.Context) []Column {
	all := []Column{{Label: c.Unit}}
	for _, s := range c.Series {
		all = append(all, Column{Label: s, Number: true})
	}
	if len(c.Series) > 1 {
		all = append(all, Column{Label: lang.T(ctx, "shell.total"), Number: true})
	}
	return all
}
