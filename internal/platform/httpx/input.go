package httpx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
)

// usualBodyLimit is how many bytes a request may bring unless its route says otherwise.
const usualBodyLimit = 1 << 20

// multipartMemory is how much of a form with files is kept in memory; the rest waits in a temporary file.
const multipartMemory = 1 << 20

// errNotText answers bytes that are no UTF-8, or a NUL, which PostgreSQL cannot store.
var errNotText = Refuse(http.StatusBadRequest, "request.not_text")

// errMalformed answers an address or a form that is broken.
var errMalformed = Refuse(http.StatusBadRequest, "request.malformed")

// PathID reads an identifier from the path; anything that is none is not found, with that fault.
func PathID(r *http.Request, name, unknown string) (id.ID, error) {
	v, err := id.Parse(r.PathValue(name))
	if err != nil {
		return v, fault.NewNotFound(unknown)
	}
	return v, nil
}

// readInput reads and checks the body, so that a handler finds a form or a JSON text that is whole and well encoded.
func readInput(r *http.Request, route Route) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	limit := route.BodyLimit
	if limit == 0 {
		limit = usualBodyLimit
	}
	if r.ContentLength > limit {
		return &http.MaxBytesError{Limit: limit}
	}
	r.Body = http.MaxBytesReader(nil, r.Body, limit)
	if route.Stream {
		return nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = "" // none, or none that can be read
	}
	switch {
	case kind == "application/x-www-form-urlencoded":
		return readForm(r.ParseForm(), r.PostForm)
	case kind == "multipart/form-data":
		return readMultipart(r)
	case kind == "application/json" || strings.HasSuffix(kind, "+json"), isAPI(r):
		return readJSON(r)
	}
	return nil // of another type: the handler's business
}

// readForm takes the outcome of parsing: a form that was too large keeps its error, any other error means a broken form.
func readForm(err error, form url.Values) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return large
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errMalformed
	case err != nil:
		return errMalformed
	}
	return checkValues(form)
}

func readMultipart(r *http.Request) error {
	parsed := r.ParseMultipartForm(multipartMemory) //nolint:gosec // readInput has bounded the body
	if err := readForm(parsed, r.PostForm); err != nil {
		return err
	}
	for field, files := range r.MultipartForm.File {
		for _, file := range files {
			if !isText(field) || !isText(file.Filename) {
				return errNotText
			}
		}
	}
	return nil
}

// forget removes the files of a form. The server would do so by itself, but for the request as it came, not as we prepared it.
func (s *site) forget(w http.ResponseWriter, r *http.Request) {
	if r.MultipartForm != nil {
		s.told(w, r, r.MultipartForm.RemoveAll())
	}
}

func readJSON(r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("httpx: body: %w", err)
	}
	if !utf8.Valid(body) || escapesNUL(body) {
		return errNotText
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// checkAddress refuses a path or a query that is broken or no text.
func checkAddress(u *url.URL) error {
	if !isText(u.Path) {
		return errNotText
	}
	if u.RawQuery == "" {
		return nil
	}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errMalformed
	}
	return checkValues(values)
}

func checkValues(values url.Values) error {
	for name, list := range values {
		if !isText(name) {
			return errNotText
		}
		for _, v := range list {
			if !isText(v) {
				return errNotText
			}
		}
	}
	return nil
}

func isText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// escapesNUL tells whether a JSON text holds \u0000: an escape whose backslash is not escaped itself.
func escapesNUL(body []byte) bool {
	escape := []byte(`\u0000`)
	for at := 0; ; {
		i := bytes.Index(body[at:], escape)
		if i < 0 {
			return false
		}
		before := 0
		for j := at + i - 1; j >= 0 && body[j] == '\\'; j-- {
			before++
		}
		if before%2 == 0 {
			return true
		}
		at += i + len(escape)
	}
}
