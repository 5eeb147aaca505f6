// Package resttest holds a REST interface against its own description: whether the description is whole, whether answers are
// as it says, and which requests it allows or forbids.
package resttest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/platform/rest"
)

// Description is what GET /api/v1/openapi.json says.
type Description struct {
	OpenAPI string `json:"openapi"`
	Info    struct {
		Title, Version, Description string
		License                     struct{ Name, Identifier string }
	}
	Tags    []struct{ Name, Description string }
	Servers []struct{ URL string }
	Paths   map[string]map[string]Operation
	// Components holds the schemas and the ways to say who one is.
	Components struct {
		Schemas         map[string]any
		SecuritySchemes map[string]struct{ Type, Scheme string } `json:"securitySchemes"`
	}
	// Raw is its text.
	Raw string `json:"-"`
}

// Operation is one method of one path.
type Operation struct {
	OperationID          string `json:"operationId"`
	Tags                 []string
	Summary, Description string
	// Security is nil when nothing is said, and empty for an operation that needs no token.
	Security    []map[string][]string
	Parameters  []Parameter
	RequestBody *struct {
		Required bool
		Content  map[string]Media
	} `json:"requestBody"`
	Responses map[string]Response
}

// Response is what an operation answers with one status.
type Response struct {
	Description string
	Content     map[string]Media
}

// Parameter is a part of the address or of the head of a request.
type Parameter struct {
	Name, In, Description string
	Required              bool
	Schema                map[string]any
	Example               any
}

// Media is a body in one form.
type Media struct {
	Schema  map[string]any
	Example any
}

// Answer is what a request got.
type Answer struct {
	Method, Address string // the address with the prefix and the query
	Status          int
	Media           string // Content-Type
	Body            []byte
}

// Read asks a program for its description.
func Read(ctx context.Context, site http.Handler) (Description, error) {
	res := httptest.NewRecorder()
	site.ServeHTTP(res, httptest.NewRequestWithContext(ctx, http.MethodGet, rest.Prefix+"/openapi.json", http.NoBody))
	d := Description{Raw: res.Body.String()}
	if res.Code != http.StatusOK {
		return d, fmt.Errorf("resttest: the description is answered with %d", res.Code)
	}
	if err := json.Unmarshal(res.Body.Bytes(), &d); err != nil {
		return d, fmt.Errorf("resttest: description: %w", err)
	}
	return d, nil
}

// Schemas returns the schemas that have a name.
func (d Description) Schemas() Schemas {
	s := Schemas{named: map[string]any{}}
	for name, schema := range d.Components.Schemas {
		s.named["#/components/schemas/"+name] = schema
	}
	return s
}

// Operation returns the operation behind a method and an address, and its name in the description.
func (d Description) Operation(method, address string) (op Operation, name string, ok bool) {
	asked, _, _ := strings.Cut(strings.TrimPrefix(address, rest.Prefix), "?")
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		if op, ok = d.Paths[path][strings.ToLower(method)]; ok && fits(path, asked) {
			return op, method + " " + path, true
		}
	}
	return Operation{}, "", false
}

// fits tells whether an address is one of a path with holes.
func fits(path, address string) bool {
	parts, given := strings.Split(path, "/"), strings.Split(address, "/")
	return slices.EqualFunc(parts, given, func(part, is string) bool { return part == is || strings.HasPrefix(part, "{") && is != "" })
}

// Judge returns what is wrong with an answer.
func (d Description) Judge(a Answer) []string {
	op, _, known := d.Operation(a.Method, a.Address)
	if strings.HasSuffix(a.Address, "/openapi.json") {
		return nil
	}
	form, _, err := mime.ParseMediaType(a.Media)
	if err != nil {
		return []string{err.Error()}
	}
	var schema map[string]any
	switch {
	case known:
		as, ok := op.Responses[strconv.Itoa(a.Status)]
		if !ok {
			return []string{"this status is not described"}
		}
		if _, ok := as.Content[form]; !ok {
			return []string{form + " is not described"}
		}
		schema = as.Content[form].Schema
	case a.Status < http.StatusBadRequest:
		return []string{"the operation is not described"}
	default: // no such page, or not with that method
		schema = map[string]any{"$ref": "#/components/schemas/Problem"}
	}
	body, err := decode(a.Body)
	if err != nil {
		return []string{err.Error()}
	}
	return d.Schemas().Check(schema, body, "body")
}
