// Package epc reads and writes the codes that stand on bills and start a transfer: EPC069-12 version 2.1 of the European
// Payments Council ("BCD", in Latvia and Lithuania printed as a QR code at level M).
//
// Rules: at most 331 bytes and twelve lines, the lines at the end may be missing, the lines end with LF or CRLF but not both. A code is read
// only when every line is what the format allows; one with something behind it is none. A code cut off behind the account
// cannot always be told from a whole one, because the lines there may be missing. Text that is not
// plain ASCII is read only as UTF-8, because a scanner hands over text and not the bytes of another encoding.
//
// Two habits of common generators are understood, and never written: an account or a reference as people read it, with spaces and small
// letters; and words or a number of their own in the line of the structured reference. What is no ISO 11649 reference with its check digits is
// text then, in front of the text that stands in its own line.
package epc

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill/rf"
)

// Code is what such a code says.
type Code struct {
	// BIC is the bank of the creditor; it may be missing in the European Economic Area.
	BIC string
	// Name is the creditor, 1 to 70 characters.
	Name string
	IBAN iban.IBAN
	// Amount is in cents, 1 to MostCents, or 0 when the payer is to fill it in.
	Amount money.Amount
	// Purpose is a code of one to four capitals and digits (ISO 20022 external purpose), or "".
	Purpose string
	// Reference is a structured reference and Text up to 140 characters in words; at most one of them is there.
	Reference rf.Reference
	Text      string
	// Note is for the payer, up to 70 characters.
	Note string
}

const (
	// MostBytes is the longest code.
	MostBytes = 331
	// MostCents is the largest amount, 999 999 999.99 euro.
	MostCents money.Amount = 99_999_999_999

	fields      = 12
	mandatory   = 7 // up to the IBAN
	longestName = 70
	longestText = 140
	longestNote = 70
)

// The ways in which text is no code.
var (
	// ErrNone is returned for text that does not begin like such a code.
	ErrNone = errors.New("epc: not a payment code")
	// ErrForm is returned for text that begins like one and breaks a rule of the format; it wraps which.
	ErrForm = errors.New("epc: a damaged payment code")
)

var (
	bicForm     = regexp.MustCompile(`^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$`)
	purposeForm = regexp.MustCompile(`^[A-Z0-9]{1,4}$`)
	amountForm  = regexp.MustCompile(`^EUR(0|[1-9][0-9]{0,8})(?:\.([0-9]{1,2}))?$`)
)

// Parse reads a code. It returns ErrNone or an error that wraps ErrForm for everything else.
func Parse(text string) (Code, error) {
	lines, err := split(text)
	if err != nil {
		return Code{}, err
	}
	if err := head(lines, text); err != nil {
		return Code{}, err
	}
	lines = append(lines, make([]string, fields-len(lines))...)
	c := Code{BIC: lines[4], Name: lines[5], Purpose: lines[8], Text: lines[10], Note: lines[11]}
	if c.IBAN, err = iban.Parse(lines[6]); err != nil {
		return Code{}, damaged("account")
	}
	if c.Amount, err = amount(lines[7]); err != nil {
		return Code{}, err
	}
	if c.Reference, err = rf.Parse(lines[9]); err != nil {
		c.Text = both(strings.TrimSpace(lines[9]), c.Text)
	}
	if lines[1] == "001" && c.BIC == "" {
		return Code{}, damaged("BIC, which version 001 demands")
	}
	return c, c.check()
}

func damaged(what string) error { return fmt.Errorf("%w: %s", ErrForm, what) }

// both returns the words of the line of the reference and those of the line of the text; some generators write the same into both.
func both(first, second string) string {
	if first == "" || first == second {
		return second
	}
	if second == "" {
		return first
	}
	return first + " " + second
}

// split cuts the text into its lines, 7 to 12.
func split(text string) ([]string, error) {
	if !strings.HasPrefix(text, "BCD\n") && !strings.HasPrefix(text, "BCD\r\n") {
		return nil, ErrNone
	}
	if len(text) > MostBytes {
		return nil, damaged("length")
	}
	end := "\n"
	if strings.HasPrefix(text, "BCD\r\n") {
		end = "\r\n"
	}
	lines := strings.Split(text, end)
	for _, line := range lines {
		if strings.ContainsAny(line, "\r\n") {
			return nil, damaged("ends of lines")
		}
	}
	// Some programs end the last line too; the format has no such end, and nothing is lost by it.
	if last := len(lines) - 1; lines[last] == "" && last >= mandatory {
		lines = lines[:last]
	}
	if len(lines) < mandatory || len(lines) > fields {
		return nil, damaged("number of lines")
	}
	return lines, nil
}

// head looks at version, encoding and identification.
func head(lines []string, text string) error {
	switch {
	case lines[1] != "001" && lines[1] != "002":
		return damaged("version")
	case len(lines[2]) != 1 || lines[2] < "1" || lines[2] > "8":
		return damaged("encoding")
	case lines[3] != "SCT":
		return damaged("identification")
	case !utf8.ValidString(text), lines[2] != "1" && !ascii(text):
		return damaged("characters")
	}
	return nil
}

func ascii(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// amount reads EUR12.3; a missing one is 0.
func amount(text string) (money.Amount, error) {
	if text == "" {
		return 0, nil
	}
	found := amountForm.FindStringSubmatch(text)
	if found == nil {
		return 0, damaged("amount")
	}
	cents, err := strconv.ParseInt(found[1]+(found[2] + "00")[:2], 10, 64)
	if err != nil || cents == 0 {
		return 0, damaged("amount")
	}
	return money.Amount(cents), nil
}

// check looks at what holds for a code that is read and for one that is to be written.
func (c Code) check() error {
	if number, err := iban.Parse(string(c.IBAN)); err != nil || number != c.IBAN {
		return damaged("account")
	}
	if c.Reference != "" {
		if ref, err := rf.Parse(string(c.Reference)); err != nil || ref != c.Reference {
			return damaged("reference")
		}
	}
	switch {
	case c.BIC != "" && !bicForm.MatchString(c.BIC):
		return damaged("BIC")
	case !fits(c.Name, longestName) || c.Name == "":
		return damaged("name")
	case c.Amount < 0 || c.Amount > MostCents:
		return damaged("amount")
	case c.Purpose != "" && !purposeForm.MatchString(c.Purpose):
		return damaged("purpose")
	case c.Reference != "" && c.Text != "":
		return damaged("reference and text together")
	case !fits(c.Text, longestText):
		return damaged("text")
	case !fits(c.Note, longestNote):
		return damaged("note")
	}
	return nil
}

// fits tells whether the text is no longer than so many characters and stands in one line.
func fits(text string, longest int) bool {
	control := func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }
	return utf8.RuneCountInString(text) <= longest && strings.IndexFunc(text, control) < 0
}

// Encode returns the code as version 002 in UTF-8, without lines that say nothing at the end. It returns an error that wraps ErrForm for what
// the format does not allow, which is also a code of more than MostBytes.
func (c Code) Encode() (string, error) {
	if err := c.check(); err != nil {
		return "", err
	}
	amount := ""
	if c.Amount > 0 {
		amount = "EUR" + c.Amount.String()
	}
	text := strings.TrimRight(strings.Join([]string{
		"BCD", "002", "1", "SCT", c.BIC, c.Name, string(c.IBAN), amount, c.Purpose, string(c.Reference), c.Text, c.Note,
	}, "\n"), "\n")
	if len(text) > MostBytes {
		return "", damaged("length")
	}
	return text, nil
}
