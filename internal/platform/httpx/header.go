package httpx

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// forbidAll is the policy when none is given: an answer that may load nothing.
const forbidAll = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// header is one that is the same in every answer. It has room for one value, so that adding a second one copies it.
type header struct {
	name   string // as http.CanonicalHeaderKey writes it
	values []string
}

// https tells whether people reach the program over HTTPS, be it through a proxy.
func (s *site) https() bool { return strings.HasPrefix(s.PublicURL, "https://") }

// headers returns what every answer says to the browser. The camera is allowed to our own pages, for scanning.
func (s *site) headers() []header {
	csp := s.CSP
	if csp == "" {
		csp = forbidAll
	}
	list := []header{
		{"Content-Security-Policy", []string{csp}},
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"X-Frame-Options", []string{"DENY"}},
		{"Referrer-Policy", []string{"same-origin"}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
		{"Permissions-Policy", []string{"camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"}},
	}
	if s.https() {
		list = append(list, header{"Strict-Transport-Security", []string{"max-age=31536000"}})
	}
	return list
}

// isMisdirected tells whether a request names another host than ours: the public address, or this machine itself. Whoever has a name of his own point at our address could otherwise read our
// pages as his (DNS rebinding), or have a link of ours lead to him. Where no public address is known nothing can be told.
func (s *site) isMisdirected(r *http.Request) bool {
	if s.PublicURL == "" {
		return false
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
	if address, err := netip.ParseAddr(host); err == nil && address.IsLoopback() {
		return false
	}
	ours, err := url.Parse(s.PublicURL)
	return err == nil && host != "localhost" && host != strings.ToLower(ours.Hostname())
}

// isNameless tells whether a form comes with somebody's cookie and does not say from where: every browser says so (Origin, or Sec-Fetch-Site), and what is none has no session of ours. A program
// shows a token instead.
func isNameless(r *http.Request) bool {
	return !isRead(r.Method) && !isAPI(r) && r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" &&
		r.Header.Get("Cookie") != "" && r.Header.Get("Authorization") == ""
}
