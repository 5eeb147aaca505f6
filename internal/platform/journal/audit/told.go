package audit

import "encoding/json"

// Told is what a line tells. That of an adopted line is what the line says that it takes in.
type Told struct {
	Kind, Actor string
	// At is when it was recorded, in microseconds since 1970.
	At, Version int64
	Body        []byte
}

// Inner returns what is told to whoever follows the lines: an adopted line tells what it takes in, any other itself.
func (t Told) Inner() Told {
	if t.Kind != adoptedKind {
		return t
	}
	var s struct {
		At      int64           `json:"recorded_at"`
		Actor   string          `json:"actor"`
		Kind    string          `json:"kind"`
		Version int64           `json:"version"`
		Body    json.RawMessage `json:"body"`
	}
	if json.Unmarshal(t.Body, &s) != nil {
		return t // the trail says what is wrong with it
	}
	return Told{Kind: s.Kind, Actor: s.Actor, At: s.At, Version: s.Version, Body: s.Body}
}
