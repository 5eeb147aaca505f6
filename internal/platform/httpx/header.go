package httpx

import "strings"

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
