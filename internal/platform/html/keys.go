package html

import "net/http"

// keysCookie keeps the reader's wish to have no single-character keys (WCAG 2.2, 2.1.4).
const keysCookie = "keys"

const yearSeconds = 365 * 24 * 60 * 60

// Preferences lets a reader switch single-character keys off and on with ?keys=off and ?keys=on; a cookie keeps it for a year.
func Preferences(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wish := r.URL.Query().Get(keysCookie); wish == "off" || wish == "on" {
			c := &http.Cookie{ //nolint:gosec // a wish, no secret; Secure where there is TLS, because a hub in a bus has none
				Name: keysCookie, Value: wish, Path: "/", MaxAge: yearSeconds,
				HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
			}
			http.SetCookie(w, c)
		}
		next.ServeHTTP(w, r)
	})
}

func keysOff(r *http.Request) bool {
	if wish := r.URL.Query().Get(keysCookie); wish != "" {
		return wish == "off"
	}
	c, err := r.Cookie(keysCookie)
	return err == nil && c.Value == "off"
}
