package centre

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/territory"
)

// Opened says that the network has a centre, or plans one; a planned one opens by a second line. Its tier follows as a
// line of its own.
type Opened struct {
	Code         string `json:"code"`
	Name         string `json:"name"`
	Municipality string `json:"municipality"`
	Host         Host   `json:"host"`
	// Zone names the time zone of the centre, for example Europe/Riga; Open sets it from the country of the municipality.
	Zone     string            `json:"zone"`
	Country  territory.Country `json:"country"`
	Location Location          `json:"location"`
	Phone    string            `json:"phone,omitempty"`
	Email    string            `json:"email,omitempty"`
	// From is the first day, or no date when it is not known.
	From       civil.Date       `json:"from,omitzero"`
	Planned    bool             `json:"planned,omitempty"`
	Unverified bool             `json:"unverified,omitempty"`
	Remark     territory.Remark `json:"remark,omitzero"`
}

// TierAssigned says what a centre is from a day on.
type TierAssigned struct {
	Centre string     `json:"centre"`
	Tier   Tier       `json:"tier"`
	From   civil.Date `json:"from"`
	// Unverified marks a day that is not known; it is then early enough for everything that is recorded.
	Unverified bool `json:"unverified,omitempty"`
}

// HoursSet says when a centre is open from a day on. They hold until the next hours begin.
type HoursSet struct {
	Centre     string         `json:"centre"`
	From       civil.Date     `json:"from"`
	Hours      hours.Schedule `json:"hours"`
	Unverified bool           `json:"unverified,omitempty"`
}

// Surveyed says what somebody found in a centre. Features that it does not name keep what was known before.
type Surveyed struct {
	Centre   string     `json:"centre"`
	On       civil.Date `json:"on"`
	Findings []Finding  `json:"findings"`
	// Source says who looked, or which page says so.
	Source     string `json:"source,omitempty"`
	Unverified bool   `json:"unverified,omitempty"`
}

// Moved says that a centre is elsewhere from a day on.
type Moved struct {
	Centre   string     `json:"centre"`
	From     civil.Date `json:"from"`
	Location Location   `json:"location"`
}

// Closed says up to which day a centre serves.
type Closed struct {
	Centre string     `json:"centre"`
	To     civil.Date `json:"to"`
}

// TierRuleSet says what the classes may do from a day on. It replaces the whole table; what it does not name is forbidden.
type TierRuleSet struct {
	dated.Basis
	Unverified bool   `json:"unverified,omitempty"`
	Rules      []Rule `json:"rules"`
}

// tierRuleSetV1 did not say why.
type tierRuleSetV1 struct {
	From       civil.Date `json:"from"`
	Source     string     `json:"source"`
	Unverified bool       `json:"unverified,omitempty"`
	Rules      []Rule     `json:"rules"`
}

// DeskOpened says that a centre has a desk.
type DeskOpened struct {
	Desk   string `json:"desk"`
	Centre string `json:"centre"`
	Name   string `json:"name"`
	// From is the first day, or no date when it is not known.
	From civil.Date `json:"from,omitzero"`
}

// DeskClosed says up to which day a desk serves.
type DeskClosed struct {
	Desk   string     `json:"desk"`
	Centre string     `json:"centre"`
	To     civil.Date `json:"to"`
}

// Facts returns the kinds of line that this feature writes.
func Facts() []journal.Definition {
	return []journal.Definition{
		journal.Define[Opened](), journal.Define[TierAssigned](), journal.Define[HoursSet](), journal.Define[Surveyed](),
		journal.Define[Moved](), journal.Define[Closed](), journal.Define[TierRuleSet](), journal.Define[DeskOpened](),
		journal.Define[DeskClosed](), journal.Upcast(func(f tierRuleSetV1) TierRuleSet {
			return TierRuleSet{Basis: dated.Basis{From: f.From, Source: f.Source}, Unverified: f.Unverified, Rules: f.Rules}
		}),
	}
}

// Subject is how the lines about a centre are found.
func Subject(code string) string { return "centre:" + code }

// DeskSubject is how the lines about a desk are found.
func DeskSubject(code string) string { return "desk:" + code }

// Kind implements journal.Fact.
func (Opened) Kind() string { return "centre.opened" }

// Version implements journal.Fact.
func (Opened) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Opened) Subjects() []string {
	return []string{Subject(f.Code), territory.MunicipalitySubject(f.Municipality)}
}

// Kind implements journal.Fact.
func (TierAssigned) Kind() string { return "centre.tier_assigned" }

// Version implements journal.Fact.
func (TierAssigned) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f TierAssigned) Subjects() []string { return []string{Subject(f.Centre)} }

// Kind implements journal.Fact.
func (HoursSet) Kind() string { return "centre.hours_set" }

// Version implements journal.Fact.
func (HoursSet) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f HoursSet) Subjects() []string { return []string{Subject(f.Centre)} }

// Kind implements journal.Fact.
func (Surveyed) Kind() string { return "centre.surveyed" }

// Version implements journal.Fact.
func (Surveyed) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Surveyed) Subjects() []string { return []string{Subject(f.Centre)} }

// Kind implements journal.Fact.
func (Moved) Kind() string { return "centre.moved" }

// Version implements journal.Fact.
func (Moved) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Moved) Subjects() []string { return []string{Subject(f.Centre)} }

// Kind implements journal.Fact.
func (Closed) Kind() string { return "centre.closed" }

// Version implements journal.Fact.
func (Closed) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Closed) Subjects() []string { return []string{Subject(f.Centre)} }

// Kind implements journal.Fact.
func (TierRuleSet) Kind() string { return "tier_rule.set" }

// Version implements journal.Fact.
func (TierRuleSet) Version() int { return 2 }

// Subjects implements journal.Fact.
func (TierRuleSet) Subjects() []string { return []string{"tier-rules:all"} }

// Kind implements journal.Fact.
func (tierRuleSetV1) Kind() string { return "tier_rule.set" }

// Version implements journal.Fact.
func (tierRuleSetV1) Version() int { return 1 }

// Subjects implements journal.Fact.
func (tierRuleSetV1) Subjects() []string { return []string{"tier-rules:all"} }

// Kind implements journal.Fact.
func (DeskOpened) Kind() string { return "desk.opened" }

// Version implements journal.Fact.
func (DeskOpened) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f DeskOpened) Subjects() []string { return []string{DeskSubject(f.Desk), Subject(f.Centre)} }

// Kind implements journal.Fact.
func (DeskClosed) Kind() string { return "desk.closed" }

// Version implements journal.Fact.
func (DeskClosed) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f DeskClosed) Subjects() []string { return []string{DeskSubject(f.Desk), Subject(f.Centre)} }
