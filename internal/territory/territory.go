// Package territory knows the places of the network: municipalities, and the towns and parishes in them.
//
// Rules:
//   - A place is known by its code: seven digits of the territorial classifier (ATVK) where the code is known, otherwise a
//     slug, and then the code counts as unverified. A code never changes; a place that gets another code is another place.
//   - Names are dated. A place begins on a day and may end on one; what happened before stays under the old name.
//   - Every list and every code says whether somebody has checked it. What the sources contradict is kept as a remark
//     and shown; it is never corrected.
//   - Places are reference facts: they are written at the desk of the network only.
package territory

import (
	"regexp"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
)

// Network is the desk at whose journal reference facts are written.
const Network = journal.ReferenceDesk

// Country is an ISO 3166-1 code of two letters.
type Country string

// The countries of the network.
const (
	Latvia    Country = "LV"
	Lithuania Country = "LT"
)

// IsKnown says whether the network knows the zone and the holidays of the country.
func (c Country) IsKnown() bool { return c == Latvia || c == Lithuania }

// Zone returns the name of the time zone in which the country's people read their clocks.
func (c Country) Zone() string {
	if c == Lithuania {
		return "Europe/Vilnius"
	}
	return "Europe/Riga"
}

// Remark is what people should know about a place, in the three languages of the network.
type Remark struct {
	LV string `json:"lv"`
	EN string `json:"en"`
	LT string `json:"lt"`
}

// For returns the remark in the language of a BCP 47 code, and in Latvian, the source, when there is none.
func (m Remark) For(lang string) string {
	switch {
	case lang == "en" && m.EN != "":
		return m.EN
	case lang == "lt" && m.LT != "":
		return m.LT
	}
	return m.LV
}

// IsZero says that there is nothing to remark.
func (m Remark) IsZero() bool { return m == Remark{} }

// Name is what a place is called from a day on.
type Name struct {
	From civil.Date `json:"from"`
	Name string     `json:"name"`
}

// Municipality is a local government and its territory.
type Municipality struct {
	Code    string
	Country Country
	// Name is the latest name; NameOn tells the one of another day.
	Name string
	// Names are all its names, the oldest first.
	Names []Name
	// Unverified marks a code that nobody has checked against the classifier.
	Unverified bool
	// UnitsUnverified marks a list of towns and parishes that nobody has checked.
	UnitsUnverified bool
	Remark          Remark
	// From is the first day, and To the last, or no date.
	From, To civil.Date
	// Into is the code of the municipality that took it over, or "".
	Into string
}

// NameOn returns the name of that day, and the oldest one for a day before it.
func (m *Municipality) NameOn(day civil.Date) string {
	name := m.Name
	for i := len(m.Names) - 1; i >= 0; i-- {
		name = m.Names[i].Name
		if !m.Names[i].From.After(day) {
			break
		}
	}
	return name
}

// ExistsOn says whether the municipality exists on that day.
func (m *Municipality) ExistsOn(day civil.Date) bool { return exists(m.From, m.To, day) }

func exists(from, to, day civil.Date) bool {
	return !day.Before(from) && (to.IsZero() || !day.After(to))
}

// UnitKind tells a town from a parish.
type UnitKind string

// The kinds of territorial unit.
const (
	Town   UnitKind = "town"
	Parish UnitKind = "parish"
)

// Unit is a town or a parish: the territorial unit in which there should be a centre.
type Unit struct {
	Code         string
	Municipality string
	Name         string
	Type         UnitKind
	// Unverified marks a code that nobody has checked against the classifier.
	Unverified bool
	// From is the first day, and To the last, or no date.
	From, To civil.Date
}

// ExistsOn says whether the unit exists on that day.
func (u *Unit) ExistsOn(day civil.Date) bool { return exists(u.From, u.To, day) }

var (
	atvk = regexp.MustCompile(`^[0-9]{7}$`)
	slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// IsATVK says whether the code has the form of the Latvian classifier of territories: seven digits.
func IsATVK(code string) bool { return atvk.MatchString(code) }

// IsSlug says whether the text is a code of small letters, digits and single hyphens, at most 64 long.
func IsSlug(code string) bool { return len(code) <= 64 && slug.MatchString(code) }
