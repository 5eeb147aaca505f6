package centre

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
)

// TierAssigned says what a centre is from a day on.
type TierAssigned struct {
	Centre string     `json:"centre"`
	Tier   Tier       `json:"tier"`
	From   civil.Date `json:"from"`
	// Unverified marks a day that is not known; it is then early enough for everything that is recorded.
	Unverified bool `json:"unverified,omitempty"`
}

// TierRuleSet says what the classes may do from a day on. It replaces the whole table; what it does not name is forbidden.
type TierRuleSet struct {
	From civil.Date `json:"from"`
	// Source names the law or the page.
	Source     string `json:"source"`
	Unverified bool   `json:"unverified,omitempty"`
	Rules      []Rule `json:"rules"`
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
		journal.Define[Opened](), journal.Define[TierAssigned](), journal.Define[TierRuleSet](),
		journal.Define[DeskOpened](), journal.Define[DeskClosed](),
	}
}

// Subject is how the lines about a centre are found.
func Subject(code string) string { return "centre:" + code }

// DeskSubject is how the lines about a desk are found.
func DeskSubject(code string) string { return "desk:" + code }

// Kind implements journal.Fact.
func (TierAssigned) Kind() string { return "centre.tier_assigned" }

// Version implements journal.Fact.
func (TierAssigned) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f TierAssigned) Subjects() []string { return []string{Subject(f.Centre)} }

// Kind implements journal.Fact.
func (TierRuleSet) Kind() string { return "tier_rule.set" }

// Version implements journal.Fact.
func (TierRuleSet) Version() int { return 1 }

// Subjects implements journal.Fact.
func (TierRuleSet) Subjects() []string { return []string{"tier-rules:all"} }

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
