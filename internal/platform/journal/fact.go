package journal

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Fact is something that happened, told in the past tense. Its JSON form is the body of a line and lives for ever:
// members are added under a new version, never changed.
type Fact interface {
	// Kind is the name, for example "act.recorded".
	Kind() string
	// Version is 1, 2, 3 … of the kind's format.
	Version() int
	// Subjects are the things it is about, each as "thing:id"; all that ever happened to a thing is one query.
	Subjects() []string
}

// Definition tells how the lines of one kind and version are read.
type Definition struct {
	Kind    string
	Version int
	Decode  func(body []byte) (Fact, error)
	fact    reflect.Type // of what Decode returns
}

type kindVersion struct {
	kind    string
	version int
}

// Define returns the definition of F as it is written today.
func Define[F Fact]() Definition {
	var zero F
	return Definition{Kind: zero.Kind(), Version: zero.Version(), fact: reflect.TypeFor[F](), Decode: func(body []byte) (Fact, error) {
		var f F
		if err := json.Unmarshal(body, &f); err != nil {
			return nil, fmt.Errorf("journal: body of %s: %w", zero.Kind(), err)
		}
		return f, nil
	}}
}

// Upcast returns the definition of an old version Old, read as what it says in today's words.
func Upcast[Old, Today Fact](convert func(Old) Today) Definition {
	d := Define[Old]()
	d.fact = reflect.TypeFor[Today]()
	decode := d.Decode
	d.Decode = func(body []byte) (Fact, error) {
		f, err := decode(body)
		if err != nil {
			return nil, err
		}
		old, ok := f.(Old)
		if !ok {
			return nil, fmt.Errorf("%w: %s", ErrUnknownFact, d.Kind)
		}
		return convert(old), nil
	}
	return d
}

// decode reads the body of a line. The fact of an adopted line is the one that it takes in.
func (j *Journal) decode(e *Entry) error {
	fact, err := j.read(e.Kind, e.Version, e.Body)
	if adopted, is := fact.(Adopted); is {
		e.Adopted = &adopted
		fact, err = j.read(adopted.LineKind, adopted.LineVersion, adopted.Body)
	}
	if err != nil {
		return fmt.Errorf("line %d of %s: %w", e.Number, e.Desk, err)
	}
	e.Fact = fact
	return nil
}

func (j *Journal) read(kind string, version int, body []byte) (Fact, error) {
	d, ok := j.facts[kindVersion{kind, version}]
	if !ok {
		return nil, fmt.Errorf("%w: %s version %d", ErrUnknownFact, kind, version)
	}
	return d.Decode(body)
}
