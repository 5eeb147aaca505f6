// Package centre knows the counters of the network: where they are, what they may do, when they are open, how one gets in,
// and the desks in them.
//
// Rules:
//   - A centre is known by a short code that never changes, and so is a desk. Neither is deleted: it closes on a day.
//   - The tier decides what may be done. Tiers are assigned from a day on, and what a tier may do is a table that is
//     valid from a day on: law changes them, so they are data.
//   - What is not in the table may not be done. What could not be done, and calls, may be recorded everywhere: the table says so itself.
//   - Unknown is not no: a feature that nobody has surveyed is shown as unknown. Every surveyed feature has the day of its survey.
//   - Hours are structured and have no overlaps. Public holidays follow from the country of the centre.
//   - A point is where the village is, unless it is known better. Whoever sees a distance sees how good the point is.
//   - Centres, desks and rules are reference facts: they are written at the desk of the network only.
package centre

import (
	"fmt"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/territory"
)

// Host is who gives the centre its room.
type Host string

// The hosts.
const (
	ParishLibrary    Host = "parish-library"
	MunicipalOffice  Host = "municipal-office"
	ParishOffice     Host = "parish-office"
	ElectricMinibus  Host = "electric-minibus"
	StateInstitution Host = "state-institution"
)

// Hosts are all hosts, in the order in which screens show them.
var Hosts = []Host{MunicipalOffice, ParishOffice, ParishLibrary, ElectricMinibus, StateInstitution}

// Centre is a counter of the network, with its history.
type Centre struct {
	Code         string
	Name         string
	Municipality string // code
	Country      territory.Country
	Host         Host
	Zone         string // of its clocks, for example Europe/Riga
	// Phone and Email are those of the place, or "" where they are not known.
	Phone, Email string
	// Opened is the first day, or no date when it is not known.
	Opened civil.Date
	// Closed is the last day, or no date.
	Closed civil.Date
	// Planned says that it does not serve anybody yet.
	Planned bool
	// Unverified marks facts about the place that nobody has checked.
	Unverified bool
	Remark     territory.Remark
	// Tiers are the tiers it was given, the earliest first.
	Tiers []Assignment
	// Places are where it was and will be, the earliest first; there is always one.
	Places []Whereabouts
}

// Assignment is the tier of a centre from a day on.
type Assignment struct {
	From civil.Date
	Tier Tier
	// Unverified marks a day that is not known.
	Unverified bool
}

// TierOn returns the tier of that day, or "" before the first.
func (c *Centre) TierOn(day civil.Date) Tier {
	var tier Tier
	for _, a := range c.Tiers {
		if a.From.After(day) {
			break
		}
		tier = a.Tier
	}
	return tier
}

// LocationOn returns where the centre is on that day, and its first place for an earlier day.
func (c *Centre) LocationOn(day civil.Date) Location {
	var at Location
	for i := len(c.Places) - 1; i >= 0; i-- {
		at = c.Places[i].Location
		if !c.Places[i].From.After(day) {
			break
		}
	}
	return at
}

// TimeZone returns the zone of the centre's clocks. It returns an error when the machine does not know it.
func (c *Centre) TimeZone() (*time.Location, error) {
	zone, err := civil.Zone(c.Zone)
	if err != nil {
		return nil, fmt.Errorf("centre: zone of %s: %w", c.Code, err)
	}
	return zone, nil
}

// ServesOn says whether the centre serves people on that day: it is not only planned, has begun, and has not closed.
func (c *Centre) ServesOn(day civil.Date) bool {
	return !c.Planned && !c.Opened.After(day) && (c.Closed.IsZero() || !day.After(c.Closed))
}

// DeskPlace is what the counter must know of a desk on a day.
type DeskPlace struct {
	Desk, Centre, Municipality string // codes
	// Tier is the tier of the centre, or "" for a day before the first.
	Tier Tier
	// Zone names the time zone of the centre, for example Europe/Riga.
	Zone string
}

// Desk is a place in a centre where one person serves, with a journal of its own.
type Desk struct {
	Code   string
	Centre string
	Name   string
	// Opened is the first day, and Closed the last, or no date.
	Opened, Closed civil.Date
}

// OpenDesk is a desk at which somebody can serve, with the names that a list of desks shows.
type OpenDesk struct {
	Code, Name         string
	Centre, CentreName string
	Municipality       string // code
}
