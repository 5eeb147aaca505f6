package paymenthttp_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

var keep = flag.String("keep", "", "a file that keeps what was printed, for eyes")

// stock is what one sheet must be.
type stock struct {
	width, height float64 // in millimetres; height 0 is a roll
	margin        float64 // nothing is printed nearer to the edges on the left and right
	module        int     // dots
	longest       int     // sheets that the longest receipt may take
}

var papers = map[html.Paper]stock{
	html.A4:         {210, 297, 14.7, 5, 1},
	html.A5:         {148, 210, 9.7, 5, 1},
	html.LargePrint: {210, 297, 11.7, 7, 2},
	html.Roll80:     {80, 0, 4, 6, 1},
	html.Roll58:     {58, 0, 5, 5, 1},
}

// job is a receipt to print, and what came out.
type job struct {
	name  string
	paper html.Paper
	lang  string
	says  paymenthttp.Paper
	code  *receipt.Code
	long  bool
	fault string // what a planted fault must be found as; "" for none
	pages []piece
	sharp bool // every module is a whole number of dots
}

func jobs(t *testing.T) []*job {
	t.Helper()
	var all []*job
	for _, p := range html.Papers {
		for _, l := range lang.Languages() {
			for i, s := range samples(t, l.Code) {
				j := &job{name: fmt.Sprintf("%s %s %d", p, l.Code, i), paper: p, lang: l.Code, long: s.longest}
				j.says, j.code = s.paper(in(t, l.Code), t)
				all = append(all, j)
			}
		}
	}
	return all
}

// plants are faults that must be found: by their class, the style that makes them, and what is said of them.
var plants = []struct {
	class, style, fault string
	paper               html.Paper
}{
	{"p-blurred", `.p-blurred .vk-papers { --vk-module: 0.58mm }`, "no sharp code", html.Roll58},
	{"p-stretched", `.p-stretched .vk-qr > svg { width: 36mm; height: 36.2mm }`, "no sharp code", html.A4},
	{"p-clipped", `.p-clipped .vk-sheet-facts { width: 60mm; overflow: hidden } .p-clipped .vk-sheet-facts * { white-space: nowrap }`, "does not say", html.A4},
	{"p-halved", `.p-halved .vk-sheet h2 { clip-path: inset(0 0 55% 0) }`, "is cut off", html.A4},
	{"p-shortened", `.p-shortened .vk-sheet-facts * { white-space: nowrap; overflow: hidden; text-overflow: ellipsis }`, "does not say", html.Roll80},
	{"p-aside", `.p-aside .vk-sheet > table { margin-inline-start: -4mm }`, "in the margin", html.Roll58},
	{"p-over", `.p-over .vk-sheet > table { margin-block-start: -1.2em }`, "stands on", html.A5},
	{"p-more", `.p-more .vk-papers { --vk-type: 14pt }`, "2 sheets", html.A5},
	{"p-other", ``, "the code says", html.A4},
}

func planted(t *testing.T) (all []*job, style string) {
	t.Helper()
	for _, p := range plants {
		s := samples(t, "lv")[1]
		j := &job{name: p.class, paper: p.paper, lang: "lv", long: true, fault: p.fault}
		j.says, j.code = s.paper(in(t, "lv"), t)
		if p.class == "p-other" {
			var other paymenthttp.Paper
			other, j.code = samples(t, "lv")[0].paper(in(t, "lv"), t)
			j.says.QR = other.QR
		}
		all = append(all, j)
		style += p.style + "\n"
	}
	return all, style
}

// printed puts all jobs into one page and prints it once, because a browser is slow to start.
func printed(t *testing.T, all []*job, style string) {
	t.Helper()
	body := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `<link rel="stylesheet" href="/planted.css">`)
		for _, j := range all {
			if err == nil {
				_, err = fmt.Fprintf(w, `<div class=%q>`, j.name)
			}
			if err == nil {
				err = paymenthttp.Sheets(paymenthttp.Papers{Paper: j.paper, Sheets: []paymenthttp.Paper{j.says}}).Render(lang.With(ctx, j.lang), w)
			}
			if err == nil {
				_, err = io.WriteString(w, `</div>`)
			}
		}
		return err
	})
	pages := printOut(t, templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return html.Page(html.Head{}).Render(templ.WithChildren(ctx, body), w)
	}), style)
	last := -1
	for _, p := range pages {
		if last+1 < len(all) && strings.Contains(p.text, all[last+1].says.CheckCode) {
			last++
		}
		if last < 0 {
			t.Fatalf("the first sheet is of no receipt: %s", p.text)
		}
		all[last].pages = append(all[last].pages, p)
	}
	if last+1 != len(all) {
		t.Fatalf("%s did not come out", all[last+1].name)
	}
}

