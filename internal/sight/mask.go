package sight

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/bill"
)

// flat is the number of a flat behind that of a house: "12A-5", "12/5", "12, dz. 5", "12 k-2".
var flat = regexp.MustCompile(`^(.*?\d+)(?:\s+k[-.].*|(\p{L}?)\s*[-–/].*)$`)

// Mask is what a list shows of a payer: the first letters of the words of the name, and the house without the flat and the place. It is enough for whoever asks "Rīgas iela 12, A. B.?"
// and tells somebody who leafs through a town nothing that he does not know.
func Mask(p bill.Payer) bill.Payer {
	var letters []string
	for _, word := range strings.FieldsFunc(p.Name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' }) {
		first, _ := utf8.DecodeRuneInString(word)
		letters = append(letters, string(unicode.ToUpper(first))+".")
	}
	house, _, _ := strings.Cut(p.Address, ",")
	if parts := flat.FindStringSubmatch(house); parts != nil {
		house = parts[1] + parts[2]
	}
	return bill.Payer{Name: strings.Join(letters, " "), Address: strings.TrimSpace(house)}
}
