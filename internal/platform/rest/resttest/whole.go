package resttest

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Gaps returns what a description leaves out that whoever writes a program against it needs: under which licence it stands,
// which operations belong together, what each is for, whether it needs a token, and an example of everything that is
// sent and answered.
func (d Description) Gaps() []string {
	var gaps []string
	complain := func(format string, args ...any) { gaps = append(gaps, fmt.Sprintf(format, args...)) }
	if d.Info.License.Name == "" || d.Info.License.Identifier == "" || d.Info.Description == "" {
		complain("it does not say what it is, or under which licence: %+v", d.Info)
	}
	tags := map[string]bool{}
	for _, t := range d.Tags {
		if t.Name == "" || t.Description == "" || tags[t.Name] {
			complain("the tag %q has no description, or stands twice", t.Name)
		}
		tags[t.Name] = true
	}
	for place, op := range d.operations() {
		if len(op.Tags) != 1 || !tags[op.Tags[0]] {
			complain("%s: its tags are %q", place, op.Tags)
		}
		if op.Summary == "" || op.Description == "" || op.Summary == op.Description {
			complain("%s: nothing says what it is for: %q %q", place, op.Summary, op.Description)
		}
		if op.Security == nil {
			complain("%s: it does not say whether it needs a token", place)
		}
		gaps = append(gaps, d.examples(place, op)...)
		for _, p := range op.Parameters {
			gaps = append(gaps, nullLists(place+", "+p.Name, p.Schema)...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		gaps = append(gaps, nullLists(name, d.Components.Schemas[name])...)
	}
	return gaps
}

// operations goes over all operations by their names, such as "GET /services".
func (d Description) operations() iter.Seq2[string, Operation] {
	return func(yield func(string, Operation) bool) {
		for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
			for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
				if !yield(strings.ToUpper(method)+" "+path, d.Paths[path][method]) {
					return
				}
			}
		}
	}
}

// examples returns the bodies and parameters of an operation without an example that fits.
func (d Description) examples(place string, op Operation) []string {
	var gaps []string
	fits := func(at string, schema map[string]any, example any) {
		if example == nil {
			gaps = append(gaps, at+": no example")
			return
		}
		for _, wrong := range d.Schemas().Check(schema, example, "example") {
			gaps = append(gaps, at+": "+wrong)
		}
	}
	for _, p := range op.Parameters {
		if p.Description == "" {
			gaps = append(gaps, fmt.Sprintf("%s: nothing says what %s is", place, p.Name))
		}
		if p.Required || p.Example != nil {
			fits(place+", "+p.Name, p.Schema, p.Example)
		}
	}
	if op.RequestBody != nil {
		for _, media := range op.RequestBody.Content {
			fits(place+", body", media.Schema, media.Example)
		}
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		for _, media := range op.Responses[status].Content {
			fits(place+", "+status, media.Schema, media.Example)
		}
	}
	return gaps
}

// nullLists returns the lists of a schema, at any depth, that may be null: an empty list says the same and every client can read it.
func nullLists(place string, schema any) []string {
	var gaps []string
	switch s := schema.(type) {
	case map[string]any:
		if kinds, several := s["type"].([]any); several && slices.Contains(kinds, any("array")) {
			gaps = append(gaps, place+": a list may be null")
		}
		for _, name := range slices.Sorted(maps.Keys(s)) {
			gaps = append(gaps, nullLists(place, s[name])...)
		}
	case []any:
		for _, inside := range s {
			gaps = append(gaps, nullLists(place, inside)...)
		}
	}
	return gaps
}

// Dangling returns the references of a schema, at any depth, that lead nowhere.
func (d Description) Dangling(place string, schema any) []string {
	var wrong []string
	switch s := schema.(type) {
	case map[string]any:
		if ref, ok := s["$ref"].(string); ok {
			if _, known := d.Schemas().named[ref]; !known {
				wrong = append(wrong, place+": refers to "+ref+", which is not there")
			}
		}
		for _, inside := range s {
			wrong = append(wrong, d.Dangling(place, inside)...)
		}
	case []any:
		for _, inside := range s {
			wrong = append(wrong, d.Dangling(place, inside)...)
		}
	}
	return wrong
}
