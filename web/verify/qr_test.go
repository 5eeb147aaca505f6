package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"vienkopus/internal/payment/receipt"
)

// photo is how somebody holds the paper: size in dots of the whole picture, how much of it the code fills, turned by
// degrees, leaning back (the far edge shorter by a fraction), with a shadow, blur and noise.
type photo struct {
	name                       string
	dots                       int
	fills, turned, leans, tilt float64
	shadow, noise              float64
	blur                       int
	stain                      bool
}

var photos = []photo{
	{name: "a scan", dots: 400, fills: 0.9},
	{name: "a small scan", dots: 220, fills: 0.98},
	{name: "a large photo", dots: 1400, fills: 0.4},
	{name: "turned a little", dots: 500, fills: 0.7, turned: 7},
	{name: "turned by 30", dots: 600, fills: 0.65, turned: 30},
	{name: "turned by 45", dots: 700, fills: 0.65, turned: 45},
	{name: "on its side", dots: 500, fills: 0.8, turned: 90},
	{name: "upside down", dots: 500, fills: 0.8, turned: 180},
	{name: "leaning back", dots: 700, fills: 0.8, leans: 0.12},
	{name: "leaning to the side", dots: 700, fills: 0.8, tilt: 0.12},
	{name: "leaning and turned", dots: 800, fills: 0.7, leans: 0.1, tilt: 0.06, turned: 200},
	{name: "half in the shadow", dots: 600, fills: 0.8, shadow: 0.65},
	{name: "grainy", dots: 500, fills: 0.8, noise: 45},
	{name: "out of focus", dots: 600, fills: 0.8, blur: 3},
	{name: "a poor telephone", dots: 700, fills: 0.75, turned: 12, leans: 0.06, shadow: 0.4, noise: 25, blur: 2},
	{name: "stained", dots: 600, fills: 0.8, stain: true},
}

// TestThePageReadsPhotos holds the page's own reader of QR codes, for browsers that have none: it reads every photo of codes of
// every size, and finds none where there is none.
func TestThePageReadsPhotos(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var pictures []picture
	var names, want []string
	for _, text := range someCodes(t) {
		symbol := draw(t, text)
		for _, p := range photos {
			names = append(names, fmt.Sprintf("%s, version %d", p.name, symbol.Version))
			want = append(want, text)
			pictures = append(pictures, p.take(symbol, random))
		}
	}
	empty := picture{Width: 300, Height: 200, Grey: make([]byte, 300*200)}
	for i := range empty.Grey {
		empty.Grey[i] = byte(random.Uint32())
	}
	pictures, names, want = append(pictures, empty), append(names, "noise"), append(want, "")
	data, err := json.Marshal(pictures)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pictures.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var texts []*string
	if err := json.Unmarshal(inNode(t, "src/qr/trial.ts", "texts", file), &texts); err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		switch {
		case text == nil && want[i] != "":
			t.Errorf("%s: not read", names[i])
		case text != nil && *text != want[i]:
			t.Errorf("%s: read as %q", names[i], *text)
		}
	}
}

// someCodes are an everyday code and the longest one among the vectors.
func someCodes(t *testing.T) []string {
	t.Helper()
	stored, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []struct{ Name, Code string } }
	if err := json.Unmarshal(stored, &file); err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, v := range file.Vectors {
		if v.Name == "valid: an everyday payment in cash" || v.Name == "valid: 6 bills" || v.Name == "valid: the longest code" {
			codes = append(codes, v.Code)
		}
	}
	if len(codes) != 3 {
		t.Fatalf("%d codes found", len(codes))
	}
	return codes
}

func draw(t *testing.T, text string) *receipt.Symbol {
	t.Helper()
	code, err := receipt.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	symbol, err := code.QR()
	if err != nil {
		t.Fatal(err)
	}
	return symbol
}

type picture struct {
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Grey   []byte `json:"grey"`
}

// take draws the symbol as the camera sees it.
func (p photo) take(symbol *receipt.Symbol, random *rand.Rand) picture {
	sin, cos := math.Sincos(p.turned * math.Pi / 180)
	size := float64(symbol.Size)
	scale := (size + 8) / (p.fills * float64(p.dots)) // modules for each dot
	light := func(x, y float64) float64 {
		u, v := x-float64(p.dots)/2, y-float64(p.dots)/2
		far := 1 + p.leans*2*v/float64(p.dots) + p.tilt*2*u/float64(p.dots)
		u, v = u/far, v/far
		mx, my := (u*cos+v*sin)*scale+size/2, (v*cos-u*sin)*scale+size/2
		if p.stain && math.Hypot(mx-size*0.6, my-size*0.62) < size*0.06 {
			return 40
		}
		if symbol.Black(int(math.Floor(mx)), int(math.Floor(my))) {
			return 30
		}
		return 235
	}
	grey := make([]float64, p.dots*p.dots)
	for y := range p.dots {
		for x := range p.dots {
			sum := 0.0
			for _, d := range [][2]float64{{0.25, 0.25}, {0.75, 0.25}, {0.25, 0.75}, {0.75, 0.75}} {
				sum += light(float64(x)+d[0], float64(y)+d[1])
			}
			shade := 1 - p.shadow/(1+math.Exp(float64(p.dots/2-x)/float64(p.dots)*20))
			grey[y*p.dots+x] = sum / 4 * shade
		}
	}
	return picture{p.dots, p.dots, p.spoil(grey, random)}
}

// spoil blurs and adds noise.
func (p photo) spoil(grey []float64, random *rand.Rand) []byte {
	result := make([]byte, len(grey))
	for y := range p.dots {
		for x := range p.dots {
			sum, n := 0.0, 0.0
			for dy := -p.blur; dy <= p.blur; dy++ {
				for dx := -p.blur; dx <= p.blur; dx++ {
					if i, j := x+dx, y+dy; i >= 0 && j >= 0 && i < p.dots && j < p.dots {
						sum += grey[j*p.dots+i]
						n++
					}
				}
			}
			result[y*p.dots+x] = byte(max(0, min(255, sum/n+random.NormFloat64()*p.noise)))
		}
	}
	return result
}
