package httpx

import (
	"net/http"
	"net/url"
	"strings"

	"vienkopus/internal/platform/journal"
)

// Request is what the caller asks for with a form at the desk in use. It returns the fault "staff.sign_in_first" when nobody is signed in.
func Request(r *http.Request) (journal.Request, error) {
	who, err := Signed(r.Context())
	if err != nil {
		return journal.Request{}, err
	}
	return journal.Request{By: who.By, Desk: who.Desk, Key: Key(r)}, nil
}

// RequestAt is Request at another desk than the one in use, such as that of an office.
func RequestAt(r *http.Request, desk string) (journal.Request, error) {
	req, err := Request(r)
	req.Desk = desk
	return req, err
}

// See answers a form that did something: the browser goes to a page of ours, so that reloading sends nothing twice.
func See(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, LocalPath(path, "/"), http.StatusSeeOther)
	return nil
}

// LocalPath returns next when it is a page of ours, and other instead of anything else: neither a link nor a form may lead to somebody else's site.
func LocalPath(next, other string) string {
	u, err := url.Parse(next)
	switch {
	case err != nil || u.Scheme != "" || u.Host != "" || u.User != nil:
		return other
	case !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t"):
		return other
	}
	return next
}

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
