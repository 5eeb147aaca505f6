package httpx

import "net/http"

// KeyField is the name of the hidden field that carries the request key of a form.
const KeyField = "key"

// KeyHeader is the header by which programs name a request.
const KeyHeader = "Idempotency-Key"

// keyed tells whether a request has a name, without reading its body.
func keyed(r *http.Request) bool {
	return r.PostForm.Get(KeyField) != "" || r.Header.Get(KeyHeader) != ""
}

// Key returns the name that the caller gave to the request, so that it has one effect however often it arrives:
// the hidden field of the form, made when the page was rendered, or the header. It is empty when there is none,
// which journal.NewKey refuses.
func Key(r *http.Request) string {
	if key := r.PostFormValue(KeyField); key != "" {
		return key
	}
	return r.Header.Get(KeyHeader)
}
