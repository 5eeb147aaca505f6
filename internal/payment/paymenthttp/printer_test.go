package paymenthttp_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/web"
)

// piece is what came out on one piece of paper.
type piece struct {
	// width and height are in millimetres.
	width, height float64
	words         []word
	// text has no spaces, because lines break where they must.
	text string
	dots *raster
	file string
}

// word is where the letters of a word stand, in dots.
type word struct {
	text                     string
	left, top, right, bottom float64
}

// printOut prints a page as Chromium does, with the style and script that the program serves, under the policy that it sends, and gives the
// result to a printer with 203 dots an inch that knows black and white only. planted is a style sheet with faults.
func printOut(t *testing.T, c templ.Component, planted string) []piece {
	t.Helper()
	if !web.Built() {
		t.Fatal("web/dist is empty: run make web first")
	}
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", web.Handler())
	mux.HandleFunc("GET /planted.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		_, _ = w.Write([]byte(planted))
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if err := html.Render(w, r, http.StatusOK, c); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(lang.Negotiate(mux))
	defer server.Close()
	pdf := filepath.Join(t.TempDir(), "paper.pdf")
	browse(t, "--no-pdf-header-footer", "--print-to-pdf="+pdf, server.URL+"/?lang=lv")
	return read(t, pdf)
}

// browse starts Chromium for one errand.
func browse(t *testing.T, args ...string) {
	t.Helper()
	program := os.Getenv("VIENKOPUS_CHROMIUM")
	if program == "" {
		program = "/usr/bin/chromium"
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	all := []string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir=" + t.TempDir(),
	}
	if out, err := exec.CommandContext(ctx, program, append(all, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("Chromium (scripts/prepare installs it): %v: %s", err, out)
	}
}

// tool runs a program that scripts/prepare installs, and returns what it writes.
func tool(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	var complaint strings.Builder
	command.Stderr = &complaint
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s (scripts/prepare installs it): %v: %s", name, err, complaint.String())
	}
	return out
}

// read takes a file apart with programs that know nothing of Chromium: its words, where they stand, and every dot.
func read(t *testing.T, pdf string) []piece {
	t.Helper()
	if *keep != "" {
		keepFile(t, pdf)
	}
	var doc struct {
		Pages []struct {
			Width  float64 `xml:"width,attr"`
			Height float64 `xml:"height,attr"`
			Words  []struct {
				Text   string  `xml:",chardata"`
				Left   float64 `xml:"xMin,attr"`
				Top    float64 `xml:"yMin,attr"`
				Right  float64 `xml:"xMax,attr"`
				Bottom float64 `xml:"yMax,attr"`
			} `xml:"word"`
		} `xml:"body>doc>page"`
	}
	if err := xml.Unmarshal(tool(t, "pdftotext", "-bbox", pdf, "-"), &doc); err != nil {
		t.Fatal(err)
	}
	texts := strings.Split(string(tool(t, "pdftotext", "-raw", pdf, "-")), "\f")
	dir := t.TempDir()
	tool(t, "pdftoppm", "-r", fmt.Sprint(dpi), "-mono", pdf, filepath.Join(dir, "page"))
	files, err := filepath.Glob(filepath.Join(dir, "*.pbm"))
	if err != nil || len(files) != len(doc.Pages) || len(texts) < len(files) {
		t.Fatalf("%d pictures, %d pages, %d texts: %v", len(files), len(doc.Pages), len(texts), err)
	}
	slices.Sort(files)
	pages := make([]piece, len(files))
	for i, p := range doc.Pages {
		picture, err := os.ReadFile(files[i])
		if err != nil {
			t.Fatal(err)
		}
		dots, err := parseRaster(picture)
		if err != nil {
			t.Fatal(err)
		}
		pages[i] = piece{width: p.Width / 72 * 25.4, height: p.Height / 72 * 25.4, text: plain(texts[i]), dots: dots, file: files[i]}
		for _, w := range p.Words {
			pages[i].words = append(pages[i].words, word{w.Text, w.Left / 72 * dpi, w.Top / 72 * dpi, w.Right / 72 * dpi, w.Bottom / 72 * dpi})
		}
	}
	return pages
}

func keepFile(t *testing.T, pdf string) {
	t.Helper()
	data, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*keep, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// plain leaves spaces and ends of lines out.
func plain(text string) string { return strings.Join(strings.Fields(text), "") }

// dpi is what a thermal printer has: eight dots a millimetre, nearly.
const dpi = 203

// raster is a page as the printer gets it: a dot is black or not.
type raster struct {
	width, height int
	dots          []byte // one a dot, 1 is black
}

func (r *raster) black(x, y int) bool {
	return x >= 0 && y >= 0 && x < r.width && y < r.height && r.dots[y*r.width+x] == 1
}

var errRaster = errors.New("not a picture of dots")

// parseRaster reads a portable bitmap. Source: the manual page pbm(5), the raw format.
func parseRaster(data []byte) (*raster, error) {
	var width, height int
	if _, err := fmt.Sscanf(string(data[:min(len(data), 40)]), "P4\n%d %d\n", &width, &height); err != nil {
		return nil, fmt.Errorf("%w: %w", errRaster, err)
	}
	stride := (width + 7) / 8
	if len(data) < stride*height {
		return nil, errRaster
	}
	bits := data[len(data)-stride*height:]
	r := &raster{width: width, height: height, dots: make([]byte, width*height)}
	for y := range height {
		row := bits[y*stride : (y+1)*stride]
		for x := range width {
			r.dots[y*width+x] = row[x/8] >> (7 - x%8) & 1
		}
	}
	return r, nil
}

// ink says whether anything is printed in a rectangle; to is not in it.
func (r *raster) ink(fromX, fromY, toX, toY int) bool {
	for y := max(0, fromY); y < min(toY, r.height); y++ {
		row := r.dots[y*r.width : (y+1)*r.width]
		if from, to := max(0, fromX), min(toX, r.width); from < to && bytes.IndexByte(row[from:to], 1) >= 0 {
			return true
		}
	}
	return false
}

// lastInk returns the lowest row with ink.
func (r *raster) lastInk() int { return bytes.LastIndexByte(r.dots, 1) / r.width }

// spot is where a symbol stands, without its margin, and how many dots it is wide.
type spot struct{ x, y, side int }

// find looks for a symbol of which every module is so many dots wide and high, its margin white. Where two modules meet, the dot on either side
// may go with the one or the other: some printers blacken every dot that they touch.
func (r *raster) find(s *receipt.Symbol, dots int) (spot, bool) {
	mark := bytes.Repeat([]byte{1}, 7*dots) // the upper edge of the corner mark
	for y := range r.height {
		row := r.dots[y*r.width : (y+1)*r.width]
		for x := 0; ; x++ {
			next := bytes.Index(row[x:], mark)
			if next < 0 {
				break
			}
			if x += next; r.isSymbol(s, dots, spot{x, y, s.Size * dots}) {
				return spot{x, y, s.Size * dots}, true
			}
			for x+1 < len(row) && row[x+1] == 1 {
				x++
			}
		}
	}
	return spot{}, false
}

func (r *raster) isSymbol(s *receipt.Symbol, dots int, at spot) bool {
	const quiet = 4
	module := func(column, row int) bool {
		return column >= 0 && row >= 0 && column < at.side && row < at.side && s.Black(column/dots, row/dots)
	}
	near := func(column, row int, black bool) bool {
		for _, side := range [][2]int{{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-1, -1}, {1, 1}, {-1, 1}, {1, -1}} {
			if module(column+side[0], row+side[1]) == black {
				return true
			}
		}
		return false
	}
	for row := -quiet * dots; row < at.side+quiet*dots; row++ {
		for column := -quiet * dots; column < at.side+quiet*dots; column++ {
			if !near(column, row, r.black(at.x+column, at.y+row)) {
				return false
			}
		}
	}
	return true
}
