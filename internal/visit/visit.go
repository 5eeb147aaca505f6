// Package visit is the counter: one visit, many acts.
//
// Rules:
//   - A visit belongs to the desk that opened it; no other desk writes to it.
//   - A desk serves one visit at a time. Opening or taking back another one puts the present one on hold; both are facts, so time can be read from them.
//   - The client is anonymous. Where a service demands it, the clerk looks at a document and its kind is noted, never its number.
//   - An act names a service where one is meant, in the version that was valid; the tier of the centre must allow it.
//   - Until the visit is closed an act can be undone; afterwards it is corrected by a new line with a reason.
//   - What could not be done is an act like any other, with its reason.
package visit

import "vienkopus/internal/catalogue"

// Channel is how the client reached the counter.
type Channel string

// The channels.
const (
	InPerson  Channel = "in-person"
	Telephone Channel = "telephone"
	Email     Channel = "e-mail"
	Eaddress  Channel = "e-address"
	Post      Channel = "post"
	Video     Channel = "video"
	Bus       Channel = "bus"
)

// Channels are all channels, in the order in which screens show them.
var Channels = []Channel{InPerson, Telephone, Email, Eaddress, Post, Video, Bus}

// Depth is how much the clerk did in help with an e-service.
type Depth string

// The depths.
const (
	Informed Depth = "informed"
	Helped   Depth = "helped"
	OnBehalf Depth = "on-behalf"
)

// Depths are all depths, in the order in which screens show them.
var Depths = []Depth{Informed, Helped, OnBehalf}

// Reason is why something could not be done here.
type Reason string

// The reasons.
const (
	NotAtThisTier    Reason = "not-at-this-tier"
	MissingDocument  Reason = "missing-document"
	MissingIdentity  Reason = "missing-identity"
	SystemDown       Reason = "system-down"
	NeedsOfficer     Reason = "needs-officer"
	NotOurService    Reason = "not-our-service"
	NoTime           Reason = "no-time"
	ClientChangedHis Reason = "client-changed-mind"
)

// Reasons are all reasons, in the order in which screens show them.
var Reasons = []Reason{
	NotAtThisTier, MissingDocument, MissingIdentity, SystemDown, NeedsOfficer, NotOurService, NoTime, ClientChangedHis,
}

// Document is the kind of identity document that the clerk looked at.
type Document string

// The documents.
const (
	Passport       Document = "passport"
	IdentityCard   Document = "eid"
	ForeignersCard Document = "residence-permit"
)

// Documents are all kinds of document, in the order in which screens show them.
var Documents = []Document{IdentityCard, Passport, ForeignersCard}

// Correction is why an act of a closed visit is corrected.
type Correction string

// The corrections.
const (
	WrongService   Correction = "wrong-service"
	WrongKind      Correction = "wrong-kind"
	RecordedTwice  Correction = "recorded-twice"
	NeverHappened  Correction = "never-happened"
	WrongChannelBy Correction = "wrong-channel"
)

// Corrections are all corrections, in the order in which screens show them.
var Corrections = []Correction{WrongService, WrongKind, RecordedTwice, NeverHappened, WrongChannelBy}

// Kinds are the kinds of act, in the order in which screens and reports show them.
var Kinds = catalogue.ActKinds

// Draft is what has been typed for a visit and not sent yet: field name → value.
type Draft map[string]string
