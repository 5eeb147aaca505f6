// Package catalogue knows the services a counter can offer: whose they are, what clients call them,
// what the clerk asks, what the client brings, what it costs and how long it takes.
//
// Rules:
//   - A service is described after CPSV-AP 3.2. It is known by a short code that never changes; its text changes by a new version.
//   - Every text a client or a clerk reads exists in Latvian (the source), English and Lithuanian.
//   - A fee or a time is either known, with its source, or marked as unverified; it is never guessed silently.
//   - Who may take an application depends on the tier of the centre: services of state institutions belong to unified
//     centres and mobile units, municipal ones to every counter. A consultation on a municipal service is possible everywhere.
//   - The minimum basket (MK 401/2017 §2) is one indivisible version: a unified centre offers all of it.
//   - No step ever lets the clerk use the client's credentials: the client signs in, or signs paper, or there is a mandate.
//   - The right service is found in the client's own words, in any of the languages, without diacritics, with typing mistakes.
package catalogue

// Languages of the catalogue, as BCP 47 codes; the first is the source.
const (
	Latvian    = "lv"
	English    = "en"
	Lithuanian = "lt"
)

// Text is one text in every language of the catalogue.
type Text struct {
	LV string `json:"lv"`
	EN string `json:"en"`
	LT string `json:"lt"`
}

// For returns the text in the language of a BCP 47 code, and in Latvian when there is none.
func (t Text) For(lang string) string {
	var own string
	switch lang {
	case English:
		own = t.EN
	case Lithuanian:
		own = t.LT
	}
	if own == "" {
		return t.LV
	}
	return own
}

// IsZero says that the text is absent in every language.
func (t Text) IsZero() bool { return t == Text{} }

// Words are what clients say for a thing, per language; they are searched, never shown.
type Words struct {
	LV []string `json:"lv"`
	EN []string `json:"en"`
	LT []string `json:"lt"`
}

// InstitutionKind says who stands behind a service.
type InstitutionKind string

// The kinds of institution.
const (
	// State is an institution of the state, whose services only unified centres and mobile units take.
	State InstitutionKind = "state"
	// Municipal is the municipality of the centre.
	Municipal InstitutionKind = "municipal"
	// Help is the centre itself: computer, internet, e-address and the like.
	Help InstitutionKind = "help"
)

// Institution is a competent authority in the sense of CPSV-AP.
type Institution struct {
	// Code is short and never changes, for example VSAA.
	Code string `json:"code"`
	// Name is the official name.
	Name Text `json:"name"`
	// ShortName is what people call it, for example VSAA.
	ShortName Text `json:"short_name"`
	// Kind decides which centres may take its applications.
	Kind InstitutionKind `json:"kind"`
}

// ActKind is something that is done at a counter and counted; visits use the same codes.
type ActKind string

// The kinds of act that a service can name.
const (
	Consultation     ActKind = "consultation"
	EserviceHelp     ActKind = "eservice_help"
	Application      ActKind = "application"
	DocumentReceived ActKind = "document_received"
	DocumentSent     ActKind = "document_sent"
	Letter           ActKind = "letter"
	Call             ActKind = "call"
	Payment          ActKind = "payment"
	Unmet            ActKind = "unmet"
)

// Tiers of a centre, by their codes.
const (
	TierServicePoint   = "service-point"
	TierCustomerCentre = "customer-centre"
	TierUnified        = "unified"
	TierMobile         = "mobile"
)

// Channels through which a client can get a service.
const (
	ChannelInPerson  = "in-person"
	ChannelOnline    = "online"
	ChannelPost      = "post"
	ChannelEmail     = "e-mail"
	ChannelEaddress  = "e-address"
	ChannelTelephone = "telephone"
)

// Identity says whether the clerk must see who the client is.
type Identity string

// The demands on identity.
const (
	// IdentityNone leaves the client anonymous, which is the normal case.
	IdentityNone Identity = "none"
	// IdentityDocument demands a look at a passport or an identity card.
	IdentityDocument Identity = "document"
)

// Fee is what the service itself costs the client; the counter never adds anything.
type Fee struct {
	// Cents is the amount in euro cents, zero when it is free, or nil when it depends or is not known.
	Cents *int64 `json:"cents"`
	// Note says in words what it depends on.
	Note Text `json:"note,omitzero"`
	// Unverified marks an amount or a note that nobody has checked against the law.
	Unverified bool `json:"unverified,omitempty"`
}

// ProcessingTime is how long the institution takes; at most one of the two numbers is set.
type ProcessingTime struct {
	// WorkingDays is the longest time in working days, or zero.
	WorkingDays int `json:"working_days,omitempty"`
	// CalendarDays is the longest time in calendar days, or zero.
	CalendarDays int `json:"calendar_days,omitempty"`
	// Note says it in words, when it is not a number of days or needs a condition.
	Note Text `json:"note,omitzero"`
	// Source is the law or page that says so; empty when unverified.
	Source string `json:"source,omitempty"`
	// Unverified marks a time that nobody has checked against the law.
	Unverified bool `json:"unverified,omitempty"`
}

// Service is one version of a public service, after CPSV-AP 3.2.
type Service struct {
	// Code is the slug that never changes, for example vsaa-childcare-benefit.
	Code string `json:"code"`
	// Version counts from 1; a changed text is a new version.
	Version int `json:"version"`
	// Institution is the code of the competent authority.
	Institution string `json:"institution"`
	// Name is the official name.
	Name Text `json:"name"`
	// Summary says in one or two plain sentences what it is and for whom.
	Summary Text `json:"summary"`
	// Words are what clients call it.
	Words Words `json:"words"`
	// Kinds are the acts that make sense for this service at a counter.
	Kinds []ActKind `json:"kinds"`
	// Tiers are the tiers that may take an application for it.
	Tiers []string `json:"tiers"`
	// Ask is what the clerk asks the client, in order.
	Ask []Text `json:"ask"`
	// Bring is what the client must have with him.
	Bring []Text `json:"bring"`
	// Steps are what the clerk and the client do, in order.
	Steps []Text `json:"steps"`
	// Tell is what the client hears before he leaves: what happens next.
	Tell Text `json:"tell"`
	// Fee is what it costs.
	Fee Fee `json:"fee"`
	// ProcessingTime is how long it takes.
	ProcessingTime ProcessingTime `json:"processing_time"`
	// Identity says whether an identity document must be seen.
	Identity Identity `json:"identity"`
	// LifeEvents are slugs such as having-a-child.
	LifeEvents []string `json:"life_events"`
	// Channels are the ways to the service, at the counter and elsewhere.
	Channels []string `json:"channels"`
	// InMinimumBasket says that the current minimum basket holds it.
	InMinimumBasket bool `json:"in_minimum_basket"`
	// Source says where the facts come from.
	Source string `json:"source"`
}

// Basket is one version of the minimum set of services; it is offered whole or not at all (MK 401/2017 §2).
type Basket struct {
	// Code names the basket, for example minimum.
	Code string `json:"code"`
	// Version counts from 1.
	Version int `json:"version"`
	// ValidFrom is the first day of validity, as YYYY-MM-DD.
	ValidFrom string `json:"valid_from"`
	// Services are the codes of all its services.
	Services []string `json:"services"`
	// Source says where the set comes from.
	Source string `json:"source"`
	// Unverified marks a set that nobody has checked against the approved one.
	Unverified bool `json:"unverified,omitempty"`
}
