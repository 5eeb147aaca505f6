package receipt

import "strings"

// alphabet45 is the alphabet of base45 and of the alphanumeric mode of QR codes. Source: RFC 9285 §4.2, ISO/IEC 18004.
const alphabet45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// encode45 writes two bytes as three characters and a last single byte as two. Source: RFC 9285 §4.
func encode45(data []byte) string {
	text := make([]byte, 0, (len(data)*3+1)/2)
	for ; len(data) >= 2; data = data[2:] {
		n := int(data[0])<<8 | int(data[1])
		text = append(text, alphabet45[n%45], alphabet45[n/45%45], alphabet45[n/2025])
	}
	if len(data) == 1 {
		text = append(text, alphabet45[data[0]%45], alphabet45[data[0]/45])
	}
	return string(text)
}

// decode45 is the exact opposite of encode45. It returns a Refusal with reason alphabet or base45 for what encode45
// never writes: one text for each sequence of bytes.
func decode45(text string) ([]byte, error) {
	digits := make([]int, len(text))
	for i := range len(text) {
		if digits[i] = strings.IndexByte(alphabet45, text[i]); digits[i] < 0 {
			return nil, refuse(ReasonAlphabet, "")
		}
	}
	data := make([]byte, 0, len(digits)/3*2+1)
	for ; len(digits) >= 3; digits = digits[3:] {
		n := digits[0] + digits[1]*45 + digits[2]*2025
		if n > 0xffff {
			return nil, refuse(ReasonBase45, "a group above 65535")
		}
		data = append(data, byte(n>>8), byte(n)) //nolint:gosec // n has 16 bits, see the line above
	}
	switch len(digits) {
	case 1:
		return nil, refuse(ReasonBase45, "a single character is left over")
	case 2:
		n := digits[0] + digits[1]*45
		if n > 0xff {
			return nil, refuse(ReasonBase45, "a last group above 255")
		}
		data = append(data, byte(n)) //nolint:gosec // n has 8 bits, see the lines above
	}
	return data, nil
}
