package paymenthttp_test

import (
	"bytes"
	"errors"
	"fmt"

	"vienkopus/internal/payment/receipt"
)

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
