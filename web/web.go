// Package web holds what the browser loads: style, script, letters and the icon, built by web/build, and the page that checks
// receipts, built by web/verify.
//
// Without that build the program still compiles and its pages still work, only without style and script; Built says which.
package web

import (
	"embed"
	"encoding/json"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed all:dist
var embedded embed.FS

// verifyPage has an address of its own, with the keys of the network in it.
const verifyPage = "verify.html"

// prefix is where the files are served; the build writes it into the style sheet.
const prefix = "/assets/"

// Assets returns the built files.
func Assets() fs.FS {
	dist, err := fs.Sub(embedded, "dist")
	if err != nil {
		panic("web: " + err.Error()) // dist is embedded
	}
	return dist
}

var names = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	data, err := fs.ReadFile(Assets(), "manifest.json")
	if err != nil {
		return all // not built yet
	}
	if err := json.Unmarshal(data, &all); err != nil {
		panic("web: manifest.json: " + err.Error())
	}
	return all
})

// Built says whether the style and script are there. Where it is false, run make web.
func Built() bool { return Path("app.css") != "" }

// VerifyPage returns the page with which a stranger checks a receipt, without keys, or nothing where it was not built: run make web.
// receipt.EmbedKeys puts the keys in.
func VerifyPage() []byte {
	page, err := fs.ReadFile(Assets(), verifyPage)
	if err != nil {
		return nil
	}
	return page
}

// Path returns the address of a built file, for example "/assets/app-3KX2VQ7A.css" for "app.css", or "" when there is none.
func Path(name string) string {
	if hashed, ok := names()[name]; ok {
		return prefix + hashed
	}
	return ""
}

// Handler serves the files at /assets/. Their names change with their contents, so a browser may keep them for ever.
func Handler() http.Handler { return handler(Assets()) }

func handler(files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, prefix)
		if isInside(name) || !fs.ValidPath(name) {
			http.NotFound(w, r)
			return
		}
		data, packed, err := read(files, name, r.Header.Get("Accept-Encoding"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", contentType(name))
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Add("Vary", "Accept-Encoding")
		if packed {
			h.Set("Content-Encoding", "gzip")
		}
		h.Set("Content-Length", strconv.Itoa(len(data)))
		if r.Method == http.MethodHead {
			return
		}
		// A browser that went away is no fault of ours.
		if _, err := w.Write(data); err != nil { //nolint:gosec // our own files, by their own type
			return
		}
	})
}

// isInside says whether a file has no address here: the manifest, the packed copies, the notices, and the page that is given out with
// keys in it.
func isInside(name string) bool {
	return strings.HasSuffix(name, ".gz") || strings.HasPrefix(name, ".") || name == "manifest.json" || name == verifyPage || name == NoticesFile
}

func read(files fs.FS, name, accepted string) (data []byte, packed bool, err error) {
	if acceptsGzip(accepted) {
		if data, err = fs.ReadFile(files, name+".gz"); err == nil {
			return data, true, nil
		}
	}
	data, err = fs.ReadFile(files, name)
	return data, false, err
}

func acceptsGzip(header string) bool {
	for one := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(one), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			// "gzip;q=0", also written 0.0 or 0.000, asks for anything but gzip.
			return weight == "" || strings.TrimLeft(strings.TrimSpace(weight), "q=0.") != ""
		}
	}
	return false
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".woff2":
		return "font/woff2"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}
