package httpx

import (
	"encoding/base64"
	"encoding/json"
	"hash/crc32"
	"net/http"
	"strconv"

	"vienkopus/internal/base/fault"
)

// CursorParam is the parameter of an address that says behind which row of a list a page begins.
const CursorParam = "after"

// List is a list of which a page shows a part. Its name says what of, such as "payments/CES-1/2026-11-20": a place in one list is none in another.
type List struct{ Name string }

// place is a place in a list, as an address carries it. It is no secret and proves nothing: what a page shows is decided by its route, and a place
// that somebody has made up is behind some row of what she may see.
type place struct {
	List uint32   `json:"l"`
	Key  []string `json:"k"`
}

func (l List) sum() uint32 { return crc32.ChecksumIEEE([]byte(l.Name)) }

// Place writes the place behind a row with that key.
func (l List) Place(key ...string) string {
	text, err := json.Marshal(place{l.sum(), key})
	if err != nil {
		return "" // strings always have a JSON form
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// After reads the place in the address of a page: a key of that many parts, and false at the beginning. It returns the fault "request.cursor" for
// anything that Place has not written for this list.
func (l List) After(r *http.Request, parts int) ([]string, bool, error) {
	text := r.URL.Query().Get(CursorParam)
	if text == "" {
		return nil, false, nil
	}
	var at place
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &at)
	}
	if err != nil || at.List != l.sum() || len(at.Key) != parts {
		return nil, false, BadPlace()
	}
	return at.Key, true, nil
}

// AfterNumber is After for a list whose key is one number; it is the other number at the beginning.
func (l List) AfterNumber(r *http.Request, other int64) (int64, error) {
	key, there, err := l.After(r, 1)
	if err != nil || !there {
		return other, err
	}
	n, err := strconv.ParseInt(key[0], 10, 64)
	if err != nil {
		return other, BadPlace()
	}
	return n, nil
}

// BadPlace is the fault of an address whose place in a list is none.
func BadPlace() error { return fault.NewInvalid("request.cursor").On(CursorParam) }

// Cut cuts what was read down to a page of so many rows, and returns the key of the last one when there are more: read one row more than that.
func Cut[T any](rows []T, most int) (page []T, last T, more bool) {
	if len(rows) <= most {
		return rows, last, false
	}
	return rows[:most], rows[most-1], true
}
