package httpx_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"vienkopus/internal/platform/httpx"
)

func TestBodiesAreBounded(t *testing.T) {
	read := func(w http.ResponseWriter, r *http.Request) error {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(w, len(body))
		return err
	}
	s := build(t, nil,
		httpx.Route{Method: "POST", Path: "/form", Public: true, Handle: answers("done")},
		httpx.Route{Method: "POST", Path: "/raw", Public: true, Handle: read},
		httpx.Route{Method: "POST", Path: "/file", Public: true, Stream: true, BodyLimit: 20 << 20, Handle: read})
	server := httptest.NewServer(s)
	defer server.Close()
	large := strings.Repeat("a", 10<<20)
	for _, c := range []struct {
		path, kind, body string
		known            bool // the length is told beforehand
		status           int
	}{
		{"/form", "application/x-www-form-urlencoded", "a=" + large, true, 413},
		{"/form", "application/x-www-form-urlencoded", "a=" + large, false, 413},
		{"/form", "application/json", `"` + large + `"`, true, 413},
		{"/form", "application/json", `"` + large + `"`, false, 413},
		{"/raw", "text/csv", large, false, 413},
		{"/file", "text/csv", large, false, 200},
		{"/form", "application/x-www-form-urlencoded", "a=" + large[:1000], true, 200},
	} {
		body := io.Reader(strings.NewReader(c.body))
		if !c.known {
			body = io.MultiReader(body)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+c.path+"?lang=en", body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", c.kind)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Errorf("%s %s: the sender saw %v and no answer", c.path, c.kind, err)
			continue
		}
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Error(err)
		}
		res.Body.Close()
		if res.StatusCode != c.status || (c.status == 413 && !strings.Contains(string(text), "At most 1,024 kB")) {
			t.Errorf("%s %s: %d %q", c.path, c.kind, res.StatusCode, text)
		}
	}
}

func TestBrokenTextIsRefused(t *testing.T) {
	s := build(t, nil, httpx.Route{Method: "POST", Path: "/x/{name}", Public: true, Handle: answers("done")},
		httpx.Route{Method: "POST", Path: "/api/v1/x", Public: true, Handle: answers("done")},
		httpx.Route{Method: "GET", Path: "/x", Public: true, Handle: answers("done")})
	jsonOf := func(body string) *http.Request {
		r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/x/y?lang=en", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		return r
	}
	untyped := func(body string) *http.Request {
		return httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/api/v1/x?lang=en", strings.NewReader(body))
	}
	var parts bytes.Buffer
	m := multipart.NewWriter(&parts)
	if err := m.WriteField("a", "\xff"); err != nil {
		t.Fatal(err)
	}
	m.Close()
	withParts := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/x/y?lang=en", &parts)
	withParts.Header.Set("Content-Type", m.FormDataContentType())
	for name, c := range map[string]struct {
		r      *http.Request
		status int
		says   string
	}{
		"form":             {form("/x/y?lang=en", "a=%ff"), 400, "characters that cannot be read"},
		"form, raw":        {form("/x/y?lang=en", "a=\xff"), 400, "characters that cannot be read"},
		"form with NUL":    {form("/x/y?lang=en", "a=%00"), 400, "characters that cannot be read"},
		"form, cut":        {form("/x/y?lang=en", "a=%f"), 400, "cannot be read"},
		"name of a field":  {form("/x/y?lang=en", "%ff=a"), 400, "characters that cannot be read"},
		"JSON":             {jsonOf("\"\xff\""), 400, "characters that cannot be read"},
		"JSON with NUL":    {jsonOf(`{"a":"b\u0000"}`), 400, "characters that cannot be read"},
		"JSON about NUL":   {jsonOf(`{"a":"b\\u0000"}`), 200, "done"},
		"several parts":    {withParts, 400, "characters that cannot be read"},
		"query":            {get("/x?lang=en&q=%ff"), 400, "characters that cannot be read"},
		"query, cut":       {get("/x?lang=en&q=%f"), 400, "cannot be read"},
		"path":             {form("/x/%ff?lang=en", ""), 400, "characters that cannot be read"},
		"form, in Latvian": {form("/x/%C4%93?lang=en", "a=%C4%93"), 200, "done"},
		"API, no type":     {untyped("\"\xff\""), 400, "characters that cannot be read"},
	} {
		res, body := s.ask(t, c.r)
		if res.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %q", name, res.StatusCode, body)
		}
	}
}

// A browser sends the whole form before it reads the answer; a connection that breaks meanwhile shows nothing.
func TestASenderWhoReadsLastSeesTheAnswer(t *testing.T) {
	s := build(t, nil, httpx.Route{Method: "POST", Path: "/form", Public: true, Handle: answers("done")})
	server := httptest.NewServer(s)
	defer server.Close()
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST /form?lang=en HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", 10<<20)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := conn.Write(make([]byte, 10<<20)); err != nil {
		t.Fatalf("broken after %d bytes: %v", n, err)
	}
	answer := make([]byte, 1000)
	n, err := conn.Read(answer)
	if err != nil || !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 413 ") {
		t.Errorf("%q %v", answer[:n], err)
	}
}

func TestFilesOfAFormAreRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	count := func() int {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	during := 0
	s := build(t, nil, httpx.Route{Method: "POST", Path: "/x", Public: true, BodyLimit: 8 << 20, Handle: func(_ http.ResponseWriter, r *http.Request) error {
		during = count()
		if len(r.MultipartForm.File["scan"]) != 1 {
			t.Errorf("files %v", r.MultipartForm.File)
		}
		panic("in the middle")
	}})
	var parts bytes.Buffer
	m := multipart.NewWriter(&parts)
	part, err := m.CreateFormFile("scan", "lapa.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(make([]byte, 4<<20)); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/x", &parts)
	r.Header.Set("Content-Type", m.FormDataContentType())
	if res, _ := s.ask(t, r); res.StatusCode != 500 || during != 1 || count() != 0 {
		t.Errorf("%d: %d files during the request, %d after it", res.StatusCode, during, count())
	}
}
