// Package compress sends pages that are long and say the same again and again in a tenth of their bytes.
//
// A page in which a secret stands beside something that whoever made the address has chosen must never be compressed: from how long it becomes, the secret can be guessed letter
// by letter (BREACH). So a route asks for it, and only those may whose pages hold no secret: no form with a key, no token, nothing of a person. Cookies are in headers, which
// are not compressed.
package compress

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// writers are kept, for each takes more than a megabyte to make.
var writers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is one of the package's own
	}
	return w
}}

// Answer compresses what a handler writes, when it is text and the reader understands it. Finish ends the answer.
type Answer struct {
	http.ResponseWriter
	wanted  bool
	begun   bool
	packing *gzip.Writer // nil where nothing is compressed
}

// For returns the answer to a request.
func For(w http.ResponseWriter, r *http.Request) *Answer {
	return &Answer{ResponseWriter: w, wanted: accepts(r.Header.Get("Accept-Encoding"))}
}

// accepts tells whether the reader takes gzip. Source: RFC 9110, 12.5.3; a quality of 0 refuses.
func accepts(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			_, q, _ := strings.Cut(quality, "=")
			return strings.Trim(q, "0. ") != "" || !strings.Contains(quality, "=")
		}
	}
	return false
}

// WriteHeader implements http.ResponseWriter.
func (a *Answer) WriteHeader(status int) {
	if status >= http.StatusOK && !a.begun {
		a.begin(status)
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *Answer) begin(status int) {
	a.begun = true
	h := a.Header()
	if !strings.HasPrefix(h.Get("Content-Type"), "text/") || h.Get("Content-Encoding") != "" || status == http.StatusNoContent || status == http.StatusNotModified {
		return
	}
	h.Add("Vary", "Accept-Encoding")
	if !a.wanted {
		return
	}
	packing, ok := writers.Get().(*gzip.Writer)
	if !ok {
		return // there is nothing else in the pool
	}
	h.Set("Content-Encoding", "gzip")
	h.Del("Content-Length")
	packing.Reset(a.ResponseWriter)
	a.packing = packing
}

// Write implements http.ResponseWriter.
func (a *Answer) Write(b []byte) (int, error) {
	if !a.begun {
		a.WriteHeader(http.StatusOK)
	}
	if a.packing == nil {
		return a.ResponseWriter.Write(b) //nolint:wrapcheck // the connection's own
	}
	return a.packing.Write(b) //nolint:wrapcheck // the connection's own
}

// Unwrap lets http.ResponseController reach the connection.
func (a *Answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// Finish writes what is left. It is called once, when the handler has returned.
func (a *Answer) Finish() error {
	if a.packing == nil {
		return nil
	}
	err := a.packing.Close()
	a.packing.Reset(nil)
	writers.Put(a.packing)
	a.packing = nil
	return err //nolint:wrapcheck // the connection's own
}
