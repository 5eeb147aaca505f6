package app_test

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

// schemas checks values against schemas of an OpenAPI 3.1 description (JSON Schema, draft 2020-12): what we use of it. A
// word that it does not know is a complaint, so that nothing passes unchecked.
type schemas struct {
	named map[string]any // by their place, "#/components/schemas/Name"
}

// object returns v as an object, and an empty one when it is none.
func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

// check returns what is wrong with the value, each complaint behind its place.
func (s schemas) check(schema map[string]any, value any, at string) []string {
	var wrong []string
	complain := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	if ref, ok := schema["$ref"].(string); ok {
		target, known := s.named[ref]
		if !known {
			complain("refers to %s, which is not there", ref)
			return wrong
		}
		return s.check(object(target), value, at)
	}
	for _, word := range slices.Sorted(maps.Keys(schema)) {
		rule := schema[word]
		switch word {
		case "description", "default", "title", "examples", "contentEncoding":
		case "type":
			if !isOf(rule, value) {
				complain("%v is no %v", value, rule)
				return wrong
			}
		case "enum":
			if list, ok := rule.([]any); !ok || !slices.Contains(list, value) {
				complain("%v is none of %v", value, rule)
			}
		case "format":
			if text, ok := value.(string); ok && !isForm(rule, text) {
				complain("%q is no %v", text, rule)
			}
		case "minimum", "maximum", "minLength", "maxLength":
			if !within(word, rule, value) {
				complain("%v breaks %s %v", value, word, rule)
			}
		case "items":
			list, _ := value.([]any)
			for i, item := range list {
				wrong = append(wrong, s.check(object(rule), item, fmt.Sprintf("%s[%d]", at, i))...)
			}
		case "properties", "required", "additionalProperties":
			wrong = append(wrong, s.members(word, schema, value, at)...)
		default:
			complain("the schema says %q, which this check does not know", word)
		}
	}
	return wrong
}

// members checks what a schema says of the members of an object.
func (s schemas) members(word string, schema map[string]any, value any, at string) []string {
	o, is := value.(map[string]any)
	if !is {
		return nil
	}
	properties := object(schema["properties"])
	var wrong []string
	switch word {
	case "properties":
		for name, rule := range properties {
			if member, there := o[name]; there {
				wrong = append(wrong, s.check(object(rule), member, at+"."+name)...)
			}
		}
	case "required":
		list, _ := schema["required"].([]any)
		for _, name := range list {
			if _, there := o[fmt.Sprint(name)]; !there {
				wrong = append(wrong, fmt.Sprintf("%s: lacks %v", at, name))
			}
		}
	case "additionalProperties":
		for name, member := range o {
			if _, described := properties[name]; described {
				continue
			}
			if allowed, ok := schema["additionalProperties"].(bool); ok && !allowed {
				wrong = append(wrong, fmt.Sprintf("%s: %s is not described", at, name))
			} else if !ok {
				wrong = append(wrong, s.check(object(schema["additionalProperties"]), member, at+"."+name)...)
			}
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

func isForm(form any, text string) bool {
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
