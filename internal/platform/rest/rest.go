// Package rest makes REST operations out of typed functions and describes them in OpenAPI 3.1.
//
// An operation is a line that says its permission and scope, as every route does; the description and the routes
// come from the same line, so they cannot disagree. Errors become problems (RFC 9457) in one place, httpx.
package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"vienkopus/internal/platform/httpx"
)

// Prefix stands before every path of the interface.
const Prefix = "/api/v1"

// API collects the operations of all features.
type API struct {
	huma    huma.API
	schemas *registry
	routes  []httpx.Route
}

// Tag is what operations are sorted by for whoever reads the description: the feature.
type Tag struct{ Name, Description string }

// Operation is one line of a feature's api.go.
type Operation struct {
	Method, Path string // the path without Prefix
	ID           string // of the operation, for generated clients
	Tag          Tag
	Summary      string
	// Description says what the summary cannot: who may, what it changes, what follows.
	Description string
	// Permission and Scope are those of httpx.Route; Public is for everybody.
	Permission string
	Scope      httpx.Scope
	Public     bool
	// Whose is that of httpx.Route.
	Whose httpx.Whose
	// Time is that of httpx.Route.
	Time httpx.Time
	// Status is the answer's when all went well; zero stands for 200, or 204 when the output has no body.
	Status int
}

// New returns an interface without operations. Title and version stand in its description.
func New(title, version string) *API {
	c := huma.DefaultConfig(title, version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil // no links to schemas in answers
	form := huma.Format{Marshal: write, Unmarshal: json.Unmarshal}
	c.Formats = map[string]huma.Format{"application/json": form, "json": form}
	exact()
	c.Servers = []*huma.Server{{URL: Prefix}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		bearer: {Type: "http", Scheme: "bearer", Description: "vienkopus token create"},
	}
	c.Info.Description = about
	c.Info.License = &huma.License{Name: "European Union Public Licence 1.2", Identifier: "EUPL-1.2"}
	a := &API{schemas: newRegistry()}
	c.Components.Schemas = a.schemas
	a.huma = huma.NewAPI(c, (*adapter)(a))
	return a
}

const bearer = "bearer"

// exact makes huma take "Kind" for a member that is not described, not for "kind": else a body could say two things in one. It is a
// switch of the whole library, so it is turned once.
var exact = sync.OnceFunc(func() { huma.ValidateStrictCasing = true })

// write is how answers become text. Of a refusal the values stay out: they are the caller's own, and an infinite number has no JSON.
func write(w io.Writer, v any) error {
	if refused, ok := v.(*huma.ErrorModel); ok {
		for _, e := range refused.Errors {
			e.Value = nil
		}
	}
	return huma.DefaultJSONFormat.Marshal(w, v) //nolint:wrapcheck // huma tells what it was writing
}

// about stands at the head of the description.
const about = "What the pages of Vienkopus do, for programs: the same services, rules and rights behind another door. " +
	"Errors are problems after RFC 9457 whose type stays the same between releases and languages."

// Register adds an operation. In and Out are structs as huma reads them: path, query and header tags, and a Body.
func Register[In, Out any](a *API, o Operation, handle func(ctx context.Context, in *In) (*Out, error)) {
	op := huma.Operation{
		Method: o.Method, Path: o.Path, OperationID: o.ID, Summary: o.Summary, DefaultStatus: o.Status,
		Description: o.Description, Tags: []string{o.Tag.Name},
		Responses: a.problems(o), Metadata: map[string]any{"operation": o}, Security: []map[string][]string{}, // nobody need say who he is
	}
	if !o.Public {
		op.Security = append(op.Security, map[string][]string{bearer: {}})
	}
	a.sort(o)
	a.schemas.handmade(reflect.TypeFor[In]())
	huma.Register(a.huma, op, func(ctx context.Context, in *In) (*Out, error) {
		out, err := handle(ctx, in)
		if err != nil {
			if failed, ok := ctx.Value(outcomeKey{}).(*outcome); ok {
				failed.err = err
			}
		}
		return out, err
	})
}

// sort puts the tag of an operation into the description.
func (a *API) sort(o Operation) {
	description := a.huma.OpenAPI()
	for _, t := range description.Tags {
		if t.Name == o.Tag.Name {
			if t.Description != o.Tag.Description {
				a.schemas.complain("%s: the tag %s has two descriptions", o.ID, t.Name)
			}
			return
		}
	}
	description.Tags = append(description.Tags, &huma.Tag{Name: o.Tag.Name, Description: o.Tag.Description})
}

// Routes returns the operations as routes, and the one that describes them. It returns an error for operations that cannot
// be described as they should be.
func (a *API) Routes() ([]httpx.Route, error) {
	a.forgetErrors()
	a.illustrate()
	if err := a.schemas.fault(); err != nil {
		return nil, err
	}
	description, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("rest: description: %w", err)
	}
	return append(a.routes, httpx.Route{
		Method: http.MethodGet, Path: Prefix + "/openapi.json", Public: true,
		Handle: func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
			if _, err := w.Write(description); err != nil {
				return fmt.Errorf("rest: description: %w", err)
			}
			return nil
		},
	}), nil
}

// adapter hands huma's operations over to httpx, which asks who may before it calls them.
type adapter API

// Handle implements huma.Adapter.
func (a *adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	o, ok := op.Metadata["operation"].(Operation)
	if !ok {
		panic("rest: " + op.OperationID + " was not added by Register") // at start, by a programmer
	}
	a.routes = append(a.routes, httpx.Route{
		Method: o.Method, Path: Prefix + o.Path, Permission: o.Permission, Scope: o.Scope, Public: o.Public, Time: o.Time, Whose: o.Whose, System: !o.Public,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			if err := infinite(op, r.URL.Query()); err != nil {
				return err
			}
			result := &outcome{}
			r = r.WithContext(context.WithValue(r.Context(), outcomeKey{}, result))
			handler(humago.NewContext(op, r, &answer{ResponseWriter: w, outcome: result}))
			return result.failure(a.schemas)
		},
	})
}

// ServeHTTP implements huma.Adapter; requests come through the routes only.
func (*adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

// outcome is how a request went, beside what huma wrote.
type outcome struct {
	err    error  // what the operation returned
	status int    // of huma's own refusal, before the operation was called
	text   []byte // huma's refusal
}

type outcomeKey struct{}

// answer lets good answers through and keeps errors back, so that one place writes them all.
type answer struct {
	http.ResponseWriter
	outcome *outcome
}

// WriteHeader passes on the status of a good answer.
func (a *answer) WriteHeader(status int) {
	if a.outcome.err != nil || status >= http.StatusBadRequest {
		a.outcome.status = status
		return
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write passes on the body of a good answer.
func (a *answer) Write(b []byte) (int, error) {
	if a.outcome.status >= http.StatusBadRequest {
		a.outcome.text = append(a.outcome.text, b...)
		return len(b), nil
	}
	n, err := a.ResponseWriter.Write(b)
	if err != nil {
		return n, fmt.Errorf("rest: write: %w", err)
	}
	return n, nil
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