// TestWhatComesOutOfThePrinter prints receipts of every kind on every paper in every language, with the longest names in five languages, as
// a thermal printer does, and holds them to what a client must be able to rely on: all of it is there, nothing is cut off, and the code on
// the paper proves what the paper says.
func TestWhatComesOutOfThePrinter(t *testing.T) {
	t.Parallel()
	all := jobs(t)
	printed(t, all, "")
	for i, found := range faults(t, all) {
		if len(found) > 0 {
			t.Errorf("%s: %s", all[i].name, strings.Join(found, "; "))
		}
	}
}

// The test itself: faults that were planted are found, each as what it is.
func TestFaultsOnPaperAreFound(t *testing.T) {
	t.Parallel()
	all, style := planted(t)
	printed(t, all, style)
	for i, found := range faults(t, all) {
		if want := all[i].fault; !strings.Contains(strings.Join(found, "; "), want) {
			t.Errorf("%s: %q is not found, but %q", all[i].name, want, found)
		}
	}
	// What is wider than its paper makes a browser print everything smaller, so that it is found in a print of its own.
	wide := &job{name: "p-wide", paper: html.Roll58, lang: "lv", long: true}
	wide.says, wide.code = samples(t, "lv")[1].paper(in(t, "lv"), t)
	printed(t, []*job{wide}, `.p-wide .vk-sheet > table { width: 70mm }`)
	if found := faults(t, []*job{wide})[0]; !strings.Contains(strings.Join(found, "; "), "no sharp code") {
		t.Errorf("what is wider than the paper is not found, but %q", found)
	}
}

// The page around the receipts stays on the screen, and what comes from a roll has one length.
func TestThePageIsPrintedWithoutItsScreen(t *testing.T) {
	t.Parallel()
	p := paymenthttp.Papers{Paper: html.Roll58, Back: "/payments"}
	for _, s := range samples(t, "lv")[:2] {
		one, _ := s.paper(in(t, "lv"), t)
		p.Sheets = append(p.Sheets, one)
	}
	shell := html.Shell{User: &html.User{Name: "Anna Bērziņa", Role: "klientu apkalpotāja"}, Nav: []html.NavItem{{Label: "Apkalpošana", Href: "/counter"}}, Status: &html.Status{}}
	pages := printOut(t, templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return p.Render(html.WithShell(ctx, shell), w)
	}), "")
	if len(pages) != len(p.Sheets) {
		t.Fatalf("%d sheets instead of %d", len(pages), len(p.Sheets))
	}
	for i, one := range pages {
		if !strings.HasPrefix(one.text, plain(p.Sheets[i].Issuer)) || !strings.HasSuffix(one.text, plain(p.Sheets[i].Desk)) {
			t.Errorf("there is more than the receipt: %s", one.text)
		}
		if one.height != pages[0].height || one.height < 200 {
			t.Errorf("sheet %d is %.0f mm long, the first %.0f mm", i, one.height, pages[0].height)
		}
	}
}

// faults says what is wrong with each receipt.
func faults(t *testing.T, all []*job) [][]string {
	t.Helper()
	rolls := map[html.Paper]float64{}
	for _, j := range all {
		rolls[j.paper] = max(rolls[j.paper], j.end())
	}
	readings, keys := readAll(t, all), keysOf(t)
	found := make([][]string, len(all))
	for i, j := range all {
		found[i] = append(j.faults(rolls[j.paper]), j.codeFaults(keys, readings[i])...)
	}
	return found
}

func keysOf(t *testing.T) *receipt.Keys {
	t.Helper()
	keys, err := receipt.NewKeys(signer(t).Public())
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// around is how many dots of a page the page that checks receipts sees around a code.
const around = 60

// readAll finds the code of each job and has two programs read it.
func readAll(t *testing.T, all []*job) [][]string {
	t.Helper()
	var files []string
	var pictures []picture
	for _, j := range all {
		symbol, err := j.code.QR()
		if err != nil {
			t.Fatal(err)
		}
		first := j.pages[0].dots
		var part picture
		if at, sharp := first.find(symbol, papers[j.paper].module); sharp {
			j.sharp, part = true, first.cut(at.x-around, at.y-around, at.x+at.side+around, at.y+at.side+around)
		} else {
			part = first.cut(0, 0, first.width, first.height)
		}
		pictures = append(pictures, part)
		files = append(files, j.pages[0].file)
	}
	byPage, byZBar := readByPage(t, pictures), readByZBar(t, files)
	readings := make([][]string, len(all))
	for i := range all {
		readings[i] = []string{byPage[i], byZBar[files[i]]}
	}
	return readings
}
