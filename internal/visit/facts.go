package visit

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/journal"
)

// Line is what is counted of an act; it names nobody.
type Line struct {
	// Day is the local day at the centre.
	Day          civil.Date        `json:"day"`
	Municipality string            `json:"municipality"`
	Centre       string            `json:"centre"`
	Kind         catalogue.ActKind `json:"kind"`
	Channel      Channel           `json:"channel"`
	// Service is the code of the service, or "" for an act without one, such as a call that was put through.
	Service        string `json:"service,omitempty"`
	ServiceVersion int    `json:"service_version,omitempty"`
	// Institution is whose service it is, or "".
	Institution string `json:"institution,omitempty"`
	// Depth is set for help with an e-service.
	Depth Depth `json:"depth,omitempty"`
	// Reason is set for what could not be done.
	Reason Reason `json:"reason,omitempty"`
}

// Tied is a fact of a later feature that is counted by an act, such as a payment: only what takes the fact back takes the act away (TakeBack).
type Tied interface {
	// CountedBy is the act.
	CountedBy() id.ID
}

// Opened says that a desk began to serve a client, who stays anonymous.
type Opened struct {
	Visit        id.ID   `json:"visit"`
	Municipality string  `json:"municipality"`
	Centre       string  `json:"centre"`
	Channel      Channel `json:"channel"`
}

// Held says that the client waits while the desk serves somebody else.
type Held struct {
	Visit id.ID `json:"visit"`
}

// Resumed says that the desk serves the client again.
type Resumed struct {
	Visit id.ID `json:"visit"`
}

// ActRecorded says what was done for the client, once.
type ActRecorded struct {
	Act   id.ID `json:"act"`
	Visit id.ID `json:"visit"`
	Line
	// Identity is the kind of document that the clerk looked at, where the service demands one; its number is not kept.
	Identity Document `json:"identity,omitempty"`
}

// ActUndone takes an act back while the visit is open. Was is the line as it had been counted.
type ActUndone struct {
	Act   id.ID `json:"act"`
	Visit id.ID `json:"visit"`
	Was   Line  `json:"was"`
}

// ActCorrected changes an act of a closed visit by a new line. Was is what had been counted; Now is nil when there had been no such act.
type ActCorrected struct {
	Act   id.ID      `json:"act"`
	Visit id.ID      `json:"visit"`
	Why   Correction `json:"why"`
	Was   Line       `json:"was"`
	Now   *Line      `json:"now,omitempty"`
}

// Closed says that the client has left. Served is false when nothing had been recorded, so that nobody is counted.
type Closed struct {
	Visit  id.ID      `json:"visit"`
	Day    civil.Date `json:"day"`
	Served bool       `json:"served"`
	// Municipality, Centre and Channel stand as in Opened, so that a client served is counted from this line alone.
	Municipality string  `json:"municipality"`
	Centre       string  `json:"centre"`
	Channel      Channel `json:"channel"`
}

// Facts returns the kinds of line that the counter writes.
func Facts() []journal.Definition {
	return []journal.Definition{
		journal.Define[Opened](), journal.Define[Held](), journal.Define[Resumed](), journal.Define[ActRecorded](),
		journal.Define[ActUndone](), journal.Define[ActCorrected](), journal.Define[Closed](), journal.Define[DayCorrected](),
	}
}

// Subject is how the lines about a visit are found.
func Subject(visit id.ID) string { return "visit:" + visit.String() }

// Kind implements journal.Fact.
func (Opened) Kind() string { return "visit.opened" }

// Version implements journal.Fact.
func (Opened) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Opened) Subjects() []string { return []string{Subject(f.Visit)} }

// Kind implements journal.Fact.
func (Held) Kind() string { return "visit.held" }

// Version implements journal.Fact.
func (Held) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Held) Subjects() []string { return []string{Subject(f.Visit)} }

// Kind implements journal.Fact.
func (Resumed) Kind() string { return "visit.resumed" }

// Version implements journal.Fact.
func (Resumed) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Resumed) Subjects() []string { return []string{Subject(f.Visit)} }

// Kind implements journal.Fact.
func (ActRecorded) Kind() string { return "act.recorded" }

// Version implements journal.Fact.
func (ActRecorded) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ActRecorded) Subjects() []string { return []string{Subject(f.Visit)} }

// Kind implements journal.Fact.
func (ActUndone) Kind() string { return "act.undone" }

// Version implements journal.Fact.
func (ActUndone) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ActUndone) Subjects() []string { return []string{Subject(f.Visit)} }

// Kind implements journal.Fact.
func (ActCorrected) Kind() string { return "act.corrected" }

// Version implements journal.Fact.
func (ActCorrected) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ActCorrected) Subjects() []string { return []string{Subject(f.Visit)} }

// Kind implements journal.Fact.
func (Closed) Kind() string { return "visit.closed" }

// Version implements journal.Fact.
func (Closed) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Closed) Subjects() []string { return []string{Subject(f.Visit)} }
