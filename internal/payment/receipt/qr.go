package receipt

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"sync"

	"rsc.io/qr"
	"rsc.io/qr/coding"
)

const (
	// maxVersion of a QR code here has 57 modules a side. Source: ISO/IEC 18004 table 1.
	maxVersion = 10
	// quiet is the white margin in modules. Source: ISO/IEC 18004 §6.3.8.
	quiet = 4
	masks = 8
)

// Symbol is a QR code at level M.
type Symbol struct {
	// Version is 1 to 10.
	Version int
	// Size is the number of modules a side without the margin, at most 57.
	Size int

	code *coding.Code
}

// QR returns the code as a QR code at level M, of the least version that holds it.
func (c *Code) QR() (*Symbol, error) { return drawQR(c.Text()) }

// DrawText returns any text as a QR code at level M, of the least version that holds it. It returns an error for one of more than 213 bytes.
func DrawText(text string) (*Symbol, error) { return drawLeast(coding.String(text)) }

// errTooLong cannot happen to a code of Sign: a test draws the longest.
var errTooLong = errors.New("receipt: does not fit a QR code of version 10 at level M")

func drawQR(text string) (*Symbol, error) {
	return drawLeast(coding.Alpha(text))
}

func drawLeast(content coding.Encoding) (*Symbol, error) {
	for version := coding.Version(1); version <= maxVersion; version++ {
		if content.Bits(version) <= version.DataBytes(coding.M)*8 {
			return drawBest(content, version)
		}
	}
	return nil, errTooLong
}

// drawBest tries every mask and keeps the one that is easiest to read. Source: ISO/IEC 18004 §7.8.
func drawBest(content coding.Encoding, version coding.Version) (*Symbol, error) {
	best := &Symbol{Version: int(version)}
	least := 0
	for mask := range coding.Mask(masks) {
		plan, err := planOf(version, mask)
		if err != nil {
			return nil, fmt.Errorf("draw QR code: %w", err)
		}
		code, err := plan.Encode(content)
		if err != nil {
			return nil, fmt.Errorf("draw QR code: %w", err)
		}
		if score := penalty(rows(code)); best.code == nil || score < least {
			best.code, best.Size, least = code, code.Size, score
		}
	}
	return best, nil
}

// plans are where each bit lies; they depend on version and mask only and take as long as the rest.
var plans [maxVersion + 1][masks]struct {
	once sync.Once
	plan *coding.Plan
	err  error
}

func planOf(version coding.Version, mask coding.Mask) (*coding.Plan, error) {
	p := &plans[version][mask]
	p.once.Do(func() { p.plan, p.err = coding.NewPlan(version, coding.M, mask) })
	return p.plan, p.err
}

// Black says whether the module in column x and row y, counted from 0 at the top left, is dark.
func (s *Symbol) Black(x, y int) bool { return s.code.Black(x, y) }

// PNG returns the symbol with its margin as a picture, with a number of dots for each module.
func (s *Symbol) PNG(dots int) []byte {
	return (&qr.Code{Bitmap: s.code.Bitmap, Size: s.Size, Stride: s.code.Stride, Scale: dots}).PNG()
}

// SVG returns the symbol with its margin as one path, one unit a module, black on white in every colour scheme.
func (s *Symbol) SVG() string {
	var path strings.Builder
	for y := range s.Size {
		for x := 0; x < s.Size; x++ {
			from := x
			for x < s.Size && s.Black(x, y) {
				x++
			}
			if x > from {
				run := strconv.Itoa(x - from)
				path.WriteString("M" + strconv.Itoa(from+quiet) + " " + strconv.Itoa(y+quiet) + "h" + run + "v1h-" + run + "z")
			}
		}
	}
	side := strconv.Itoa(s.Size + 2*quiet)
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + side + " " + side + `" shape-rendering="crispEdges">` +
		`<path fill="#fff" d="M0 0h` + side + "v" + side + `H0z"/><path fill="#000" d="` + path.String() + `"/></svg>`
}

// Dots returns how many printer dots a module can have on paper that takes width dots, with the margin: 384 dots on
// 58 mm and 576 on 80 mm at 203 dpi. It is 0 where the symbol does not fit.
func (s *Symbol) Dots(width int) int { return width / (s.Size + 2*quiet) }

// rows returns each row and each column as bits, the first module highest; a symbol of 57 modules fits 64 bits.
func rows(code *coding.Code) [2][]uint64 {
	lines := [2][]uint64{make([]uint64, code.Size), make([]uint64, code.Size)}
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				lines[0][y] |= 1 << (code.Size - 1 - x)
				lines[1][x] |= 1 << (code.Size - 1 - y)
			}
		}
	}
	return lines
}

// penalty scores what confuses readers: long runs, blocks, what looks like a corner mark, and too much of one colour.
// Source: ISO/IEC 18004 §7.8.3.1.
func penalty(lines [2][]uint64) int {
	size, score, dark := len(lines[0]), 0, 0
	for _, direction := range lines {
		for _, line := range direction {
			score += penaltyOfRuns(line, size) + penaltyOfMarks(line, size)
		}
	}
	for y, line := range lines[0] {
		dark += bits.OnesCount64(line)
		if y > 0 {
			above := lines[0][y-1]
			inside := uint64(1)<<(size-1) - 1
			same := ^(line ^ above)
			score += 3 * bits.OnesCount64(same&(same>>1)&^(line^line>>1)&inside)
		}
	}
	off := 20*dark/(size*size) - 10 // in steps of five hundredths from a half
	return score + 10*max(off, -off-1)
}

// penaltyOfRuns gives 3 for five modules of one colour in a row and 1 for each more.
func penaltyOfRuns(line uint64, size int) int {
	score, run := 0, 1
	changes := line ^ line>>1
	for i := range size - 1 {
		if changes>>i&1 == 1 {
			run = 1
			continue
		}
		run++
		switch {
		case run == 5:
			score += 3
		case run > 5:
			score++
		}
	}
	return score
}

// penaltyOfMarks gives 40 for each 1:1:3:1:1 with four light modules on one side.
func penaltyOfMarks(line uint64, size int) int {
	score := 0
	for i := range size - 10 {
		if part := line >> i & 0x7ff; part == 0b10111010000 || part == 0b00001011101 {
			score += 40
		}
	}
	return score
}
