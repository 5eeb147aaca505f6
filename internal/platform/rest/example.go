package rest

import (
	"maps"
	"math"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// What stands for a value of a form in an example, where no field says something better.
var forms = map[string]string{
	"uuid": "01a1fc6d-b54d-79eb-bfbe-b8ebd0eb2dc0", "date": "2026-03-02", "date-time": "2026-03-02T08:15:30.123456Z",
}

// illustrate gives every operation an example of what it takes and what it answers, made from the examples of the fields
// (their tag "example") and of Example, so that one place says what an account looks like and every operation shows it.
func (a *API) illustrate() {
	for _, item := range a.huma.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				a.show(op)
			}
		}
	}
}

func (a *API) show(op *huma.Operation) {
	for _, p := range op.Parameters {
		if p.Required || len(p.Schema.Examples) > 0 {
			p.Example = a.example(p.Schema)
		}
	}
	var bodies []*huma.MediaType
	if op.RequestBody != nil {
		bodies = slices.AppendSeq(bodies, maps.Values(op.RequestBody.Content))
	}
	for _, response := range op.Responses {
		bodies = slices.AppendSeq(bodies, maps.Values(response.Content))
	}
	for _, media := range bodies {
		if media.Example == nil {
			media.Example = a.example(media.Schema)
		}
	}
}

// example makes a value of a schema: members that must be there, and others where their field has an example. It is nil for
// a text of which nobody has said what it looks like, which the tests of the description refuse.
func (a *API) example(s *huma.Schema) any {
	if len(s.Examples) > 0 {
		return s.Examples[0]
	}
	if shown, ok := a.schemas.shown[a.schemas.TypeFromRef(s.Ref)]; ok && s.Ref != "" {
		return shown
	}
	if s.Ref != "" {
		return a.example(a.schemas.SchemaFromRef(s.Ref))
	}
	if s.Default != nil {
		return s.Default
	}
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	switch s.Type {
	case huma.TypeObject:
		whole := map[string]any{}
		for name, member := range s.Properties {
			if slices.Contains(s.Required, name) || len(member.Examples) > 0 {
				whole[name] = a.example(member)
			}
		}
		return whole
	case huma.TypeArray:
		return []any{a.example(s.Items)}
	case huma.TypeBoolean:
		return false
	case huma.TypeInteger, huma.TypeNumber:
		if s.Minimum != nil {
			return math.Max(1, *s.Minimum)
		}
		return 1
	}
	if form, ok := forms[s.Format]; ok {
		return form
	}
	return nil
}
