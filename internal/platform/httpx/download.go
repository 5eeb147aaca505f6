package httpx

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"

	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sheet"
)

// Attach says that the answer is a file to keep; its name is made of codes and days and holds no quotation mark.
func Attach(w http.ResponseWriter, kind, name string) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
}

// Sheet opens a table for download: its name is that of the page and what it is of, its format the end of the path. Close it when all rows are there.
func Sheet(w http.ResponseWriter, r *http.Request, of string, head []sheet.Cell) (sheet.Writer, error) {
	name, end, _ := strings.Cut(path.Base(r.URL.Path), ".")
	format := sheet.Format(end)
	Attach(w, format.ContentType(), name+"-"+of+"."+end)
	out, err := sheet.New(w, format, sheet.Options{Name: name, Lang: lang.Code(r.Context()), Head: head})
	if err != nil {
		return nil, fmt.Errorf("httpx: sheet: %w", err)
	}
	return out, nil
}

// Rows writes all rows of a table and ends the file.
func Rows(out sheet.Writer, rows [][]sheet.Cell) error {
	var err error
	for _, row := range rows {
		if err == nil {
			err = out.Row(row)
		}
	}
	return errors.Join(err, out.Close())
}
