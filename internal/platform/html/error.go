package html

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/lang"
)

// ErrorPage tells in plain words that something did not work, and what to do now.
type ErrorPage struct {
	// Status is the HTTP status.
	Status int
	// Fault is what may be told, or nil.
	Fault *fault.Fault
	// ID finds the error in the log; a person can read it out on the telephone. Empty when nothing was logged.
	ID string
	// Now says who has signed in, where it is not who saw the page; "" else.
	Now string
	// Switch is where somebody else signs in, or "".
	Switch string
	// Again is the form that can be sent again as it was, or nil.
	Again *Resend
}

// Resend is a form that nobody has answered. It holds the name of the request, so that it has one effect however often it is sent.
type Resend struct {
	Action string
	Fields url.Values
}

// names are the fields in a steady order.
func (r Resend) names() []string { return slices.Sorted(maps.Keys(r.Fields)) }

// words returns the area of messages that fits the status.
func (e ErrorPage) words() string {
	switch e.Status {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return "not_found"
	case http.StatusForbidden, http.StatusUnauthorized:
		return "forbidden"
	case http.StatusConflict:
		return "conflict"
	case http.StatusRequestEntityTooLarge:
		return "too_large"
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return "invalid"
	case http.StatusServiceUnavailable:
		return "unavailable"
	}
	return "internal"
}

func (e ErrorPage) title(ctx context.Context) string {
	return lang.T(ctx, "shell.error_title_"+e.words())
}

// told is what the fault says, and general words when it says nothing.
func (e ErrorPage) told(ctx context.Context) string {
	if e.Fault != nil && lang.Has(ctx, e.Fault.Key) {
		return lang.Fault(ctx, e.Fault)
	}
	return lang.T(ctx, "shell.error_text_"+e.words())
}

func (e ErrorPage) tone() Tone {
	if e.words() == "internal" {
		return Danger
	}
	return Warning
}

// Render draws the whole page.
func (e ErrorPage) Render(ctx context.Context, w io.Writer) error { return errorPage(e).Render(ctx, w) }

// RenderError writes an error page; into a page that htmx asks a part of, it writes an alert at its top instead.
func RenderError(w http.ResponseWriter, r *http.Request, e ErrorPage) error {
	if targetOf(r) != "" {
		r.Header.Set("HX-Target", "div#"+problemsID)
		w.Header().Set("HX-Retarget", "#"+problemsID)
		w.Header().Set("HX-Reswap", "innerHTML")
	}
	return Render(w, r, e.Status, e)
}
