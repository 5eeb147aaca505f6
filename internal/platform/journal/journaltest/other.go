package journaltest

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Other is another value than one that a database has handed over, of the type of its column in capitals; of nothing it is some value.
func Other(dice *rand.Rand, kind string, is any) any {
	switch x := is.(type) {
	case bool:
		return !x
	case string:
		return x + "x"
	case []byte:
		if len(x) > 0 {
			b := slices.Clone(x)
			b[dice.IntN(len(b))] ^= 1
			return b
		}
	case int64:
		if strings.HasPrefix(kind, "BOOL") {
			return 1 - x
		}
		return x + 1
	case float64:
		return x + 1
	}
	switch {
	case strings.Contains(kind, "INT"):
		return int64(7)
	case strings.HasPrefix(kind, "BOOL"):
		return true
	case kind == "BLOB", kind == "BYTEA":
		return []byte("0123456789abcdef")
	case strings.Contains(kind, "DOUBLE"):
		return 7.5
	}
	return "x"
}
