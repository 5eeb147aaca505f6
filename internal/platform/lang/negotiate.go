package lang

import (
	"net/http"

	"golang.org/x/text/language"
)

// cookieName is where the reader's choice is kept; it says nothing about who the reader is.
const cookieName = "lang"

const yearSeconds = 365 * 24 * 60 * 60

// Negotiate gives every request the reader's language: ?lang= (kept in a cookie for a year), then that cookie,
// then Accept-Language, then Latvian.
func Negotiate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		code := r.URL.Query().Get("lang")
		if Embedded().speaks(code) {
			http.SetCookie(w, &http.Cookie{ //nolint:gosec // a wish, no secret; Secure where there is TLS, and by httpx where a proxy has it; a hub in a bus has none
				Name: cookieName, Value: code, Path: "/", MaxAge: yearSeconds,
				HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
			})
		} else {
			code = remembered(r)
		}
		w.Header().Add("Vary", "Cookie, Accept-Language")
		next.ServeHTTP(w, r.WithContext(With(r.Context(), code)))
	})
}

func remembered(r *http.Request) string {
	if c, err := r.Cookie(cookieName); err == nil && Embedded().speaks(c.Value) {
		return c.Value
	}
	// A header that does not parse is no reason to refuse a page.
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(wanted) == 0 {
		return Source
	}
	_, index, confidence := matcher.Match(wanted...)
	if confidence == language.No {
		return Source
	}
	return languages[index].Code
}

var matcher = func() language.Matcher {
	tags := make([]language.Tag, len(languages))
	for i, l := range languages {
		tags[i] = l.locale.tag
	}
	return language.NewMatcher(tags)
}()
