package statement

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// charsets are the encodings in which banks of the region write, beside UTF-8 and UTF-16, without the marks between letters and digits. "ANSI" is what Windows calls the
// encoding of the country.
var charsets = map[string]*charmap.Charmap{
	"windows1257": charmap.Windows1257, "cp1257": charmap.Windows1257, "win1257": charmap.Windows1257, "1257": charmap.Windows1257, "ansi": charmap.Windows1257,
	"xcp1257": charmap.Windows1257, "iso885913": charmap.ISO8859_13, "latin7": charmap.ISO8859_13, "iso88594": charmap.ISO8859_4, "latin4": charmap.ISO8859_4,
	"iso88591": charmap.ISO8859_1, "latin1": charmap.ISO8859_1, "iso885915": charmap.ISO8859_15, "latin9": charmap.ISO8859_15, "iso885910": charmap.ISO8859_10,
	"windows1252": charmap.Windows1252, "cp1252": charmap.Windows1252, "windows1250": charmap.Windows1250, "cp1250": charmap.Windows1250, "iso88592": charmap.ISO8859_2,
	"latin2": charmap.ISO8859_2, "windows1251": charmap.Windows1251, "cp1251": charmap.Windows1251, "iso88595": charmap.ISO8859_5,
}

// charset returns the encoding that a declaration names; none for UTF-8 and its part ASCII. It is false for an encoding that is not known.
func charset(name string) (*charmap.Charmap, bool) {
	plain := strings.NewReplacer("-", "", "_", "", " ", "", ".", "", ":", "").Replace(strings.ToLower(strings.TrimSpace(name)))
	switch plain {
	case "", "utf8", "usascii", "ascii", "utf16", "utf16le", "utf16be", "ucs2", "iso10646ucs2":
		return nil, true // what is UTF-16 is turned into UTF-8 before it is read as XML
	}
	found := charsets[plain]
	return found, found != nil
}

// head is how much of a file is looked at before it is read.
const head = 1024

// declared is the encoding in the declaration of a document.
var declared = regexp.MustCompile(`^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']`)

// plain returns a reader of the bytes of a file that is XML in UTF-8 or in the encoding of one byte that it declares: without a byte-order mark, what banks pad a file with behind
// its end, and UTF-16. It returns a fault for what is another kind of file by its first bytes.
func plain(r io.Reader) (io.Reader, error) {
	in := bufio.NewReaderSize(r, 4*head)
	begin, err := in.Peek(head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return in, nil // whoever reads it meets the error again
	}
	if wide := wideOf(begin); wide != nil {
		return &unpadded{from: transform.NewReader(in, wide.NewDecoder())}, nil
	}
	begin = bytes.TrimPrefix(begin, []byte("\ufeff"))
	if key := otherKind(begin); key != "" {
		return nil, invalid(key)
	}
	if name := declared.FindSubmatch(begin); name != nil {
		known, ok := charset(string(name[1]))
		switch {
		case !ok:
			return nil, invalid("statement.encoding")
		case known != nil:
			return &unpadded{from: in}, nil
		}
	}
	return &unpadded{from: transform.NewReader(in, &lenient{})}, nil
}

// wideOf returns the decoder of a file in UTF-16, by its mark or by the zeros of its first letters, and nil for any other.
func wideOf(begin []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(begin, []byte{0xff, 0xfe}), bytes.HasPrefix(begin, []byte{'<', 0}):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.HasPrefix(begin, []byte{0xfe, 0xff}), bytes.HasPrefix(begin, []byte{0, '<'}):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	return nil
}

// otherKind returns the message about a file that is no XML by its first bytes, or "".
func otherKind(begin []byte) string {
	for mark, key := range map[string]string{
		"PK\x03\x04": "statement.zip", "PK\x05\x06": "statement.zip", "\x1f\x8b": "statement.zip", "Rar!": "statement.zip", "7z\xbc\xaf": "statement.zip",
		"%PDF": "statement.pdf", "\xd0\xcf\x11\xe0": "statement.table", "{1:F01": "statement.mt940",
	} {
		if bytes.HasPrefix(begin, []byte(mark)) {
			return key
		}
	}
	text := strings.TrimSpace(string(begin))
	line, _, _ := strings.Cut(text, "\n")
	switch {
	case strings.HasPrefix(text, "<"), text == "":
		return ""
	case strings.HasPrefix(text, ":20:"):
		return "statement.mt940"
	case strings.HasPrefix(text, `"`), strings.HasPrefix(text, "sep="), strings.ContainsAny(line, ";\t"), strings.Count(line, ",") > 1:
		return "statement.table"
	}
	return ""
}

// lenient hands UTF-8 on, without a byte-order mark at its beginning, and reads bytes that are none as Windows-1257: some banks declare UTF-8 and write what Windows
// calls ANSI. Texts only serve to find the number of a slip, and are not kept.
type lenient struct{ begun bool }

// Reset implements transform.Transformer.
func (l *lenient) Reset() { l.begun = false }

// Transform implements transform.Transformer.
func (l *lenient) Transform(dst, src []byte, atEOF bool) (written, read int, err error) {
	for read < len(src) {
		if plain := ascii(src[read:min(len(src), read+len(dst)-written)]); plain > 0 {
			copy(dst[written:], src[read:read+plain])
			written, read, l.begun = written+plain, read+plain, true
			continue
		}
		if !utf8.FullRune(src[read:]) && !atEOF {
			return written, read, transform.ErrShortSrc
		}
		r, size := utf8.DecodeRune(src[read:])
		if r == utf8.RuneError && size <= 1 {
			r = charmap.Windows1257.DecodeByte(src[read])
			size = 1
		}
		if r == '\ufeff' && !l.begun {
			read += size
			l.begun = true
			continue
		}
		l.begun = true
		if written+utf8.RuneLen(r) > len(dst) {
			return written, read, transform.ErrShortDst
		}
		written += utf8.EncodeRune(dst[written:], r)
		read += size
	}
	return written, read, nil
}

// ascii returns how many bytes at the beginning are letters of one byte.
func ascii(text []byte) int {
	for i, c := range text {
		if c >= utf8.RuneSelf {
			return i
		}
	}
	return len(text)
}

// padding is what may stand behind the end of a file and says nothing: zeros, the old mark of the end, white space.
const padding = "\x00\x1a \t\r\n"

// mostPadding bounds what is held back, in bytes.
const mostPadding = 1 << 20

// unpadded drops the padding at the end.
type unpadded struct {
	from  io.Reader
	held  []byte // padding that may turn out to stand at the end
	ready []byte
	err   error
	buf   [4096]byte
}

// Read implements io.Reader.
func (u *unpadded) Read(p []byte) (int, error) {
	for len(u.ready) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		n, err := u.from.Read(u.buf[:])
		u.err = err
		chunk := u.buf[:n]
		body := bytes.TrimRight(chunk, padding)
		if len(body) > 0 {
			u.ready = append(append(u.ready[:0], u.held...), body...)
			u.held = u.held[:0]
		}
		u.held = append(u.held, chunk[len(body):]...)
		if len(u.held) > mostPadding {
			u.ready, u.held = append(u.ready, u.held...), nil
		}
	}
	n := copy(p, u.ready)
	u.ready = u.ready[n:]
	return n, nil
}
