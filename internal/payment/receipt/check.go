package receipt

import (
	"errors"
	"strings"
	"time"
)

// Result is the answer to somebody who holds a paper, ready to be shown or written as JSON.
type Result struct {
	Verdict Verdict `json:"verdict"`
	Reason  Reason  `json:"reason"`
	// Receipt, CheckCode and Link are what a valid code says. Of an uncertain one they are what it claims, where it can be
	// read; of an invalid one they are missing, so that nobody shows what a forger wrote.
	Receipt   *Receipt `json:"receipt,omitempty"`
	CheckCode string   `json:"check_code,omitempty"`
	Link      string   `json:"link,omitempty"`
}

// CheckText reads and verifies a code, as exactly as Parse and Verify, for somebody who asks at a moment (UTC). What
// comes from a scanner, a file or a person goes through Scanned first. It returns an error only for a fault of the
// program itself; a refused code is a Result.
func CheckText(text string, keys *Keys, at time.Time) (Result, error) {
	code, err := Parse(text)
	if err == nil {
		err = Verify(code, keys, at)
	}
	result := Result{Verdict: Valid, Reason: ReasonOK}
	if err != nil {
		var refusal *Refusal
		if !errors.As(err, &refusal) {
			return Result{}, err
		}
		result = Result{Verdict: refusal.Reason.Verdict(), Reason: refusal.Reason}
	}
	if code == nil || result.Verdict == Invalid {
		return result, nil
	}
	link, err := code.Receipt.Link()
	if err != nil {
		return Result{}, err
	}
	result.Receipt, result.CheckCode, result.Link = code.Receipt, code.CheckCode(), link.String()
	return result, nil
}

// Scanned removes what scanners, editors and shells put around a code: ends of lines, tabulators, a byte-order mark and spaces without width on both sides.
// Spaces stay, because base45 has one.
func Scanned(text string) string { return strings.Trim(text, "\t\r\n\ufeff\u200b\u2060") }
