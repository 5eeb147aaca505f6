package html

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// IsPlain tells whether the reader wishes plain text: he has opened an address with ?plain, or his program asks for text/plain and not for a page.
func IsPlain(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return r.URL.Query().Has("plain") || strings.Contains(accept, "text/plain") && !strings.Contains(accept, "text/html")
}

// Plain answers with lines of text, for screen readers and for programs without pages. An empty line stands between parts.
func Plain(w http.ResponseWriter, status int, lines ...string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Add("Vary", "Accept")
	w.WriteHeader(status)
	if _, err := io.WriteString(w, strings.Join(lines, "\n")+"\n"); err != nil {
		return fmt.Errorf("html: plain: %w", err)
	}
	return nil
}
