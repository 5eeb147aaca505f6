package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"vienkopus/internal/platform/rest"
)

// description is what GET /api/v1/openapi.json says.
type description struct {
	OpenAPI string `json:"openapi"`
	Info    struct{ Title, Version string }
	Servers []struct{ URL string }
	Paths   map[string]map[string]operation
	// Components holds the schemas and the ways to say who one is.
	Components struct {
		Schemas         map[string]any
		SecuritySchemes map[string]struct{ Type, Scheme string } `json:"securitySchemes"`
	}
	raw string
}

// operation is one method of one path.
type operation struct {
	OperationID string `json:"operationId"`
	Summary     string
	Security    []map[string][]string
	Parameters  []parameter
	RequestBody *struct {
		Required bool
		Content  map[string]media
	} `json:"requestBody"`
	Responses map[string]struct {
		Description string
		Content     map[string]media
	}
}

type parameter struct {
	Name, In string
	Required bool
	Schema   map[string]any
}

type media struct{ Schema map[string]any }

func described(t *testing.T, h *house) description {
	t.Helper()
	res := httptest.NewRecorder()
	h.site.Config.Handler.ServeHTTP(res, httptest.NewRequestWithContext(t.Context(), http.MethodGet, rest.Prefix+"/openapi.json", nil))
	var d description
	if err := json.Unmarshal(res.Body.Bytes(), &d); err != nil || res.Code != http.StatusOK {
		t.Fatalf("the description: %d %v", res.Code, err)
	}
	d.raw = res.Body.String()
	return d
}

func (d description) schemas() schemas {
	s := schemas{named: map[string]any{}}
	for name, schema := range d.Components.Schemas {
		s.named["#/components/schemas/"+name] = schema
	}
	return s
}

// operation returns the operation behind a method and an address, and its name in the description.
func (d description) operation(method, address string) (op operation, name string, ok bool) {
	asked, _, _ := strings.Cut(strings.TrimPrefix(address, rest.Prefix), "?")
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		if op, ok = d.Paths[path][strings.ToLower(method)]; ok && fits(path, asked) {
			return op, method + " " + path, true
		}
	}
	return operation{}, "", false
}

// fits tells whether an address is one of a path with holes.
func fits(path, address string) bool {
	parts, given := strings.Split(path, "/"), strings.Split(address, "/")
	return slices.EqualFunc(parts, given, func(part, is string) bool { return part == is || strings.HasPrefix(part, "{") && is != "" })
}

// ledger holds every answer of a house against the description, and remembers which were seen.
type ledger struct {
	t    testing.TB
	said description
	mu   sync.Mutex
	seen map[string]map[int]int // operation → status → how often
}

func newLedger(t *testing.T, h *house) *ledger {
	t.Helper()
	return &ledger{t: t, said: described(t, h), seen: map[string]map[int]int{}}
}

// note complains when an answer of the interface is not as it is described.
func (l *ledger) note(r reply) {
	method, address, _ := strings.Cut(r.asked, " ")
	if !strings.HasPrefix(address, rest.Prefix+"/") {
		return
	}
	_, name, known := l.said.operation(method, address)
	if known {
		l.mu.Lock()
		if l.seen[name] == nil {
			l.seen[name] = map[int]int{}
		}
		l.seen[name][r.status]++
		l.mu.Unlock()
	}
	for _, wrong := range l.said.judge(r) {
		l.t.Errorf("%s answers with %d %.300s: %s", r.asked, r.status, r.body, wrong)
	}
}

// judge returns what is wrong with an answer.
func (d description) judge(r reply) []string {
	method, address, _ := strings.Cut(r.asked, " ")
	op, _, known := d.operation(method, address)
	if strings.HasSuffix(address, "/openapi.json") {
		return nil
	}
	form, _, err := mime.ParseMediaType(r.head.Get("Content-Type"))
	if err != nil {
		return []string{err.Error()}
	}
	var schema map[string]any
	switch {
	case known:
		as, ok := op.Responses[strconv.Itoa(r.status)]
		if !ok {
			return []string{"this status is not described"}
		}
		if _, ok := as.Content[form]; !ok {
			return []string{form + " is not described"}
		}
		schema = as.Content[form].Schema
	case r.status < http.StatusBadRequest:
		return []string{"the operation is not described"}
	default: // no such page, or not with that method
		schema = map[string]any{"$ref": "#/components/schemas/Problem"}
	}
	body, err := decode(r.body)
	if err != nil {
		return []string{err.Error()}
	}
	return d.schemas().check(schema, body, "body")
}

// unseen returns the operations that never answered well.
func (l *ledger) unseen() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var missing []string
	for path, operations := range l.said.Paths {
		for method := range operations {
			name := strings.ToUpper(method) + " " + path
			if l.seen[name][http.StatusOK]+l.seen[name][http.StatusCreated] == 0 {
				missing = append(missing, name)
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// String lists what was seen, for the log.
func (l *ledger) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(l.seen)) {
		fmt.Fprintf(&text, "%s %v\n", name, l.seen[name])
	}
	return text.String()
}
