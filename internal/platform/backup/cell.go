package backup

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// kind is the type of a column, in words that belong to neither engine.
type kind string

const (
	text    kind = "text"
	integer kind = "integer"
	boolean kind = "boolean"
	bytes   kind = "bytes" // base64 in the file
)

// kinds are the types of our tables, by the name that the engine's driver gives them.
var kinds = map[string]kind{
	"TEXT": text, "BIGINT": integer, "INT8": integer, "BOOLEAN": boolean, "BOOL": boolean, "BLOB": bytes, "BYTEA": bytes,
}

var (
	errType = errors.New("a value of another type than its column")
	errUTF8 = errors.New("text that is not UTF-8")
)

// out turns a value of the database into one that JSON can hold without loss.
func (k kind) out(v any) (any, error) {
	if v == nil {
		return nil, nil //nolint:nilnil // NULL is a value of its own here
	}
	switch x := v.(type) {
	case bool:
		if k == boolean {
			return x, nil
		}
	case int64:
		switch k {
		case integer:
			return x, nil
		case boolean: // SQLite keeps them as numbers
			return x != 0, nil
		case text, bytes:
		}
	case string:
		return k.outText(x)
	case []byte:
		if k == bytes {
			return x, nil
		}
		return k.outText(string(x))
	}
	return nil, fmt.Errorf("%w: %T", errType, v)
}

func (k kind) outText(s string) (any, error) {
	switch {
	case k == bytes:
		return []byte(s), nil
	case k != text:
		return nil, fmt.Errorf("%w: text", errType)
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return nil, errUTF8 // PostgreSQL could not take it back
	}
	return s, nil
}

// in turns what stands in the file into a value for the database.
func (k kind) in(v any) (any, error) {
	switch x := v.(type) {
	case nil:
		return nil, nil //nolint:nilnil // as in out
	case bool:
		if k == boolean {
			return x, nil
		}
	case json.Number:
		if k == integer {
			n, err := x.Int64()
			if err != nil {
				return nil, fmt.Errorf("%w: %w", errType, err)
			}
			return n, nil
		}
	case string:
		switch k {
		case text:
			return x, nil
		case bytes:
			b, err := base64.StdEncoding.Strict().DecodeString(x)
			if err != nil {
				return nil, fmt.Errorf("%w: %w", errType, err)
			}
			return b, nil
		case integer, boolean:
		}
	}
	return nil, fmt.Errorf("%w: %T", errType, v)
}
