package journal

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
)

// Stray is a line whose number was given to another line here: the database was put back, or there were two of it. It waits until a person says what
// becomes of it.
type Stray struct {
	Desk       string `json:"desk"`
	Number     int64  `json:"number"`
	ID         id.ID  `json:"id"`
	RecordedAt int64  `json:"recorded_at"` // microseconds since 1970, UTC
	By         string `json:"actor"`
	LineKind   string `json:"kind"`
	// LineVersion and Body are those of the line.
	LineVersion int             `json:"version"`
	Body        json.RawMessage `json:"body"`
	Prev        string          `json:"prev"` // in hexadecimal, as Hash
	Hash        string          `json:"hash"`
}

// StrayOf returns a line as a stray.
func StrayOf(e Entry) Stray {
	return Stray{
		Desk: e.Desk, Number: e.Number, ID: e.ID, RecordedAt: e.RecordedAt.UnixMicro(), By: e.Actor.String(), LineKind: e.Kind, LineVersion: e.Version,
		Body: e.Body, Prev: hex.EncodeToString(e.Prev[:]), Hash: hex.EncodeToString(e.Hash[:]),
	}
}

// Sound tells whether the line has the hash that it says.
func (s Stray) Sound() bool {
	e, err := s.entry()
	return err == nil && e.sum() == e.Hash
}

// Answers tells whether the line answers a request whose first line has a number, as far as its id says so: that of an old line says nothing.
func (s Stray) Answers(asked Asked, first int64) bool {
	return !s.ID.IsBound() || s.ID == KeyOf(asked).lineID(time.UnixMicro(s.RecordedAt), place{s.Desk, s.Number}, first)
}

// entry is the line as it stood in its journal, without its fact.
func (s Stray) entry() (Entry, error) {
	e := Entry{
		Desk: s.Desk, Number: s.Number, ID: s.ID, RecordedAt: time.UnixMicro(s.RecordedAt).UTC(), Kind: s.LineKind, Version: s.LineVersion, Body: s.Body,
	}
	by, err := actor.Parse(s.By)
	if err != nil {
		return e, fmt.Errorf("journal: stray line: %w", err)
	}
	e.Actor = by
	for _, part := range []struct {
		text string
		into *Hash
	}{{s.Prev, &e.Prev}, {s.Hash, &e.Hash}} {
		if n, err := hex.Decode(part.into[:], []byte(part.text[:min(len(part.text), 2*len(part.into))])); err != nil || n != len(part.into) {
			return e, fmt.Errorf("journal: stray line %d of %s: a hash is malformed", s.Number, s.Desk)
		}
	}
	return e, nil
}

// StraySubject names a stray line by its hash, in hexadecimal.
func StraySubject(hash string) string { return "stray:" + hash }

// Strayed says that a branch of a desk has turned up: lines whose numbers stand for others here, chained to each other. Hash is that of the last.
type Strayed struct {
	Desk  string `json:"desk"`
	First int64  `json:"first"`
	Last  int64  `json:"last"`
	Lines int64  `json:"lines"`
	Hash  string `json:"hash"`
	Why   string `json:"why"`
}

// KindStrayed is the kind of Strayed.
const KindStrayed = "journal.strayed"

// Kind is "journal.strayed".
func (Strayed) Kind() string { return KindStrayed }

// Version is 1.
func (Strayed) Version() int { return 1 }

// Subjects are all branches together.
func (f Strayed) Subjects() []string { return []string{"journal:strayed"} }

// Adopted says that a person takes a stray line in. What follows from lines sees the line that was taken in, as if it had been written here then.
type Adopted struct{ Stray }

// KindAdopted is the kind of Adopted.
const KindAdopted = "line.adopted"

// Kind is "line.adopted".
func (Adopted) Kind() string { return KindAdopted }

// Version is 1.
func (Adopted) Version() int { return 1 }

// Subjects is the stray line; those of the line that is taken in stand beside it.
func (f Adopted) Subjects() []string { return []string{StraySubject(f.Hash)} }

// Dismissed says that a person does not take a stray line in: somebody has recorded the same anew, or it never happened.
type Dismissed struct {
	Desk   string `json:"desk"`
	Number int64  `json:"number"`
	Hash   string `json:"hash"`
	Why    string `json:"why"`
}

// Kind is "line.dismissed".
func (Dismissed) Kind() string { return "line.dismissed" }

// Version is 1.
func (Dismissed) Version() int { return 1 }

// Subjects is the stray line.
func (f Dismissed) Subjects() []string { return []string{StraySubject(f.Hash)} }

// Told is the line as projections are told it: of an adopted one what it takes in, under the number that it has here.
func (e Entry) Told() Entry {
	if e.Adopted == nil {
		return e
	}
	inner, err := e.Adopted.entry()
	if err != nil {
		return e // whoever adopted it has checked this
	}
	e.ID, e.RecordedAt, e.Actor, e.Kind, e.Version, e.Body = inner.ID, inner.RecordedAt, inner.Actor, inner.Kind, inner.Version, inner.Body
	return e
}

// subjects are what the line is about.
func (e Entry) subjects() []string {
	if e.Adopted == nil {
		return e.Fact.Subjects()
	}
	return append(e.Adopted.Subjects(), e.Fact.Subjects()...)
}
