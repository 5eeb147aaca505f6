package receipt

import (
	"bytes"
	"errors"
	"fmt"
)

// ErrPage is returned for a page that has no place for keys.
var ErrPage = errors.New("receipt: the page has no place for keys")

// EmbedKeys puts a list of keys into the static page that web/verify makes, in the place of those that are in it, so that the
// page checks receipts of this network from a disk, without a network. It returns ErrPage.
func EmbedKeys(page []byte, keys *Keys) ([]byte, error) {
	before, rest, found := bytes.Cut(page, []byte(`<script type="application/json" id="keys">`))
	_, after, ended := bytes.Cut(rest, []byte("</script>"))
	if !found || !ended {
		return nil, ErrPage
	}
	// JSON as Go writes it has no < in it, so it cannot end the element.
	data, err := keys.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("write keys: %w", err)
	}
	opening := page[len(before) : len(page)-len(rest)]
	return bytes.Join([][]byte{before, opening, data, []byte("</script>"), after}, nil), nil
}
