package httpx

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"vienkopus/internal/platform/lang"
)

// Problem is an error as programs get it (RFC 9457, application/problem+json).
type Problem struct {
	// Type names the fault and stays the same between releases and languages, for example "urn:vienkopus:fault:visit.closed".
	Type string `json:"type"`
	// Title is the first fault in the caller's language.
	Title  string `json:"title"`
	Status int    `json:"status"`
	// Instance is the id of the request.
	Instance string `json:"instance,omitempty"`
	// Errors are all faults when there are several, or when one points at a member of the request.
	Errors []ProblemPart `json:"errors,omitempty"`
}

// ProblemPart is one fault of several.
type ProblemPart struct {
	Type string `json:"type"`
	// Field is the member of the request at fault, or empty.
	Field  string `json:"field,omitempty"`
	Detail string `json:"detail"`
}

// ProblemMedia is the media type of a Problem.
const ProblemMedia = "application/problem+json"

// ProblemType stands before the key of the fault in the type of a Problem.
const ProblemType = "urn:vienkopus:fault:"

// ProblemOf returns the failure as programs get it, in the language of ctx.
func ProblemOf(ctx context.Context, f Failure) Problem {
	first := f.Faults[0]
	p := Problem{Type: ProblemType + first.Key, Title: lang.Fault(ctx, first), Status: f.Status}
	if f.ID != "" {
		p.Instance = "urn:uuid:" + f.ID
	}
	if len(f.Faults) == 1 && first.Field == "" {
		return p
	}
	for _, one := range f.Faults {
		p.Errors = append(p.Errors, ProblemPart{Type: ProblemType + one.Key, Field: one.Field, Detail: lang.Fault(ctx, one)})
	}
	return p
}

func writeProblem(w http.ResponseWriter, r *http.Request, f Failure) error {
	body, err := json.Marshal(ProblemOf(r.Context(), f))
	if err != nil {
		return fmt.Errorf("httpx: problem: %w", err)
	}
	w.Header().Set("Content-Type", ProblemMedia)
	w.WriteHeader(f.Status)
	if _, err := w.Write(body); err != nil {
		return fmt.Errorf("httpx: write problem: %w", err)
	}
	return nil
}
