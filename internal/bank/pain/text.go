package pain

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vienkopus/internal/base/iban"
	"vienkopus/internal/bill/rf"
)

// allowed are the characters that every bank of SEPA takes, beside the space. Source: EPC132-08 §1.4.
const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+"

// nearest says what is written for letters that are not a letter with a mark, and for common signs. Source: EPC217-08.
var nearest = map[rune]string{
	'ø': "o", 'Ø': "O", 'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D", 'ß': "ss", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'þ': "th", 'Þ': "TH", 'ı': "i",
	'–': "-", '—': "-", '‑': "-", '−': "-", '_': "-", '&': "+", '@': "(at)", '€': "EUR", '№': "No",
	'"': "'", '„': "'", '“': "'", '”': "'", '«': "'", '»': "'", '‘': "'", '’': "'", '‚': "'", '`': "'", '´': "'",
	'[': "(", ']': ")", '{': "(", '}': ")", '<': "(", '>': ")", ';': ",", '!': ".", '\\': "/", '…': "...",
}

// unknown is written for what has no nearest character.
const unknown = "."

// plain returns a text in the SEPA character set, in one line.
func plain(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch said, known := nearest[r]; {
		case r < unicode.MaxASCII && strings.ContainsRune(allowed, r):
			b.WriteRune(r)
		case known:
			b.WriteString(said)
		case unicode.IsSpace(r) || unicode.IsControl(r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Mn, r): // a mark behind its letter
		default:
			b.WriteString(bare(r))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// bare returns a letter without its marks.
func bare(r rune) string {
	letter := ""
	for _, part := range norm.NFKD.String(string(r)) {
		if part < unicode.MaxASCII && strings.ContainsRune(allowed, part) {
			letter += string(part)
		}
	}
	if letter == "" {
		return unknown
	}
	return letter
}

// name returns a name as it is written.
func name(text string) string {
	written := plain(text)
	return strings.TrimSpace(written[:min(len(written), MostName)])
}

// says tells whether what is written holds a letter or a digit.
func says(written string) bool {
	return strings.ContainsFunc(written, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

var (
	// idForm leaves out the space and, by the rule of EPC132-08 §1.4, a slash at either end; two in a row are refused beside it.
	idForm  = regexp.MustCompile(`^[A-Za-z0-9?:().,'+-]([A-Za-z0-9/?:().,'+-]{0,33}[A-Za-z0-9?:().,'+-])?$`)
	bicForm = regexp.MustCompile(`^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$`)
)

func isID(text string) bool { return idForm.MatchString(text) && !strings.Contains(text, "//") }

func isAccount(number iban.IBAN) bool {
	parsed, err := iban.Parse(string(number))
	return err == nil && parsed == number
}

func isReference(reference rf.Reference) bool {
	parsed, err := rf.Parse(string(reference))
	return err == nil && parsed == reference
}
