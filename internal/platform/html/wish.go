package html

import (
	"net/http"
	"slices"
)

// wish is what a reader chooses with ?name=value on any page; a cookie of that name keeps it for a year.
type wish struct {
	name   string
	values []string
}

var (
	// keysWish is to have no single-character keys (WCAG 2.2, 2.1.4).
	keysWish = wish{"keys", []string{"on", "off"}}
	// paperWish is what lies in the printer.
	paperWish = wish{"paper", []string{string(A4), string(A5), string(Roll80), string(Roll58), string(LargePrint)}}
)

const yearSeconds = 365 * 24 * 60 * 60

// Preferences keeps what a reader wishes: single-character keys (?keys=off, ?keys=on) and the paper in the printer (?paper=a5).
func Preferences(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, wish := range []wish{keysWish, paperWish} {
			if value := wish.asked(r); value != "" {
				c := &http.Cookie{ //nolint:gosec // a wish, no secret; Secure where there is TLS, and by httpx where a proxy has it; a hub in a bus has none
					Name: wish.name, Value: value, Path: "/", MaxAge: yearSeconds,
					HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
				}
				http.SetCookie(w, c)
			}
		}
		next.ServeHTTP(w, r)
	})
}

// of returns what the reader wishes, now or since an earlier request, or "".
func (w wish) of(r *http.Request) string {
	if value := w.asked(r); value != "" {
		return value
	}
	if c, err := r.Cookie(w.name); err == nil && slices.Contains(w.values, c.Value) {
		return c.Value
	}
	return ""
}

// asked returns what this request wishes, or "".
func (w wish) asked(r *http.Request) string {
	if value := r.URL.Query().Get(w.name); slices.Contains(w.values, value) {
		return value
	}
	return ""
}
