package money

import (
	"errors"
	"strconv"
	"strings"
)

// The ways in which typed text is no amount; a form tells them apart, because each needs another correction.
var (
	// ErrMalformed is returned for text that is no amount at all.
	ErrMalformed = errors.New("money: not an amount")
	// ErrAmbiguous is returned for 1,234 and 1.234, which mean a thousand euro to some and one to others.
	ErrAmbiguous = errors.New("money: thousands or decimals")
	// ErrTooPrecise is returned for more than two decimals.
	ErrTooPrecise = errors.New("money: more than two decimals")
)

// plain makes every space that stands between groups of digits (no-break, narrow no-break, thin, figure) a common one,
// and every minus sign a hyphen.
var plain = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "\u2007", " ", "\u2212", "-")

// Parse reads an amount in euro as people type or paste it: 12, 12,5, 1234,50, 1 234.50, 1,234.50, 1.234,50, € 12,50,
// 12.50 EUR, -3,00. Spaces may be of any kind. It returns ErrMalformed, ErrAmbiguous, ErrTooPrecise or ErrOverflow for
// everything else.
func Parse(text string) (Amount, error) {
	number, negative := bare(text)
	whole, decimals, err := split(number)
	if err != nil {
		return 0, err
	}
	euro, err := strconv.ParseUint(whole, 10, 64)
	if err != nil {
		return 0, ErrOverflow // whole holds digits only
	}
	cents, err := strconv.ParseUint((decimals + "00")[:2], 10, 64)
	if err != nil {
		return 0, ErrMalformed
	}
	return fromParts(negative, euro, cents)
}

// bare takes off one minus sign, one sign of the currency on either side, and the spaces around them.
func bare(text string) (number string, negative bool) {
	text = strings.TrimSpace(plain.Replace(text))
	text, negative = strings.CutPrefix(text, "-")
	for _, sign := range []string{"€", "EUR", "eur"} {
		if rest, found := strings.CutPrefix(text, sign); found {
			text = strings.TrimSpace(rest)
			break
		}
		if rest, found := strings.CutSuffix(text, sign); found {
			text = strings.TrimSpace(rest)
			break
		}
	}
	if !negative {
		text, negative = strings.CutPrefix(text, "-")
	}
	return strings.TrimSpace(text), negative
}

// split returns the digits of whole euro, without grouping, and up to two decimals.
func split(number string) (whole, decimals string, err error) {
	for i := range len(number) {
		if c := number[i]; (c < '0' || c > '9') && c != ' ' && c != '.' && c != ',' {
			return "", "", ErrMalformed
		}
	}
	at := strings.LastIndexAny(number, ".,")
	if at < 0 {
		whole, err = ungroup(number, ' ')
		return whole, "", err
	}
	mark := number[at]
	whole, decimals = number[:at], number[at+1:]
	if strings.Count(number, string(mark)) > 1 {
		// A mark that stands twice groups, and nothing follows a group but another one.
		whole, err = ungroup(number, mark)
		return whole, "", err
	}
	switch {
	case decimals == "" || strings.Contains(decimals, " "):
		return "", "", ErrMalformed
	case len(decimals) == 3 && len(whole) >= 1 && len(whole) <= 3 && whole != "0" && !strings.ContainsAny(whole, " .,"):
		return "", "", ErrAmbiguous
	case len(decimals) > 2:
		return "", "", ErrTooPrecise
	case whole == "":
		return "0", decimals, nil
	}
	for _, separator := range []byte{' ', '.', ','} {
		if separator != mark && strings.IndexByte(whole, separator) >= 0 {
			whole, err = ungroup(whole, separator)
			return whole, decimals, err
		}
	}
	return whole, decimals, nil
}

// ungroup takes the separators out of 1 234 567. It returns ErrMalformed when the groups are not of three digits.
func ungroup(number string, separator byte) (string, error) {
	groups := strings.Split(number, string(separator))
	for i, group := range groups {
		right := len(group) == 3 || i == 0 && len(group) > 0 && (len(group) < 3 || len(groups) == 1)
		if !right || strings.ContainsAny(group, " .,") {
			return "", ErrMalformed
		}
	}
	return strings.Join(groups, ""), nil
}
