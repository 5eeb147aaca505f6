package resttest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"vienkopus/internal/base/id"
)

// Schemas checks values against schemas of an OpenAPI 3.1 description (JSON Schema, draft 2020-12): what we use of it. A
// word that it does not know is a complaint, so that nothing passes unchecked.
type Schemas struct {
	named map[string]any // by their place, "#/components/schemas/Name"
}

// object returns v as an object, and an empty one when it is none.
func object(v any) map[string]any {
	if o, ok := v.(map[string]any); ok {
		return o
	}
	return map[string]any{}
}

// items returns v as a list, and an empty one when it is none.
func items(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return nil
}

// resolve follows a reference; ok is false when it leads nowhere.
func (s Schemas) resolve(schema map[string]any) (resolved map[string]any, ok bool) {
	ref, is := schema["$ref"].(string)
	if !is {
		return schema, true
	}
	target, known := s.named[ref]
	return object(target), known
}

// Check returns what is wrong with the value, each complaint behind its place.
func (s Schemas) Check(schema map[string]any, value any, at string) []string {
	resolved, ok := s.resolve(schema)
	if !ok {
		return []string{fmt.Sprintf("%s: refers to %v, which is not there", at, schema["$ref"])}
	}
	if rule, typed := resolved["type"]; typed && !isOf(rule, value) {
		return []string{fmt.Sprintf("%s: %v is no %v", at, value, rule)}
	}
	var wrong []string
	for _, word := range slices.Sorted(maps.Keys(resolved)) {
		if said := breaks(word, resolved[word], value); said != "" {
			wrong = append(wrong, at+": "+said)
		}
	}
	if rule, ok := resolved["items"]; ok {
		for i, item := range items(value) {
			wrong = append(wrong, s.Check(object(rule), item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	}
	return append(wrong, s.members(resolved, value, at)...)
}

// breaks says how a value breaks a rule about itself, or nothing.
func breaks(word string, rule, value any) string {
	switch word {
	case "description", "default", "title", "examples", "contentEncoding": // for the reader
	case "type", "items", "properties", "required", "additionalProperties": // in Check and members
	case "enum":
		if !slices.Contains(items(rule), value) {
			return fmt.Sprintf("%v is none of %v", value, rule)
		}
	case "format":
		if !isForm(rule, value) {
			return fmt.Sprintf("%q is no %v", value, rule)
		}
	case "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems":
		if !within(word, rule, value) {
			return fmt.Sprintf("%v breaks %s %v", value, word, rule)
		}
	default:
		return fmt.Sprintf("the schema says %q, which this check does not know", word)
	}
	return ""
}

// members checks what a schema says of the members of an object.
func (s Schemas) members(schema map[string]any, value any, at string) []string {
	o, is := value.(map[string]any)
	if !is {
		return nil
	}
	var wrong []string
	for _, name := range items(schema["required"]) {
		if _, there := o[fmt.Sprint(name)]; !there {
			wrong = append(wrong, fmt.Sprintf("%s: lacks %v", at, name))
		}
	}
	properties := object(schema["properties"])
	for name, member := range o {
		if rule, described := properties[name]; described {
			wrong = append(wrong, s.Check(object(rule), member, at+"."+name)...)
			continue
		}
		switch more := schema["additionalProperties"].(type) {
		case bool:
			if !more {
				wrong = append(wrong, fmt.Sprintf("%s: %s is not described", at, name))
			}
		case map[string]any:
			wrong = append(wrong, s.Check(more, member, at+"."+name)...)
		}
	}
	slices.Sort(wrong)
	return wrong
}

func isOf(kind, value any) bool {
	if list, ok := kind.([]any); ok {
		return slices.ContainsFunc(list, func(one any) bool { return isOf(one, value) })
	}
	switch v := value.(type) {
	case nil:
		return kind == "null"
	case bool:
		return kind == "boolean"
	case string:
		return kind == "string"
	case float64:
		return kind == "number" || kind == "integer" && v == math.Trunc(v)
	case []any:
		return kind == "array"
	case map[string]any:
		return kind == "object"
	}
	return false
}

func isForm(form, value any) bool {
	if n, ok := value.(float64); ok {
		return form == "double" && !math.IsNaN(n) && !math.IsInf(n, 0) || form == "int64" && n >= -1<<63 && n < 1<<63
	}
	text, ok := value.(string)
	if !ok {
		return true
	}
	var err error
	switch form {
	case "uuid":
		_, err = id.Parse(text)
	case "date":
		_, err = time.Parse(time.DateOnly, text)
	case "date-time":
		_, err = time.Parse(time.RFC3339Nano, text)
	case "uri-reference":
		return !strings.ContainsAny(text, " \n")
	default:
		return false
	}
	return err == nil
}

func within(word string, rule, value any) bool {
	limit, ok := rule.(float64)
	if !ok {
		return false
	}
	n := limit
	switch v := value.(type) {
	case float64:
		n = v
	case string:
		n = float64(utf8.RuneCountInString(v))
	case []any:
		n = float64(len(v))
	}
	if strings.HasPrefix(word, "min") {
		return n >= limit
	}
	return n <= limit
}

// decode reads JSON and refuses anything behind it.
func decode(text []byte) (any, error) {
	var v any
	err := json.Unmarshal(text, &v)
	return v, err
}
