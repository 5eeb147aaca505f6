package httpx

import "strings"

// forbidAll is the policy when none is given: an answer that may load nothing.
const forbidAll = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// headers returns what every answer says to the browser. The camera is allowed to our own pages, for scanning.
func (s *site) headers() [][2]string {
	csp := s.CSP
	if csp == "" {
		csp = forbidAll
	}
	list := [][2]string{
		{"Content-Security-Policy", csp},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"},
		{"Referrer-Policy", "same-origin"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"},
	}
	if strings.HasPrefix(s.PublicURL, "https://") {
		list = append(list, [2]string{"Strict-Transport-Security", "max-age=31536000"})
	}
	return list
}
