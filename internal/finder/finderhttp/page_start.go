package finderhttp

import (
	"net/http"

	"vienkopus/internal/platform/html"
)

// start shows the two ways in: a centre for everybody, the counter for those who work there.
func (p pages) start(w http.ResponseWriter, r *http.Request) error {
	return html.Render(w, r, http.StatusOK, startView())
}
