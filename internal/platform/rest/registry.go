package rest

import (
	"cmp"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// registry makes schemas of Go types for huma. It differs from huma's own in what a description may say: a list is never
// null, and a named string is one of the values that Values was told, from the feature that owns them.
type registry struct {
	named  map[string]*huma.Schema
	types  map[string]reflect.Type
	lists  map[reflect.Type]list
	shown  map[reflect.Type]any // examples
	faults []error              // of the code of the doors, told by Routes
}

// list is what a named string can be.
type list struct {
	values []string
	key    string // of the message that refuses any other value
}

const schemas = "#/components/schemas/"

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

func newRegistry() *registry {
	return &registry{named: map[string]*huma.Schema{}, types: map[string]reflect.Type{}, lists: map[reflect.Type]list{}, shown: map[reflect.Type]any{}}
}

// Schema implements huma.Registry: a struct is described once, under its name.
func (r *registry) Schema(t reflect.Type, allowRef bool, hint string) *huma.Schema {
	inner := t
	for inner.Kind() == reflect.Pointer {
		inner = inner.Elem()
	}
	isText := reflect.PointerTo(inner).Implements(textType)
	switch {
	case inner.Kind() == reflect.String && inner.PkgPath() != "" && !isText:
		return r.choice(inner)
	case inner.Kind() == reflect.Struct && inner != reflect.TypeFor[time.Time]() && !isText:
		return r.structure(inner, allowRef, hint)
	case inner.Kind() == reflect.Slice && !isText:
		s := huma.SchemaFromType(r, inner)
		s.Nullable = false
		return s
	}
	return huma.SchemaFromType(r, t)
}

// choice describes a named string. Each place has a schema of its own, which huma completes with what stands beside the field.
func (r *registry) choice(t reflect.Type) *huma.Schema {
	known, ok := r.lists[t]
	if !ok {
		r.complain("%v has no list of values: call Values before it is used, or take a plain string", t)
	}
	s := &huma.Schema{Type: huma.TypeString}
	for _, v := range known.values {
		s.Enum = append(s.Enum, v)
	}
	s.PrecomputeMessages()
	return s
}

func (r *registry) structure(t reflect.Type, allowRef bool, hint string) *huma.Schema {
	name := huma.DefaultSchemaNamer(t, hint)
	if _, known := r.named[name]; !known {
		r.types[name] = t
		r.named[name] = &huma.Schema{} // a type that holds itself finds it
		r.handmade(t)
		*r.named[name] = *huma.SchemaFromType(r, t)
	} else if r.types[name] != t {
		r.complain("%v and %v are both called %s", t, r.types[name], name)
	}
	if allowRef {
		return &huma.Schema{Ref: schemas + name}
	}
	return r.named[name]
}

// handmade complains about values that stand in a tag instead of coming from the feature that owns them.
func (r *registry) handmade(t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		if _, tagged := f.Tag.Lookup("enum"); tagged {
			r.complain("%v.%s: a tag lists values: let Values name the list of the feature", t, f.Name)
		}
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			r.handmade(f.Type)
		}
	}
}

func (r *registry) complain(format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf("rest: "+format, args...))
}

// fault returns everything that is wrong with the code of the doors, joined, or nil.
func (r *registry) fault() error { return errors.Join(r.faults...) }

// written is the list as huma names it in a refusal.
func (l list) written() string { return strings.Join(l.values, ", ") }

// keyOf returns the key of the message for a value that is not in a list, by the list as huma writes it.
func (r *registry) keyOf(written string) string {
	for _, l := range r.lists {
		if l.key != "" && l.written() == written {
			return l.key
		}
	}
	return ""
}

// SchemaFromRef implements huma.Registry.
func (r *registry) SchemaFromRef(ref string) *huma.Schema {
	name, ok := strings.CutPrefix(ref, schemas)
	if !ok {
		return nil
	}
	return r.named[name]
}

// TypeFromRef implements huma.Registry.
func (r *registry) TypeFromRef(ref string) reflect.Type {
	return r.types[strings.TrimPrefix(ref, schemas)]
}

// Map implements huma.Registry.
func (r *registry) Map() map[string]*huma.Schema { return r.named }

// RegisterTypeAlias implements huma.Registry; no door stands for another one.
func (r *registry) RegisterTypeAlias(t, alias reflect.Type) {
	r.complain("%v would be described as %v", t, alias)
}

// MarshalJSON writes the schemas for the description.
func (r *registry) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(r.named)
	if err != nil {
		return nil, fmt.Errorf("rest: schemas: %w", err)
	}
	return text, nil
}

// Values tells what a named string of an operation can be: the list of the feature that owns it. Any other value is refused
// with the message of key, or with a general one when key is "". It comes before the operations that use the type.
func Values[T, V ~string](a *API, key string, values []V) {
	t, l := reflect.TypeFor[T](), list{key: key}
	for _, v := range values {
		l.values = append(l.values, string(v))
	}
	for other, known := range a.schemas.lists {
		same := slices.Equal(known.values, l.values)
		if (other == t && !same) || (same && known.key != "" && l.key != "" && known.key != l.key) {
			a.schemas.complain("%v is %v, and %v is %v", t, l, other, known)
		}
	}
	l.key = cmp.Or(l.key, a.schemas.lists[t].key)
	a.schemas.lists[t] = l
}

// Example says what a value of a struct looks like, wherever it is a part of a body.
func Example[T any](a *API, value T) { a.schemas.shown[reflect.TypeFor[T]()] = value }
