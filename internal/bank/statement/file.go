package statement

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
)

// deepest bounds how far elements lie inside each other; a statement needs about fifteen.
const deepest = 64

// mostStatements bounds the statements of a file: a few accounts, a few currencies, a month of days.
const mostStatements = 1000

// file is a file while it is read.
type file struct {
	bytes  *bounded
	source *source
	xml    *xml.Decoder
	// entries counts what the file lists, so that a message can say which entry it means.
	entries int
	drafts  []*draft
	// page is where the file stands among several that are one message (MsgPgntn).
	page page
}

// open returns the file for reading, or a fault for what is no XML by its first bytes.
func open(r io.Reader, most int) (*file, error) {
	f := &file{bytes: &bounded{from: r, left: most}}
	text, err := plain(f.bytes)
	if err != nil {
		return nil, err
	}
	f.source = newSource(text)
	raw := xml.NewDecoder(f.source)
	raw.CharsetReader = f.decode
	f.xml = xml.NewTokenDecoder(&strict{from: raw})
	return f, nil
}

// decode is asked for a reader of an encoding other than UTF-8.
func (f *file) decode(name string, encoded io.Reader) (io.Reader, error) {
	known, ok := charset(name)
	switch {
	case !ok:
		return nil, invalid("statement.encoding")
	case known == nil:
		return encoded, nil // the decoder holds the bytes to UTF-8
	}
	f.source = newSource(known.NewDecoder().Reader(encoded))
	return f.source, nil
}

// read finds the root, reads what stands in it and makes sure that nothing stands behind it.
func (f *file) read() error {
	if err := f.prolog(); err != nil {
		return err
	}
	err := f.each(func(start xml.StartElement) error {
		switch start.Name.Local {
		case "BkToCstmrStmt":
			return f.camt()
		case "Statement":
			return f.fidavista()
		}
		return f.xml.Skip()
	})
	if err != nil {
		return err
	}
	for {
		token, err := f.xml.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, again := token.(xml.StartElement); again || !blank(token) {
			return invalid("statement.not_xml")
		}
	}
}

// prolog reads up to and including the start of the root.
func (f *file) prolog() error {
	for {
		token, err := f.xml.Token()
		if errors.Is(err, io.EOF) {
			return invalid("statement.not_xml")
		}
		if err != nil {
			return err
		}
		if _, root := token.(xml.StartElement); root {
			return nil
		}
		if !blank(token) {
			return invalid("statement.not_xml")
		}
	}
}

// blank tells whether a token is nothing but white space, a byte-order mark, a comment or an instruction.
func blank(token xml.Token) bool {
	text, is := token.(xml.CharData)
	return !is || strings.TrimSpace(strings.TrimPrefix(string(text), "\ufeff")) == ""
}

// each calls do at the start of every element inside the one whose start has just been read; do must read it to its end.
func (f *file) each(do func(xml.StartElement) error) error {
	for {
		token, err := f.xml.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := do(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// count numbers the next entry of the file.
func (f *file) count() (int, error) {
	if f.entries++; f.entries > MostLines {
		return 0, tooLarge()
	}
	return f.entries, nil
}

// draft begins a statement.
func (f *file) draft(format Format) (*draft, error) {
	if len(f.drafts) >= mostStatements {
		return nil, tooLarge()
	}
	d := &draft{Statement: Statement{Format: format}, page: f.page}
	f.drafts = append(f.drafts, d)
	return d, nil
}

// account returns the IBAN of an account.
func account(text string) (iban.IBAN, error) {
	number, err := iban.Parse(strings.TrimSpace(text))
	if err != nil {
		return "", invalid("statement.account")
	}
	return number, nil
}

// explain turns what the decoder says into a fault, unless it is the reader that failed.
func (f *file) explain(err error) error {
	known := fault.First(err)
	switch {
	case known != nil:
		return known
	case errors.Is(f.bytes.failed, errTooLarge):
		return tooLarge()
	case f.bytes.failed != nil:
		return fmt.Errorf("statement: read: %w", f.bytes.failed)
	case f.source.ended:
		return invalid("statement.half")
	}
	return invalid("statement.not_xml")
}

func tooLarge() error {
	return invalid("statement.too_large", "Megabytes", MostBytes>>20, "Lines", MostLines)
}

// strict hands on the tokens of a file and refuses those that a statement never has. A document type could declare entities that stand
// for other text or other files; the decoder would not follow them, but who sends one is up to something.
type strict struct {
	from  *xml.Decoder
	depth int
}

// Token implements xml.TokenReader.
func (s *strict) Token() (xml.Token, error) {
	token, err := s.from.RawToken()
	if err != nil {
		return nil, err //nolint:wrapcheck // a TokenReader hands io.EOF on as it is
	}
	switch token.(type) {
	case xml.Directive:
		return nil, invalid("statement.doctype")
	case xml.EndElement:
		s.depth--
	case xml.StartElement:
		if s.depth++; s.depth > deepest {
			return nil, invalid("statement.not_xml")
		}
	}
	return token, nil
}

// source notes whether more was asked for than there is: that tells half a file from a wrong one.
type source struct {
	*bufio.Reader
	ended bool
}

func newSource(r io.Reader) *source { return &source{Reader: bufio.NewReader(r)} }

// ReadByte implements io.ByteReader.
func (s *source) ReadByte() (byte, error) {
	b, err := s.Reader.ReadByte()
	s.ended = s.ended || errors.Is(err, io.EOF)
	return b, err //nolint:wrapcheck // an io.ByteReader hands io.EOF on as it is
}

var errTooLarge = errors.New("statement: the file is too large")

// bounded stops a file that is too large, and remembers what it failed by.
type bounded struct {
	from   io.Reader
	left   int
	failed error
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if len(p) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if b.left -= n; b.left < 0 {
		b.left, n, err = 0, 0, errTooLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.failed = err
	}
	return n, err //nolint:wrapcheck // an io.Reader hands io.EOF on as it is
}
