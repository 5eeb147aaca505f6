package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"vienkopus/internal/base/fault"
)

// workbooks are how files begin that a spreadsheet or a packer wrote in a form of its own: ZIP (XLSX and ODS are some), the old XLS, gzip, 7-Zip, RAR.
var workbooks = [][]byte{
	[]byte("PK\x03\x04"), []byte("PK\x05\x06"), []byte("\xd0\xcf\x11\xe0"), []byte("\x1f\x8b"), []byte("7z\xbc\xaf"), []byte("Rar!"),
}

// others are how files begin that are text and yet no rows: a page that calls itself XLS is quite usual.
var others = [][]byte{[]byte("%PDF"), []byte("<"), []byte("{\\rtf")}

// Text returns the bytes of a text file as UTF-8, without a byte-order mark. UTF-16 is known by its mark or by the zeros between its letters. It returns
// the faults "sheet.workbook" for a workbook or an archive, "sheet.other_file" for a page or a PDF, and "sheet.encoding" for UTF-32.
func Text(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(r, peek)
	start, err := buffered.Peek(peek)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, fmt.Errorf("sheet: read: %w", err)
	}
	begins := func(with []byte) bool { return bytes.HasPrefix(start, with) }
	for _, w := range workbooks {
		if begins(w) {
			return nil, fault.NewInvalid("sheet.workbook")
		}
	}
	mark, order := 0, byteOrder(0)
	switch {
	case begins([]byte("\xff\xfe\x00\x00")) || begins([]byte("\x00\x00\xfe\xff")):
		return nil, fault.NewInvalid("sheet.encoding")
	case begins([]byte("\xff\xfe")):
		mark, order = 2, little
	case begins([]byte("\xfe\xff")):
		mark, order = 2, big
	case begins(byteOrderMark):
		mark = len(byteOrderMark)
	default:
		order = orderOf(start)
	}
	if _, err := buffered.Discard(mark); err != nil {
		return nil, fmt.Errorf("sheet: read: %w", err)
	}
	if order != 0 {
		return &utf16Reader{from: buffered, order: order}, nil
	}
	for _, o := range others {
		if bytes.HasPrefix(bytes.TrimLeft(start[mark:], " \t\r\n"), o) {
			return nil, fault.NewInvalid("sheet.other_file")
		}
	}
	return buffered, nil
}

// byteOrder is that of UTF-16; the zero value says that the text is none.
type byteOrder int

const (
	little byteOrder = iota + 1
	big
)

// orderOf finds UTF-16 that has no mark: most letters of a header are ASCII, so every other byte is zero.
func orderOf(start []byte) byteOrder {
	var zeros [2]int
	for i, b := range start {
		if b == 0 {
			zeros[i%2]++
		}
	}
	pairs := len(start) / 2
	switch {
	case pairs < 4:
	case zeros[1] > pairs/2 && zeros[0]*8 < zeros[1]:
		return little
	case zeros[0] > pairs/2 && zeros[1]*8 < zeros[0]:
		return big
	}
	return 0
}

// utf16Reader reads UTF-16 as UTF-8. Half a letter becomes U+FFFD, which no cell may hold.
type utf16Reader struct {
	from  *bufio.Reader
	order byteOrder
	rest  []byte
	ahead rune // a unit that was read behind half a letter; 0 when there is none
	err   error
}

// Read implements io.Reader.
func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.rest) < len(p) && u.err == nil {
		u.next()
	}
	n := copy(p, u.rest)
	if u.rest = u.rest[n:]; n == 0 && len(p) > 0 {
		return 0, u.err
	}
	return n, nil
}

func (u *utf16Reader) next() {
	r := u.ahead
	if u.ahead = 0; r == 0 {
		var ok bool
		if r, ok = u.unit(); !ok {
			return
		}
	}
	if utf16.IsSurrogate(r) {
		second, ok := u.unit()
		whole := utf16.DecodeRune(r, second)
		if ok && whole == utf8.RuneError {
			u.ahead = second
		}
		r = whole
	}
	u.rest = utf8.AppendRune(u.rest, r)
}

// unit reads two bytes.
func (u *utf16Reader) unit() (rune, bool) {
	var two [2]byte
	_, err := io.ReadFull(u.from, two[:])
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		u.rest = utf8.AppendRune(u.rest, utf8.RuneError)
		u.err = io.EOF
		return 0, false
	case err != nil:
		u.err = err
		return 0, false
	case u.order == little:
		return rune(two[0]) | rune(two[1])<<8, true
	}
	return rune(two[1]) | rune(two[0])<<8, true
}
