package httpx

import (
	"net"
	"net/http"
	"net/netip"
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

// AddressOf returns the network address from which a request came, as limits count it: of IPv6 the first 64 bits, which one household has to itself. A proxy on this
// machine says for whom it asks; what others say of themselves counts nothing. It is empty where it cannot be known.
func AddressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	if forwarded := r.Header.Values("X-Forwarded-For"); address.IsLoopback() && len(forwarded) > 0 {
		all := strings.Split(forwarded[len(forwarded)-1], ",")
		if said, err := netip.ParseAddr(strings.TrimSpace(all[len(all)-1])); err == nil { // the last one is the proxy's own word
			address = said
		}
	}
	address = address.Unmap().WithZone("")
	if address.Is6() {
		if prefix, err := address.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return address.String()
}
