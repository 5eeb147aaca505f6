package audit

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// body is a body that was taken apart; without nodes it was not.
type body struct {
	data  []byte
	nodes []node
}

// into does what json.Unmarshal does into a value that is zero, by what is known of the body. It tells false, and may have filled a part, for whatever is out
// of the ordinary: then json.Unmarshal has the word.
func (b body) into(v any) bool {
	to := reflect.ValueOf(v).Elem()
	p := planOf(to.Type())
	return len(b.nodes) > 0 && b.nodes[0].kind == isObject && p.object(b, 0, to)
}

// plan is how a struct is filled.
type plan struct {
	fields map[string]int // by the name of a member
	steps  []step
}

// step is one field.
type step struct {
	path []int
	fill func(b body, at uint32, to reflect.Value) bool
}

var plans sync.Map // reflect.Type → *plan

func planOf(t reflect.Type) *plan {
	if known, ok := plans.Load(t); ok {
		return known.(*plan) //nolint:errcheck,forcetypeassert // nothing else is stored
	}
	p := &plan{fields: map[string]int{}}
	if t.Kind() != reflect.Struct || !p.add(t, nil) || len(p.steps) > mostFields {
		p.steps = nil
	}
	plans.Store(t, p)
	return p
}

// mostFields is how many fields can be remembered as seen.
const mostFields = 64

// add adds the fields of a struct, the outer ones first: of two with one name that is the one that counts. It tells false for a struct that is not understood.
func (p *plan) add(t reflect.Type, path []int) bool {
	var inner []reflect.StructField
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case f.Anonymous && !tagged && f.Type.Kind() == reflect.Struct:
			inner = append(inner, f)
			continue
		case !f.IsExported() || name == "-":
			continue
		case name == "" || name != strings.ToLower(name) || strings.Contains(options, "string"):
			return false
		}
		fill := filler(f.Type)
		if fill == nil {
			return false
		}
		if _, outer := p.fields[name]; !outer {
			p.fields[name] = len(p.steps)
			p.steps = append(p.steps, step{path: append(path[:len(path):len(path)], i), fill: fill})
		}
	}
	for _, f := range inner {
		if !p.add(f.Type, append(path[:len(path):len(path)], f.Index...)) {
			return false
		}
	}
	return true
}

var rawMessage = reflect.TypeFor[json.RawMessage]()

// filler returns what fills a field of the type, and nil for a type that is left to encoding/json.
func filler(t reflect.Type) func(b body, at uint32, to reflect.Value) bool {
	switch {
	case t == rawMessage:
		return raw
	case reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()), reflect.PointerTo(t).Implements(reflect.TypeFor[interface{ UnmarshalText([]byte) error }]()):
		return nil
	}
	switch t.Kind() { //nolint:exhaustive // the rest is left to encoding/json
	case reflect.String:
		return text
	case reflect.Int64:
		return whole
	case reflect.Bool:
		return truth
	case reflect.Struct:
		return func(b body, at uint32, to reflect.Value) bool {
			return b.nodes[at].kind == isNull || planOf(t).object(b, at, to)
		}
	case reflect.Pointer:
		return pointer(t.Elem())
	case reflect.Slice:
		return list(t)
	}
	return nil
}

func raw(b body, at uint32, to reflect.Value) bool {
	n := b.nodes[at]
	if n.kind == isText {
		n.from, n.to = n.from-1, n.to+1
	}
	to.SetBytes([]byte(string(b.data[n.from:n.to])))
	return true
}

func text(b body, at uint32, to reflect.Value) bool {
	n := &b.nodes[at]
	if n.kind == isText && n.plain {
		to.SetString(string(b.data[n.from:n.to]))
		return true
	}
	return n.kind == isNull
}

func whole(b body, at uint32, to reflect.Value) bool {
	n := &b.nodes[at]
	if n.kind != isNumber {
		return n.kind == isNull
	}
	i, err := strconv.ParseInt(string(b.data[n.from:n.to]), 10, 64)
	to.SetInt(i)
	return err == nil
}

func truth(b body, at uint32, to reflect.Value) bool {
	switch b.nodes[at].kind {
	case isTrue, isFalse:
		to.SetBool(b.nodes[at].kind == isTrue)
		return true
	case isNull:
		return true
	}
	return false
}

func pointer(of reflect.Type) func(b body, at uint32, to reflect.Value) bool {
	if of.Kind() != reflect.Struct {
		return nil
	}
	return func(b body, at uint32, to reflect.Value) bool {
		if b.nodes[at].kind == isNull {
			return true
		}
		to.Set(reflect.New(of))
		return planOf(of).object(b, at, to.Elem())
	}
}

func list(t reflect.Type) func(b body, at uint32, to reflect.Value) bool {
	if k := t.Elem().Kind(); k != reflect.Struct && k != reflect.String && k != reflect.Int64 {
		return nil
	}
	fill := filler(t.Elem())
	if fill == nil {
		return nil
	}
	return func(b body, at uint32, to reflect.Value) bool {
		n := b.nodes[at]
		if n.kind != isArray {
			return n.kind == isNull
		}
		all := reflect.MakeSlice(t, int(n.inside), int(n.inside))
		to.Set(all)
		for i, child := 0, at+1; child < n.next; i, child = i+1, b.nodes[child].next {
			if !fill(b, child, all.Index(i)) {
				return false
			}
		}
		return true
	}
}

// object fills a struct. A name that comes twice, or in capital letters, is out of the ordinary.
func (p *plan) object(b body, at uint32, to reflect.Value) bool {
	n := b.nodes[at]
	if p.steps == nil || n.kind != isObject {
		return false
	}
	seen := uint64(0)
	for child := at + 1; child < n.next; child = b.nodes[child].next {
		c := &b.nodes[child]
		name := b.data[c.key:c.keyTo]
		i, known := p.fields[string(name)]
		if !known {
			if !lower(name) {
				return false
			}
			continue
		}
		if seen&(1<<i) != 0 {
			return false
		}
		seen |= 1 << i
		s := &p.steps[i]
		field := to
		for _, index := range s.path {
			field = field.Field(index)
		}
		if !s.fill(b, child, field) {
			return false
		}
	}
	return true
}

// lower tells whether the name is that of no field in other letters: encoding/json takes "DAY" for "day".
func lower(name []byte) bool {
	for _, c := range name {
		if c >= 'A' && c <= 'Z' || c >= 0x80 {
			return false
		}
	}
	return true
}

// Into reads the body into a struct that is zero. Of a line it was taken apart once, for everybody.
func (l Raw) Into(v any) error {
	if l.body.into(v) {
		return nil
	}
	reflect.ValueOf(v).Elem().SetZero()
	return json.Unmarshal(l.Body, v) //nolint:wrapcheck // whoever asks says whose body it is
}
